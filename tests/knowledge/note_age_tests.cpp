#include "knowledge/note_age.hpp"

#include <string>

#include <catch2/catch.hpp>

using namespace guardian::knowledge;

TEST_CASE("the age that a note says of its patient is read in the unit it is written in", "[knowledge][note-age]") {
  struct Stated {
    const char* note;
    double years;
    const char* words;
  };
  for (const Stated& row :
       {Stated{"6 yo boy with otitis.", 6.0, "6 yo"}, Stated{"This is a 6 y/o male with cough", 6.0, "6 y/o"},
        Stated{"3-month-old with fever", 0.25, "3-month-old"},
        Stated{"Three-year-old girl, croup", 3.0, "Three-year-old"},
        Stated{"2 week old neonate, poor feeding", 14.0 / 365.25, "2 week old"},
        Stated{"5 day old infant", 5.0 / 365.25, "5 day old"}, Stated{"68F with CAP", 68.0, "68F"},
        Stated{"Pt is an 81-year-old lady who fell", 81.0, "81-year-old"},
        Stated{"Seen in clinic. 45yo M, smoker", 45.0, "45yo"}, Stated{"Male aged 9, asthma", 9.0, "aged 9"},
        Stated{"18 months old child, vomiting", 1.5, "18 months old"},
        Stated{"4 years of age, weight 16 kg", 4.0, "4 years of age"},
        Stated{"74 yo previously healthy man visiting his 6 yo grandson", 74.0, "74 yo"}}) {
    const std::string note = row.note;
    CAPTURE(note);
    const auto age = age_in_note(clinical_words(note));
    REQUIRE(age.has_value());
    CHECK(age->years == Approx(row.years));
    CHECK(note.substr(age->span.begin, age->span.end - age->span.begin) == row.words);
  }
}

TEST_CASE("ages of relatives, things and complaints are nobody's age", "[knowledge][note-age]") {
  for (const char* note :
       {"Lives with her 6 yo son.", "Mother of a 3-year-old, tired.", "His 2 year old daughter has a cold.",
        "Old scar. Has a 20 year old scar on the knee.", "Came with a 3 day old rash on the trunk.",
        "Diabetes since age 12.", "Menopause at age 51.", "Smoked 20 a day for 30 years.", "5 year history of asthma.",
        "Weighs 12 kg, 3 m tall.", "Cough for 3 months.", "Her grandson is 6 years old.",
        "3F drain in place after 20 days", ""}) {
    CAPTURE(note);
    CHECK_FALSE(age_in_note(clinical_words(note)).has_value());
  }
}
