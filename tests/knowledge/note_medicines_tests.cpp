#include "knowledge/note_medicines.hpp"

#include <string>
#include <vector>

#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include "tests/support/temporary_knowledge.hpp"

namespace {

using namespace guardian::knowledge;

std::vector<MedicineInNote> read(const std::string& note) {
  TextContext context;
  context.as_of = "2026-11-02T08:00:00Z";
  return medicines_in_note(*guardian::tests::shipped_knowledge(), note, context);
}

// What is taken, parted by " | ".
std::string taken(const std::string& note) {
  std::string all;
  for (const MedicineInNote& medicine : read(note)) {
    CHECK(note.find(medicine.quote) != std::string::npos);
    CHECK(medicine.quote.find(medicine.text) != std::string::npos);
    all += (all.empty() ? "" : " | ") + medicine.text;
  }
  return all;
}

}  // namespace

TEST_CASE("medicines that a note says are taken are read, with dose and frequency", "[knowledge][note_medicines]") {
  CHECK(taken("Takes St John's wort 300 mg TID, for her mood.") == "St John's wort 300 mg TID");
  CHECK(taken("She has been using ibuprofen 400 mg four times a day for her back.").rfind("ibuprofen 400 mg", 0) == 0);
  CHECK(taken("Pt on warfarin at home, list not available") == "warfarin at home");
  CHECK(taken("Admits to taking her husband's tramadol for pain.").rfind("tramadol", 0) == 0);
  CHECK(taken("Started clarithromycin yesterday at the walk-in clinic.").rfind("clarithromycin", 0) == 0);
  CHECK(taken("Naproxen OTC daily for knees.").rfind("Naproxen", 0) == 0);
  CHECK(taken("Drinks grapefruit juice every morning").rfind("grapefruit", 0) == 0);
  CHECK(taken("Bought pseudoephedrine for a cold, takes melatonin at night.") ==
        "pseudoephedrine for a cold | melatonin at night");
}

TEST_CASE("a list of what is taken is read under its heading, and no other list", "[knowledge][note_medicines]") {
  CHECK(taken("DHx: ramipril 5 mg od, bisoprolol 2.5 mg od") == "ramipril 5 mg od | bisoprolol 2.5 mg od");
  CHECK(taken("Medications:\n- apixaban 5 mg BID\n- bisoprolol 5 mg daily\n\nPlan: aspirin 81 mg") ==
        "apixaban 5 mg BID | bisoprolol 5 mg daily");
  for (const std::string note : {"Meds stopped: apixaban", "Allergies: amoxicillin", "Plan: apixaban 5 mg BID",
                                 "Discharge meds: apixaban 5 mg BID", "PMH: AF. Options: apixaban or warfarin",
                                 "Home meds: none. Plan: apixaban", "Home meds: hold apixaban"}) {
    CAPTURE(note);
    CHECK(taken(note).empty());
  }
}

TEST_CASE("a list of what is taken is read as wards write it: abbreviations, bare numbers, in one line or over lines",
          "[knowledge][note_medicines]") {
  CHECK(taken("Home meds: ASA 81, metoprolol 25 bid, stopped lisinopril last week") ==
        "ASA 81 | metoprolol 25 bid | lisinopril last week");
  CHECK(taken("Home meds:\n- ASA 81\n- HCTZ 12.5\n- KCl 20 mEq daily") == "ASA 81 | HCTZ 12.5 | KCl 20 mEq daily");
  CHECK(taken("Meds: 1) ASA 81 mg 2) HCTZ 25 mg 3) metformin 1000 BID") ==
        "ASA 81 mg | HCTZ 25 mg | metformin 1000 BID");
  CHECK(taken("Meds - lithium 300mg tid, HCTZ 25") == "lithium 300mg tid | HCTZ 25");
  CHECK(taken("Meds at home are lisinopril, HCTZ 12.5, and ibuprofen OTC prn") ==
        "lisinopril | HCTZ 12.5 | ibuprofen OTC prn");
  CHECK(taken("Home Medications\nwarfarin 5 mg daily\nlisinopril 10 mg daily\n\nPlan\nstart apixaban") ==
        "warfarin 5 mg daily | lisinopril 10 mg daily");
  CHECK(taken("Rx: MTX 15 mg weekly, folic acid") == "MTX 15 mg weekly | folic acid");
  CHECK(taken("Takes warfarin 5 mg, amiodarone 200 mg daily and simvastatin 40 at night") ==
        "warfarin 5 mg | amiodarone 200 mg daily | simvastatin 40 at night");
  CHECK(taken("On warfarin, amiodarone and digoxin.") == "warfarin | amiodarone | digoxin");
  for (const std::string note :
       {"Home meds: none. K 3.1. Plan: ASA", "Meds reviewed: K 4.1, Cr 1.0", "Home meds: digoxin level 2.1",
        "lithium pending, digoxin 1.1", "PE: lungs clear. ASA class 3"}) {
    CAPTURE(note);
    CHECK(taken(note).empty());
  }
  CHECK(taken("On warfarin, apixaban contraindicated") == "warfarin");
  CHECK(taken("potassium 5.1 mEq/L on lisinopril 10 mg daily") == "lisinopril 10 mg daily");
}

TEST_CASE("a medicine that was stopped lately is read with its days", "[knowledge][note_medicines]") {
  const auto medicines = read("Stopped phenelzine 5 days ago.");
  REQUIRE(medicines.size() == 1);
  CHECK(medicines[0].stopped);
  CHECK(medicines[0].stopped_days_ago == 5.0);
}

TEST_CASE("medicines that are denied, planned, advised, feared or of somebody else are not read",
          "[knowledge][note_medicines]") {
  for (const std::string note : {"Denies taking ibuprofen.",
                                 "Not on warfarin.",
                                 "No longer takes aspirin.",
                                 "Avoid NSAIDs and ibuprofen.",
                                 "Told not to take ibuprofen.",
                                 "Plan to start apixaban tomorrow.",
                                 "Will start warfarin after the procedure.",
                                 "Consider adding amlodipine.",
                                 "Her husband takes warfarin.",
                                 "Mother on lithium.",
                                 "Allergic to penicillin.",
                                 "Rash when given amoxicillin.",
                                 "May take ibuprofen if needed.",
                                 "Advised to use paracetamol only.",
                                 "Discussed starting methotrexate.",
                                 "Potassium 3.1 on Monday.",
                                 "Sodium 128, glucose 9.",
                                 "Hold metformin.",
                                 "Asked whether he can take ibuprofen with warfarin.",
                                 "Switched from simvastatin.",
                                 "Took aspirin in 2009.",
                                 "Previously on digoxin.",
                                 "Warfarin was considered.",
                                 "Needs to start insulin.",
                                 "Refuses to take metformin.",
                                 "If he takes ibuprofen bleeding risk rises.",
                                 "Counselled to avoid taking ibuprofen with lithium.",
                                 "Interaction between warfarin and fluconazole noted by pharmacist."}) {
    INFO(note);
    CHECK(taken(note).empty());
  }
}

TEST_CASE("reading the medicines of a note takes any bytes", "[knowledge][note_medicines][property]") {
  CHECK(rc::check([](const std::vector<unsigned char>& bytes) {
    const std::string note = "takes " + std::string(bytes.begin(), bytes.end()) + " warfarin";
    for (const MedicineInNote& medicine : read(note)) RC_ASSERT(note.find(medicine.quote) != std::string::npos);
  }));
}
