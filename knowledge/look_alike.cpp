#include "knowledge/look_alike.hpp"

#include <algorithm>
#include <set>

#include "knowledge/finding_text.hpp"
#include "knowledge/finding_words.hpp"
#include "knowledge/name_index.hpp"
#include "knowledge/text.hpp"

namespace guardian::knowledge {
namespace {

using core::Finding;

// What the pairs of names rest on; the indications bring their own.
constexpr std::string_view look_alike_evidence = "look-alike-names";

bool shares_ingredient(const NameEntry& entry, const NamedMedicine& medicine) {
  return std::any_of(entry.ingredients.begin(), entry.ingredients.end(), [&](IngredientIndex ingredient) {
    return std::find(medicine.ingredients.begin(), medicine.ingredients.end(), ingredient) !=
           medicine.ingredients.end();
  });
}

bool is_sold(const NameEntry& entry, std::string_view locale) {
  const auto is_country = [&](std::string_view country) { return lower_case(country) == lower_case(trimmed(locale)); };
  return entry.countries.empty() || std::any_of(entry.countries.begin(), entry.countries.end(), is_country);
}

}  // namespace

// A look-alike and the conditions of the patient that it would serve.
struct LookAlikeCheck::Match {
  const NameEntry* other = nullptr;
  std::vector<ConceptIndex> conditions;
};

LookAlikeCheck::LookAlikeCheck(const KnowledgeBase& base) : base_(base), indications_(base.indications()) {}

// A medicine with an ingredient of which no use is known may serve anything.
bool LookAlikeCheck::may_fit(const NamedMedicine& medicine, const PatientState& patient) const {
  return std::any_of(medicine.ingredients.begin(), medicine.ingredients.end(), [&](IngredientIndex ingredient) {
    const auto uses = indications_.purposes(ingredient, nullptr, true);
    return uses.empty() || std::any_of(uses.begin(), uses.end(),
                                       [&](const Purpose& use) { return patient.lit(use.condition) != Truth::no; });
  });
}

std::vector<LookAlikeCheck::Match> LookAlikeCheck::matches(const NamedMedicine& medicine,
                                                           std::span<const NamedMedicine> all,
                                                           const PatientState& patient, std::string_view locale) const {
  std::vector<Match> found;
  const auto served = [&](ConceptIndex condition) {
    return std::any_of(all.begin(), all.end(), [&](const NamedMedicine& other) {
      return std::any_of(other.ingredients.begin(), other.ingredients.end(), [&](IngredientIndex ingredient) {
        const auto uses = indications_.purposes(ingredient, &patient);
        return std::any_of(uses.begin(), uses.end(), [&](const Purpose& use) { return use.condition == condition; });
      });
    });
  };
  for (const std::string& name : base_.names().lookalikes_of(normalised_name(medicine.name))) {
    const auto meanings = base_.names().find(name);
    if (meanings.size() != 1 || meanings.front().kind == NameKind::ambiguous || !is_sold(meanings.front(), locale))
      continue;
    const NameEntry& other = meanings.front();
    // The medicine itself, or one that is there beside it.
    if (std::any_of(all.begin(), all.end(), [&](const NamedMedicine& one) { return shares_ingredient(other, one); }))
      continue;
    Match match{&other, {}};
    for (const IngredientIndex ingredient : other.ingredients) {
      for (const Purpose& use : indications_.purposes(ingredient, &patient)) {
        if (!served(use.condition)) add_once(match.conditions, use.condition);
      }
    }
    if (!match.conditions.empty()) found.push_back(std::move(match));
  }
  return found;
}

core::Result<std::vector<Finding>> LookAlikeCheck::findings(std::span<const NamedMedicine> medicines,
                                                            const PatientState& patient,
                                                            std::string_view locale) const {
  std::vector<Finding> all;
  const ConceptGraph& graph = base_.graph();
  std::set<std::string> names;
  for (const NamedMedicine& medicine : medicines) {
    if (base_.names().lookalikes_of(normalised_name(medicine.name)).empty() || may_fit(medicine, patient)) continue;
    const auto found = matches(medicine, medicines, patient, locale);
    if (found.empty() || !names.insert(medicine.name).second) continue;

    Finding finding;
    finding.type = core::FindingType::look_alike;
    finding.severity = core::Severity::moderate;
    for (const IngredientIndex ingredient : medicine.ingredients) {
      finding.subjects.push_back(graph.ingredient_name(ingredient));
    }
    finding.medicines = finding.subjects;
    finding.elements = {medicine.element};
    std::vector<std::string> others;
    std::vector<std::string> mixed_up{medicine.name};
    std::vector<std::string> conditions;
    std::string evidence_ids(look_alike_evidence);
    for (const Match& match : found) {
      others.push_back(match.other->name);
      mixed_up.push_back(match.other->name);
      finding.path.push_back({medicine.name, "mixed up with", match.other->name});
      for (const ConceptIndex condition : match.conditions) {
        add_once(conditions, graph.title(condition));
        finding.path.push_back({match.other->name, "given for", graph.title(condition)});
      }
      for (const std::string& id : indications_.evidence(match.other->ingredients, match.conditions)) {
        evidence_ids += " | " + id;
      }
    }
    auto evidence = base_.evidence(evidence_ids);
    if (!evidence) return core::fail(evidence.error());
    for (core::EvidenceRecord& record : *evidence) add_once(finding.evidence, std::move(record));
    finding.title = medicine.name + ": fits nothing stated; " + listed(others) +
                    (others.size() == 1 ? " looks alike and would" : " look alike and would");
    finding.mechanism = listed(mixed_up) + " are mixed up in writing, speech or on screens.";
    finding.effect = "The case states no condition that " + medicine.name + " is given for, but " + listed(conditions) +
                     ", which " + listed(others) + (others.size() == 1 ? " is" : " are") +
                     " given for and no other medicine covers.";
    finding.management =
        "Ask the prescriber which of them is meant and what it is for; add the indication to the order.";
    finding.id = finding_id(finding);
    all.push_back(std::move(finding));
  }
  return all;
}

}  // namespace guardian::knowledge
