#include "knowledge/written_values.hpp"

#include <algorithm>
#include <cmath>

#include "knowledge/patient_vocabulary.hpp"
#include "knowledge/quantity_trend.hpp"
#include "knowledge/text.hpp"

namespace guardian::knowledge {

std::vector<NoteValue> WrittenValues::read(const std::string& text, const std::string& element,
                                           const TextContext& context) {
  if (first_digit(text) == text.size()) return {};
  const ScannedText scanned = base_.vocabulary().conditions.lexicon().scan_with_labels(text, context);
  std::vector<NoteValue> values = base_.vocabulary().values.find(text, scanned, PatientVocabulary::first_value_label,
                                                                 base_.vocabulary().quantities);
  keep(text, element, values);
  return values;
}

bool WrittenValues::hold(std::string_view text, std::string_view words, const std::vector<NoteValue>& values) {
  const std::size_t at = text.find(words);
  return at != std::string_view::npos && std::any_of(values.begin(), values.end(), [&](const NoteValue& value) {
           return value.span.begin < at + words.size() && value.span.end > at;
         });
}

void WrittenValues::keep(std::string_view text, const std::string& element, const std::vector<NoteValue>& values) {
  for (const NoteValue& value : values) {
    LabReading reading = base_.vocabulary().quantities.read(value.named, value.lab, facts_.as_of());
    const std::string words(text.substr(value.span.begin, value.span.end - value.span.begin));
    if (const auto* refusal = std::get_if<LabRefusal>(&reading)) {
      // What no patient has was no value; what may mean two things is told.
      if (refusal->reason == LabRefusalReason::unit_unclear) facts_.not_assessed(element, refusal->message);
      continue;
    }
    written_.push_back({value.high, value.lab.unit, element, words});
    readings_.push_back(std::move(reading));
  }
}

void WrittenValues::add(bool measures) {
  if (written_.empty() || (measures && !measures_wait_)) return;
  const QuantityReader& quantities = base_.vocabulary().quantities;
  const std::vector<LabReading>& readings = readings_;
  const bool computed = facts_.number_of("creatinine").has_value();
  for (const auto& [name, present] : present_values(quantities, readings)) {
    const WrittenValue& written = written_[present.position];
    const auto& value = std::get<LabValue>(readings[present.position]);
    const QuantityDefinition& definition = *quantities.find(name);
    const bool is_measure = definition.kind == "measure" && computed;
    measures_wait_ = measures_wait_ || is_measure;
    if (is_measure != measures || value.age.kind == AgeKind::earlier) continue;
    if (const auto stated = facts_.number_of(name)) {
      constexpr double today = 1.5;  // days; an older one of the note does not contradict
      if (value.age.days.value_or(0.0) <= today) add_disagreement(definition, stated->low, value.value, written);
      continue;
    }
    // Several values of one note have an order of their own that is not told.
    if (!present.rivals.empty())
      facts_.not_assessed(name, "which of its values in the note is the present one",
                          definition.kind == "lab" && facts_.is_asked_for(name));
    const std::uint32_t from = facts_.source(written.element, written.words, written.element == note_element);
    const double high =
        written.high ? quantities.to_canonical(name, *written.high, written.unit).value_or(*written.high) : value.value;
    facts_.add_bounds(name, value.value, high, from, value.age.days);
    if (written.element == note_element && present.rivals.empty()) add_vital(name, value.value);
  }
  if (!measures) add_note_trend(readings);
}

// The case's own value stands; another one in a text is told.
void WrittenValues::add_disagreement(const QuantityDefinition& definition, double stated, double written,
                                     const WrittenValue& where) {
  constexpr double same = 0.02;        // rounding
  constexpr double same_vital = 0.15;  // vital signs move within minutes
  const double limit = (definition.kind == "vital" ? same_vital : same) * std::max(std::abs(stated), std::abs(written));
  const bool temperature = definition.name == "temperature";
  if (temperature ? std::abs(stated - written) < 1.0 : std::abs(stated - written) <= limit) return;
  if (definition.kind == "measure" || definition.kind == "attribute") return;
  facts_.not_assessed(
      definition.name,
      "which of its values is the present one: `" + where.words + "` in " + where.element + " is another",
      definition.kind == "lab" && facts_.is_asked_for(definition.name));
}

// A change that one note tells: "creatinine 3.1 (baseline 1.0)", "Hb 13.2 -> 8.9", "plt 310 <- 120".
void WrittenValues::add_note_trend(std::span<const LabReading> readings) {
  const LabTrend trend = lab_trend(base_.vocabulary().quantities, readings, true);
  add_note_change("creatinine", "creatinine_ratio",
                  trend.creatinine_ratio_7_days ? trend.creatinine_ratio_7_days : trend.creatinine_ratio_90_days,
                  readings);
  add_note_change("hemoglobin", "hemoglobin_drop", trend.hemoglobin_drop, readings);
  add_note_change("platelets", "platelet_ratio", trend.platelet_ratio, readings);
}

void WrittenValues::add_note_change(std::string_view quantity, std::string_view change_name,
                                    const std::optional<Change>& change, std::span<const LabReading> readings) {
  if (!change || facts_.number_of(change_name)) return;
  const WrittenValue& now = written_[change->present];
  const auto present = facts_.number_of(quantity);
  if (!present || present->low != std::get<LabValue>(readings[change->present]).value) return;
  const std::string& before = written_[change->earlier].words;
  facts_.add_quantity(change_name, change->value,
                      facts_.source(now.element, before == now.words ? now.words : now.words + ", " + before,
                                    now.element == note_element));
}

// Vital signs of the note, where the case has none of its own.
void WrittenValues::add_vital(std::string_view name, double value) {
  if (case_.vitals) return;
  core::Vitals& vitals =
      facts_.reading().note_vitals ? *facts_.reading().note_vitals : facts_.reading().note_vitals.emplace();
  if (name == "respiratory_rate") vitals.respiratory_rate = value;
  if (name == "spo2") vitals.spo2 = value;
  if (name == "sbp") vitals.systolic_bp = value;
  if (name == "dbp") vitals.diastolic_bp = value;
  if (name == "heart_rate") vitals.heart_rate = value;
  if (name == "temperature") vitals.temperature_c = value;
  if (vitals == core::Vitals{}) facts_.reading().note_vitals.reset();
}

}  // namespace guardian::knowledge
