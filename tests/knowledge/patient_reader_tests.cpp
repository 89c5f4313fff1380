#include "knowledge/patient_reader.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/knowledge/patient_readings.hpp"

using namespace guardian;
using namespace guardian::knowledge;
using tests::allergies_of;
using tests::case_of;
using tests::read;

namespace {

std::string shown(double value) {
  std::string text = std::to_string(value);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

// "potassium 6.4" of each value, "lvef 20-25" of a range; measures that are computed are left out.
std::set<std::string> values_of(const core::Case& subject) {
  std::set<std::string> values;
  for (const core::StatedFact& fact : read(subject).facts) {
    if (!fact.value || fact.concept_name == "crcl") continue;
    if (fact.concept_name == "egfr" && fact.words.find("eGFR") == std::string::npos) continue;
    values.insert(fact.concept_name + " " + shown(*fact.value) + (fact.high ? "-" + shown(*fact.high) : ""));
  }
  return values;
}
std::set<std::string> values_of(const std::string& note) { return values_of(case_of(note)); }

std::set<std::string> conditions_of(const core::Case& subject) {
  std::set<std::string> conditions;
  for (const core::StatedFact& fact : read(subject).facts) {
    if (fact.kind == "condition" || fact.kind == "symptom") conditions.insert(fact.concept_name);
  }
  return conditions;
}
std::set<std::string> conditions_of(const std::string& note) { return conditions_of(case_of(note)); }

bool wants(const core::Case& subject, const std::string& words) {
  const PatientReading reading = read(subject);
  return std::any_of(reading.not_assessed.begin(), reading.not_assessed.end(), [&](const core::NotAssessed& line) {
    return (line.rule + " " + line.wanted).find(words) != std::string::npos;
  });
}

using Set = std::set<std::string>;
const Set nothing;

struct Row {
  const char* text;
  Set read;
};

}  // namespace

TEST_CASE("allergies that only the note states are the patient's, with their reactions", "[knowledge][patient]") {
  const auto row = GENERATE(values<Row>({
      {"PCN allergy - anaphylaxis", {"class:penicillin anaphylaxis"}},
      {"allergic to sulfa (rash)", {"class:sulfonamide_antibiotic rash"}},
      {"Allergies: amoxicillin -> hives; codeine - nausea", {"amoxicillin urticaria", "codeine intolerance"}},
      {"Allergic to penicillin: throat swelling in 2015.", {"class:penicillin angioedema"}},
      {"Allergic to codeine (nausea) and trimethoprim.", {"codeine intolerance", "trimethoprim unknown"}},
      {"Allergies: PCN (hives), codeine Meds: aspirin 81 mg", {"class:penicillin urticaria", "codeine unknown"}},
      {"Allergies:\n- penicillin: anaphylaxis\n- sulfa: rash\n\nMeds: codeine 30 mg",
       {"class:penicillin anaphylaxis", "class:sulfonamide_antibiotic rash"}},
      {"Penicillin allergic - lip swelling. Pain controlled.", {"class:penicillin angioedema"}},
      {"Wife says he is allergic to aspirin (bronchospasm).", {"aspirin bronchospasm"}},
      {"Allergic to erythromycin -> hives. Takes amlodipine.", {"erythromycin urticaria"}},
      {"allergic to penicillin, presents with rash today", {"class:penicillin unknown"}},
      {"Allergies: IV contrast (anaphylaxis), lisinopril (cough), latex",
       {"class:iodinated_contrast anaphylaxis", "lisinopril intolerance", "latex unknown"}},
      {"anaphylaxis to peanuts", {"peanut anaphylaxis"}},
      {"Reports throat swelling and hives after penicillin at 30.", {"class:penicillin urticaria"}},
      {"severe reaction to penicillin", {"class:penicillin unknown"}},
      {"gets hives with sulfa", {"class:sulfonamide_antibiotic urticaria"}},
      {"broke out in hives after taking aspirin", {"aspirin urticaria"}},
      {"Allergic rxn to codeine - hives in 2009. Denies fever.", {"codeine urticaria"}},
      {"No drug allergies but allergic to eggs", {"egg unknown"}},
  }));
  INFO(row.text);
  CHECK(allergies_of(row.text) == row.read);
}

TEST_CASE("no allergy is read from a denial, of another person, of a risk or of no drug", "[knowledge][patient]") {
  for (const char* note : {"NKDA",
                           "no known drug allergies",
                           "mother is allergic to penicillin",
                           "denies allergy to latex",
                           "denies drug allergies",
                           "Daughter is allergic to penicillin.",
                           "He is not allergic to penicillin",
                           "no penicillin allergy",
                           "Wife allergic to sulfa",
                           "risk of allergic reaction to contrast",
                           "allergic rhinitis, allergic to cats",
                           "seasonal allergies",
                           "Allergies: see chart",
                           "Referred to allergy clinic",
                           "FHx: penicillin allergy (mother)",
                           "penicillin allergy has been disproved",
                           "lactose intolerance",
                           "no rash with penicillin",
                           "rash with fever",
                           "Mother gets hives with penicillin"}) {
    INFO(note);
    CHECK(allergies_of(note) == nothing);
  }
}

TEST_CASE("a note that knows of no allergy stands for the list", "[knowledge][patient]") {
  for (const char* note : {"NKDA", "NKA.", "no known drug allergies", "denies drug allergies", "Denies allergies.",
                           "Allergies: none known", "Allergies - nil", "No allergies known.", "No allergies."}) {
    INFO(note);
    CHECK_FALSE(wants(case_of(note), "allergies of the patient"));
  }
  for (const char* note : {"denies allergy to latex", "seasonal allergies", "Allergies: see chart", "mother has NKDA",
                           "No food allergies.", "No allergy testing done."}) {
    INFO(note);
    CHECK(wants(case_of(note), "allergies of the patient"));
  }
}

TEST_CASE("an allergy of the note that nobody knows must be known when the case has no list", "[knowledge][patient]") {
  core::Case subject = case_of("Allergic to Zorblax");
  const auto must = [&] {
    const PatientReading reading = read(subject);
    return std::any_of(reading.not_assessed.begin(), reading.not_assessed.end(),
                       [](const core::NotAssessed& line) { return line.must_know; });
  };
  CHECK(wants(subject, "Zorblax"));
  CHECK(must());
  subject.patient.states_allergies = true;
  CHECK(wants(subject, "Zorblax"));
  CHECK_FALSE(must());
}

TEST_CASE("a stated allergy stands, and a note that denies all is told", "[knowledge][patient]") {
  core::Case subject = case_of("NKDA");
  subject.patient.states_allergies = true;
  subject.patient.allergies = {{"penicillin", "rash"}};
  CHECK(allergies_of(subject) == Set{"class:penicillin rash"});
  CHECK(wants(subject, "the note says that none is known"));
  subject.note = "Penicillin allergy.";
  CHECK(allergies_of(subject) == Set{"class:penicillin rash"});
  subject.note = "Penicillin allergy (anaphylaxis).";
  CHECK(allergies_of(subject) == Set{"class:penicillin rash", "class:penicillin anaphylaxis"});
}

TEST_CASE("the reaction of an allergy is no complaint of today", "[knowledge][patient]") {
  CHECK(conditions_of("Allergies: amoxicillin -> hives; codeine - nausea") == nothing);
  CHECK(conditions_of("Allergic to penicillin: throat swelling in 2015.") == nothing);
  CHECK(conditions_of("allergic to penicillin, presents with rash today") == Set{"rash"});
  CHECK(conditions_of("having an allergic reaction to amoxicillin now: hives and facial swelling") ==
        Set{"hives", "facial_edema"});
}

TEST_CASE("values of a note are read into the quantities that rules look at", "[knowledge][patient]") {
  const auto row = GENERATE(values<Row>({
      {"temp 39.5", {"temperature 39.5"}},
      {"T 38.9", {"temperature 38.9"}},
      {"T 101.2 P 118 R 24 BP 92/50",
       {"temperature 38.444444", "heart_rate 118", "respiratory_rate 24", "sbp 92", "dbp 50"}},
      {"Obs: T37.2 HR 88 RR 16", {"temperature 37.2", "heart_rate 88", "respiratory_rate 16"}},
      {"BP 85/50", {"sbp 85", "dbp 50"}},
      {"BP 80/palp", {"sbp 80"}},
      {"HR 130, RR 28, SpO2 88% on RA", {"heart_rate 130", "respiratory_rate 28", "spo2 88"}},
      {"sats dropped to 84%", {"spo2 84"}},
      {"glucose 2.6 mmol/L", {"glucose 46.84056"}},
      {"K 6.4", {"potassium 6.4"}},
      {"K+ 6.4 mmol/L", {"potassium 6.4"}},
      {"K 6,4", {"potassium 6.4"}},
      {"INR 7.2", {"inr 7.2"}},
      {"INR 5.8 today (goal 2-3), last INR 2.4", {"inr 5.8"}},
      {"Cr 3.1 (baseline 1.0)", {"creatinine 3.1", "creatinine_ratio 3.1"}},
      {"QTc 520", {"qtc 520"}},
      {"lithium level 2.1", {"lithium_level 2.1"}},
      {"lithium 0.9 mmol/L", {"lithium_level 0.9"}},
      {"ANC 300, plt 12, Hb 78", {"neutrophils 0.3", "platelets 12", "hemoglobin 7.8"}},
      {"HFrEF (EF 20-25%)", {"lvef 20-25"}},
      {"LFTs normal, TSH 2.1", {"tsh 2.1"}},
      {"PMH: T2DM (HbA1c 9.2%), CKD (eGFR 22)", {"hba1c 9.2", "egfr 22"}},
      {"no fever, HR 130", {"heart_rate 130"}},
      {"Hb 118 g/L (was 131 in Aug)", {"hemoglobin 11.8"}},
      {"65M with h/o CHF, CKD, BP 85/50", {"age 65", "sbp 85", "dbp 50"}},
      {"K 6.4 -> 5.1 after insulin", {"potassium 5.1"}},
      {"K 6.4 mmol/L -> 5.1 mmol/L", {"potassium 5.1"}},
      {"BP 140/80 -> 85/50", {"sbp 85", "dbp 50"}},
      {"BP 128/70 at midnight -> 82/44 now, HR 118", {"sbp 82", "dbp 44", "heart_rate 118"}},
      {"BP 132/76 (0200) -> 98/60 -> 84/40 mmHg", {"sbp 84", "dbp 40"}},
      {"K 5.1 at 06:00 -> 6.4", {"potassium 6.4"}},
      {"Plt 241 preop -> 212 POD 4 -> 78 today.", {"platelets 78", "platelet_ratio 0.323651"}},
      {"Hb 13.2 -> 8.9", {"hemoglobin 8.9", "hemoglobin_drop 4.3"}},
      {"Cr 2.1 <- 1.0", {"creatinine 2.1", "creatinine_ratio 2.1"}},
      {"Cr 2.1 (was 1.0 yesterday)", {"creatinine 2.1", "creatinine_ratio 2.1"}},
      {"Cr 2.1 (1.0 yesterday), K 5.0", {"creatinine 2.1", "creatinine_ratio 2.1", "potassium 5"}},
      {"Cr up from 1.0 to 2.1", {"creatinine 2.1", "creatinine_ratio 2.1"}},
      {"Cr 2.1, up from 1.0", {"creatinine 2.1", "creatinine_ratio 2.1"}},
      {"Cr 2.1 (was 1.0 in 2019)", {"creatinine 2.1"}},
      {"Glu 212, alb 2.1, tac trough 22 ng/mL", {"glucose 212", "albumin 2.1", "tacrolimus_level 22"}},
      {"eGFR >60, K 4.1", {"egfr 60-250", "potassium 4.1"}},
      {"eGFR <15", {"egfr 1-15"}},
      {"Cr 1.2 on lisinopril -> stop it", {"creatinine 1.2"}},
      {"Na 116 (138 in Aug), K 3.3", {"sodium 116", "potassium 3.3"}},
      {"CK 14,200, temp 37.1", {"ck 14200", "temperature 37.1"}},
      {"HR 130, RR 28 -> 18", {"heart_rate 130", "respiratory_rate 18"}},
      {"HR 130 -> 110 -> 96 after fluids", {"heart_rate 96"}},
      {"potassium rose from 5.1 to 6.4", {"potassium 6.4"}},
      {"potassium 5.1 then 6.4", {"potassium 6.4"}},
      {"potassium 5.1 up to 6.4", {"potassium 6.4"}},
      {"Cr 1.0 rising to 2.1", {"creatinine 2.1", "creatinine_ratio 2.1"}},
      {"BM 2.6", {"glucose 46.84056"}},
      {"BM 2 today", {}},
      {"BP fell from 140/80 to 85/50", {"sbp 85", "dbp 50"}},
      {"creatinine 1.0\xE2\x86\x92"
       "2.4 mg/dL",
       {"creatinine 2.4", "creatinine_ratio 2.4"}},
  }));
  INFO(row.text);
  CHECK(values_of(row.text) == row.read);
}

TEST_CASE("a number that may be no value of the patient today is not read", "[knowledge][patient]") {
  for (const char* note : {"target INR 2-3",
                           "INR goal 2.5",
                           "aim for sats 94%",
                           "keep K 4.5, Mg 2.0",
                           "previous K 6.1",
                           "if temp > 38.5 call",
                           "Call if HR 120 or BP 90/60. Hold if SBP 95.",
                           "SpO2 <88%",
                           "HR 130-140",
                           "HR in the 130s",
                           "K 6.4 -> pending",
                           "Plt 241 after two units -> 78",
                           "K 3,123",
                           "T34 running",
                           "K 5.9 > 5.0",
                           "BP 140/80 > 85/50",
                           "K from 4 onwards to be kept",
                           "?K 6.4 haemolysed",
                           "K 6.4?",
                           "mother's BP 150/90",
                           "Fetal HR 145",
                           "BP 120/80 on 3/2019",
                           "K 20 mEq",
                           "potassium chloride 20 mEq",
                           "potassium 40 mmol IV",
                           "lithium 300 mg",
                           "digoxin 0.25 daily",
                           "phenytoin 18",
                           "vitamin K 10 mg IV",
                           "gentamicin 5 mg/kg",
                           "paroxetine CR 25, metoprolol CR 47.5",
                           "CA 125 of 35",
                           "q6 hr 4 doses, 24 hr 120",
                           "urine pH 6, urine Na 20",
                           "birth weight 3.2 kg",
                           "weight gain 3 kg",
                           "phone 555-1234, DOB 12/3/1960",
                           "T12 fracture, T4 N1 M0",
                           "plt 150,000",
                           "P 118",
                           "K 64"}) {
    INFO(note);
    CHECK(values_of(note) == nothing);
  }
}

TEST_CASE("a number of a note that may be in several units is told and not guessed", "[knowledge][patient]") {
  for (const char* note : {"glucose 18", "Mg 1.2", "bilirubin 3.2"}) {
    INFO(note);
    CHECK(values_of(note) == nothing);
    CHECK(wants(case_of(note), "without a unit"));
  }
}

TEST_CASE("a value that the case states stands against the note", "[knowledge][patient]") {
  core::Case subject = case_of("K 6.4, T 39.5");
  subject.patient.states_labs = true;
  subject.patient.labs = {{"K", 4.3, "mmol/L", "today"}};
  subject.vitals = core::Vitals{};
  subject.vitals->temperature_c = 36.9;
  CHECK(values_of(subject) == Set{"potassium 4.3", "temperature 36.9"});
  CHECK(wants(subject, "potassium which of its values is the present one"));
  CHECK(wants(subject, "temperature which of its values is the present one"));
  subject.note = "K 4.3, T 37.1";
  CHECK_FALSE(wants(subject, "which of its values"));
}

TEST_CASE("several values of one note are told, and the last is taken", "[knowledge][patient]") {
  const core::Case subject = case_of("HR 130 on arrival, after fluids HR 96");
  CHECK(values_of(subject) == Set{"heart_rate 96"});
  CHECK(wants(subject, "which of its values in the note"));
}

TEST_CASE("a number within a condition is read", "[knowledge][patient]") {
  const auto row = GENERATE(values<Row>({{"CKD (eGFR 22)", {"egfr 22"}},
                                         {"HFrEF (EF 25%)", {"lvef 25"}},
                                         {"QTc 510 ms", {"qtc 510"}},
                                         {"T2DM (HbA1c 9.2%)", {"hba1c 9.2"}},
                                         {"AF (INR 2-3)", {}},
                                         {"cirrhosis Child-Pugh C (MELD 22)", {}}}));
  INFO(row.text);
  core::Case subject = case_of("");
  subject.patient.conditions = {{row.text, {}, {}}};
  CHECK(values_of(subject) == row.read);
  CHECK_FALSE(wants(subject, "the meaning of"));
}

TEST_CASE("room air is no rheumatoid arthritis", "[knowledge][patient]") {
  CHECK(conditions_of("sats 98% RA").count("rheumatoid_arthritis") == 0);
  CHECK(conditions_of("SpO2 95% on RA.").count("rheumatoid_arthritis") == 0);
  CHECK(conditions_of("RA on methotrexate. SpO2 95%").count("rheumatoid_arthritis") == 1);
}

TEST_CASE("what goes on once it is there counts when it is listed as past history", "[knowledge][patient]") {
  CHECK(conditions_of("PMH: HTN, CKD, anaemia, renal impairment") ==
        Set{"hypertension", "ckd", "anemia", "renal_impairment"});
  CHECK(conditions_of("Past medical history:\nanaemia\nhyperthyroidism") == Set{"anemia", "hyperthyroidism"});
  CHECK(conditions_of("PMH: AKI 2015, pneumonia, pregnancy 2019") == nothing);
  CHECK(conditions_of("previous anaemia") == nothing);
  CHECK(conditions_of("PMH: anaemia 2012, previous thrombocytopenia") == nothing);
}

TEST_CASE("a family history that labels count is the patient's, and no other is", "[knowledge][patient]") {
  for (const char* note : {"FHx of MTC", "family history of medullary thyroid cancer", "Mother: MTC",
                           "Family history: mother - medullary thyroid cancer, father - MI"}) {
    INFO(note);
    CHECK(conditions_of(note) == Set{"medullary_thyroid_cancer"});
  }
  CHECK(conditions_of("FHx: malignant hyperthermia (brother)") == Set{"malignant_hyperthermia"});
  CHECK(conditions_of("FHx: mother breast cancer, father MI, sister DVT") == nothing);
  CHECK(conditions_of("No family history of MTC") == nothing);
}

TEST_CASE("a reaction that the conditions name with its drug is an allergy to it", "[knowledge][patient]") {
  const auto allergies_in = [](const char* condition) {
    core::Case subject = case_of("");
    subject.patient.conditions = {{condition, {}, {}}};
    return allergies_of(subject);
  };
  const auto row = GENERATE(values<Row>({
      {"Stevens-Johnson syndrome from allopurinol", {"allopurinol severe_cutaneous"}},
      {"angioedema with lisinopril", {"lisinopril angioedema"}},
      {"ACE inhibitor angioedema 2019", {"class:ace_inhibitor angioedema"}},
      {"statin myopathy", {"class:statin organ"}},
      {"carbamazepine-induced SJS", {"carbamazepine severe_cutaneous"}},
      {"pancreatitis due to azathioprine", {"azathioprine organ"}},
      {"rash after amoxicillin", {"amoxicillin rash"}},
  }));
  INFO(row.text);
  CHECK(allergies_in(row.text) == row.read);
  for (const char* harmless :
       {"no angioedema with lisinopril", "asthma on salbutamol", "asthma with salbutamol", "urticaria with cetirizine",
        "alcohol-induced pancreatitis", "hepatitis due to hepatitis B", "liver failure from paracetamol overdose",
        "steroid myopathy", "neutropenia on clozapine", "rheumatoid arthritis on methotrexate", "angioedema",
        "family history of SJS"}) {
    INFO(harmless);
    CHECK(allergies_in(harmless) == nothing);
  }
}

TEST_CASE("many tablets taken at once are an overdose, a course of them is none", "[knowledge][patient]") {
  for (const char* note :
       {"Took 40 tablets an hour ago", "Took 30 tablets of paracetamol last night", "swallowed 20 pills",
        "took about 24 paracetamol 500 mg tablets 2 days ago", "Has taken 50 of her amitriptyline tablets"}) {
    INFO(note);
    CHECK(conditions_of(note).count("overdose") == 1);
  }
  for (const char* note : {"Took 2 tablets an hour ago", "took 28 tablets over 14 days", "took 30 days of amoxicillin",
                           "Denies having taken 40 tablets", "has taken 15 tablets weekly", "took 500 mg tablets",
                           "Her son took 40 tablets", "takes 14 tablets a day", "28 tablets supplied"}) {
    INFO(note);
    CHECK(conditions_of(note).count("overdose") == 0);
  }
}

TEST_CASE("the week of a pregnancy is read in a note, of a woman who can be pregnant and of now",
          "[knowledge][patient]") {
  const auto weeks_of = [](const char* note, double age, core::Sex sex) {
    core::Case subject = case_of(note);
    subject.patient.age = age;
    subject.patient.sex = sex;
    for (const std::string& value : values_of(subject)) {
      if (value.substr(0, 10) == "gestation ") return value.substr(10);
    }
    return std::string();
  };
  const auto [note, weeks] = GENERATE(table<const char*, const char*>({
      {"24/40 with headache", "24."},
      {"G2P1 at 31+4, BP 150/95", "31."},
      {"28 weeks pregnant", "28."},
      {"31+4/40, contractions", "31."},
      {"G1P0 12 weeks, vomiting", "12."},
      {"Previous miscarriage at 10/40. Now 22/40.", "22."},
      {"not pregnant", ""},
      {"LMP 2 weeks ago", ""},
      {"pregnancy test negative", ""},
      {"sister is 28 weeks pregnant", ""},
      {"Delivered at 38/40 last month", ""},
      {"CAT score 24/40", ""},
      {"pregnant, fever for 3 weeks", ""},
      {"BP 24/40", ""},
  }));
  INFO(note);
  CHECK(weeks_of(note, 30, core::Sex::female) == std::string(weeks).substr(0, std::string(weeks).find('.')));
  CHECK(weeks_of(note, 70, core::Sex::female).empty());
  CHECK(weeks_of(note, 30, core::Sex::male).empty());
}

TEST_CASE("what a note suspects is not known, what it thinks unlikely or rules out is not there",
          "[knowledge][patient]") {
  const auto truth_of = [](const std::string& note) -> std::string {
    for (const core::StatedFact& fact : read(case_of(note)).facts) {
      if (fact.concept_name == "hit") return fact.truth.empty() ? "yes" : fact.truth;
    }
    return "no";
  };
  for (const char* note : {"HIT suspected.", "Suspected HIT.", "Concern for HIT.", "Rule out HIT.", "?HIT"}) {
    INFO(note);
    CHECK(truth_of(note) == "unknown");
  }
  for (const char* note : {"HIT is unlikely.", "HIT unlikely.", "Less likely HIT.", "Low suspicion for HIT.",
                           "Evaluate for HIT if platelets fall.", "HIT ruled out.", "No sign of HIT."}) {
    INFO(note);
    CHECK(truth_of(note) == "no");
  }
  for (const char* note : {"Concern for HIT low.", "Concern for HIT is low, plt stable.",
                           "Suspicion for HIT is very low.", "Clinical suspicion of HIT low given normal platelets."}) {
    INFO(note);
    CHECK(truth_of(note) == "no");
  }
  for (const char* note : {"Concern for HIT, low platelets.", "Concern for HIT. Low threshold to switch.",
                           "Suspected HIT, low K.", "Suspicion for HIT is high."}) {
    INFO(note);
    CHECK(truth_of(note) == "unknown");
  }
  CHECK(conditions_of("Rule out pregnancy before each cycle.").count("pregnancy") == 0);
}

TEST_CASE("fits are seizures, what fits is none, an old weakness is not new", "[knowledge][patient]") {
  CHECK(conditions_of("headache, fits") == Set{"headache", "seizure"});
  CHECK(conditions_of("two fits this morning") == Set{"seizure"});
  for (const char* note : {"no fits", "works in fits and starts", "fits in her clothes again", "picture fits with gout",
                           "fit and well", "had a fit of coughing", "old right leg weakness unchanged since 2015"}) {
    INFO(note);
    const Set read = conditions_of(note);
    CHECK(read.count("seizure") == 0);
    CHECK(read.count("focal_deficit") == 0);
  }
  CHECK(conditions_of("stopped breastfeeding in May").count("lactation") == 0);
  CHECK(conditions_of("right leg weakness today") == Set{"focal_deficit", "leg_weakness"});
}

TEST_CASE("a name that is written with commas is read over them, and no other", "[knowledge][patient]") {
  CHECK(conditions_of("Cold, blue, painful fingers") == Set{"limb_ischemia"});
  CHECK(conditions_of("Restless, shivering") == Set{"agitation", "chills"});
  CHECK(conditions_of("restless legs").count("agitation") == 0);
}

TEST_CASE("diagnoses of the ward are understood, results and falls of a value are no diagnosis",
          "[knowledge][patient]") {
  const auto read_in = [](const char* condition) {
    core::Case subject = case_of("");
    subject.patient.conditions = {{condition, {}, {}}};
    return std::pair{conditions_of(subject), wants(subject, "the meaning of")};
  };
  for (const char* condition :
       {"aspergillosis", "burns 2 weeks ago", "carnitine deficiency", "pneumothorax", "pleural effusion",
        "dengue fever", "cauda equina syndrome", "PLWH", "24/40", "G2P1 31+4", "perianal abscess"}) {
    INFO(condition);
    CHECK_FALSE(read_in(condition).second);
  }
  CHECK(read_in("Hep B sAg neg").first.count("hepatitis_b") == 0);
  CHECK(read_in("Hep B sAg pos").first.count("hepatitis_b") == 1);
  CHECK(conditions_of("Target glucose fall 3 mmol/L/h").count("falls") == 0);
  CHECK(conditions_of("Recurrent falls").count("falls") == 1);
  CHECK(values_of("lactate 8").count("lactate 8") == 1);
}

TEST_CASE("an allele that a note only names was sent for, it is there when its sentence says so",
          "[knowledge][patient]") {
  for (const char* note : {"HLA-B*5801 positive.", "HLA-B*5801, back today: positive.", "Carrier of HLA-B*5801."}) {
    INFO(note);
    CHECK(conditions_of(note).count("hla_b5801") == 1);
  }
  for (const char* note : {"HLA-B*5801 sent.", "Sent HLA-B*5801, back today: negative. PCR positive for flu.",
                           "HLA-B*5801 not detected."}) {
    INFO(note);
    CHECK(conditions_of(note).count("hla_b5801") == 0);
  }
}
