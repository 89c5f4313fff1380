#include "adapters/fhir/person.hpp"

#include <chrono>
#include <optional>

#include "adapters/fhir/codes.hpp"
#include "adapters/json/member_reader.hpp"
#include "adapters/json/plausible.hpp"

namespace guardian::adapters::fhir {
namespace {

JsonView subject_of(const Record& record) {
  const auto [subject, patient] = pick<2>(record.resource, {"subject", "patient"});
  return subject.is_object() ? subject : patient;
}

// Whether the patient has an identifier of the same system with another value, and none with this one.
bool contradicts(JsonView identifier, JsonView patient) {
  const std::string_view system = identifier.member("system").text_or();
  const std::string_view value = identifier.member("value").text_or();
  if (system.empty() || value.empty()) return false;
  bool same = false;
  bool other = false;
  patient.member("identifier").each_entry([&](JsonView known, std::size_t) {
    if (known.member("system").text_or() != system) return;
    (known.member("value").text_or() == value ? same : other) = true;
  });
  return other && !same;
}

bool contained_contradicts(const Record& record, std::string_view id, JsonView patient) {
  bool found = false;
  record.resource.member("contained").each_entry([&](JsonView contained, std::size_t) {
    if (contained.member("id").text_or() != id) return;
    contained.member("identifier").each_entry([&](JsonView identifier, std::size_t) {
      found = found || contradicts(identifier, patient);
    });
  });
  return found;
}

// The only patient that the resources speak of, where no Patient resource is there.
std::string_view only_subject(const Records& records) {
  std::string_view only;
  for (const Record& record : records.all()) {
    const std::string_view relative = relative_reference(subject_of(record).member("reference").text_or());
    if (type_of_reference(relative) != "Patient") continue;
    const std::string_view id = id_of_reference(relative);
    if (!only.empty() && only != id) return {};
    only = id;
  }
  return only;
}

std::chrono::year_month_day day_of(const core::Moment& moment) {
  return std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(moment.time));
}

}  // namespace

Identity identify(const Records& records, std::string_view wanted, std::vector<InputProblem>& problems) {
  Identity identity;
  identity.id = id_of_reference(relative_reference(wanted));
  const Record* found = nullptr;
  bool several = false;
  for (const Record& record : records.all()) {
    if (record.type != "Patient") continue;
    if (!identity.id.empty() && record.id != identity.id && record.full_url != wanted) continue;
    if (found == nullptr) {
      found = &record;
    } else if (identity.id.empty() && (record.id.empty() || record.id != found->id) && !several) {
      several = true;
      problems.push_back({record.element, "is a second Patient; say which one is meant"});
    }
  }
  if (found != nullptr) {
    if (!found->id.empty()) identity.id = found->id;
    identity.full_url = found->full_url;
    if (identity.id.empty()) identity.id = id_of_reference(found->full_url.substr(found->full_url.rfind(':') + 1));
    identity.resource = found->resource;
  }
  if (identity.id.empty() && found == nullptr) identity.id = only_subject(records);
  if (identity.id.empty() && found == nullptr) problems.push_back({"", "holds no Patient, or resources of several"});
  return identity;
}

bool is_of(const Record& record, const Identity& identity) {
  if (record.type == "Patient")
    return record.resource.member("id").text_or() == identity.id ||
           (!record.full_url.empty() && record.full_url == identity.full_url);
  const JsonView subject = subject_of(record);
  const std::string_view reference = subject.member("reference").text_or();
  if (reference.empty()) return !contradicts(subject.member("identifier"), identity.resource);
  if (reference == identity.full_url) return true;
  if (reference.front() == '#') return !contained_contradicts(record, reference.substr(1), identity.resource);
  constexpr std::string_view urn = "urn:";
  if (reference.substr(0, urn.size()) == urn) {
    const auto last = reference.rfind(':');
    return reference.substr(last + 1) == identity.id;
  }
  const std::string_view relative = relative_reference(reference);
  const std::string_view type = type_of_reference(relative);
  if ((!type.empty() && type != "Patient") || id_of_reference(relative) != identity.id) return false;
  const std::string_view server = server_of_reference(reference);
  const std::string_view own = server_of_reference(identity.full_url);
  return server.empty() || own.empty() || server == own;
}

void set_age(std::string_view birth_date, const ReviewTime& now, core::Patient& value) {
  if (birth_date.empty() || !now.moment) return;
  auto born = moment_of(birth_date, Partial::middle);
  if (born && born->time > now.moment->time && birth_date.size() < 10) born = moment_of(birth_date, Partial::start);
  if (!born || std::chrono::floor<std::chrono::days>(born->time) > now.moment->time) return;
  const std::chrono::year_month_day from = day_of(*born);
  const std::chrono::year_month_day to = day_of(*now.moment);
  int months = (static_cast<int>(to.year()) - static_cast<int>(from.year())) * 12 +
               static_cast<int>(static_cast<unsigned>(to.month())) -
               static_cast<int>(static_cast<unsigned>(from.month()));
  if (to.day() < from.day()) --months;
  constexpr int years_from = 24;
  double age = 0.0;
  if (months >= years_from) {
    value.age_unit = core::AgeUnit::years;
    const int years = months / 12;
    age = years;
  } else if (months >= 1) {
    value.age_unit = core::AgeUnit::months;
    age = months;
  } else {
    value.age_unit = core::AgeUnit::days;
    age = static_cast<double>((std::chrono::sys_days(to) - std::chrono::sys_days(from)).count());
  }
  if (value.age_unit == core::AgeUnit::years && !contains(plausible::age_years, age)) return;
  value.age = age;
}

void read_person(JsonView patient, const ReviewTime& now, core::Patient& value) {
  set_age(patient.member("birthDate").text_or(), now, value);
  const std::string_view gender = patient.member("gender").text_or();
  if (gender == "female") value.sex = core::Sex::female;
  if (gender == "male") value.sex = core::Sex::male;
  if (gender == "other") value.sex = core::Sex::other;
}

void read_allergy(JsonView resource, core::Patient& value) {
  const CodeableConcept verification(resource.member("verificationStatus"));
  const CodeableConcept clinical(resource.member("clinicalStatus"));
  const std::string_view status = resource.member("status").text_or();  // DSTU2
  const auto has = [&](std::string_view word) {
    return verification.has_code({word}) || clinical.has_code({word}) || status == word;
  };
  if (has("entered-in-error")) return;
  JsonView code = resource.member("code");
  if (!code.present()) code = resource.member("substance");  // DSTU2
  const CodeableConcept substance(code);
  Absence absence = Absence::none;
  substance.any_coding([&](std::string_view, std::string_view one, std::string_view) {
    absence = absence_of(one);
    return absence != Absence::none;
  });
  if (absence == Absence::none_of_kind || absence == Absence::no_information) return;
  value.states_allergies = true;
  // Asked and found not to be, or no longer there.
  if (absence == Absence::none_known || has("refuted") || has("resolved") || has("inactive")) return;
  if (value.allergies.size() >= max_list_entries) return;

  core::Allergy allergy;
  allergy.text = clinical_words(substance.words());
  std::string reactions;
  std::string last;
  resource.member("reaction").each_entry([&](JsonView reaction, std::size_t) {
    if (allergy.text.empty()) allergy.text = clinical_words(CodeableConcept(reaction.member("substance")).words());
    std::string_view severity = reaction.member("severity").text_or();
    const auto add = [&](JsonView given) {
      const CodeableConcept manifestation(given);
      std::string words = clinical_words(manifestation.words());
      if (words.empty()) words = reaction_word(manifestation.first_code());
      if (words.empty()) return;
      if (!reactions.empty()) reactions += ", ";
      if (severity == "severe") reactions += "severe ";
      reactions += words;
    };
    const JsonView manifestations = reaction.member("manifestation");
    if (manifestations.is_object()) add(manifestations);
    manifestations.each_entry([&](JsonView given, std::size_t) { add(given); });
    if (manifestations.size() == 0) {
      if (const std::string told = plain_text(reaction.member("description").text_or()); !told.empty())
        reactions += (reactions.empty() ? "" : ", ") + told;
    }
  });
  if (allergy.text.empty()) {
    const std::string_view one = substance.first_code();
    if (one.empty() && reactions.empty()) return;
    allergy.text = one.empty() ? "a substance that is not named" : "code " + plain_text(one);
  }
  if (reactions.empty() && resource.member("type").text_or() == "intolerance") reactions = "intolerance";
  if (resource.member("criticality").text_or() == "high")
    reactions += reactions.empty() ? "high criticality" : "; high criticality";
  allergy.reaction = plain_text(reactions);
  value.allergies.push_back(std::move(allergy));
}

void read_condition(JsonView resource, const ReviewTime& now, core::Patient& value) {
  const CodeableConcept verification(resource.member("verificationStatus"));
  const CodeableConcept clinical(resource.member("clinicalStatus"));
  if (verification.has_code({"entered-in-error"})) return;
  const CodeableConcept code(resource.member("code"));
  Absence absence = Absence::none;
  core::CodedText condition;
  code.any_coding([&](std::string_view system, std::string_view one, std::string_view) {
    absence = absence == Absence::none ? absence_of(one) : absence;
    // The systems that the condition reader knows; another one only where there are no words.
    const bool known = system == snomed_system || system.find("icd-10") != std::string_view::npos;
    if (one.empty() || one.size() > max_text_bytes || (!known && !condition.code.empty())) return false;
    condition.code = plain_text(one);
    condition.system = plain_text(system);
    return known;
  });
  if (absence == Absence::no_information || absence == Absence::none_of_kind) return;
  value.states_conditions = true;
  if (absence == Absence::none_known || verification.has_code({"refuted"})) return;
  condition.text = clinical_words(code.words(snomed_system));
  if (condition.text.empty() && condition.code.empty()) return;
  const bool coded = condition.system == snomed_system || condition.system.find("icd-10") != std::string::npos;
  if (!coded && !condition.text.empty()) condition.code = condition.system = {};

  const JsonView period = resource.member("abatementPeriod");
  std::string_view abated = resource.member("abatementDateTime").text_or();
  if (abated.empty()) abated = period.member("end").text_or();
  const auto since_abated = days_before(abated, Partial::end, now);
  const bool stated_active = clinical.has_code({"active", "recurrence", "relapse"});
  const bool past = clinical.has_code({"inactive", "remission", "resolved"}) ||
                    (!stated_active &&
                     (resource.member("abatementBoolean").boolean().value_or(false) ||
                      resource.member("abatementString").text().has_value() || (since_abated && *since_abated >= 0.0)));
  const bool doubtful = verification.has_code({"unconfirmed", "provisional", "differential"});
  // A code would say that the condition is there, now and for sure: only the words can say otherwise.
  if ((past || doubtful) && !condition.text.empty()) {
    condition.text = (past ? "history of " : "suspected ") + condition.text;
    condition.code = condition.system = {};
  }
  std::string_view onset = resource.member("onsetDateTime").text_or();
  if (onset.empty()) onset = resource.member("onsetPeriod").member("start").text_or();
  if (past && !abated.empty()) onset = abated;
  constexpr std::size_t day = 10;
  onset = onset.substr(0, day);
  if (!condition.text.empty() && !doubtful && moment_of(onset, Partial::start) &&
      days_before(onset, Partial::start, now).value_or(-1.0) >= 0.0)
    condition.text += " (" + std::string(onset) + ")";
  if (value.conditions.size() < max_list_entries) value.conditions.push_back(std::move(condition));
}

}  // namespace guardian::adapters::fhir
