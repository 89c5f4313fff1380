#pragma once
// What a hospital's rules come to on the day of a review, read anew from the tables of the knowledge base for the
// verifier: which rules do not count, what is lowered and by how much, and whether the sign-offs hold. Shares no code
// with the engine's own reading of them but the wording of what is signed.

#include <cstddef>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "audit/patient_oracle.hpp"
#include "core/result.hpp"
#include "core/review.hpp"

namespace guardian::audit {

class LocalProof {
 public:
  // Every failure is `knowledge_unavailable`, also a sign-off that does not hold.
  [[nodiscard]] static core::Result<LocalProof> open(const std::filesystem::path& path);

  [[nodiscard]] bool empty() const noexcept { return rules_.empty() && lowerings_.empty(); }

  // The rules that do not count on a day, by id; and all explicit rules but these.
  [[nodiscard]] std::set<std::string> off(const std::string& day) const;
  [[nodiscard]] std::set<std::string> others(const std::set<std::string>& off) const;

  // Lowers the rows of what was judged as the tables say for the day, and gives what a finding on each row must say of
  // it, by rule and ingredients. Rules that a hospital wrote are among them.
  using Words = std::map<std::pair<std::string, std::vector<std::string>>, std::vector<std::string>>;
  [[nodiscard]] Words lower(CaseJudgement& judgement, const std::string& day) const;

  // What must stand in the review of rules and lowerings that were set aside. `judged` has the rows of the rules that
  // count, lowered; `aside` those of the rules that do not.
  [[nodiscard]] std::vector<core::SetAside> set_aside(const CaseJudgement& judged, const CaseJudgement& aside,
                                                      const std::string& day) const;

 private:
  struct Row {
    std::string source;
    std::string owner;
    std::string expires;
    std::string mode;
    std::string reason;
  };
  struct Lowering {
    Row row;
    core::Severity to = core::Severity::minor;
    std::vector<std::string> keys;
  };
  struct Rule {
    core::Severity severity = core::Severity::minor;
    bool contraindication = false;
  };
  static bool past(const Row& row, const std::string& day);
  static bool counts(const Row& row, const std::string& day);

  std::set<std::string> all_;  // explicit rules
  std::map<std::string, Row> rules_;
  std::map<std::string, std::vector<Lowering>> lowerings_;  // by rule
  std::map<std::string, Rule> lowered_rules_;
};

}  // namespace guardian::audit
