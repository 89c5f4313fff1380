#include "knowledge/allergy_reader.hpp"

#include <string>
#include <vector>

#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include "knowledge/text.hpp"

using namespace guardian::knowledge;
using guardian::core::Allergy;

namespace {

const AllergyReader& reader() {
  static const AllergyReader made = AllergyReader::build({
      .allergens = {{"penicillin", {"class:penicillin"}},
                    {"penicillins", {"class:penicillin"}},
                    {"pcn", {"class:penicillin"}},
                    {"sulfa", {"class:sulfonamide_antibiotic"}},
                    {"sulfa drugs", {"class:sulfonamide_antibiotic"}},
                    {"contrast dye", {"class:iodinated_contrast"}},
                    {"contrast", {"class:iodinated_contrast"}},
                    {"nsaids", {"class:nsaid"}},
                    {"peanuts", {"peanut"}},
                    {"latex", {"latex"}},
                    {"nkda", {"-"}},
                    {"no known drug allergies", {"-"}},
                    {"no known allergies", {"-"}},
                    {"no allergies", {"-"}},
                    {"shellfish", {"-"}}},
      .reactions = {{"anaphylaxis", ReactionGrade::anaphylaxis},
                    {"anaphylactic shock", ReactionGrade::anaphylaxis},
                    {"angioedema", ReactionGrade::angioedema},
                    {"lip swelling", ReactionGrade::angioedema},
                    {"wheeze", ReactionGrade::bronchospasm},
                    {"sjs", ReactionGrade::severe_cutaneous},
                    {"stevens johnson syndrome", ReactionGrade::severe_cutaneous},
                    {"liver failure", ReactionGrade::organ},
                    {"hives", ReactionGrade::urticaria},
                    {"urticaria", ReactionGrade::urticaria},
                    {"rash", ReactionGrade::rash},
                    {"itching", ReactionGrade::rash},
                    {"nausea", ReactionGrade::intolerance},
                    {"gi upset", ReactionGrade::intolerance},
                    {"diarrhoea", ReactionGrade::intolerance}},
  });
  return made;
}

std::vector<std::string> drugs(std::string_view name) {
  const std::string lower = lower_case(name);
  for (const char* known : {"amoxicillin", "codeine", "morphine", "aspirin", "cefalexin", "lisinopril"}) {
    if (lower == known) return {known};
  }
  if (lower == "co-trimoxazole" || lower == "bactrim ds") return {"sulfamethoxazole", "trimethoprim"};
  if (lower == "trimethoprim/sulfamethoxazole") return {"sulfamethoxazole", "trimethoprim"};
  return {};
}

AllergyReading read(std::string text, std::string reaction = "") {
  return reader().read(Allergy{std::move(text), std::move(reaction)},
                       {.as_of = "2024-06-15", .patient_age_years = 60.0}, drugs);
}

// "class:penicillin/anaphylaxis codeine/unknown(absent) - ?words"
std::string summary(const AllergyReading& reading) {
  std::string all;
  const auto add = [&](const std::string& part) { all += (all.empty() ? "" : " ") + part; };
  for (const ReadAllergy& allergy : reading.allergies) {
    std::string one = joined(allergy.allergens, "+") + "/" + std::string(to_string(allergy.grade));
    if (allergy.assertion != Assertion::present) one += "(" + std::string(to_string(allergy.assertion)) + ")";
    if (allergy.tolerated_since) one += "(tolerated)";
    add(one);
  }
  if (reading.none_known) add("-");
  for (const std::string& words : reading.unrecognised) add("?" + words);
  for (const std::string& words : reading.unread) add("~" + words);
  return all;
}

}  // namespace

TEST_CASE("an allergy is read into its substance and the grade of the reaction", "[knowledge][allergy]") {
  const std::vector<std::pair<const char*, const char*>> rows = {
      {"penicillin", "class:penicillin/unknown"},
      {"penicillin (anaphylaxis)", "class:penicillin/anaphylaxis"},
      {"PCN - hives 1998", "class:penicillin/urticaria"},
      {"Sulfa: rash as child", "class:sulfonamide_antibiotic/rash"},
      {"Sulfa drugs => hives", "class:sulfonamide_antibiotic/urticaria"},
      {"NKDA", "-"},
      {"No known drug allergies", "-"},
      {"amoxicillin: rash, then lip swelling", "amoxicillin/angioedema"},
      {"allergic to penicillin", "class:penicillin/unknown"},
      {"anaphylaxis to peanuts", "peanut/anaphylaxis"},
      {"rash with amoxicillin", "amoxicillin/rash"},
      {"Penicillin allergy", "class:penicillin/unknown"},
      {"Codeine (nausea)", "codeine/intolerance"},
      {"codeine and morphine - itching", "codeine/rash morphine/rash"},
      {"codeine/morphine", "codeine/unknown morphine/unknown"},
      {"co-trimoxazole (SJS)", "sulfamethoxazole+trimethoprim/severe_cutaneous"},
      {"Bactrim DS - Stevens-Johnson syndrome", "sulfamethoxazole+trimethoprim/severe_cutaneous"},
      {"trimethoprim/sulfamethoxazole", "sulfamethoxazole+trimethoprim/unknown"},
      {"penicillin (rash), sulfa (hives)", "class:penicillin/rash class:sulfonamide_antibiotic/urticaria"},
      {"penicillin, aspirin, latex", "class:penicillin/unknown aspirin/unknown latex/unknown"},
      {"penicillin - hives, wheeze", "class:penicillin/bronchospasm"},
      {"contrast dye causes hives", "class:iodinated_contrast/urticaria"},
      {"not allergic to penicillin", "class:penicillin/unknown(absent)"},
      {"no allergy to penicillin", "class:penicillin/unknown(absent)"},
      {"does not tolerate codeine", "codeine/unknown"},
      {"no aspirin allergy", "aspirin/unknown(absent)"},
      {"mother allergic to penicillin", "class:penicillin/unknown(family)"},
      {"penicillin - rash, no anaphylaxis", "class:penicillin/rash"},
      {"penicillin - no anaphylaxis, just rash", "class:penicillin/rash"},
      {"penicillin: rash as child, tolerated since", "class:penicillin/rash(tolerated)"},
      {"penicillin - tolerates cefalexin", "class:penicillin/unknown(tolerated) ~cefalexin"},
      {"foobarol", "?foobarol"},
      {"foobarol (rash)", "?foobarol"},
      {"penicillin, foobarol", "class:penicillin/unknown ?foobarol"},
      {"penicillin (felt odd)", "class:penicillin/unknown ~felt odd"},
      {"shellfish", "-"},
      {"NSAIDs - GI upset & wheeze", "class:nsaid/bronchospasm"},
      {"lisinopril: angioedema 2021", "lisinopril/angioedema"},
      {"penicillin ?anaphylaxis", "class:penicillin/anaphylaxis"},
      {"", ""},
      {"none", ""},
      {"unknown", ""},
  };
  for (const auto& [text, expected] : rows) {
    CAPTURE(text);
    CHECK(summary(read(text)) == expected);
  }
}

TEST_CASE("the reaction stated apart counts too, and the worst wins", "[knowledge][allergy]") {
  CHECK(summary(read("penicillin", "anaphylaxis")) == "class:penicillin/anaphylaxis");
  CHECK(summary(read("penicillin - rash", "Hives, anaphylactic shock")) == "class:penicillin/anaphylaxis");
  CHECK(summary(read("penicillin", "rash; no wheeze")) == "class:penicillin/rash");
  CHECK(summary(read("penicillin", "unknown")) == "class:penicillin/unknown");
  CHECK(summary(read("penicillin", "went blue")) == "class:penicillin/unknown ~went blue");
  CHECK(read("penicillin - rash", "hives").allergies.at(0).grades ==
        std::vector<ReactionGrade>{ReactionGrade::urticaria, ReactionGrade::rash});
  CHECK(read("penicillin", "Hives").allergies.at(0).reaction == "Hives");
}

TEST_CASE("the age of a reaction is read in years", "[knowledge][allergy]") {
  const auto years = [](const char* text, const char* reaction = "") {
    return read(text, reaction).allergies.at(0).years;
  };
  CHECK(*years("PCN - hives 1998") == Approx(26).margin(0.6));
  CHECK(*years("penicillin, rash 20 years ago") == Approx(20).margin(0.1));
  CHECK(*years("penicillin", "rash 20 years ago") == Approx(20).margin(0.1));
  CHECK(*years("Sulfa: rash as child") == Approx(42));
  CHECK(*years("Penicillin - rash as a baby") == Approx(57));
  CHECK(*years("penicillin (rash aged 12)") == Approx(48));
  CHECK(*years("penicillin - rash last year") == Approx(1));
  CHECK_FALSE(years("penicillin - rash").has_value());
  CHECK_FALSE(years("penicillin - tolerated since 2015").has_value());
  CHECK_FALSE(reader().read({"Sulfa: rash as child", ""}, {}, drugs).allergies.at(0).years.has_value());
}

TEST_CASE("an allergy says what it was read from", "[knowledge][allergy]") {
  const AllergyReading reading = read("severe allergy to Penicillin (Anaphylaxis 2001)");
  REQUIRE(reading.allergies.size() == 1);
  CHECK(reading.allergies[0].quote == "Penicillin");
  CHECK(reading.allergies[0].span == TextSpan{18, 28});
  CHECK(reading.allergies[0].reaction == "Anaphylaxis");
}

TEST_CASE("grades have names and back", "[knowledge][allergy]") {
  for (int i = 0; i <= static_cast<int>(ReactionGrade::unknown); ++i) {
    const auto grade = static_cast<ReactionGrade>(i);
    CHECK(reaction_grade(to_string(grade)) == grade);
  }
  CHECK_FALSE(reaction_grade("").has_value());
}

TEST_CASE("any allergy is read to the end", "[knowledge][allergy][property]") {
  CHECK(rc::check("spans lie in the text", [](const std::string& text, const std::string& reaction) {
    for (const ReadAllergy& allergy : read(text, reaction).allergies) RC_ASSERT(allergy.span.end <= text.size());
  }));
  CHECK(rc::check("a known name is never lost", [] {
    static const std::vector<std::string> pieces = {"rash",   " (", ") ",    ", ",      "no ",  " - ",
                                                    "hives ", ": ", "2019 ", "severe ", "foo ", "as child"};
    std::string text;
    for (const std::size_t i :
         *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(0, pieces.size())))
      text += pieces[i];
    const AllergyReading reading = read("penicillin " + text);
    RC_ASSERT(!reading.allergies.empty());
    RC_ASSERT(reading.allergies[0].allergens == std::vector<std::string>{"class:penicillin"});
  }));
  (void)read(std::string(100000, '('), std::string(100000, 'x'));
}
