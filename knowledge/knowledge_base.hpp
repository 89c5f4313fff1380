#pragma once
// One opened knowledge base: an immutable snapshot that requests in flight share through `shared_ptr<const
// KnowledgeBase>`. Everything but the texts of rules is in memory; texts are read from the file when a finding is first
// put into words, one reader at a time, and kept. All members are safe to call from several threads.

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/medication.hpp"
#include "core/result.hpp"
#include "knowledge/concept_graph.hpp"
#include "knowledge/local_rules.hpp"
#include "knowledge/matcher.hpp"
#include "knowledge/pair_index.hpp"
#include "knowledge/rule_set.hpp"
#include "knowledge/store.hpp"

namespace guardian::knowledge {

class Indications;
class NameIndex;
struct PatientVocabulary;

class KnowledgeBase {
 public:
  // Opens and checks a file. Every failure is `knowledge_unavailable`.
  [[nodiscard]] static core::Result<std::shared_ptr<const KnowledgeBase>> open(const std::filesystem::path& path);
  ~KnowledgeBase();
  KnowledgeBase(const KnowledgeBase&) = delete;
  KnowledgeBase& operator=(const KnowledgeBase&) = delete;

  [[nodiscard]] const ReleaseInfo& release() const noexcept;
  [[nodiscard]] const KnowledgeTables& tables() const noexcept;
  [[nodiscard]] const PatientTables& patient_tables() const noexcept;
  [[nodiscard]] const ConceptGraph& graph() const noexcept;
  [[nodiscard]] const RuleSet& rules() const noexcept;
  [[nodiscard]] const LitSets& lit() const noexcept;
  [[nodiscard]] const PairIndex& pairs() const noexcept;
  [[nodiscard]] const NameIndex& names() const noexcept;
  [[nodiscard]] const LocalRules& local_rules() const noexcept;

  [[nodiscard]] const IngredientRow& ingredient(IngredientIndex index) const;

  // The bit of a route in masks; 0 for a word that is no route. And the name of a bit.
  [[nodiscard]] RouteMask route_bit(std::string_view route) const;
  [[nodiscard]] std::string_view route_name(RouteMask bit) const;

  // How much of the ingredient reaches the blood by the route; systemic when the route is not known.
  [[nodiscard]] core::Exposure exposure(IngredientIndex ingredient, RouteMask route) const;

  // A medicine of which only the ingredient is known: by its usual route, active.
  [[nodiscard]] DrugFact bare_fact(IngredientIndex ingredient) const;

  // The row of a quantity by its concept; null for another concept.
  [[nodiscard]] const QuantityDefinition* quantity_row(ConceptIndex quantity) const;
  [[nodiscard]] std::optional<ConceptIndex> condition(std::string_view name) const;
  [[nodiscard]] std::optional<ConceptIndex> quantity(std::string_view name) const;

  // What a person is rather than has (sex, being able to become pregnant): no subject of a finding.
  [[nodiscard]] bool is_trait(ConceptIndex condition) const;

  [[nodiscard]] bool is_symptom(ConceptIndex condition) const;
  [[nodiscard]] std::string condition_name(ConceptIndex condition) const;

  // A matcher of the rules, for one thread. They are laid out when the first one is asked for, and copied from there.
  // Of the rules of hospitals those count that count on a day which is not known, until it is told of a day.
  [[nodiscard]] Matcher matcher() const;

  // What medicines are given for, as the default policy reads the tables; made when first asked for.
  [[nodiscard]] const Indications& indications() const;

  // An empty state of a patient in the terms of this knowledge base, to be filled.
  [[nodiscard]] PatientState patient_state() const;

  // Reads names, conditions, allergies, values as the tables of this knowledge base tell.
  [[nodiscard]] const PatientVocabulary& vocabulary() const noexcept;

  [[nodiscard]] core::Result<RuleTexts> texts(RuleIndex rule) const;

  // The tables as text, in canonical form.
  [[nodiscard]] core::Result<Seed> seed() const;

  // The records of these ids ("a | b"), in their order.
  [[nodiscard]] core::Result<std::vector<core::EvidenceRecord>> evidence(std::string_view ids) const;

 private:
  struct Impl;
  explicit KnowledgeBase(std::unique_ptr<Impl> impl);
  void index_exposures();
  void index_patient_tables();
  [[nodiscard]] core::Result<RuleTexts> read_texts(RuleIndex rule) const;
  std::unique_ptr<Impl> impl_;
};

}  // namespace guardian::knowledge
