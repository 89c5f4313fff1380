#pragma once
// Puts a matched finding into words: title, texts with the names filled in, evidence, path, context. Reads rule texts
// from the knowledge base; otherwise pure.

#include <span>

#include "core/finding.hpp"
#include "core/result.hpp"
#include "knowledge/knowledge_base.hpp"
#include "knowledge/matcher.hpp"

namespace guardian::knowledge {

// The facts of a match and the JSON pointers of the medicines that they came from (by DrugFact::source).
struct MatchedCase {
  std::span<const DrugFact> facts;
  std::span<const std::string> elements;
  std::string_view day{};  // of the review; empty: not known
};

// What a finding says of a rule that is a hospital's own, or that a hospital lowered by so many steps to `severity`.
void add_local_words(const KnowledgeBase& base, RuleIndex rule, core::Severity severity, std::uint8_t lowered,
                     std::string_view day, std::vector<std::string>& context);

[[nodiscard]] core::Result<core::Finding> put_into_words(const KnowledgeBase& base, const Matcher& matcher,
                                                         const MatchResult& result, const MatchedFinding& matched,
                                                         const MatchedCase& subject);

// The id of a finding: a short hash of its type, subjects and rules.
[[nodiscard]] std::string finding_id(const core::Finding& finding);

// The graph path by which an ingredient comes to fill a term; empty when it is named there itself.
[[nodiscard]] std::vector<core::PathStep> term_path(const KnowledgeBase& base, const Term& term,
                                                    IngredientIndex ingredient);

}  // namespace guardian::knowledge
