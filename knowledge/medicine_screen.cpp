#include "knowledge/medicine_screen.hpp"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <utility>

#include "knowledge/matcher.hpp"
#include "knowledge/screen.hpp"
#include "knowledge/screened_case.hpp"

namespace guardian::knowledge {
namespace {

using core::FindingType;
using core::MedicationEntry;

constexpr std::size_t most_remembered = 20'000;

// A medicine as it was read, alone.
struct ReadMedicine {
  std::vector<DrugFact> facts;
  std::vector<core::Finding> findings;  // of the name: not resolved, an injection
  bool is_resolved = false;
  bool of_one_case = false;  // a dose by body size, the words of an injection: nothing to remember
};

}  // namespace

struct MedicineScreen::Impl {
  std::shared_ptr<const KnowledgeBase> base;
  Screener screener;
  Matcher matcher;
  std::unordered_map<std::string, ReadMedicine> remembered;
  std::string key;
  std::vector<DrugFact> facts;
  std::vector<ReadMedicine> of_this_case;  // that are not remembered
  MedicineScreening screening;

  explicit Impl(std::shared_ptr<const KnowledgeBase> knowledge)
      : base(std::move(knowledge)), screener(base), matcher(base->matcher()) {}

  core::Result<ReadMedicine> read(const core::Case& subject, const MedicationEntry& entry) {
    core::Case alone;
    alone.medicines_only = true;
    alone.id = "medicine";
    alone.as_of = subject.as_of;
    alone.locale = subject.locale;
    alone.patient.weight_kg = subject.patient.weight_kg;
    alone.patient.height_cm = subject.patient.height_cm;
    alone.medications = {entry};
    auto screened = screener.screen(alone);
    if (!screened) return core::fail(screened.error());
    ReadMedicine medicine;
    const auto read = screener.last().facts;
    medicine.facts.assign(read.begin(), read.end());
    medicine.is_resolved = screened->unresolved.empty();
    for (core::Finding& finding : screened->findings) {
      const bool of_name = finding.type == FindingType::unresolved || finding.type == FindingType::prompt_injection;
      // The words of an injection are of one case.
      medicine.of_one_case = medicine.of_one_case || finding.type == FindingType::prompt_injection;
      if (of_name) medicine.findings.push_back(std::move(finding));
    }
    for (const core::ResolvedMedication& resolved : screened->resolved) {
      const core::DoseUnit unit = resolved.dose.strength_unit;
      const bool by_rate = resolved.dose.rate && core::is_by_body_size(resolved.dose.rate->unit);
      if (core::is_by_body_size(unit) || by_rate) medicine.of_one_case = true;
    }
    return medicine;
  }

  // Everything that decides how a medicine is read, but for the size of the patient.
  void set_key(const core::Case& subject, const MedicationEntry& entry) {
    key.clear();
    for (const std::string* part : {&entry.text, &entry.code, &entry.code_system, &subject.locale}) {
      key += *part;
      key += '\x1f';
    }
    key += static_cast<char>('0' + static_cast<int>(entry.status));
    key += entry.is_order ? '1' : '0';
    if (entry.stopped_days_ago) key += std::to_string(*entry.stopped_days_ago);
  }

  core::Result<const ReadMedicine*> medicine(const core::Case& subject, const MedicationEntry& entry) {
    set_key(subject, entry);
    if (const auto found = remembered.find(key); found != remembered.end()) return &found->second;
    auto fresh = read(subject, entry);
    if (!fresh) return core::fail(fresh.error());
    if (fresh->of_one_case) {
      of_this_case.push_back(std::move(*fresh));
      return &of_this_case.back();
    }
    return &remembered.emplace(key, std::move(*fresh)).first->second;
  }

  core::Result<void> read_medicines(const core::Case& subject) {
    facts.clear();
    screening.unresolved.clear();
    screening.findings.clear();
    of_this_case.clear();
    of_this_case.reserve(subject.medications.size());  // findings point into it
    // Only between cases: what is found of one points into it.
    if (remembered.size() + subject.medications.size() > most_remembered) remembered.clear();
    for (std::uint32_t i = 0; i < subject.medications.size(); ++i) {
      const MedicationEntry& entry = subject.medications[i];
      const auto known = medicine(subject, entry);
      if (!known) return core::fail(known.error());
      for (DrugFact fact : (*known)->facts) {
        fact.source = i;
        fact.weight_kg = subject.patient.weight_kg.value_or(unknown_number);
        facts.push_back(fact);
      }
      if (!(*known)->is_resolved) screening.unresolved.push_back(entry.element);
      for (const core::Finding& finding : (*known)->findings) add(entry, finding);
    }
    return {};
  }

  void add(const MedicationEntry& entry, const core::Finding& finding) {
    MedicineFinding& added = screening.findings.emplace_back();
    added.type = finding.type;
    added.severity = finding.severity;
    if (finding.type == FindingType::unresolved) {
      added.subjects = {entry.text.empty() ? entry.element : entry.text};
    } else {
      added.subjects.assign(finding.subjects.begin(), finding.subjects.end());
    }
    added.rules.assign(finding.rules.begin(), finding.rules.end());
  }

  void add(const MatchResult& result, const MatchedFinding& matched) {
    MedicineFinding& added = screening.findings.emplace_back();
    added.type = matched.type;
    added.severity = matched.severity;
    added.contraindication = matched.contraindication;
    added.inferred = matched.inferred;
    for (const IngredientIndex ingredient : result.of(matched))
      added.subjects.push_back(base->graph().ingredient_name(ingredient));
    for (const FiredRule& fired : result.fired(matched)) added.rules.push_back(base->rules().id(fired.rule));
  }
};

MedicineScreen::MedicineScreen(std::shared_ptr<const KnowledgeBase> base)
    : impl_(std::make_unique<Impl>(std::move(base))) {}
MedicineScreen::~MedicineScreen() = default;
MedicineScreen::MedicineScreen(MedicineScreen&&) noexcept = default;
MedicineScreen& MedicineScreen::operator=(MedicineScreen&&) noexcept = default;

core::Result<const MedicineScreening*> MedicineScreen::screen(const core::Case& subject) {
  Impl& impl = *impl_;
  MedicineScreening& screening = impl.screening;
  if (auto read = impl.read_medicines(subject); !read) return core::fail(read.error());
  RuleForce force;
  if (!impl.base->local_rules().empty()) {
    force = impl.base->local_rules().on(subject.as_of);
    impl.matcher.use(&force);
  }
  const MatchResult& result = impl.matcher.match(impl.facts);
  const auto of_names = static_cast<std::ptrdiff_t>(screening.findings.size());
  for (const MatchedFinding& matched : result.findings) impl.add(result, matched);
  // In the order of the screener: what is between medicines first, where severity and type are the same.
  std::rotate(screening.findings.begin(), screening.findings.begin() + of_names, screening.findings.end());
  std::stable_sort(screening.findings.begin(), screening.findings.end(),
                   [](const MedicineFinding& left, const MedicineFinding& right) {
                     if (left.severity != right.severity) return left.severity > right.severity;
                     return left.type < right.type;
                   });
  screening.ingredients = result.distinct_ingredients;
  screening.unevaluated = result.unevaluated.size();
  screening.complete =
      screening.unresolved.empty() &&
      std::none_of(result.unevaluated.begin(), result.unevaluated.end(),
                   [](const Unevaluated& missing) { return missing.wanted == WantedFact::washout_time; });
  return &screening;
}

}  // namespace guardian::knowledge
