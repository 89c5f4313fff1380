#pragma once
// Whether what a finding says of itself stands in the knowledge base: texts and evidence of its rules, and its path,
// edge by edge, from the medicines and the facts of the review. Reads the tables anew and shares no code with the
// engine. One thread at a time. A file that cannot be read is `knowledge_unavailable`.

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "core/review.hpp"

namespace guardian::audit {

// A finding beside what was derived for it.
struct ProvenFinding {
  const core::Finding& finding;
  std::vector<std::string> medicines;      // those of its subjects that are medicines
  std::size_t lead = 0;                    // the rule that speaks: the first of the gravest
  std::vector<core::Severity> severities;  // of its rules, as they fire
  bool local = false;                      // of rules that do not apply, since a medicine is given locally
};

class FindingProof {
 public:
  [[nodiscard]] static core::Result<FindingProof> open(const std::filesystem::path& path);

  FindingProof(FindingProof&&) noexcept;
  FindingProof& operator=(FindingProof&&) noexcept;
  ~FindingProof();

  // "sha256:...", as the file states it.
  [[nodiscard]] const std::string& digest() const;

  // What does not stand there, in words without the patient's; empty when all does.
  [[nodiscard]] core::Result<std::vector<std::string>> problems(const ProvenFinding& proven,
                                                                const core::Review& review);

  // Whether it is the id of a rule, an inferred one or a red flag included.
  [[nodiscard]] bool is_rule(const std::string& id) const;

 private:
  struct Impl;
  explicit FindingProof(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// The id that a finding of this type, with these subjects and rules, has.
[[nodiscard]] std::string id_of(const core::Finding& finding);

}  // namespace guardian::audit
