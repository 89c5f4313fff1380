// What a note tells beside its plain values: results with their day, allergies told as a story, the age of the patient.

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/knowledge/patient_readings.hpp"

using namespace guardian;
using namespace guardian::knowledge;
using tests::allergies_of;
using tests::case_of;
using tests::lights;
using tests::read;

namespace {

using Set = std::set<std::string>;

// "potassium 6.4, 82 days" of each value; a value of today has no days.
Set values_of(const core::Case& subject) {
  Set values;
  for (const core::StatedFact& fact : read(subject).facts) {
    if (!fact.value || fact.concept_name == "crcl" || fact.concept_name == "egfr" || fact.concept_name == "age")
      continue;
    const auto tenths = static_cast<long>(*fact.value * 10.0 + 0.5);
    std::string text = fact.concept_name + " " + std::to_string(tenths / 10) + "." + std::to_string(tenths % 10);
    if (fact.age_days.value_or(0.0) >= 1.0) text += ", " + std::to_string(static_cast<long>(*fact.age_days)) + " days";
    values.insert(text);
  }
  return values;
}
Set values_of(const std::string& note) { return values_of(case_of(note)); }

const Set nothing;

struct Row {
  const char* text;
  Set read;
};

}  // namespace

TEST_CASE("a result of a note is of the day that the note gives it", "[knowledge][patient]") {
  const auto row = GENERATE(values<Row>({
      {"K 6.4 (12 Aug)", {"potassium 6.4, 82 days"}},
      {"K 6.4 on 12/8", {"potassium 6.4, 82 days"}},
      {"K 6.4 (12/8)", {"potassium 6.4, 82 days"}},
      {"On 12 Aug K was 6.4.", {"potassium 6.4, 82 days"}},
      {"K was 6.4 in August", {"potassium 6.4, 79 days"}},
      {"K 6.4 (2 Nov)", {"potassium 6.4"}},
      {"K 6.4 (Oct 30)", {"potassium 6.4, 3 days"}},
      {"K was 6.4 last week", {"potassium 6.4, 7 days"}},
      {"K 6.4 (last week)", {"potassium 6.4, 7 days"}},
      {"Last week K 6.4 on routine bloods.", {"potassium 6.4, 7 days"}},
      {"platelets were 20 two weeks ago", {"platelets 20.0, 14 days"}},
      {"K 6.4 (2 weeks ago)", {"potassium 6.4, 14 days"}},
      {"K 6.4 yesterday", {"potassium 6.4, 1 days"}},
      {"Bloods last month: Na 128, K 4.9", {"sodium 128.0, 30 days", "potassium 4.9, 30 days"}},
      {"K 6.4 in August, now 4.2", {"potassium 4.2"}},
      {"INR 6.1 last week, 2.4 today", {"inr 2.4"}},
      {"K 6.4 on 12/8, today 4.4.", {"potassium 4.4"}},
      {"Na 116 (138 in Aug), K 3.3", {"sodium 116.0", "potassium 3.3"}},
      {"BP 142/80 (120/70 in Aug)", {"sbp 142.0", "dbp 80.0"}},
  }));
  INFO(row.text);
  CHECK(values_of(row.text) == row.read);
}

TEST_CASE("what a result was before an operation is no result of today, and its fall is seen", "[knowledge][patient]") {
  CHECK(values_of("Platelets were 244 before surgery, 62 today") == Set{"platelets 62.0", "platelet_ratio 0.3"});
  CHECK(values_of("Plt 244 pre-op, now 62") == Set{"platelets 62.0", "platelet_ratio 0.3"});
  CHECK(values_of("Hb 134 previously, 98 today") == Set{"hemoglobin 9.8", "hemoglobin_drop 3.6"});
  CHECK(values_of("Plt 244 pre-op") == nothing);
  CHECK(values_of("HR 130 previously, 88 now") == Set{"heart_rate 88.0"});
}

TEST_CASE("a pH of blood has two digits behind its point, and one of urine or of a vein is none of an artery",
          "[knowledge][patient]") {
  const auto row = GENERATE(values<Row>({
      {"Gas back: pH 7.11, Na 140", {"ph 7.1", "sodium 140.0"}},
      {"ABG: pH 7.24", {"ph 7.2"}},
      {"arterial pH 7.2", {"ph 7.2"}},
      {"Urine dip: pH 6.0, Na 140", {"sodium 140.0"}},
      {"Urine pH 6.50", {}},
      {"NG aspirate pH 4", {}},
      {"VBG: pH 7.31, Na 140", {"sodium 140.0"}},
      {"venous gas today, pH 7.31", {}},
      {"VBG yesterday. Gas now pH 7.19", {"ph 7.2"}},
  }));
  INFO(row.text);
  CHECK(values_of(row.text) == row.read);
}

TEST_CASE("vital signs of another day are none of today, and a past without a day is no result",
          "[knowledge][patient]") {
  for (const char* note : {"BP 84/40 last week", "HR 130 (12 Aug)", "weight 70 kg last year", "K was 6.4 previously",
                           "K 6.4 at last visit", "Temp 39.5 in August"}) {
    INFO(note);
    CHECK(values_of(note) == nothing);
  }
  CHECK(values_of("May need 5 units") == nothing);
}

TEST_CASE("an older result of the note does not contradict the one that the case states", "[knowledge][patient]") {
  core::Case subject = case_of("K 6.4 last week");
  subject.patient.states_labs = true;
  subject.patient.labs = {{"K", 4.3, "mmol/L", "today"}};
  CHECK(values_of(subject) == Set{"potassium 4.3"});
  const auto open = read(subject).not_assessed;
  CHECK(std::none_of(open.begin(), open.end(), [](const core::NotAssessed& one) { return one.rule == "potassium"; }));
}

TEST_CASE("an allergy that a note tells as a story is the patient's", "[knowledge][patient]") {
  const auto row = GENERATE(values<Row>({
      {"Her lips swelled after amoxicillin.", {"amoxicillin angioedema"}},
      {"She broke out in hives on Bactrim last year.", {"sulfamethoxazole urticaria", "trimethoprim urticaria"}},
      {"Says penicillin gave her hives.", {"class:penicillin urticaria"}},
      {"Throat closed up after taking penicillin as a child.", {"class:penicillin angioedema"}},
      {"Developed a rash on amoxicillin in 2019.", {"amoxicillin rash"}},
      {"Couldn't breathe after she was given ibuprofen.", {"ibuprofen bronchospasm"}},
      {"Denies fever but broke out in hives on Keflex.", {"cephalexin urticaria"}},
      {"Ibuprofen made him wheeze.", {"ibuprofen bronchospasm"}},
      {"Amoxicillin caused a rash when she was 5.", {"amoxicillin rash"}},
      {"She swelled up after penicillin.", {"class:penicillin angioedema"}},
      {"Reports that her face swelled up after a dose of lisinopril.", {"lisinopril angioedema"}},
  }));
  INFO(row.text);
  CHECK(allergies_of(row.text) == row.read);
}

TEST_CASE("an item of a list of allergies that nobody called one is read", "[knowledge][patient]") {
  CHECK(allergies_of("PCN - rash as child. Doing well.") == Set{"class:penicillin rash"});
  CHECK(allergies_of("Penicillin: anaphylaxis in 2010.") == Set{"class:penicillin anaphylaxis"});
  CHECK(allergies_of("PCN (hives)") == Set{"class:penicillin urticaria"});
  CHECK(allergies_of("Amoxicillin - hives 10 years ago") == Set{"amoxicillin urticaria"});
  // A complaint of now, what the medicine is given for, a course, another person.
  for (const char* note : {"Metoprolol - rash on arms today being evaluated", "Started on PCN - rash resolved",
                           "Benadryl - hives last year", "Amoxicillin - otitis last year",
                           "Hydrocortisone cream: rash as a child", "Lisinopril - cough"}) {
    INFO(note);
    CHECK(allergies_of(note) == Set{});
  }
}

namespace {

// How many lines say that allergies could not be checked.
std::size_t waits_of(const PatientReading& reading) {
  std::size_t count = 0;
  for (const auto& one : reading.not_assessed) count += one.rule == "drug-allergy checks" ? 1 : 0;
  return count;
}

}  // namespace

TEST_CASE("an INR may stand behind its number as a unit does", "[knowledge][patient]") {
  CHECK(values_of("9.2 INR today, no bleeding") == Set{"inr 9.2"});
  CHECK(values_of("Had 3 INR checks") == nothing);
  CHECK(values_of("Ring if above 4.5 INR") == nothing);
  CHECK(values_of("Was 3.1, INR 2.4") == Set{"inr 2.4"});
}

TEST_CASE("ALL heads allergies where a word of allergies follows", "[knowledge][patient]") {
  CHECK(allergies_of("PMH: HTN. ALL: PCN (hives)") == Set{"class:penicillin urticaria"});
  CHECK(allergies_of("ALL: in remission since 2019") == nothing);
  CHECK(allergies_of("ALL: methotrexate weekly") == nothing);
  CHECK(allergies_of("All: PCN discussed") == nothing);
}

TEST_CASE("what a culture is sensitive to is no allergy, and what a patient is sensitive to is one",
          "[knowledge][patient]") {
  CHECK(allergies_of("Wound grew MRSA sensitive to linezolid and tetracyclines.") == nothing);
  CHECK(allergies_of("Urine grew E. coli sensitive to ceftriaxone.") == nothing);
  CHECK(allergies_of("MSU: Klebsiella, sensitive to trimethoprim") == nothing);
  CHECK_FALSE(allergies_of("She is sensitive to trimethoprim.") == nothing);
  CHECK_FALSE(allergies_of("Urine culture pending. She is sensitive to trimethoprim.") == nothing);
}

TEST_CASE("a pregnancy that is only named is over for one who breastfeeds and is not said to be pregnant",
          "[knowledge][patient]") {
  core::Case subject = case_of("Blood pressure normal throughout pregnancy.");
  subject.patient.sex = core::Sex::female;
  subject.patient.age = 31.0;
  CHECK(lights(subject, "pregnancy"));
  subject.patient.lactating = true;
  CHECK_FALSE(lights(subject, "pregnancy"));
  subject.patient.pregnant = true;
  CHECK(lights(subject, "pregnancy"));
}

TEST_CASE("a relative who was in hospital with a disease had it", "[knowledge][patient]") {
  CHECK_FALSE(lights(case_of("His nephew was in hospital with ketoacidosis in 2020."), "dka_history"));
  CHECK_FALSE(lights(case_of("Brother in hospital with a stroke."), "stroke"));
  CHECK(lights(case_of("Wife is worried about his stroke."), "stroke"));
}

TEST_CASE("no allergy is told apart from allergies that are not known", "[knowledge][patient]") {
  const auto asks = [](const core::Case& subject) {
    const auto missing = read(subject).not_assessed;
    return std::any_of(missing.begin(), missing.end(),
                       [](const auto& one) { return one.wanted == "allergies of the patient" && !one.must_know; });
  };
  for (const char* none : {"Allergic to nothing.", "Allergies: none known", "Allergies: nil", "NKDA"}) {
    INFO(none);
    CHECK(waits_of(read(case_of(none))) == 0);
  }
  for (const char* unknown : {"Allergies: unable to obtain", "Allergies: unknown", "NKFA.", "Allergies: NKFA",
                              "Allergies: could not be assessed, patient intubated"}) {
    INFO(unknown);
    CHECK(asks(case_of(unknown)));
    CHECK(waits_of(read(case_of(unknown))) == 1);
  }
  for (const char* listed : {"unable to obtain", "unknown", "not known", "NKFA"}) {
    INFO(listed);
    core::Case subject = case_of("");
    subject.patient.states_allergies = true;
    subject.patient.allergies = {{listed, ""}};
    CHECK(asks(subject));
  }
  for (const char* listed : {"nothing", "allergic to nothing", "nil", "none known"}) {
    INFO(listed);
    core::Case subject = case_of("");
    subject.patient.states_allergies = true;
    subject.patient.allergies = {{listed, ""}};
    CHECK(waits_of(read(subject)) == 0);
  }
}

TEST_CASE("an allergic condition is no allergen that nobody knows", "[knowledge][patient]") {
  for (const char* condition :
       {"allergic rhinitis", "allergic conjunctivitis", "seasonal allergies", "allergic asthma"}) {
    INFO(condition);
    core::Case subject = case_of("");
    subject.patient.states_allergies = true;
    subject.patient.conditions = {{condition, "", ""}};
    CHECK(waits_of(read(subject)) == 0);
  }
  core::Case subject = case_of("");
  subject.patient.states_allergies = true;
  subject.patient.conditions = {{"allergic to blorpomycin", "", ""}};
  CHECK(waits_of(read(subject)) > 0);
}

TEST_CASE("a story of another person, a denial, a treatment or a warning is no allergy", "[knowledge][patient]") {
  for (const char* note :
       {"Her son broke out in hives on amoxicillin.", "Took amoxicillin last year without a rash.",
        "Never had a rash with penicillin.", "Hives controlled on cetirizine.", "Rash treated with prednisone.",
        "Rash improved after hydrocortisone.", "Warned that lamotrigine may cause a rash.",
        "If lips swell after amoxicillin call 999.", "Wheeze better after salbutamol.", "Rash with fever.",
        "Wheezing, started on albuterol.", "Ankle swelling, on furosemide.", "Rash after gardening.",
        "Has she broken out in hives on penicillin?", "Her mother says penicillin gave her brother hives."}) {
    INFO(note);
    CHECK(allergies_of(note) == nothing);
  }
}

TEST_CASE("the age that only the note states is the patient's, and the one of the case stands",
          "[knowledge][patient]") {
  CHECK(read(case_of("6 yo boy with otitis")).years == 6.0);
  CHECK(read(case_of("3-month-old with fever")).years == 0.25);
  CHECK_FALSE(read(case_of("Visits his 6 yo grandson")).years.has_value());
  core::Case subject = case_of("6 yo boy with otitis");
  subject.patient.age = 66.0;
  CHECK(read(subject).years == 66.0);
}

TEST_CASE("a result that is a word is read as the condition it names", "[knowledge][patient]") {
  core::Case subject = case_of("");
  subject.patient.sex = core::Sex::female;
  subject.patient.age = 30.0;
  subject.patient.states_labs = true;
  subject.patient.labs = {{"urine hCG", std::string("positive"), "", "today"}};
  CHECK(lights(subject, "pregnancy"));
  subject.patient.labs = {{"urine hCG", std::string("negative"), "", "today"}};
  CHECK_FALSE(lights(subject, "pregnancy"));
  subject.patient.labs = {{"HLA-B*57:01", std::string("positive"), "", "today"}};
  CHECK(lights(subject, "hla_b5701"));
  subject.patient.labs = {{"HLA-B*57:01", std::string("negative"), "", "today"}};
  CHECK_FALSE(lights(subject, "hla_b5701"));
}

TEST_CASE("oxygen and alertness are read beside the vital signs of a note", "[knowledge][patient]") {
  struct Observed {
    const char* note;
    std::optional<bool> oxygen;
    const char* consciousness;
  };
  const auto row = GENERATE(values<Observed>({
      {"BP 92/50 HR 118 RR 24 SpO2 91% 2L NC T 38.9, drowsy", true, "V"},
      {"P 88, RR 16, sats 97% RA, T 37.1, alert, GCS 15", false, "A"},
      {"Sats 94% on 2 L O2 via NC, HR 92, A on AVPU", true, "A"},
      {"SpO2 97% on room air, HR 78. A&Ox3.", false, "A"},
      {"HR 110, O2 sat 93% on 4 L NC, alert and oriented", true, "A"},
      {"HR 110, O2 sat 93% FiO2 40%, GCS 13", true, "C"},
      {"on 15L NRB sats 95%, HR 120, confused", true, "C"},
      {"SpO2 96% off oxygen, HR 80", false, ""},
      {"SpO2 96%, HR 80. Mother on home oxygen", std::nullopt, ""},
      {"SpO2 97%, UO 2L, HR 80", std::nullopt, ""},
      {"SpO2 93% 4L, HR 80", true, ""},
      {"HR 80, SpO2 96%. Not alert to risks; medic alert bracelet", std::nullopt, ""},
  }));
  INFO(row.note);
  const auto vitals = read(case_of(row.note)).note_vitals;
  REQUIRE(vitals.has_value());
  CHECK(vitals->supplemental_oxygen == row.oxygen);
  CHECK(vitals->consciousness == row.consciousness);
}

TEST_CASE("a question tells nothing of the patient before it is answered", "[knowledge][patient]") {
  CHECK(allergies_of("Did she get hives after penicillin?") == nothing);
  CHECK_FALSE(lights(case_of("Did she get hives after penicillin?"), "hives"));
  CHECK(allergies_of("Did she get hives after penicillin? No.") == nothing);
  CHECK(allergies_of("Did she get hives after penicillin? Yes, in 2019.") == Set{"class:penicillin urticaria"});
  CHECK(allergies_of("Any allergies? PCN - anaphylaxis.") == Set{"class:penicillin anaphylaxis"});
  CHECK_FALSE(lights(case_of("Does he have asthma? No"), "asthma"));
  CHECK(lights(case_of("Does he have asthma? Yes."), "asthma"));
  // What was asked is not lost: the check waits for the answer.
  const auto waiting = read(case_of("Is he allergic to penicillin?")).not_assessed;
  CHECK(std::any_of(waiting.begin(), waiting.end(),
                    [](const auto& one) { return one.wanted.find("penicillin") != std::string::npos; }));
}

TEST_CASE("an estimate that is only a limit is a range, and another limit is no result", "[knowledge][patient]") {
  core::Case subject = case_of("");
  subject.patient.states_labs = true;
  subject.patient.labs = {{"eGFR", std::string(">60"), "mL/min/1.73m2", "today"},
                          {"tacrolimus level", std::string("<2"), "ng/mL", "today"}};
  const PatientReading reading = read(subject);
  const auto egfr = std::find_if(reading.facts.begin(), reading.facts.end(),
                                 [](const core::StatedFact& fact) { return fact.concept_name == "egfr"; });
  REQUIRE(egfr != reading.facts.end());
  CHECK(egfr->value == 60.0);
  CHECK(egfr->high.value_or(0.0) > 120.0);
  CHECK(std::none_of(reading.facts.begin(), reading.facts.end(),
                     [](const core::StatedFact& fact) { return fact.concept_name == "tacrolimus_level"; }));
}

TEST_CASE("MG is myasthenia gravis in a list of conditions and milligrams elsewhere", "[knowledge][patient]") {
  core::Case listed = case_of("");
  listed.patient.conditions = {{"MG (AChR+)", {}, {}}};
  CHECK(lights(listed, "myasthenia_gravis"));
  CHECK_FALSE(lights(case_of("ASPIRIN 81 MG DAILY. MG LOW, REPLETED"), "myasthenia_gravis"));
  core::Case dosed = case_of("");
  dosed.patient.conditions = {{"on ASPIRIN 81 MG", {}, {}}};
  CHECK_FALSE(lights(dosed, "myasthenia_gravis"));
}

TEST_CASE("a pregnancy test that is positive says that she is pregnant, however it is written",
          "[knowledge][patient]") {
  const auto pregnant = [](const std::string& note) {
    core::Case subject = case_of(note);
    subject.patient.sex = core::Sex::female;
    subject.patient.age = 27;
    return lights(subject, "pregnancy");
  };
  for (const std::string note : {"UPT positive this am", "UPT + today", "urine hCG (+)", "+ve pregnancy test",
                                 "pregnancy test came back positive", "home preg test pos", "preg test: pos."}) {
    CAPTURE(note);
    CHECK(pregnant(note));
  }
  for (const std::string note : {"UPT neg", "UPT pending", "UPT not done", "urine pregnancy test negative",
                                 "preg test: possible tomorrow", "UPT negative x2 + STI screen"}) {
    CAPTURE(note);
    CHECK_FALSE(pregnant(note));
  }
}

TEST_CASE("the body surface is computed from weight and height, and shown", "[knowledge][patient]") {
  core::Case subject = case_of("");
  subject.patient.weight_kg = 80.0;
  CHECK(values_of(subject).count("bsa 2.0") == 0);
  subject.patient.height_cm = 180.0;
  CHECK(values_of(subject).count("bsa 2.0") == 1);  // Mosteller: the root of 80 x 180 / 3600
}
