#include "tests/support/patient_rule_cases.hpp"

#include <algorithm>
#include <utility>

#include "knowledge/patient_state.hpp"
#include "tests/support/case_numbers.hpp"

namespace guardian::tests {
namespace {

using namespace guardian::knowledge;

class PatientChoices {
 public:
  PatientChoices(const KnowledgeBase& base, RuleIndex rule, const Condition* exception,
                 std::vector<CaseChoice>& choices)
      : rules_(base.rules()), base_(base), choices_(choices) {
    for (const Term& term : rules_.terms(rule)) wanted_.push_back(term);
    all_ = wanted_;
    for (const Condition& condition : rules_.conditions(rule)) {
      for (const Term& term : rules_.patient_terms(condition)) all_.push_back(term);
    }
    if (exception == nullptr) return;
    for (const Term& term : rules_.patient_terms(*exception)) wanted_.push_back(term);
  }

  void add() {
    std::vector<ConceptIndex> quantities;
    for (const Term& term : wanted_) {
      if (term.label == TermLabel::condition) add_condition(term);
      if (term.label == TermLabel::allergy) add_allergy(term);
      if (term.label != TermLabel::value) continue;
      const ConceptIndex quantity = quantity_of(rules_, term);
      if (std::find(quantities.begin(), quantities.end(), quantity) != quantities.end()) continue;
      quantities.push_back(quantity);
      add_quantity(quantity);
    }
  }

 private:
  // Not stated, unless the wanted terms ask; then those at the limits of all terms of the rule.
  static std::vector<double> ages(const std::vector<Predicate>& wanted, const std::vector<Predicate>& others) {
    std::vector<double> numbers = fitting_numbers(wanted, others);
    if (wanted.empty()) numbers.insert(numbers.begin(), unknown_number);
    return numbers;
  }

  void add_condition(const Term& term) {
    std::vector<Predicate> others;
    for (const Term& other : all_) {
      const bool dated = other.label == TermLabel::condition || other.label == TermLabel::without;
      if (!dated) continue;
      const auto within = of_kind(rules_, other, PredicateKind::within);
      others.insert(others.end(), within.begin(), within.end());
    }
    const auto events = ages(of_kind(rules_, term, PredicateKind::within), others);
    const auto alternatives = rules_.alternatives(term.alternatives);
    choices_.push_back({alternatives.size() * events.size(),
                        [&rules = rules_, alternatives, events](RuleCase& made, std::size_t option) {
                          const Range alternative = alternatives[option % alternatives.size()];
                          const double age = events[option / alternatives.size()];
                          for (const ConceptIndex wanted : rules.concepts(alternative)) {
                            made.patient.conditions.push_back({wanted, Truth::yes, age, 0});
                          }
                          return true;
                        }});
  }

  // One value for all terms that ask for the quantity.
  void add_quantity(ConceptIndex quantity) {
    const auto predicates_of = [&](const std::vector<Term>& terms, PredicateKind kind, TermLabel label) {
      std::vector<Predicate> all;
      for (const Term& term : terms) {
        if (term.label != label || quantity_of(rules_, term) != quantity) continue;
        const auto some = of_kind(rules_, term, kind);
        all.insert(all.end(), some.begin(), some.end());
      }
      return all;
    };
    const auto numbers = fitting_numbers(predicates_of(wanted_, PredicateKind::value, TermLabel::value),
                                         predicates_of(all_, PredicateKind::value, TermLabel::value));
    const auto taken = ages(predicates_of(wanted_, PredicateKind::within, TermLabel::value),
                            predicates_of(wanted_, PredicateKind::within, TermLabel::missing));
    choices_.push_back({numbers.size() * taken.size(), [=](RuleCase& made, std::size_t option) {
                          const double number = numbers[option % numbers.size()];
                          const double age = taken[option / numbers.size()];
                          made.patient.quantities.push_back({quantity, number, number, age, 0});
                          return true;
                        }});
  }

  // The grades of reactions that a term allows, the one that is not known first.
  static std::vector<RouteMask> reactions(const std::vector<Predicate>& wanted) {
    std::vector<RouteMask> grades;
    for (int grade = static_cast<int>(ReactionGrade::unknown); grade >= 0; --grade) {
      const RouteMask bit = reaction_bit(static_cast<ReactionGrade>(grade));
      const bool fits = std::all_of(wanted.begin(), wanted.end(),
                                    [&](const Predicate& predicate) { return (predicate.routes & bit) != 0; });
      if (fits) grades.push_back(bit);
    }
    return grades;
  }

  // What the term names; then every ingredient that is or belongs to it.
  [[nodiscard]] std::vector<ConceptIndex> allergens(const Term& term) const {
    std::vector<ConceptIndex> found;
    for (const Range alternative : rules_.alternatives(term.alternatives)) {
      if (alternative.count == 1) found.push_back(rules_.concepts(alternative).front());
    }
    for (const std::uint32_t ingredient : base_.lit().satisfying(rules_, term.alternatives)) {
      found.push_back(static_cast<ConceptIndex>(ingredient));
    }
    return found;
  }

  void add_allergy(const Term& term) {
    const auto grades = reactions(of_kind(rules_, term, PredicateKind::reaction));
    const auto years = ages(of_kind(rules_, term, PredicateKind::years), {});
    const bool to_the_medicine = term.alternatives.count == 0;
    const auto substances = to_the_medicine ? std::vector<ConceptIndex>{ConceptIndex{}} : allergens(term);
    choices_.push_back({substances.size(), [=](RuleCase& made, std::size_t option) {
                          ConceptIndex allergen = substances[option];
                          if (to_the_medicine) allergen = static_cast<ConceptIndex>(raw(made.facts.front().ingredient));
                          made.patient.allergies.push_back({allergen, 0, unknown_number, 0});
                          return true;
                        }});
    choices_.push_back({grades.size() * years.size(), [=](RuleCase& made, std::size_t option) {
                          made.patient.allergies.back().reaction = grades[option % grades.size()];
                          made.patient.allergies.back().years = years[option / grades.size()];
                          return true;
                        }});
  }

  const RuleSet& rules_;
  const KnowledgeBase& base_;
  std::vector<CaseChoice>& choices_;
  std::vector<Term> wanted_;
  std::vector<Term> all_;  // of the rule and of all its exceptions and modifiers
};

}  // namespace

// Those of one kind.
std::vector<Predicate> of_kind(const RuleSet& rules, const Term& term, PredicateKind kind) {
  std::vector<Predicate> predicates;
  for (const Predicate& predicate : rules.predicates(term.predicates)) {
    if (predicate.kind == kind) predicates.push_back(predicate);
  }
  return predicates;
}

ConceptIndex quantity_of(const RuleSet& rules, const Term& term) {
  return rules.concepts(rules.alternatives(term.alternatives).front()).front();
}

void add_patient_choices(const KnowledgeBase& base, RuleIndex rule, const Condition* exception,
                         std::vector<CaseChoice>& choices) {
  PatientChoices(base, rule, exception, choices).add();
}

}  // namespace guardian::tests
