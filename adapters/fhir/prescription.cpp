#include "adapters/fhir/prescription.hpp"

#include <algorithm>

#include "adapters/fhir/codes.hpp"
#include "adapters/fhir/dosage.hpp"
#include "adapters/json/member_reader.hpp"
#include "knowledge/text.hpp"

namespace guardian::adapters::fhir {
namespace {

using core::MedicationStatus;

constexpr std::string_view rxnorm_system = "http://www.nlm.nih.gov/research/umls/rxnorm";
constexpr std::string_view rxnorm_oid = "urn:oid:2.16.840.1.113883.6.88";

// How long a medicine that was handed over without a days' supply counts as taken: the look-back of the HL7 guide on
// interactions.
constexpr double days_of_unstated_supply = 100.0;
// People do not take every dose on its day: what is left of a supply lasts longer.
constexpr double supply_lasts = 1.5;
// A medicine that was given counts as taken for a week, so that weekly ones do.
constexpr double days_of_administration = 7.0;

struct Medicine {
  std::string name;
  std::string code;
  std::string code_system;
  bool stated = false;  // there is one, readable or not
  bool denied = false;  // "no known medications"
};

void read_concept(const CodeableConcept& given, Medicine& medicine) {
  if (!given.present()) return;
  medicine.stated = true;
  medicine.name = clinical_words(given.words(rxnorm_system));
  given.any_coding([&](std::string_view system, std::string_view code, std::string_view) {
    if (absence_of(code) != Absence::none) medicine.denied = true;
    if (code.empty() || code.size() > max_text_bytes) return false;
    const bool is_rxnorm = system == rxnorm_system || system == rxnorm_oid;
    // Of other systems only where there are no words: they would be told to be unreadable beside what was read.
    if (!is_rxnorm && (!medicine.name.empty() || !medicine.code.empty())) return false;
    medicine.code = plain_text(code);
    medicine.code_system = is_rxnorm ? "rxnorm" : plain_text(system);
    return is_rxnorm;
  });
}

std::string strength_text(JsonView strength) {
  const JsonView above = strength.member("numerator");
  const JsonView below = strength.member("denominator");
  const auto value = above.member("value").number();
  if (!value || *value <= 0.0) return {};
  const auto unit = [](JsonView quantity) {
    return dose_unit_word(quantity.member("unit").text_or(quantity.member("code").text_or()));
  };
  std::string text = number_text(*value) + " " + std::string(unit(above));
  const std::string_view per = unit(below);
  const auto span = below.member("value").number();
  if (per == "mL" && span && *span > 0.0) text += "/" + (*span == 1.0 ? "" : number_text(*span) + " ") + "mL";
  return text;
}

// A Medication without a code of its own is named by what is in it.
std::string ingredients_text(JsonView medication) {
  constexpr std::size_t most = 12;
  std::string text;
  medication.member("ingredient").each_entry([&](JsonView ingredient, std::size_t index) {
    if (index >= most) return;
    JsonView item = ingredient.member("itemCodeableConcept");
    if (!item.present()) item = ingredient.member("item");
    std::string words = clinical_words(CodeableConcept(item).words(rxnorm_system));
    if (words.empty()) words = clinical_words(ingredient.member("itemReference").member("display").text_or());
    if (words.empty()) return;
    if (const std::string strength = strength_text(ingredient.member("strength")); !strength.empty())
      words += " " + strength;
    text += (text.empty() ? "" : " / ") + words;
  });
  return plain_text(text);
}

Medicine medicine_of(JsonView resource, const Records& records) {
  Medicine medicine;
  auto [given, reference, either] =
      pick<3>(resource, {"medicationCodeableConcept", "medicationReference", "medication"});
  if (either.is_object()) {  // R5
    if (!given.present()) given = either.member("concept");
    if (!reference.present()) reference = either.member("reference");
  }
  read_concept(CodeableConcept(given), medicine);
  if (!medicine.name.empty() || !medicine.code.empty()) return medicine;
  const std::string_view address = reference.member("reference").text_or();
  const std::string_view display = reference.member("display").text_or();
  if (!address.empty() || !display.empty() || reference.member("identifier").is_object()) medicine.stated = true;
  if (const JsonView medication = records.medication(address, resource); medication.is_object()) {
    read_concept(CodeableConcept(medication.member("code")), medicine);
    if (medicine.name.empty()) medicine.name = ingredients_text(medication);
  }
  if (medicine.name.empty()) medicine.name = clinical_words(display);
  return medicine;
}

void stop(Prescription& prescription, std::optional<double> days_ago) {
  prescription.status = MedicationStatus::stopped;
  prescription.stopped_days_ago = days_ago && *days_ago >= 0.0 ? days_ago : std::nullopt;
}

// When all its dosages end; nothing when one has no end.
std::optional<double> dosage_end(JsonView dosages, const ReviewTime& now) {
  std::optional<double> latest;
  bool all_end = true;
  dosages.each_entry([&](JsonView dosage, std::size_t) {
    const JsonView period = dosage.member("timing").member("repeat").member("boundsPeriod");
    const auto days = days_before(period.member("end").text_or(), Partial::end, now);
    all_end = all_end && days.has_value();
    if (days) latest = latest ? std::min(*latest, *days) : *days;
  });
  return all_end ? latest : std::nullopt;
}

void add_links(JsonView references, std::vector<std::string_view>& links) {
  constexpr std::size_t most = 16;
  const auto add = [&](JsonView reference) {
    const std::string_view address = reference.member("reference").text_or();
    if (!address.empty() && links.size() < most) links.push_back(address);
  };
  if (references.is_object()) add(references);
  references.each_entry([&](JsonView reference, std::size_t) { add(reference); });
}

void read_request(const Record& record, const ReviewTime& now, Prescription& prescription) {
  const auto [status_word, intent_word, not_to_do, dosages, dispense, authored_on, prior, based_on] =
      pick<8>(record.resource, {"status", "intent", "doNotPerform", "dosageInstruction", "dispenseRequest",
                                "authoredOn", "priorPrescription", "basedOn"});
  const std::string_view status = status_word.text_or();
  const std::string_view intent = intent_word.text_or();
  add_links(prior, prescription.links);
  add_links(based_on, prescription.links);
  // A request on the record is cancelled before anything of it was given (R4); one that was begun is stopped. Among the
  // drafts, cancelling is what the prescriber does now.
  const bool cancelled = status == "cancelled";
  const bool drafted = record.role == Role::draft;
  const bool ended = status == "stopped" || status == "completed" || status == "ended" || (cancelled && drafted);
  prescription.is_void = status == "entered-in-error" || (cancelled && !drafted) || not_to_do.boolean().value_or(false);
  prescription.dose = dosage_text(dosages);
  if (drafted) {
    prescription.is_order = !ended;
    if (ended) stop(prescription, 0.0);
    return;
  }
  prescription.is_void = prescription.is_void || status == "draft" || intent == "proposal" || intent == "option";
  const auto end = dosage_end(dosages, now);
  if (status == "on-hold") {
    prescription.status = MedicationStatus::on_hold;
  } else if (ended) {
    prescription.ran_out = status == "completed";
    std::optional<double> days = end;
    if (!days && prescription.ran_out) {
      const auto supply = dispense.member("expectedSupplyDuration").member("value").number();
      const auto authored = days_before(authored_on.text_or(), Partial::end, now);
      if (authored && supply && *supply >= 0.0) days = std::max(0.0, *authored - *supply);
    }
    stop(prescription, days);
  } else if (end && *end > 0.0) {
    prescription.ran_out = true;
    stop(prescription, end);
  }
}

void read_statement(const Record& record, const ReviewTime& now, Prescription& prescription) {
  const JsonView resource = record.resource;
  const std::string_view status = resource.member("status").text_or();
  prescription.is_void = status == "entered-in-error" || status == "not-taken" || status == "draft" ||
                         resource.member("taken").text_or() == "n";
  prescription.dose = dosage_text(resource.member("dosage"));
  const auto end = days_before(resource.member("effectivePeriod").member("end").text_or(), Partial::end, now);
  if (status == "stopped" || status == "completed") {
    prescription.ran_out = status == "completed";
    stop(prescription, end ? end : days_before(resource.member("effectiveDateTime").text_or(), Partial::end, now));
  } else if (status == "on-hold") {
    prescription.status = MedicationStatus::on_hold;
  } else if (end && *end > 0.0) {
    prescription.ran_out = true;
    stop(prescription, end);
  }
}

void read_dispense(const Record& record, const ReviewTime& now, Prescription& prescription) {
  const JsonView resource = record.resource;
  const std::string_view status = resource.member("status").text_or();
  // A dispense that came to nothing says nothing of the medicine.
  prescription.is_void =
      status == "entered-in-error" || status == "cancelled" || status == "declined" || status == "stopped";
  prescription.dose = dosage_text(resource.member("dosageInstruction"));
  if (status == "on-hold") {
    prescription.status = MedicationStatus::on_hold;
    return;
  }
  if (status != "completed") return;
  std::string_view handed = resource.member("whenHandedOver").text_or();
  if (handed.empty()) handed = resource.member("whenPrepared").text_or();
  const auto days = days_before(handed, Partial::end, now);
  if (!days) return;
  const auto stated = resource.member("daysSupply").member("value").number();
  const double supply = stated && *stated > 0.0 ? *stated : days_of_unstated_supply;
  const double lasts = stated && *stated > 0.0 ? supply * supply_lasts : supply;
  if (*days <= lasts) return;
  prescription.ran_out = true;
  stop(prescription, *days - supply);
}

void read_administration(const Record& record, const ReviewTime& now, Prescription& prescription) {
  const JsonView resource = record.resource;
  const std::string_view status = resource.member("status").text_or();
  prescription.is_void = status == "entered-in-error" || status == "not-done" ||
                         resource.member("notGiven").boolean().value_or(false) ||
                         resource.member("wasNotGiven").boolean().value_or(false);
  prescription.dose = dosage_text(resource.member("dosage"));
  if (status == "on-hold") {
    prescription.status = MedicationStatus::on_hold;
    return;
  }
  if (status != "completed" && status != "stopped") return;
  const JsonView period = resource.member("effectivePeriod");
  std::string_view when = resource.member("effectiveDateTime").text_or();
  if (when.empty()) when = resource.member("occurenceDateTime").text_or();
  if (when.empty()) when = period.member("end").text_or(period.member("start").text_or());
  const auto days = days_before(when, Partial::end, now);
  if (status == "stopped") return stop(prescription, days);
  if (!days || *days <= days_of_administration) return;
  prescription.ran_out = true;
  stop(prescription, days);
}

}  // namespace

std::optional<Kind> kind_of(std::string_view resource_type) noexcept {
  if (resource_type.substr(0, 10) != "Medication") return std::nullopt;
  const std::string_view rest = resource_type.substr(10);
  if (rest == "Request" || rest == "Order" || rest == "Prescription") return Kind::request;
  if (rest == "Statement" || rest == "Usage") return Kind::statement;
  if (rest == "Dispense") return Kind::dispense;
  return rest == "Administration" ? std::optional<Kind>(Kind::administration) : std::nullopt;
}

std::optional<Prescription> read_prescription(const Record& record, Kind kind, const Records& records,
                                              const ReviewTime& now) {
  Prescription prescription;
  prescription.record = &record;
  prescription.kind = kind;
  const JsonView resource = record.resource;
  switch (kind) {
    case Kind::request: read_request(record, now, prescription); break;
    case Kind::statement:
      read_statement(record, now, prescription);
      add_links(resource.member("basedOn"), prescription.links);
      add_links(resource.member("derivedFrom"), prescription.links);
      break;
    case Kind::dispense:
      read_dispense(record, now, prescription);
      add_links(resource.member("authorizingPrescription"), prescription.links);
      break;
    case Kind::administration:
      read_administration(record, now, prescription);
      add_links(resource.member("request"), prescription.links);
      add_links(resource.member("prescription"), prescription.links);  // STU3
      break;
  }
  Medicine medicine = medicine_of(resource, records);
  if (medicine.denied) return std::nullopt;
  if (!medicine.stated && record.role == Role::draft) return std::nullopt;
  prescription.unreadable = medicine.name.empty() && medicine.code.empty();
  prescription.name = std::move(medicine.name);
  prescription.code = std::move(medicine.code);
  prescription.code_system = std::move(medicine.code_system);
  return prescription;
}

}  // namespace guardian::adapters::fhir
