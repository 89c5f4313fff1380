#pragma once
// What of a model's answer may be shown, decided claim by claim by code that cannot be talked to. A claim that
// contradicts a finding, or gives a dose that nobody has seen, is withheld; one that cites nothing, or names a medicine
// or a number that is neither in the case nor in what tools gave, is shown as unverified. In doubt a claim is withheld:
// what the engine says stands beside it anyhow. Pure; thread-safe.

#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/answer.hpp"
#include "core/finding.hpp"
#include "knowledge/knowledge_base.hpp"

namespace guardian::agents {

// Everything that a claim may rest on.
class SeenFacts {
 public:
  explicit SeenFacts(const knowledge::KnowledgeBase& base) : base_(base) {}

  // A finding of the engine, with the ids that it rests on.
  void add(const core::Finding& finding);
  void add_id(std::string id) { ids_.insert(std::move(id)); }
  // Medicines and numbers of a text.
  void add_text(std::string_view text);
  // What a tool answered: its medicines, numbers and findings. `arguments` are those of a call that it understood.
  void add_tool_answer(std::string_view arguments, std::string_view content);

  // A finding that no claim may contradict.
  struct Hazard {
    core::Severity severity = core::Severity::minor;
    std::set<std::string> medicines;
  };

  [[nodiscard]] bool has_id(const std::string& id) const { return ids_.count(id) == 1; }
  [[nodiscard]] bool has_medicine(const std::string& ingredient) const { return medicines_.count(ingredient) == 1; }
  [[nodiscard]] bool has_number(const std::string& number) const { return numbers_.count(number) == 1; }
  [[nodiscard]] const std::vector<Hazard>& hazards() const { return hazards_; }
  [[nodiscard]] const knowledge::KnowledgeBase& base() const { return base_; }

 private:
  const knowledge::KnowledgeBase& base_;
  std::set<std::string> ids_;
  std::set<std::string> medicines_;  // ingredients
  std::set<std::string> numbers_;
  std::vector<Hazard> hazards_;
};

// A claim as a model made it, in words of the case.
struct ProposedClaim {
  std::string text;
  std::vector<std::string> findings;
  std::vector<std::string> evidence;
  std::vector<std::string> rows;
  bool is_opinion = false;  // of the model itself: never more than unverified
};

struct AuditedClaims {
  std::vector<core::AnswerClaim> claims;
  std::vector<std::string> withheld;  // why; none of the words
};

[[nodiscard]] AuditedClaims audit_claims(const SeenFacts& seen, std::span<const ProposedClaim> claims);

}  // namespace guardian::agents
