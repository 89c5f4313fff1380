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
