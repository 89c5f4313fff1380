#include "agents/readability.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

namespace {

using guardian::agents::add_name;
using guardian::agents::count_text;
using guardian::agents::flesch_kincaid_grade;
using guardian::agents::NameWords;
using guardian::agents::syllables;
using guardian::agents::TextCounts;

double grade_of(const std::string& text) { return flesch_kincaid_grade(count_text(text)); }

}  // namespace

TEST_CASE("the grade is that of the published formula", "[agents][readability]") {
  // "The Australian platypus is seemingly a hybrid of a mammal and reptilian creature": published as grade 11.3 with 24
  // syllables and 13 words.
  CHECK(flesch_kincaid_grade({1, 13, 24}) == Approx(11.3).margin(0.05));
  // The lowest grade there is: one word of one syllable a sentence.
  CHECK(flesch_kincaid_grade({1, 1, 1}) == Approx(-3.4));
  CHECK(flesch_kincaid_grade({}) == 0.0);
}

TEST_CASE("published examples are graded near what was published", "[agents][readability]") {
  // Published grade, tolerance: counters of syllables differ by one or two in a sentence.
  CHECK(grade_of("The Australian platypus is seemingly a hybrid of a mammal and reptilian creature.") ==
        Approx(11.3).margin(2.0));
  CHECK(grade_of("The cat sat on the mat.") == Approx(-1.45).margin(0.01));
  // Published: 24 syllables in 16 words.
  const TextCounts counts =
      count_text("This sentence, taken as a reading passage unto itself, is being used to prove a point.");
  CHECK(counts.words == 16);
  CHECK(counts.sentences == 1);
  CHECK(counts.syllables >= 23);
  CHECK(counts.syllables <= 25);
}

TEST_CASE("syllables of words that patients read are counted as they are said", "[agents][readability]") {
  const std::vector<std::pair<std::string, std::size_t>> words{
      {"a", 1},          {"the", 1},      {"take", 1},      {"taken", 2},     {"medicine", 3},  {"doctor", 2},
      {"pharmacist", 3}, {"bleeding", 2}, {"serious", 3},   {"dangerous", 3}, {"problem", 2},   {"problems", 2},
      {"kidney", 2},     {"kidneys", 2},  {"liver", 2},     {"heartbeat", 2}, {"stomach", 2},   {"blood", 1},
      {"stools", 1},     {"table", 2},    {"bottle", 2},    {"stopped", 1},   {"needed", 2},    {"watched", 1},
      {"causes", 2},     {"bruises", 2},  {"doses", 2},     {"dose", 1},      {"makes", 1},     {"muscles", 2},
      {"safely", 2},     {"careful", 2},  {"infection", 3}, {"reaction", 3},  {"emergency", 4}, {"number", 2},
      {"breathing", 2},  {"being", 2},    {"asthma", 2},    {"spasm", 2},     {"allergy", 3},   {"potassium", 4},
      {"sodium", 3},     {"patient", 2},  {"people", 2},    {"every", 2},     {"people's", 2},  {"don't", 1},
      {"INR", 3},        {"5", 1},        {"81", 2},        {"together", 3},  {"pregnancy", 3}, {"eye", 1},
      {"eyes", 1},       {"yellow", 2},   {"surprise", 2},  {"before", 2},    {"today", 2},     {"visit", 2}};
  for (const auto& [word, expected] : words) {
    INFO(word);
    CHECK(syllables(word) == expected);
  }
}

TEST_CASE("sentences end at end marks and lines, not within numbers", "[agents][readability]") {
  CHECK(count_text("Take 1.5 mg. Then wait!").sentences == 2);
  CHECK(count_text("One\nTwo").sentences == 2);
  CHECK(count_text("Really?! Yes...").sentences == 2);
  CHECK(count_text("no end mark").sentences == 1);
  CHECK(count_text("...").sentences == 0);
  CHECK(count_text("").words == 0);
  CHECK(count_text("a well-known thing").words == 3);
  CHECK(count_text("1,000 units").words == 2);
}

TEST_CASE("the name of a medicine counts two syllables at most", "[agents][readability]") {
  NameWords names;
  add_name(names, "isosorbide mononitrate");
  add_name(names, "ethinyl estradiol");
  CHECK(names.size() == 4);
  CHECK(count_text("isosorbide mononitrate", names).syllables == 4);
  CHECK(count_text("Isosorbide", names).syllables == 2);
  CHECK(count_text("isosorbide").syllables > 3);
}
