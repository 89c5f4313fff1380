#include "knowledge/screen.hpp"

#include <algorithm>
#include <set>

#include "knowledge/finding_text.hpp"
#include "knowledge/resolver.hpp"
#include "knowledge/text.hpp"

namespace guardian::knowledge {
namespace {

using core::Finding;
using core::FindingType;
using core::MedicationEntry;
using core::MedicationStatus;
using core::Severity;

std::string wanted_text(const KnowledgeBase& base, const Unevaluated& missing) {
  const std::string& drug = base.graph().ingredient_name(missing.of);
  switch (missing.wanted) {
    case WantedFact::dose: return "dose of " + drug;
    case WantedFact::route: return "route of " + drug;
    case WantedFact::duration: return "duration of " + drug;
    case WantedFact::washout_time: return "how long " + drug + " acts after the last dose";
  }
  return {};
}

// What was stated and this version has no check for. Said, so that silence is not taken for an answer.
void add_missing_checks(const core::Case& subject, std::vector<core::NotAssessed>& list) {
  const std::string why = "stated, but this version checks interactions between medicines only";
  const auto add = [&](bool stated, const char* check) {
    if (stated) list.push_back({check, why, true});
  };
  add(!subject.patient.allergies.empty(), "drug-allergy checks");
  add(!subject.patient.conditions.empty(), "drug-disease checks");
  add(!subject.patient.labs.empty(), "drug-laboratory checks");
  add(subject.patient.pregnant.value_or(false) || subject.patient.gestation_weeks.has_value(), "pregnancy checks");
  add(subject.patient.lactating.value_or(false), "lactation checks");
  add(!subject.note.empty(), "reading of the free-text note");
  add(subject.vitals.has_value(), "triage by vital signs");
}

Finding unresolved_finding(const core::UnresolvedMedication& unresolved) {
  Finding finding;
  finding.type = FindingType::unresolved;
  finding.severity = Severity::major;
  finding.interruptive = true;
  finding.subjects = {unresolved.text.empty() ? unresolved.element : unresolved.text};
  finding.title = finding.subjects.front() + ": name not resolved, not checked";
  finding.mechanism = unresolved.reason;
  finding.effect = "No interaction of this medicine was checked.";
  finding.management = "Find out which medicine is meant and review the case again.";
  if (!unresolved.candidates.empty()) {
    std::vector<std::string> names;
    for (const core::NameCandidate& candidate : unresolved.candidates) {
      const std::string content = joined(candidate.ingredients, " + ");
      names.push_back(candidate.name == content ? content : candidate.name + " (" + content + ")");
      if (names.size() == 3) break;
    }
    finding.management += " Could be: " + joined(names, ", ") + ".";
  }
  finding.elements = {unresolved.element};
  finding.id = finding_id(finding);
  return finding;
}

}  // namespace

struct Screener::Impl {
  std::shared_ptr<const KnowledgeBase> base;
  Matcher matcher;
  std::vector<DrugFact> facts;
  std::vector<std::string> elements;

  explicit Impl(std::shared_ptr<const KnowledgeBase> knowledge)
      : base(std::move(knowledge)), matcher(base->graph(), base->rules(), base->lit(), base->pairs()) {}

  void read_medications(const core::Case& subject, Screening& screening) {
    facts.clear();
    elements.clear();
    for (std::uint32_t i = 0; i < subject.medications.size(); ++i) {
      const MedicationEntry& entry = subject.medications[i];
      elements.push_back(entry.element);
      const Resolution resolution = resolve(*base, {entry.text, entry.code, entry.code_system, subject.locale});
      if (resolution.resolved) {
        screening.resolved.push_back(resolved(entry, resolution));
        add_facts(entry, resolution, i, screening);
      } else {
        screening.unresolved.push_back(unresolved(entry, resolution));
      }
    }
  }

  [[nodiscard]] core::ResolvedMedication resolved(const MedicationEntry& entry, const Resolution& resolution) const {
    const Interpretation& meant = resolution.interpretations.front();
    core::ResolvedMedication medication;
    medication.element = entry.element;
    medication.text = entry.text;
    for (const IngredientIndex ingredient : meant.ingredients) {
      medication.ingredients.push_back(base->graph().ingredient_name(ingredient));
      if (const std::string& rxcui = base->ingredient(ingredient).rxcui; !rxcui.empty())
        medication.rxcui.push_back(rxcui);
    }
    medication.route = resolution.route;
    medication.dose = resolution.dose;
    medication.match = std::string(to_string(meant.kind));
    medication.score = meant.score;
    medication.note = resolution.note;
    return medication;
  }

  [[nodiscard]] core::UnresolvedMedication unresolved(const MedicationEntry& entry,
                                                      const Resolution& resolution) const {
    core::UnresolvedMedication medication{entry.element, entry.text, resolution.reason, {}};
    for (const Interpretation& candidate : resolution.interpretations) {
      core::NameCandidate shown{candidate.name, {}, candidate.score, candidate.reason};
      for (const IngredientIndex ingredient : candidate.ingredients) {
        shown.ingredients.push_back(base->graph().ingredient_name(ingredient));
      }
      medication.candidates.push_back(std::move(shown));
    }
    return medication;
  }

  void add_facts(const MedicationEntry& entry, const Resolution& resolution, std::uint32_t source,
                 Screening& screening) {
    const auto& ingredients = resolution.interpretations.front().ingredients;
    for (std::size_t position = 0; position < ingredients.size(); ++position) {
      DrugFact fact = base->bare_fact(ingredients[position]);
      if (!resolution.route.empty()) {
        fact.route = base->route_bit(resolution.route);
        fact.exposure = base->exposure(fact.ingredient, fact.route);
      }
      fact.daily_mg = daily_mg(resolution.dose, position).value_or(unknown_number);
      fact.duration_days = resolution.dose.duration_days.value_or(unknown_number);
      fact.stopped = entry.status != MedicationStatus::active;
      if (entry.status == MedicationStatus::on_hold) {
        fact.stopped_days = entry.stopped_days_ago.value_or(0.0);
      } else if (fact.stopped) {
        fact.stopped_days = entry.stopped_days_ago.value_or(unknown_number);
      }
      fact.source = source;
      fact.fixed_product = resolution.interpretations.front().fixed_product;
      facts.push_back(fact);
      screening.facts.push_back(stated(fact, entry));
    }
  }

  [[nodiscard]] core::StatedFact stated(const DrugFact& fact, const MedicationEntry& entry) const {
    const auto known = [](double number) { return number == number ? std::optional<double>(number) : std::nullopt; };
    core::StatedFact shown;
    shown.kind = fact.stopped ? "stopped_drug" : "drug";
    shown.concept_name = base->graph().ingredient_name(fact.ingredient);
    shown.from = entry.element + (entry.text.empty() ? "/code" : "/text");
    shown.route = std::string(base->route_name(fact.route));
    shown.exposure = std::string(to_string(fact.exposure));
    shown.daily_mg = known(fact.daily_mg);
    shown.duration_days = known(fact.duration_days);
    shown.stopped = fact.stopped;
    shown.stopped_days_ago = known(fact.stopped_days);
    return shown;
  }

  void add_not_assessed(const MatchResult& result, Screening& screening) const {
    std::set<core::NotAssessed> once;
    for (const Unevaluated& missing : result.unevaluated) {
      const bool washout = missing.wanted == WantedFact::washout_time;
      once.insert(
          {washout ? "washout" : std::string(base->rules().id(missing.rule)), wanted_text(*base, missing), washout});
    }
    screening.not_assessed.assign(once.begin(), once.end());
  }

  void certify(const MatchResult& result, Screening& screening) const {
    core::Certificate& certificate = screening.certificate;
    certificate.ingredients = result.distinct_ingredients;
    certificate.pairs = result.pairs;
    certificate.within_product = result.within_product;
    certificate.considered = base->rules().size();
    std::set<std::size_t> fired;
    for (const MatchedFinding& finding : result.findings) {
      for (const FiredRule& rule : result.fired(finding)) fired.insert(raw(rule.rule));
    }
    std::set<std::size_t> unevaluated;
    for (const Unevaluated& missing : result.unevaluated) unevaluated.insert(raw(missing.rule));
    std::set<std::size_t> vetoed;
    std::set<std::string> vetoes;
    for (const Veto& veto : result.vetoes) {
      std::string reason(base->rules().id(veto.rule));
      if (const auto texts = base->texts(veto.rule); texts && veto.condition < texts->condition_reasons.size()) {
        reason += ": " + texts->condition_reasons[veto.condition];
      }
      vetoed.insert(raw(veto.rule));
      vetoes.insert(std::move(reason));
    }
    certificate.fired = fired.size();
    certificate.unevaluated = unevaluated.size();
    certificate.vetoed = vetoed.size();
    certificate.vetoes.assign(vetoes.begin(), vetoes.end());
  }
};

Screener::Screener(std::shared_ptr<const KnowledgeBase> base) : impl_(std::make_unique<Impl>(std::move(base))) {}
Screener::~Screener() = default;
Screener::Screener(Screener&&) noexcept = default;
Screener& Screener::operator=(Screener&&) noexcept = default;

core::Result<Screening> Screener::screen(const core::Case& subject) {
  Screening screening;
  impl_->read_medications(subject, screening);
  const MatchResult& result = impl_->matcher.match(impl_->facts);
  for (const MatchedFinding& matched : result.findings) {
    auto finding = put_into_words(*impl_->base, impl_->matcher, result, matched, {impl_->facts, impl_->elements});
    if (!finding) return core::fail(finding.error());
    screening.findings.push_back(std::move(*finding));
  }
  for (const core::UnresolvedMedication& unresolved : screening.unresolved) {
    screening.findings.push_back(unresolved_finding(unresolved));
  }
  std::stable_sort(screening.findings.begin(), screening.findings.end(), [](const Finding& left, const Finding& right) {
    if (left.severity != right.severity) return left.severity > right.severity;
    return left.type < right.type;
  });
  impl_->add_not_assessed(result, screening);
  add_missing_checks(subject, screening.not_assessed);
  impl_->certify(result, screening);
  return screening;
}

std::vector<std::string> why_not(const KnowledgeBase& base, IngredientIndex one, IngredientIndex other) {
  const auto name = [&](IngredientIndex index) { return base.graph().ingredient_name(index); };
  if (one == other) return {"Both names mean " + name(one) + "; an ingredient does not interact with itself."};
  std::vector<std::string> lines;
  Matcher matcher(base.graph(), base.rules(), base.lit(), base.pairs());
  const std::vector<DrugFact> facts{base.bare_fact(std::min(one, other)), base.bare_fact(std::max(one, other))};
  const MatchResult& result = matcher.match(facts);
  for (const MatchedFinding& finding : result.findings) {
    for (const FiredRule& fired : result.fired(finding)) {
      lines.push_back("There is a finding: " + std::string(base.rules().id(fired.rule)) + " (" +
                      std::string(to_string(fired.severity)) + ", " + std::string(to_string(finding.type)) + ").");
    }
  }
  for (const Veto& veto : result.vetoes) {
    const auto texts = base.texts(veto.rule);
    const bool known = texts && veto.condition < texts->condition_reasons.size();
    lines.push_back("Rule " + std::string(base.rules().id(veto.rule)) + " is vetoed by its exception: " +
                    (known ? texts->condition_reasons[veto.condition] : std::string("see the rule")) + ".");
  }
  for (const Unevaluated& missing : result.unevaluated) {
    lines.push_back("Rule " + std::string(base.rules().id(missing.rule)) +
                    " was not assessed for want of: " + wanted_text(base, missing) + ".");
  }
  if (!lines.empty()) return lines;

  // Rules that one of the two can fill: what the other one would have to be.
  lines.push_back("None of " + std::to_string(base.rules().size()) + " rules speaks of " + name(facts[0].ingredient) +
                  " with " + name(facts[1].ingredient) + ".");
  for (const IngredientIndex ingredient : {facts[0].ingredient, facts[1].ingredient}) {
    std::size_t half = 0;
    for (std::uint32_t number = 0; number < base.rules().size(); ++number) {
      const auto rule = static_cast<RuleIndex>(number);
      const auto terms = base.rules().terms(rule);
      half += std::any_of(
                  terms.begin(), terms.end(),
                  [&](const Term& term) { return base.lit().satisfies(base.rules(), term.alternatives, ingredient); })
                  ? 1U
                  : 0U;
    }
    lines.push_back(name(ingredient) + " lights " + std::to_string(base.graph().closure(ingredient).size()) +
                    " concepts and fills one side of " + std::to_string(half) +
                    " rules; the other medicine fills the other side of none.");
  }
  return lines;
}

}  // namespace guardian::knowledge
