#include "knowledge/finding_text.hpp"

#include <algorithm>
#include <map>

#include "knowledge/digest.hpp"
#include "knowledge/finding_sources.hpp"
#include "knowledge/finding_words.hpp"
#include "knowledge/text.hpp"

namespace guardian::knowledge {
namespace {

using core::Finding;
using core::FindingType;

constexpr std::size_t id_length = 12;      // hex digits of a finding's id
constexpr std::size_t subsets_shown = 20;  // smallest explaining subsets of a cumulative finding

std::string title_of(const Finding& finding) {
  std::string title = listed(finding.subjects);
  if (finding.type == FindingType::route) return title + ": applied locally, no precaution needed";
  if (finding.type == FindingType::washout) title += " (recently stopped)";
  return title + ": " + severity_words(finding, "combine");
}

// "inhibits:strong", "substrate:sensitive"
std::string role_edge(const ConceptName& role) {
  std::string edge;
  switch (role.relation) {
    case Relation::inhibitor: edge = "inhibits:"; break;
    case Relation::inducer: edge = "induces:"; break;
    case Relation::substrate: edge = "substrate:"; break;
    case Relation::prodrug: edge = "activated by:"; break;
  }
  return edge + std::string(grade_word(role.relation, role.grade));
}

// One concept of a term: a rung of a ladder is one edge with the grade of the ingredient itself, a class the way to it.
std::vector<core::PathStep> concept_path(const ConceptGraph& graph, IngredientIndex ingredient, ConceptIndex wanted) {
  if (graph.find(ConceptName{ConceptKind::any, {}, {}, 0, false}) == wanted) return {};  // every medicine is one
  const ConceptName* rung = graph.ladder_name(wanted);
  if (rung == nullptr) return graph.path(ingredient, wanted);
  ConceptName own = *rung;
  own.grade = graph.own_grade(ingredient, wanted);
  const std::string edge = own.kind == ConceptKind::role
                               ? role_edge(own)
                               : std::string("has effect:") + (own.falling ? "-" : "+") + std::to_string(own.grade);
  return {{graph.ingredient_name(ingredient), edge, graph.ladder_title(wanted)}};
}

class Writer {
 public:
  Writer(const KnowledgeBase& base, const Matcher& matcher, const MatchResult& result, const MatchedFinding& matched,
         const MatchedCase& subject)
      : base_(base), matcher_(matcher), result_(result), matched_(matched), subject_(subject) {}

  core::Result<Finding> write() {
    finding_.type = matched_.type;
    finding_.severity = matched_.severity;
    finding_.contraindication = matched_.contraindication;
    finding_.inferred = matched_.inferred;
    finding_.interruptive = core::is_interruptive(matched_.severity);
    for (const IngredientIndex ingredient : result_.of(matched_)) finding_.subjects.push_back(name(ingredient));
    finding_.medicines = finding_.subjects;
    add_elements();

    // The most severe rule speaks; what the others add to it follows under "rules", "evidence" and "path".
    const auto fired = result_.fired(matched_);
    const auto lead = std::max_element(fired.begin(), fired.end(), [](const FiredRule& left, const FiredRule& right) {
      return left.severity < right.severity;
    });
    for (const FiredRule& rule : fired) {
      finding_.rules.emplace_back(base_.rules().id(rule.rule));
      const auto texts = base_.texts(rule.rule);
      if (!texts) return core::fail(texts.error());
      add_texts(rule, *texts, &rule == &*lead);
      add_voice(rule, *texts);
      add_path(rule);
      add_context(rule, *texts);
      add_local_words(base_, rule.rule, rule.severity, rule.lowered, subject_.day, finding_.context);
    }
    if (matched_.type == FindingType::cumulative) add_subsets(lead->rule);
    finding_.title = title_of(finding_);
    if (finding_.type == FindingType::route) speak_of_route();
    finding_.sources = finding_sources(voices_, finding_.management);
    finding_.id = finding_id(finding_);
    return std::move(finding_);
  }

 private:
  [[nodiscard]] const std::string& name(IngredientIndex ingredient) const {
    return base_.graph().ingredient_name(ingredient);
  }
  [[nodiscard]] const std::string& fact_name(std::uint32_t fact) const { return name(subject_.facts[fact].ingredient); }

  void add_elements() {
    for (const DrugFact& fact : subject_.facts) {
      const auto ingredients = result_.of(matched_);
      if (std::find(ingredients.begin(), ingredients.end(), fact.ingredient) == ingredients.end()) continue;
      if (fact.source < subject_.elements.size()) add_once(finding_.elements, subject_.elements[fact.source]);
    }
  }

  [[nodiscard]] std::map<std::string, std::string> names_for(const FiredRule& fired) const {
    std::map<std::string, std::string> names{{"all", listed(finding_.subjects)}};
    const auto terms = base_.rules().terms(fired.rule);
    if (base_.rules().is_pair_rule(fired.rule)) {
      names[std::string(to_string(terms[0].label))] = fact_name(fired.first_fact);
      names[std::string(to_string(terms[1].label))] = fact_name(fired.second_fact);
      return names;
    }
    for (const Term& term : terms) {
      std::vector<std::string> able;
      for (const IngredientIndex ingredient : result_.of(matched_)) {
        if (base_.lit().satisfies(base_.rules(), term.alternatives, ingredient)) able.push_back(name(ingredient));
      }
      names[std::string(to_string(term.label))] = listed(able);
    }
    return names;
  }

  void add_texts(const FiredRule& fired, const RuleTexts& texts, bool leads) {
    const auto names = names_for(fired);
    if (leads) {
      finding_.mechanism = filled(texts.mechanism, names);
      finding_.effect = filled(texts.effect, names);
      finding_.management = filled(texts.management, names);
      finding_.onset = texts.onset;
      for (const std::string& item : texts.monitoring) finding_.monitoring.push_back(filled(item, names));
    }
    for (const core::EvidenceRecord& record : texts.evidence) {
      add_once(finding_.evidence, record);
    }
    // Draft evidence is marked where it is cited; a draft rule with opened evidence only has this line to say so.
    const bool marked = std::any_of(texts.evidence.begin(), texts.evidence.end(),
                                    [](const core::EvidenceRecord& record) { return record.status == "draft"; });
    if (texts.status == "draft" && !marked && base_.rules().head(fired.rule).inferred == 0) {
      add_once(finding_.context,
               "rule " + std::string(base_.rules().id(fired.rule)) + " is a draft: not every point of it is checked");
    }
  }

  // Of a local use no rule gives advice.
  void add_voice(const FiredRule& fired, const RuleTexts& texts) {
    const RuleHead& head = base_.rules().head(fired.rule);
    const bool ours = head.precedence == 0;
    voices_.push_back(
        {std::string(base_.rules().id(fired.rule)), texts.source, head.precedence, fired.severity,
         !ours                ? texts.level
         : head.inferred != 0 ? "inferred"
                              : texts.status,
         finding_.type == FindingType::route ? std::string() : filled(texts.management, names_for(fired))});
  }

  void add_path(const FiredRule& fired) {
    const auto terms = base_.rules().terms(fired.rule);
    const bool pair = base_.rules().is_pair_rule(fired.rule);
    if (pair) add_shared_targets(fired);
    for (std::size_t t = 0; t < terms.size(); ++t) {
      for (const IngredientIndex ingredient : result_.of(matched_)) {
        const std::uint32_t bound = t == 0 ? fired.first_fact : fired.second_fact;
        if (pair && subject_.facts[bound].ingredient != ingredient) continue;
        if (!base_.lit().satisfies(base_.rules(), terms[t].alternatives, ingredient)) continue;
        const auto path = term_path(base_, terms[t], ingredient);
        for (const core::PathStep& step : path) add_step(step);
        add_step({path.empty() ? name(ingredient) : path.back().to, std::string(to_string(terms[t].label)) + " of",
                  std::string(base_.rules().id(fired.rule))});
      }
    }
  }

  // Where the precipitant acts on an enzyme or transporter that the object depends on, the path says so, whatever
  // concepts the rule itself names.
  void add_shared_targets(const FiredRule& fired) {
    const auto terms = base_.rules().terms(fired.rule);
    if (terms[0].label != TermLabel::object || terms[1].label != TermLabel::precipitant) return;
    const IngredientIndex object = subject_.facts[fired.first_fact].ingredient;
    const IngredientIndex precipitant = subject_.facts[fired.second_fact].ingredient;
    for (const auto& shared : base_.graph().shared_targets(precipitant, object)) {
      add_step({name(precipitant), role_edge(shared.precipitant), shared.precipitant.name});
      add_step({name(object), role_edge(shared.object), shared.object.name});
    }
  }

  void add_step(core::PathStep step) { add_once(finding_.path, std::move(step)); }

  void add_context(const FiredRule& fired, const RuleTexts& texts) {
    const auto conditions = base_.rules().conditions(fired.rule);
    for (const BindingNote& note : matcher_.notes(fired)) {
      const std::string& drug = fact_name(note.fact);
      switch (note.kind) {
        case BindingNote::Kind::unknown_dose: add_once(finding_.context, "dose of " + drug + " not stated"); break;
        case BindingNote::Kind::unknown_route: add_once(finding_.context, "route of " + drug + " not stated"); break;
        case BindingNote::Kind::unknown_duration:
          add_once(finding_.context, "duration of " + drug + " not stated");
          break;
        case BindingNote::Kind::stopped: {
          const DrugFact& fact = subject_.facts[note.fact];
          const bool washout_known = fact.washout_days == fact.washout_days;  // not NaN
          add_once(finding_.context,
                   drug + " was stopped " + days_text(fact.stopped_days) + " ago" +
                       (washout_known ? "; it still acts for " + days_text(fact.washout_days) + " after the last dose"
                                      : std::string()));
          break;
        }
        case BindingNote::Kind::stopped_when_unknown:
          add_once(finding_.context, "when " + drug + " was stopped is not stated");
          break;
        case BindingNote::Kind::local: {
          const DrugFact& fact = subject_.facts[note.fact];
          const std::string route(base_.route_name(fact.route));
          add_once(finding_.context, drug + " is given by a local route" + (route.empty() ? "" : " (" + route + ")"));
          break;
        }
        case BindingNote::Kind::modifier:
          add_once(finding_.context,
                   std::string(conditions[note.condition].step > 0 ? "raised" : "lowered") + " one step: " +
                       (note.condition < texts.condition_reasons.size() ? texts.condition_reasons[note.condition]
                                                                        : std::string("modifier")));
          break;
      }
    }
  }

  void add_subsets(RuleIndex rule) {
    const auto ingredients = result_.of(matched_);
    for (const auto& subset : matcher_.minimal_subsets(rule, ingredients, subsets_shown)) {
      core::Subset names;
      for (const IngredientIndex ingredient : subset) names.push_back(name(ingredient));
      finding_.subsets.push_back(std::move(names));
    }
    for (const IngredientIndex ingredient : ingredients) {
      if (!matcher_.fires_without(rule, ingredients, ingredient)) finding_.best_removal.push_back(name(ingredient));
    }
  }

  // The rules would speak of the interaction as if both drugs were in the blood; this answer says why it does not
  // apply.
  void speak_of_route() {
    finding_.mechanism = "By mouth or injection this pair interacts; given locally, little of it reaches the blood.";
    finding_.effect = "No interaction is expected at ordinary amounts.";
    finding_.management =
        "No precaution needed. Check again if it is used on large or broken areas of skin, under a dressing, "
        "or if the route changes.";
    finding_.monitoring.clear();
    finding_.onset.clear();
  }

  const KnowledgeBase& base_;
  const Matcher& matcher_;
  const MatchResult& result_;
  const MatchedFinding& matched_;
  const MatchedCase& subject_;
  Finding finding_;
  std::vector<SourceVoice> voices_;
};

}  // namespace

core::Result<Finding> put_into_words(const KnowledgeBase& base, const Matcher& matcher, const MatchResult& result,
                                     const MatchedFinding& matched, const MatchedCase& subject) {
  return Writer(base, matcher, result, matched, subject).write();
}

void add_local_words(const KnowledgeBase& base, RuleIndex rule, core::Severity severity, std::uint8_t lowered,
                     std::string_view day, std::vector<std::string>& context) {
  if (const LocalRuleRow* row = base.local_rules().rule(rule)) add_once(context, local_rule_words(*row));
  if (lowered == 0) return;
  const auto judged = static_cast<core::Severity>(static_cast<int>(severity) + static_cast<int>(lowered));
  if (const LoweringRow* row = base.local_rules().lowering(rule, day))
    add_once(context, lowering_words(*row, judged, severity));
}

std::string finding_id(const Finding& finding) {
  std::string text(to_string(finding.type));
  for (const std::string& subject : finding.subjects) text += "\n" + subject;
  text += "\n";
  for (const std::string& rule : finding.rules) text += "\n" + rule;
  return sha256_hex(text).substr(0, id_length);
}

std::vector<core::PathStep> term_path(const KnowledgeBase& base, const Term& term, IngredientIndex ingredient) {
  std::vector<core::PathStep> steps;
  const RuleSet& rules = base.rules();
  for (const Range alternative : rules.alternatives(term.alternatives)) {
    const auto concepts = rules.concepts(alternative);
    const bool holds = std::all_of(concepts.begin(), concepts.end(),
                                   [&](ConceptIndex wanted) { return base.lit().lights(ingredient, wanted); });
    if (!holds) continue;
    for (const ConceptIndex wanted : concepts) {
      for (core::PathStep& step : concept_path(base.graph(), ingredient, wanted)) {
        if (std::find(steps.begin(), steps.end(), step) == steps.end()) steps.push_back(std::move(step));
      }
    }
    return steps;
  }
  return steps;
}

}  // namespace guardian::knowledge
