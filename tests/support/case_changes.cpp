#include "tests/support/case_changes.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "tests/support/case_numbers.hpp"
#include "tests/support/case_search.hpp"
#include "tests/support/patient_rule_cases.hpp"

namespace guardian::tests {
namespace {

using namespace guardian::knowledge;

class ChangeList {
 public:
  ChangeList(const KnowledgeBase& base, RuleIndex rule)
      : base_(base), rules_(base.rules()), rule_(rule), terms_(rules_.terms(rule)) {}

  std::vector<CaseChange> make() {
    const RuleHead& head = rules_.head(rule_);
    std::size_t first = 0;
    for (position_ = 0; position_ < terms_.size(); ++position_) {
      const Term& term = terms_[position_];
      if (head.scope == RuleScope::patient) add_near_misses(term, first);
      if (is_about_patient(term.label)) continue;
      const bool counts_when_stopped = term.washout_days >= 0 || head.kind == RuleKind::red_flag;
      if (counts_when_stopped && term.label != TermLabel::products) add_stopped(term, first);
      first += facts_of_term(term);
    }
    return std::move(changes_);
  }

 private:
  void add(const std::string& what, std::function<void(RuleCase&)> change, CaseAnswer expected = CaseAnswer::silent) {
    changes_.push_back({"term " + std::to_string(position_ + 1) + " " + what, expected, std::move(change)});
  }

  void add_near_misses(const Term& term, std::size_t first) {
    switch (term.label) {
      case TermLabel::condition: condition(term); break;
      case TermLabel::without: without(term); break;
      case TermLabel::value: value(term); break;
      case TermLabel::missing: missing(term); break;
      case TermLabel::allergy: allergy(term); break;
      case TermLabel::products:
        add("in one medicine only", [=](RuleCase& made) { made.facts.resize(first + 1); });
        break;
      default: medicine(term, first); break;
    }
  }

  // What lights the term is taken away, whatever other term it was there for.
  void condition(const Term& term) {
    const auto lights_any = [&base = base_, term](const ConditionFact& fact) {
      const auto lit = base.graph().closure(fact.condition);
      for (const Range alternative : base.rules().alternatives(term.alternatives)) {
        for (const ConceptIndex wanted : base.rules().concepts(alternative)) {
          if (std::binary_search(lit.begin(), lit.end(), wanted)) return true;
        }
      }
      return false;
    };
    add("absent", [lights_any](RuleCase& made) { std::erase_if(made.patient.conditions, lights_any); });
    for (const Predicate& within : of_kind(rules_, term, PredicateKind::within)) {
      add("too long ago", [lights_any, within](RuleCase& made) {
        for (ConditionFact& fact : made.patient.conditions) {
          if (lights_any(fact)) fact.age_days = just_outside(within, within.number);
        }
      });
    }
  }

  void without(const Term& term) {
    const auto wanted = rules_.concepts(rules_.alternatives(term.alternatives).front());
    add("present", [wanted](RuleCase& made) {
      for (const ConceptIndex one : wanted) made.patient.conditions.push_back({one, Truth::yes, unknown_number, 0});
    });
  }

  void value(const Term& term) {
    const ConceptIndex quantity = quantity_of(rules_, term);
    const auto with_fact = [quantity](RuleCase& made, auto change) {
      for (QuantityFact& fact : made.patient.quantities) {
        if (fact.quantity == quantity) change(fact);
      }
    };
    int limit = 0;
    for (const Predicate& predicate : of_kind(rules_, term, PredicateKind::value)) {
      add("beyond limit " + std::to_string(++limit), [=](RuleCase& made) {
        with_fact(made, [&](QuantityFact& fact) {
          fact.low = just_outside(predicate, predicate.number);
          fact.high = fact.low;
        });
      });
    }
    const bool waits = term.on_unknown == OnUnknown::ask || term.on_unknown == OnUnknown::must;
    if (term.on_unknown == OnUnknown::fire) return;
    for (const Predicate& within : of_kind(rules_, term, PredicateKind::within)) {
      add(
          "too old",
          [=](RuleCase& made) {
            with_fact(made, [&](QuantityFact& fact) { fact.age_days = just_outside(within, within.number); });
          },
          waits && rules_.head(rule_).kind != RuleKind::sign ? CaseAnswer::waits : CaseAnswer::silent);
    }
  }

  // A value of the last days; and one that is too old, with which it is missing all the same.
  void missing(const Term& term) {
    const auto add_known = [&](const std::string& what, double age_days, CaseAnswer expected) {
      const QuantityFact known{quantity_of(rules_, term), 1.0, 1.0, age_days, 0};
      add(
          what,
          [known](RuleCase& made) {
            for (QuantityFact& fact : made.patient.quantities) {
              if (fact.quantity != known.quantity) continue;
              fact.age_days = known.age_days;
              return;
            }
            made.patient.quantities.push_back(known);
          },
          expected);
    };
    const auto all_within = of_kind(rules_, term, PredicateKind::within);
    if (all_within.empty()) add_known("known", unknown_number, CaseAnswer::silent);
    for (const Predicate& within : all_within) {
      add_known("known", just_within(within, within.number), CaseAnswer::silent);
      add_known("known long ago", just_outside(within, within.number), CaseAnswer::fires);
    }
  }

  // Allergies stand in the order of the terms that ask for them.
  void allergy(const Term& term) {
    const auto earlier = std::count_if(terms_.begin(), terms_.begin() + static_cast<std::ptrdiff_t>(position_),
                                       [](const Term& other) { return other.label == TermLabel::allergy; });
    const auto of_term = [earlier](RuleCase& made) { return made.patient.allergies.begin() + earlier; };
    add("absent", [of_term](RuleCase& made) { made.patient.allergies.erase(of_term(made)); });
    for (const Predicate& predicate : of_kind(rules_, term, PredicateKind::reaction)) {
      for (int grade = 0; grade <= static_cast<int>(ReactionGrade::unknown); ++grade) {
        const RouteMask bit = reaction_bit(static_cast<ReactionGrade>(grade));
        if ((predicate.routes & bit) != 0) continue;
        add("another reaction", [=](RuleCase& made) { of_term(made)->reaction = bit; });
        break;
      }
    }
    for (const Predicate& years : of_kind(rules_, term, PredicateKind::years)) {
      add("beyond its years", [=](RuleCase& made) { of_term(made)->years = just_outside(years, years.number); });
    }
  }

  void medicine(const Term& term, std::size_t index) {
    int limit = 0;
    for (const Predicate& predicate : rules_.predicates(term.predicates)) {
      if (predicate.kind == PredicateKind::status) {
        add("of the other status", [=](RuleCase& made) { made.facts[index].ordered = !made.facts[index].ordered; });
        if (predicate.routes != start_bit) continue;
        add("of what is taken under another name", [=](RuleCase& made) {
          DrugFact taken = made.facts[index];
          taken.ordered = false;
          taken.source += 1000;
          taken.name_hash += 1000;
          made.facts.push_back(taken);
        });
      } else if (predicate.kind == PredicateKind::route) {
        add("by another route", [predicate, index, &base = base_](RuleCase& made) {
          DrugFact& fact = made.facts[index];
          for (RouteMask bit = 1; !base.route_name(bit).empty(); bit <<= 1U) {
            if ((bit & predicate.routes) == 0 && base.exposure(fact.ingredient, bit) == fact.exposure) fact.route = bit;
          }
        });
      } else if (const DoseNumber number = dose_number(predicate); number.place != nullptr) {
        add("beyond limit " + std::to_string(++limit), [=](RuleCase& made) {
          made.facts[index].*number.place = just_outside(predicate, predicate.number * number.factor);
        });
      }
    }
  }

  void add_stopped(const Term& term, std::size_t index) {
    const bool red_flag = rules_.head(rule_).kind == RuleKind::red_flag;
    const auto stop = [washout = term.washout_days, red_flag, index](RuleCase& made, bool too_long_ago) {
      DrugFact& fact = made.facts[index];
      const double own = std::isnan(fact.washout_days) ? 0.0 : fact.washout_days;
      const double of_ingredient = std::max(day_after_last_dose, own);
      const double limit = washout < 0 ? of_ingredient : red_flag ? std::max(washout, of_ingredient) : washout;
      fact.stopped = true;
      fact.stopped_days = too_long_ago ? beyond(limit, +1) : limit;
    };
    add(
        "stopped within its washout", [stop](RuleCase& made) { stop(made, false); }, CaseAnswer::fires);
    add("stopped before its washout", [stop](RuleCase& made) { stop(made, true); });
  }

  const KnowledgeBase& base_;
  const RuleSet& rules_;
  RuleIndex rule_;
  std::span<const Term> terms_;
  std::size_t position_ = 0;
  std::vector<CaseChange> changes_;
};

}  // namespace

std::vector<CaseChange> changes_for(const KnowledgeBase& base, RuleIndex rule) { return ChangeList(base, rule).make(); }

}  // namespace guardian::tests
