// Modifiers of rules over sets, and of those that stand both ways: which medicines they look at, and what they do to
// severity and words.

#include <catch2/catch.hpp>

#include "knowledge/screen.hpp"
#include "tests/knowledge/small_knowledge.hpp"

using namespace guardian;
using namespace guardian::knowledge;
using tests::SmallKnowledge;

namespace {

using Lines = std::vector<std::string>;

// A rule of three terms, with one modifier.
SmallKnowledge with(const std::string& step, const std::string& term, const std::string& selector,
                    const std::string& contraindication = {}) {
  return SmallKnowledge(
      {{"R", "major", "a = lisinopril ; b = furosemide ; c = class:nsaid", "cumulative", contraindication}},
      {{"R", step, term, selector}});
}

core::Finding screened(const SmallKnowledge& small, const Lines& texts) {
  core::Case subject;
  for (const std::string& text : texts) {
    core::MedicationEntry entry;
    entry.element = "/medications/" + std::to_string(subject.medications.size());
    entry.text = text;
    subject.medications.push_back(entry);
  }
  const auto screening = Screener(small.shared()).screen(subject);
  REQUIRE(screening.has_value());
  REQUIRE(screening->findings.size() == 1);
  return screening->findings[0];
}

const Lines all_three{"lisinopril", "furosemide", "aspirin"};

}  // namespace

TEST_CASE("a modifier for ease lowers a rule over sets, but no contraindication", "[knowledge][matcher]") {
  auto lowered = with("-1", "c", "aspirin");
  CHECK(lowered.findings(lowered.drugs(all_three)) == Lines{"moderate cumulative aspirin+furosemide+lisinopril: R"});
  auto kept = with("-1", "c", "aspirin", "yes");
  CHECK(kept.findings(kept.drugs(all_three)) == Lines{"major cumulative aspirin+furosemide+lisinopril: R"});
}

TEST_CASE("a modifier of a rule over sets that moved the severity is said, and one that moved nothing is not",
          "[knowledge][matcher]") {
  CHECK(screened(with("+1", "c", "aspirin"), all_three).context == Lines{"raised one step: reason of c"});
  CHECK(screened(with("-1", "c", "aspirin"), all_three).context == Lines{"lowered one step: reason of c"});
  CHECK(screened(with("-1", "c", "aspirin", "yes"), all_three).context.empty());
}

TEST_CASE("of two modifiers of a rule over sets the one that raises wins, whichever comes first",
          "[knowledge][matcher]") {
  const bool raising_first = GENERATE(true, false);
  const tests::ConditionRow raising{"R", "+1", "a", "lisinopril"};
  const tests::ConditionRow lowering{"R", "-1", "c", "aspirin"};
  SmallKnowledge small({{"R", "major", "a = lisinopril ; b = furosemide ; c = class:nsaid", "cumulative"}},
                       {raising_first ? raising : lowering, raising_first ? lowering : raising});
  CHECK(small.findings(small.drugs(all_three)) == Lines{"critical cumulative aspirin+furosemide+lisinopril: R"});
}

TEST_CASE("a modifier on a term of a rule over sets looks at medicines that are taken and act in the whole body",
          "[knowledge][matcher]") {
  SmallKnowledge dosed({{"R", "major", "a = lisinopril ; b = furosemide ; c = class:nsaid", "cumulative"}},
                       {{"R", "+1", "c", "aspirin", "dose>=1000 mg/day"}});
  auto facts = dosed.drugs({"lisinopril", "furosemide"});
  facts.push_back(dosed.dosed("aspirin", 75));
  const auto severity_with = [&](DrugFact further) {
    auto more = facts;
    further.daily_mg = 3000;
    more.push_back(further);
    return dosed.findings(more).front().substr(0, 5);
  };
  CHECK(dosed.findings(facts).front().substr(0, 5) == "major");
  // What was taken before, or is put on the skin, is another use of the same drug.
  DrugFact stopped = dosed.stopped("aspirin", 400);
  CHECK(severity_with(stopped) == "major");
  DrugFact local = dosed.drug("aspirin");
  local.exposure = core::Exposure::local;
  CHECK(severity_with(local) == "major");
}

TEST_CASE("a modifier of a rule that both medicines fill either way counts whichever way it holds",
          "[knowledge][matcher]") {
  for (const char* raised : {"aspirin", "ibuprofen"}) {
    CAPTURE(raised);
    SmallKnowledge small({{"R", "major", "a = class:nsaid ; b = class:nsaid"}}, {{"R", "+1", "a", raised}});
    CHECK(small.findings(small.drugs({"aspirin", "ibuprofen"})) == Lines{"critical drug-drug aspirin+ibuprofen: R"});
  }
}

TEST_CASE("a rule over sets says of each medicine that takes part what is not stated of it", "[knowledge][matcher]") {
  const SmallKnowledge small({{"R", "major", "count(2) = class:antidepressant {dose>10 mg/day}", "cumulative"}});
  const core::Finding without = screened(small, {"fluoxetine", "phenelzine"});
  REQUIRE(without.context.size() == 2);
  // One that does not take part, before them in the alphabet.
  CHECK(screened(small, {"citalopram 5 mg once daily", "fluoxetine", "phenelzine"}).context == without.context);
}
