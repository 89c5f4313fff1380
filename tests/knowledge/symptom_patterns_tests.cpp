#include "knowledge/symptom_patterns.hpp"

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include "knowledge/clinical_text.hpp"
#include "knowledge/patient_reader.hpp"
#include "knowledge/text.hpp"
#include "tests/support/temporary_knowledge.hpp"

using namespace guardian;
using namespace guardian::knowledge;

namespace {

constexpr std::string_view words_and_patterns =
    "# a comment\n"
    "@break\tfine|normal\n"
    "@small\tthe|a|of\n"
    "@leg!\tleg|legs|calf|calves\n"
    "@belly!\tbelly|tummy\n"
    "@swollen\tswollen|swelling|up like a balloon\n"
    "swelling\t@leg ~ @swollen\n"
    "bloated\t@belly ~ @swollen\n"
    "vomits_blood\tbrought up|vomited >2 blood|clots\n"
    "eye\teye & red & painful\n";

const ClinicalLexicon& lexicon() {
  static const ClinicalLexicon made = [] {
    const std::vector<LexiconEntry> entries = {
        {"fever", {"fever"}}, {"leg ulcer", {"ulcer"}}, {"leg swelling", {"swelling"}}, {"elephant leg cream", {}}};
    const auto patterns = parse_symptom_patterns(words_and_patterns);
    return ClinicalLexicon::build(entries, {}, &*patterns);
  }();
  return made;
}

// "swelling:present fever:absent", in the order of the text.
std::string reading(std::string_view text) {
  std::string all;
  for (const TextMention& mention : lexicon().scan(text, {})) {
    if (!all.empty()) all += ' ';
    all += joined(mention.ids, "+") + ":" + std::string(to_string(mention.assertion));
  }
  return all;
}

std::string quote(std::string_view text) {
  const auto mentions = lexicon().scan(text, {});
  return mentions.size() == 1 ? mentions.front().quote : "";
}

std::string problem(std::string_view text) {
  const auto parsed = parse_symptom_patterns(text);
  return parsed ? "" : parsed.error().message;
}

std::set<std::string> lit_by(const std::string& note) {
  core::Case subject;
  subject.id = "case";
  subject.as_of = "2026-11-02T08:00:00Z";
  subject.note = note;
  subject.patient.states_conditions = true;
  const auto& base = tests::shipped_knowledge();
  PatientState state = base->patient_state();
  std::set<std::string> lit;
  for (const core::StatedFact& fact : read_patient(*base, subject, state).facts) {
    if (fact.kind == "condition" || fact.kind == "symptom") lit.insert(fact.concept_name);
  }
  return lit;
}

}  // namespace

TEST_CASE("a part of the body and its state are one symptom with other words between, in either order",
          "[knowledge][patterns]") {
  CHECK(quote("Her left calf has come up like a balloon since Tuesday") == "calf has come up like a balloon");
  CHECK(reading("Her left calf has come up like a balloon since Tuesday") == "swelling:present");
  CHECK(reading("swelling of the right calf") == "swelling:present");
  CHECK(reading("both legs (left more) swollen") == "swelling:present");
}

TEST_CASE("the state belongs to the nearest part of the body", "[knowledge][patterns]") {
  CHECK(reading("calf and belly swollen") == "bloated:present");
  CHECK(reading("tummy swollen and leg stiff") == "bloated:present");
  CHECK(reading("legs swollen, tummy soft") == "swelling:present");
}

TEST_CASE("a pattern ends with its clause, its reach, a denial and a word of health", "[knowledge][patterns]") {
  CHECK(reading("Her leg aches. Swollen tummy.") == "bloated:present");
  CHECK(reading("leg sore, swollen eyelid") == "");
  CHECK(reading("the leg on which he fell so hard is swollen") == "");
  CHECK(reading("leg not swollen") == "");
  CHECK(reading("leg isn't swollen") == "");
  CHECK(reading("legs fine, some swelling") == "");
  CHECK(reading("legs fine no swelling") == "");
}

TEST_CASE("what a pattern finds is denied, past, feared or of a relative as a name is", "[knowledge][patterns]") {
  CHECK(reading("No swelling of either leg") == "swelling:absent");
  CHECK(reading("Denies fever or swelling in the legs") == "fever:absent swelling:absent");
  CHECK(reading("Her mother had swelling of the leg") == "swelling:family");
  CHECK(reading("Come back if the calf becomes swollen") == "swelling:hypothetical");
  CHECK(reading("History of swelling of the calf") == "swelling:past");
  CHECK(reading("Is the leg swollen? No.") == "swelling:absent");
  CHECK(reading("No fever but the calf is swollen") == "fever:absent swelling:present");
}

TEST_CASE("a name says it alone where it names the same, and silences a pattern where it means nothing",
          "[knowledge][patterns]") {
  CHECK(reading("leg swelling") == "swelling:present");
  CHECK(quote("leg swelling") == "leg swelling");
  CHECK(reading("leg ulcer swollen") == "ulcer:present swelling:present");
  CHECK(reading("elephant leg cream for swelling") == "");
}

TEST_CASE("groups in their order stand in it, groups of a sentence in any and over commas", "[knowledge][patterns]") {
  CHECK(reading("Vomited three big cups full of blood") == "");  // four words that count, two are let through
  CHECK(reading("Vomited a large cup of the blood") == "vomits_blood:present");
  CHECK(reading("Blood taken, then vomited") == "");
  CHECK(reading("Painful since noon, the eye is very red") == "eye:present");
  CHECK(reading("Painful since noon. The eye is red") == "");
}

TEST_CASE("a table of patterns that means nothing is refused with its line", "[knowledge][patterns]") {
  CHECK(problem("swelling leg ~ swollen") == "symptom_patterns: line 1: a tab is missing");
  CHECK(problem("\n# x\nswelling\t@leg ~ swollen") == "symptom_patterns: line 3: @leg is not known here");
  CHECK(problem("swelling\tleg") == "symptom_patterns: line 1: a pattern has two groups or more");
  CHECK(problem("swelling\tleg ~ swollen ~ hot") == "symptom_patterns: line 1: ~ is between two groups");
  CHECK(problem("swelling\tleg > swollen & hot") == "symptom_patterns: line 1: the marks between the groups differ");
  CHECK(problem("swelling\tleg >") == "symptom_patterns: line 1: words are empty");
  CHECK(problem("@leg\tleg\n@leg\tcalf") == "symptom_patterns: line 2: @leg stands twice");
  CHECK(problem("@leg\ta b c d e f g") == "symptom_patterns: line 1: 'a b c d e f g' is too long");
  CHECK(problem("@break\tfine|no problem") == "symptom_patterns: line 1: 'no problem' of @break is not one word");
  CHECK(problem("@small\ta bit of") == "symptom_patterns: line 1: 'a bit of' of @small is not one word");
  CHECK(problem("\tleg ~ swollen") == "symptom_patterns: line 1: a tab is missing");
  CHECK(problem("swelling\tleg| ~ swollen") == "symptom_patterns: line 1: words are empty");
}

TEST_CASE("every pattern that is built in is of conditions that the shipped knowledge base knows",
          "[knowledge][patterns]") {
  const auto& base = tests::shipped_knowledge();
  for (const SymptomPattern& pattern : default_symptom_patterns().patterns) {
    for (const std::string& condition : pattern.conditions) {
      INFO(condition);
      CHECK(base->condition(condition).has_value());
    }
  }
}

TEST_CASE("what people say of a symptom lights it", "[knowledge][patterns]") {
  const auto [note, condition] = GENERATE(table<const char*, const char*>({
      {"The left calf has blown up like a balloon", "leg_swelling"},
      {"Brought up a bowl full of what looked like coffee grounds", "hematemesis"},
      {"There was bright red blood all over the toilet paper", "rectal_bleeding"},
      {"His motions have turned the colour of tar", "melena"},
      {"She cannot really be woken", "reduced_consciousness"},
      {"An elephant is sitting on his chest", "chest_pain"},
      {"Skin of the back is coming off in sheets", "blistering"},
      {"The whites of both eyes have gone a bit yellow", "jaundice"},
      {"His speech is like that of a drunk, all slurred", "slurred_speech"},
      {"Her hands are now shaking so that she spills the tea", "coarse_tremor"},
      {"Swallowed a whole packet of her mother's tablets", "overdose"},
      {"Has not really opened his bowels for nine days", "constipation"},
      {"Everything on the page looks washed out and fuzzy", "blurred_vision"},
      {"He talks about not wanting to wake up and being better off dead", "suicidality"},
      {"Popping Tylenol all weekend, two or three every couple hours", "overdose"},
      {"Gone the colour of a banana", "jaundice"},
      {"Whistling when she breathes", "wheeze"},
      {"Went grey when he stood up", "syncope"},
      {"Boring pain, straight through to the back", "epigastric_pain_severe"},
      {"Took 24 of his amlodipine last night", "overdose"},
      {"Stopped his tablets on Friday", "abrupt_stop"},
      {"Suddenly cannot see out of the right eye", "vision_loss"},
  }));
  INFO(note);
  CHECK(lit_by(note).count(condition) == 1);
}

TEST_CASE("near words of health, of others and of long ago light nothing of it", "[knowledge][patterns]") {
  const auto [note, condition] = GENERATE(table<const char*, const char*>({
      {"Calves soft and not tender, no swelling", "leg_swelling"},
      {"Motions brown, nothing black or tarry in them", "melena"},
      {"Wife brought up blood last year", "hematemesis"},
      {"Told to call if the eyes or the skin turn yellow", "jaundice"},
      {"Easily woken and chatting", "reduced_consciousness"},
      {"Chest clear, elephant tattoo on the arm", "chest_pain"},
      {"Takes all his tablets as prescribed", "overdose"},
      {"Never had thoughts of ending his life", "suicidality"},
      {"Her speech is clear, hands steady", "slurred_speech"},
      {"Ring at once with more than four loose motions a day", "diarrhea"},
      {"Told to ring 999 should her mouth or throat ever swell", "angioedema"},
      {"We went over the reasons to stop, such as blisters or a rash", "rash"},
      {"Sick day rules gone through again", "vomiting"},
      {"Took 20 of the 28 doses last month", "overdose"},
      {"Shaking in bed means ring at once", "chills"},
      {"Bruises everywhere should be reported", "bruising"},
      {"Stopped smoking on Friday", "abrupt_stop"},
      {"Pain goes through to the back of the knee", "epigastric_pain_severe"},
  }));
  INFO(note);
  CHECK(lit_by(note).count(condition) == 0);
}

TEST_CASE("any text is read, and what is quoted stands in it", "[knowledge][patterns]") {
  rc::check([] {
    const auto words = *rc::gen::container<std::vector<std::string>>(
        rc::gen::element<std::string>("leg", "calf", "tummy", "swollen", "up like a balloon", "not", "fine", ",", ".",
                                      "and", "no", "elephant leg cream", "brought up", "blood", "eye", "red", "painful",
                                      "leg ulcer", "mother", "since", "(", ")", "?"));
    const std::string text = joined(words, " ");
    for (const TextMention& mention : lexicon().scan(text, {})) {
      RC_ASSERT(mention.span.end <= text.size());
      RC_ASSERT(text.substr(mention.span.begin, mention.span.end - mention.span.begin) == mention.quote);
      RC_ASSERT(!mention.ids.empty());
    }
  });
}
