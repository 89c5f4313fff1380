#include "knowledge/suspect_medicines.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <tuple>

#include "knowledge/finding_words.hpp"
#include "knowledge/pair_index.hpp"

namespace guardian::knowledge {
namespace {

constexpr std::string_view reaction_prefix = "ADR-";  // of reaction rules (knowledge/seed/rules.reaction.tsv)
constexpr std::string_view disease_prefix = "DIS-";

// One ingredient of the case with all its medicines.
struct Taken {
  IngredientIndex ingredient{};
  const DrugFact* fact = nullptr;  // that counts: one that is taken before one that was stopped
  std::vector<std::string> elements;
};

class Search {
 public:
  Search(const KnowledgeBase& base, const CauseQuestion& question, const CauseTables& tables)
      : base_(base),
        question_(question),
        tables_(tables),
        any_(base.graph().find({ConceptKind::any, {}, {}, 0, false})) {
    abrupt_stop_ = base.condition("abrupt_stop");
    for (const Manifestation& seen : question.seen) {
      lit_.emplace_back();
      for (const ConceptIndex concept_index : base.graph().closure(seen.what)) lit_.back().insert(raw(concept_index));
    }
  }

  core::Result<CauseAnswer> run() {
    collect_medicines();
    for (const Taken& taken : taken_) {
      Suspect suspect;
      suspect.ingredient = taken.ingredient;
      suspect.name = base_.graph().ingredient_name(taken.ingredient);
      suspect.elements = taken.elements;
      add_rows(taken, suspect);
      if (const auto read = add_rules(taken, suspect); !read) return core::fail(read.error());
      if (suspect.reasons.empty()) continue;
      sort_reasons(suspect);
      read_times(taken, suspect);
      answer_.suspects.push_back(std::move(suspect));
    }
    rank();
    for (std::size_t i = 0; i < question_.seen.size(); ++i) {
      const bool explained = std::any_of(answer_.suspects.begin(), answer_.suspects.end(), [&](const Suspect& suspect) {
        return std::any_of(suspect.reasons.begin(), suspect.reasons.end(),
                           [&](const CauseReason& reason) { return reason.manifestation == i; });
      });
      if (!explained) answer_.unexplained.push_back(i);
    }
    return std::move(answer_);
  }

 private:
  void collect_medicines() {
    std::map<std::size_t, Taken> by_ingredient;
    for (const DrugFact& fact : question_.screened.facts) {
      Taken& taken = by_ingredient[raw(fact.ingredient)];
      taken.ingredient = fact.ingredient;
      const std::string why = reason_to_leave_out(fact);
      if (why.empty()) {
        taken.elements.push_back(question_.screened.elements[fact.source]);
        if (taken.fact == nullptr || (taken.fact->stopped && !fact.stopped)) taken.fact = &fact;
      } else {
        set_aside_[raw(fact.ingredient)] = why;
      }
    }
    for (auto& [number, taken] : by_ingredient) {
      if (taken.fact != nullptr) {
        taken_.push_back(std::move(taken));
      } else {
        answer_.set_aside.push_back({base_.graph().ingredient_name(taken.ingredient), set_aside_[number]});
      }
    }
  }

  static std::string reason_to_leave_out(const DrugFact& fact) {
    if (fact.exposure == core::Exposure::none) return "does not reach the blood";
    if (fact.exposure == core::Exposure::local) return "given locally: little of it reaches the blood";
    if (fact.stopped && !still_acts(fact)) return "stopped " + days_text(fact.stopped_days) + " ago: has left the body";
    if (fact.ordered && !fact.stopped) return "ordered, not taken yet";
    return {};
  }

  bool shows(ConceptIndex wanted, int direction, std::size_t manifestation) const {
    const Manifestation& seen = question_.seen[manifestation];
    if (seen.direction != direction) return false;
    return direction == 0 ? lit_[manifestation].count(raw(wanted)) == 1 : raw(seen.what) == raw(wanted);
  }

  // The grade of the alternative that the ingredient lights; 0: it lights none.
  int grade_of(const CauseRow& row, IngredientIndex ingredient) const {
    for (const AlternativeNames& alternative : row.cause) {
      bool all = !alternative.empty();
      int own = row.grade;
      for (const ConceptName& name : alternative) {
        const auto wanted = base_.graph().find(name);
        all = all && wanted && base_.lit().lights(ingredient, *wanted);
        if (all && row.grade == 0) own = base_.graph().own_grade(ingredient, *wanted);
      }
      if (all) return std::max(own, 1);
    }
    return 0;
  }

  void add_rows(const Taken& taken, Suspect& suspect) const {
    for (const CauseRow& row : tables_.causes) {
      const int grade = grade_of(row, taken.ingredient);
      if (grade == 0) continue;
      for (std::size_t i = 0; i < question_.seen.size(); ++i) {
        const bool is_shown = std::any_of(row.shows.begin(), row.shows.end(), [&](const CauseRow::Shown& shown) {
          const auto wanted = shown.direction == 0 ? base_.condition(shown.name) : base_.quantity(shown.name);
          return wanted && shows(*wanted, shown.direction, i);
        });
        if (is_shown)
          suspect.reasons.push_back({row.id, CauseKind::known, grade, i, row.why, row.onset, row.evidence, {}, false});
      }
    }
  }

  // Whether the term asks for one of some medicines, and this is one of them.
  bool names(const Term& term, IngredientIndex ingredient) const {
    const RuleSet& rules = base_.rules();
    for (const Range& alternative : rules.alternatives(term.alternatives)) {
      bool all = alternative.count > 0;
      for (const ConceptIndex wanted : rules.concepts(alternative)) {
        if (any_ && raw(*any_) == raw(wanted)) return false;
        all = all && base_.lit().lights(ingredient, wanted);
      }
      if (all) return true;
    }
    return false;
  }

  bool speaks_of_stopping(const Term& term) const {
    if (!abrupt_stop_) return false;
    const RuleSet& rules = base_.rules();
    for (const Range& alternative : rules.alternatives(term.alternatives)) {
      for (const ConceptIndex wanted : rules.concepts(alternative)) {
        if (raw(wanted) == raw(*abrupt_stop_)) return true;
      }
    }
    return false;
  }

  // 1: above a limit, -1: below one, 0: neither or both.
  int direction_of(const Term& term) const {
    int direction = 0;
    for (const Predicate& predicate : base_.rules().predicates(term.predicates)) {
      if (predicate.kind != PredicateKind::value) continue;
      const bool above =
          predicate.comparison == Comparison::greater || predicate.comparison == Comparison::greater_or_equal;
      const bool below = predicate.comparison == Comparison::less || predicate.comparison == Comparison::less_or_equal;
      if (above) direction = 1;
      // "from 1000, below 2000" is a step of what is above.
      if (below && direction == 0) direction = -1;
    }
    return direction;
  }

  bool asks_for(const Term& term, std::size_t manifestation) const {
    const bool is_value = term.label == TermLabel::value;
    if (!is_value && term.label != TermLabel::condition) return false;
    const int direction = is_value ? direction_of(term) : 0;
    if (is_value && direction == 0) return false;
    const RuleSet& rules = base_.rules();
    for (const Range& alternative : rules.alternatives(term.alternatives)) {
      for (const ConceptIndex wanted : rules.concepts(alternative)) {
        if (shows(wanted, direction, manifestation)) return true;
      }
    }
    return false;
  }

  // The first thing that a rule asks of the patient is the harm; what follows makes it worse or more certain.
  const Term* harm_of(std::span<const Term> terms) const {
    for (const Term& term : terms) {
      if (term.label == TermLabel::condition || (term.label == TermLabel::value && !is_attribute(term))) return &term;
    }
    return nullptr;
  }

  bool is_attribute(const Term& term) const {
    const RuleSet& rules = base_.rules();
    for (const Range& alternative : rules.alternatives(term.alternatives)) {
      for (const ConceptIndex wanted : rules.concepts(alternative)) {
        const QuantityDefinition* row = base_.quantity_row(wanted);
        if (row != nullptr && row->kind == "attribute") return true;
      }
    }
    return false;
  }

  // Of a symptom or a state, such as diarrhea, a disease rule says when a medicine is a danger, not that it is the
  // cause.
  bool is_disease(std::size_t manifestation) const {
    const std::string name = base_.condition_name(question_.seen[manifestation].what);
    const auto& rows = base_.patient_tables().conditions;
    return std::any_of(rows.begin(), rows.end(),
                       [&](const auto& row) { return row.condition == name && row.kind == "disease"; });
  }

  // What kind of cause a rule names; nothing: it names none.
  std::optional<CauseKind> kind_of(RuleIndex rule) const {
    const RuleHead& head = base_.rules().head(rule);
    if (head.scope != RuleScope::patient) return std::nullopt;
    if (head.kind == RuleKind::red_flag) return CauseKind::reaction;
    const std::string_view id = base_.rules().id(rule);
    if (id.substr(0, reaction_prefix.size()) == reaction_prefix) return CauseKind::reaction;
    if (id.substr(0, disease_prefix.size()) == disease_prefix) return CauseKind::worsens;
    return std::nullopt;
  }

  core::Result<void> add_rules(const Taken& taken, Suspect& suspect) const {
    const RuleSet& rules = base_.rules();
    for (std::size_t number = 0; number < rules.size(); ++number) {
      const auto rule = static_cast<RuleIndex>(number);
      const auto kind = kind_of(rule);
      if (!kind) continue;
      const auto terms = rules.terms(rule);
      const bool speaks_of_it = std::any_of(terms.begin(), terms.end(), [&](const Term& term) {
        return !is_about_patient(term.label) && names(term, taken.ingredient);
      });
      if (!speaks_of_it || std::any_of(terms.begin(), terms.end(), [&](const Term& term) {
            return term.label == TermLabel::condition && speaks_of_stopping(term);
          }))
        continue;
      for (std::size_t i = 0; i < question_.seen.size(); ++i) {
        if (*kind == CauseKind::worsens && !is_disease(i)) continue;
        if (const Term* harm = harm_of(terms); harm == nullptr || !asks_for(*harm, i)) continue;
        const auto reason = rule_reason(rule, *kind, suspect, i);
        if (!reason) return core::fail(reason.error());
        suspect.reasons.push_back(*reason);
      }
    }
    return {};
  }

  core::Result<CauseReason> rule_reason(RuleIndex rule, CauseKind kind, const Suspect& suspect,
                                        std::size_t manifestation) const {
    const auto texts = base_.texts(rule);
    if (!texts) return core::fail(texts.error());
    CauseReason reason;
    reason.row = std::string(base_.rules().id(rule));
    reason.kind = kind;
    reason.manifestation = manifestation;
    const bool is_flag = base_.rules().head(rule).kind == RuleKind::red_flag;
    // A red flag has a title in the place of a mechanism (knowledge/schema.sql).
    reason.why = filled(texts->mechanism.empty() ? texts->effect : texts->mechanism,
                        {{"drug", suspect.name},
                         {"a", suspect.name},
                         {"b", suspect.name},
                         {"condition", question_.seen[manifestation].title},
                         {"value", question_.seen[manifestation].title}});
    reason.grade = kind == CauseKind::worsens ? 1 : is_flag ? 2 : 3;
    std::vector<std::string> ids;
    for (const core::EvidenceRecord& record : texts->evidence) ids.push_back(record.id);
    reason.evidence = joined(ids, " | ");
    for (const core::Finding& finding : question_.findings) {
      const bool of_rule = std::find(finding.rules.begin(), finding.rules.end(), reason.row) != finding.rules.end();
      const bool of_medicine =
          std::find(finding.medicines.begin(), finding.medicines.end(), suspect.name) != finding.medicines.end();
      if (!of_rule || !of_medicine) continue;
      reason.finding = finding.id;
      reason.reported = true;
    }
    for (const core::RedFlag& flag : question_.red_flags) {
      const bool of_medicine =
          std::find(flag.subjects.begin(), flag.subjects.end(), suspect.name) != flag.subjects.end();
      reason.reported = reason.reported || (flag.id == reason.row && of_medicine);
    }
    return reason;
  }

  static std::tuple<bool, int, bool> strength(const CauseReason& reason) {
    return {reason.reported, reason.grade, reason.kind != CauseKind::worsens};
  }

  static void sort_reasons(Suspect& suspect) {
    std::sort(suspect.reasons.begin(), suspect.reasons.end(), [](const CauseReason& one, const CauseReason& two) {
      const auto left = strength(one);
      const auto right = strength(two);
      if (left != right) return left > right;
      return std::tie(one.row, one.manifestation) < std::tie(two.row, two.manifestation);
    });
  }

  void read_times(const Taken& taken, Suspect& suspect) const {
    for (const MedicineStart& start : question_.starts) {
      const bool is_it =
          std::find(start.ingredients.begin(), start.ingredients.end(), taken.ingredient) != start.ingredients.end();
      if (is_it) suspect.started_days = start.days_ago;
    }
    if (taken.fact->stopped) {
      suspect.timing = CauseTiming::stopped;
      if (!std::isnan(taken.fact->stopped_days)) suspect.stopped_days = taken.fact->stopped_days;
    }
    if (!suspect.started_days) return;
    // A day either way: "last week" and "7 days ago" are no precise times.
    constexpr double day = 1.0;
    for (const CauseReason& reason : suspect.reasons) {
      const auto began = question_.seen[reason.manifestation].began_days;
      if (!began) continue;
      const double after = *suspect.started_days - *began;
      if (after < -day) {
        suspect.timing = CauseTiming::before;
      } else if (after + day < earliest_days(reason.onset)) {
        if (suspect.timing == CauseTiming::not_known) suspect.timing = CauseTiming::early;
      } else {
        suspect.timing = CauseTiming::fits;  // one that fits is enough
        return;
      }
    }
  }

  static std::size_t explained_by(const Suspect& suspect) {
    std::set<std::size_t> explained;
    for (const CauseReason& reason : suspect.reasons) explained.insert(reason.manifestation);
    return explained.size();
  }

  void rank() {
    const auto key = [](const Suspect& suspect) {
      return std::tuple(suspect.timing != CauseTiming::before, explained_by(suspect),
                        strength(suspect.reasons.front()));
    };
    std::sort(answer_.suspects.begin(), answer_.suspects.end(), [&](const Suspect& one, const Suspect& two) {
      const auto left = key(one);
      const auto right = key(two);
      return left != right ? left > right : one.name < two.name;
    });
  }

  const KnowledgeBase& base_;
  const CauseQuestion& question_;
  const CauseTables& tables_;
  std::optional<ConceptIndex> any_;
  std::optional<ConceptIndex> abrupt_stop_;
  std::vector<std::set<std::size_t>> lit_;  // by manifestation: itself and all above it
  std::vector<Taken> taken_;
  std::map<std::size_t, std::string> set_aside_;
  CauseAnswer answer_;
};

}  // namespace

std::string_view to_string(CauseTiming timing) noexcept {
  switch (timing) {
    case CauseTiming::not_known: return "not known";
    case CauseTiming::fits: return "fits";
    case CauseTiming::early: return "early";
    case CauseTiming::before: return "before";
    case CauseTiming::stopped: return "stopped";
  }
  return "not known";
}

core::Result<CauseAnswer> suspect_medicines(const KnowledgeBase& base, const CauseQuestion& question,
                                            const CauseTables& tables) {
  return Search(base, question, tables).run();
}

}  // namespace guardian::knowledge
