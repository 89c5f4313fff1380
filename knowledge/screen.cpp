#include "knowledge/screen.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <set>

#include "core/kidney_function.hpp"
#include "knowledge/finding_text.hpp"
#include "knowledge/injection_screen.hpp"
#include "knowledge/look_alike.hpp"
#include "knowledge/patient_finding_text.hpp"
#include "knowledge/patient_reader.hpp"
#include "knowledge/resolution_memory.hpp"
#include "knowledge/screened_case.hpp"
#include "knowledge/text.hpp"
#include "knowledge/triage.hpp"

namespace guardian::knowledge {
namespace {

using core::Finding;
using core::FindingType;
using core::MedicationEntry;
using core::MedicationStatus;
using core::Severity;

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
  LookAlikeCheck look_alikes;
  ResolutionMemory known_orders;
  PatientState patient;
  std::vector<DrugFact> facts;
  std::vector<std::string> elements;
  std::vector<NamedMedicine> named;    // those that are not stopped
  std::vector<PatientSource> sources;  // of the last screening
  bool medicines_only = false;
  std::string day;  // that `force` is of
  std::optional<RuleForce> force;
  std::optional<RuleForce> aside;

  explicit Impl(std::shared_ptr<const KnowledgeBase> knowledge)
      : base(std::move(knowledge)),
        matcher(base->matcher()),
        look_alikes(*base),
        known_orders(*base),
        patient(base->patient_state()) {}

  void read_medications(const core::Case& subject, const InjectionScreen& injections, Screening& screening) {
    facts.clear();
    elements.clear();
    named.clear();
    const core::BodySize body = body_size(subject.patient);
    screening.resolved.reserve(subject.medications.size());
    // Beside the medicines, each with an ingredient or two, what is told of the patient.
    constexpr std::size_t of_person = 24;
    screening.facts.reserve(2 * subject.medications.size() + subject.patient.labs.size() +
                            subject.patient.conditions.size() + of_person);
    for (std::uint32_t i = 0; i < subject.medications.size(); ++i) {
      const MedicationEntry& entry = subject.medications[i];
      elements.push_back(entry.element);
      auto resolution = known_orders.resolve({entry.text, entry.code, entry.code_system, subject.locale});
      if (const auto beside = injections.beside.find(i); !resolution->resolved && beside != injections.beside.end()) {
        auto other = known_orders.resolve({beside->second, entry.code, entry.code_system, subject.locale});
        if (other->resolved) resolution = std::move(other);
      }
      if (resolution->resolved) {
        screening.resolved.push_back(resolved(entry, *resolution));
        const Interpretation& meant = resolution->interpretations.front();
        if (entry.status == MedicationStatus::active) named.push_back({meant.name, meant.ingredients, entry.element});
        add_facts(entry, *resolution, i, body, screening);
      } else {
        screening.unresolved.push_back(unresolved(entry, *resolution));
      }
    }
  }

  static core::BodySize body_size(const core::Patient& patient) {
    const auto surface = core::body_surface_area(patient.weight_kg, patient.height_cm);
    return {patient.weight_kg, surface ? std::optional<double>(*surface) : std::nullopt};
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
                 const core::BodySize& body, Screening& screening) {
    const auto& ingredients = resolution.interpretations.front().ingredients;
    const auto name_hash =
        static_cast<std::uint32_t>(std::hash<std::string>()(resolution.interpretations.front().name));
    for (std::size_t position = 0; position < ingredients.size(); ++position) {
      DrugFact fact = base->bare_fact(ingredients[position]);
      if (!resolution.route.empty()) {
        fact.route = base->route_bit(resolution.route);
        fact.exposure = base->exposure(fact.ingredient, fact.route);
      }
      // What is not known is NaN, and so is what is computed from it.
      const core::Dose& dose = resolution.dose;
      fact.times_per_day = dose.times_per_day.value_or(unknown_number);
      fact.single_mg = single_mg(dose, position, body).value_or(unknown_number);
      fact.single_units = single_units(dose, position, body).value_or(unknown_number);
      if (position == 0 && ingredients.size() == 1) {
        fact.rate_mg = rate_mg(dose, body).value_or(unknown_number);
        fact.rate_units = rate_units(dose, body).value_or(unknown_number);
      }
      fact.daily_mg = fact.single_mg * fact.times_per_day;
      fact.daily_units = fact.single_units * fact.times_per_day;
      fact.weight_kg = body.weight_kg.value_or(unknown_number);
      fact.ordered = entry.is_order;
      fact.as_needed = dose.as_needed;
      fact.name_hash = name_hash;
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
      screening.facts.back().product = resolution.interpretations.front().name;
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
    shown.single_mg = known(fact.single_mg);
    shown.single_units = known(fact.single_units);
    shown.rate_mg = known(fact.rate_mg);
    shown.rate_units = known(fact.rate_units);
    shown.times_per_day = known(fact.times_per_day);
    shown.fixed_product = fact.fixed_product;
    shown.ordered = fact.ordered;
    shown.as_needed = fact.as_needed;
    return shown;
  }

  [[nodiscard]] std::vector<std::string> taken() const {
    std::vector<std::string> names;
    for (const DrugFact& fact : facts) {
      if (!fact.ordered) names.push_back(base->graph().ingredient_name(fact.ingredient));
    }
    return names;
  }

  void add_not_assessed(const MatchResult& result, const std::vector<core::NotAssessed>& of_reading,
                        Screening& screening) const {
    std::set<core::NotAssessed> once(of_reading.begin(), of_reading.end());
    for (const Unevaluated& missing : result.unevaluated) {
      const bool washout = missing.wanted == WantedFact::washout_time;
      once.insert({washout ? "washout" : std::string(base->rules().id(missing.rule)),
                   wanted_text(*base, missing.of, missing.wanted), washout});
    }
    for (const PatientUnevaluated& missing : result.patient.unevaluated) {
      once.insert({std::string(base->rules().id(missing.rule)), wanted_text(*base, missing), missing.must_know});
    }
    // A test that must be there before the medicine is given is a fact that must be known.
    for (const PatientFired& fired : result.patient.fired) {
      for (const Term& term : base->rules().terms(fired.rule)) {
        if (term.label != TermLabel::missing || term.on_unknown != OnUnknown::must) continue;
        const ConceptIndex wanted =
            base->rules().concepts(base->rules().alternatives(term.alternatives).front()).front();
        once.insert({std::string(base->rules().id(fired.rule)), base->graph().title(wanted), true});
      }
    }
    screening.not_assessed.assign(once.begin(), once.end());
  }

  // Of the rules of hospitals, those that count on the day of the case. Null where there are none.
  [[nodiscard]] const RuleForce* force_of(const core::Case& subject) {
    if (base->local_rules().empty()) return nullptr;
    if (!force || day != subject.as_of) {
      force = base->local_rules().on(subject.as_of);
      aside = base->local_rules().aside(subject.as_of);
      day = subject.as_of;
    }
    return &*force;
  }

  // What the lowerings that do not count would have lowered; before the next match.
  void add_lowerings_aside(const MatchResult& result, Screening& screening) const {
    const LocalRules& local = base->local_rules();
    if (!local.lowers_aside(day)) return;
    const auto add = [&](RuleIndex rule, Severity severity, const std::vector<std::string>& medicines) {
      for (const LoweringRow* row : local.lowerings_aside(rule, day)) {
        if (row->severity < severity)
          screening.set_aside.push_back({row->rule, row->source, has_expired(row->expires, day) ? "expired" : "shadow",
                                         "lowering", row->severity, medicines, row->owner, row->expires});
      }
    };
    for_each_fired(result, add);
  }

  // What the rules that do not count would have found: a match of their own, so that they can touch nothing.
  void add_rules_aside(Screening& screening) {
    if (!aside) return;
    matcher.use(&*aside);
    const MatchResult& result = matcher.match(facts, medicines_only ? nullptr : &patient);
    for_each_fired(result, [&](RuleIndex rule, Severity severity, const std::vector<std::string>& medicines) {
      const LocalRuleRow* row = base->local_rules().rule(rule);
      if (row == nullptr) return;
      screening.set_aside.push_back({row->rule, row->source, has_expired(row->expires, day) ? "expired" : "shadow",
                                     "finding", severity, medicines, row->owner, row->expires});
    });
  }

  // Of findings that are no use of a medicine apart from the blood.
  template <class Each>
  void for_each_fired(const MatchResult& result, const Each& each) const {
    for (const MatchedFinding& finding : result.findings) {
      if (finding.type == FindingType::route) continue;
      std::vector<std::string> medicines;
      for (const IngredientIndex one : result.of(finding)) medicines.push_back(base->graph().ingredient_name(one));
      std::sort(medicines.begin(), medicines.end());
      for (const FiredRule& fired : result.fired(finding)) each(fired.rule, fired.severity, medicines);
    }
    for (const PatientFired& fired : result.patient.fired) {
      if (base->rules().head(fired.rule).kind != RuleKind::finding) continue;
      std::vector<std::string> medicines;
      for (std::uint32_t i = 0; i < fired.medicines; ++i)
        medicines.push_back(base->graph().ingredient_name(facts[fired.facts[i]].ingredient));
      std::sort(medicines.begin(), medicines.end());
      each(fired.rule, fired.severity, medicines);
    }
  }

  void certify(const MatchResult& result, Screening& screening) const {
    core::Certificate& certificate = screening.certificate;
    certificate.ingredients = result.distinct_ingredients;
    certificate.pairs = result.pairs;
    certificate.within_product = result.within_product;
    certificate.considered = base->rules().size();
    if (force) certificate.considered -= static_cast<std::size_t>(std::count(force->off.begin(), force->off.end(), 1));
    std::set<std::size_t> fired;
    for (const MatchedFinding& finding : result.findings) {
      for (const FiredRule& rule : result.fired(finding)) fired.insert(raw(rule.rule));
    }
    std::set<std::size_t> unevaluated;
    for (const Unevaluated& missing : result.unevaluated) unevaluated.insert(raw(missing.rule));
    for (const PatientFired& rule : result.patient.fired) fired.insert(raw(rule.rule));
    for (const PatientUnevaluated& missing : result.patient.unevaluated) unevaluated.insert(raw(missing.rule));
    std::vector<Veto> all_vetoes = result.vetoes;
    for (const PatientVeto& veto : result.patient.vetoes) all_vetoes.push_back({veto.rule, veto.condition});
    std::set<std::size_t> vetoed;
    std::set<std::string> vetoes;
    for (const Veto& veto : all_vetoes) {
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

core::Result<Screening> Screener::screen(const core::Case& given) {
  Impl& impl = *impl_;
  InjectionScreen injections = screen_for_injections(given);
  const core::Case& subject = injections.freed ? *injections.freed : given;
  Screening screening;
  impl.read_medications(subject, injections, screening);
  PatientReading reading;
  if (!subject.medicines_only) {
    reading = read_patient(*impl.base, subject, impl.patient);
    add_sign_facts(*impl.base, impl.patient, impl.matcher.apply_signs(impl.patient), reading);
  }
  const RuleForce* force = impl.force_of(subject);
  impl.matcher.use(force);
  const MatchResult& result = impl.matcher.match(impl.facts, subject.medicines_only ? nullptr : &impl.patient);
  for (const MatchedFinding& matched : result.findings) {
    auto finding =
        put_into_words(*impl.base, impl.matcher, result, matched, {impl.facts, impl.elements, subject.as_of});
    if (!finding) return core::fail(finding.error());
    screening.findings.push_back(std::move(*finding));
  }
  const MatchedPatient patient{impl.facts, impl.elements, impl.patient, reading.sources, subject.as_of};
  auto of_patient = patient_findings(*impl.base, result.patient, patient);
  if (!of_patient) return core::fail(of_patient.error());
  std::move(of_patient->begin(), of_patient->end(), std::back_inserter(screening.findings));
  if (!subject.medicines_only) {
    auto look_alikes = impl.look_alikes.findings(impl.named, impl.patient, subject.locale);
    if (!look_alikes) return core::fail(look_alikes.error());
    std::move(look_alikes->begin(), look_alikes->end(), std::back_inserter(screening.findings));
  }
  for (const core::UnresolvedMedication& unresolved : screening.unresolved) {
    screening.findings.push_back(unresolved_finding(unresolved));
  }
  std::move(injections.findings.begin(), injections.findings.end(), std::back_inserter(screening.findings));
  std::stable_sort(screening.findings.begin(), screening.findings.end(), [](const Finding& left, const Finding& right) {
    if (left.severity != right.severity) return left.severity > right.severity;
    return left.type < right.type;
  });
  auto flags = red_flags(*impl.base, result.patient, patient);
  if (!flags) return core::fail(flags.error());
  const auto taken = impl.taken();
  if (!subject.medicines_only) {
    screening.triage = triage_of(subject, screening.findings, std::move(*flags),
                                 {taken, reading.symptoms, reading.note_vitals, reading.years, reading.pregnant});
  }
  impl.sources = std::move(reading.sources);
  impl.medicines_only = subject.medicines_only;
  screening.facts.insert(screening.facts.end(), std::make_move_iterator(reading.facts.begin()),
                         std::make_move_iterator(reading.facts.end()));
  impl.add_not_assessed(result, reading.not_assessed, screening);
  impl.certify(result, screening);
  if (force != nullptr) {
    impl.add_lowerings_aside(result, screening);
    impl.add_rules_aside(screening);
    std::sort(screening.set_aside.begin(), screening.set_aside.end());
    screening.set_aside.erase(std::unique(screening.set_aside.begin(), screening.set_aside.end()),
                              screening.set_aside.end());
  }
  return screening;
}

ScreenedCase Screener::last() const {
  return {impl_->facts, impl_->elements, impl_->medicines_only ? nullptr : &impl_->patient, impl_->sources,
          impl_->base->local_rules().empty() || !impl_->force ? nullptr : &*impl_->force};
}

std::vector<std::string> why_not(const KnowledgeBase& base, IngredientIndex one, IngredientIndex other) {
  const auto name = [&](IngredientIndex index) { return base.graph().ingredient_name(index); };
  if (one == other) return {"Both names mean " + name(one) + "; an ingredient does not interact with itself."};
  std::vector<std::string> lines;
  Matcher matcher = base.matcher();
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
                    " was not assessed for want of: " + wanted_text(base, missing.of, missing.wanted) + ".");
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
