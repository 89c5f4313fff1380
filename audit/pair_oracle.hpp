#pragma once
// The independent judge of the pair engine: derives every interaction finding between two ingredients known by name
// only, in SQL over the base tables of the knowledge base (pair_oracle.sql), and shares no code with the matcher it is
// compared to. It opens the file read-only and leaves nothing behind. One thread at a time may use an oracle. Every
// failure to open or to read is `knowledge_unavailable`, also a predicate that it does not know how to read: it never
// guesses.

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "core/severity.hpp"

namespace guardian::audit {

// A rule that holds for two ingredients, `first` before `second` in byte order. A rule that holds but for a drug that
// is applied locally has the type "route".
struct OracleRow {
  std::string first;
  std::string second;
  std::string type;
  core::Severity severity = core::Severity::minor;
  std::string rule;

  friend auto operator<=>(const OracleRow&, const OracleRow&) = default;
};

class PairOracle {
 public:
  [[nodiscard]] static core::Result<PairOracle> open(const std::filesystem::path& path);

  PairOracle(PairOracle&&) noexcept;
  PairOracle& operator=(PairOracle&&) noexcept;
  ~PairOracle();

  // The rows of all pairs, sorted, one for each pair, type and rule.
  [[nodiscard]] core::Result<std::vector<OracleRow>> all_pairs();

  // The rows of the pairs among these ingredients; a name given twice counts once, an unknown one is `not_found`.
  [[nodiscard]] core::Result<std::vector<OracleRow>> pairs_of(const std::vector<std::string>& ingredients);

 private:
  struct Impl;
  explicit PairOracle(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace guardian::audit
