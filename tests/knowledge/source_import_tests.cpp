// Knowledge of other sources adds and raises; it never takes away, lowers, or speaks in the place of our own.

#include "knowledge/source_import.hpp"

#include <memory>

#include <catch2/catch.hpp>

#include "knowledge/finding_sources.hpp"
#include "knowledge/linter.hpp"
#include "knowledge/name_index.hpp"
#include "knowledge/resolver.hpp"
#include "knowledge/store.hpp"
#include "tests/knowledge/small_knowledge.hpp"

using namespace guardian;
using namespace guardian::knowledge;
using core::Severity;

namespace {

// Our own rules: a moderate pair of drugs, a pair of another type, and an inferred rule of the same severity as the
// list will say.
tests::TableRows ours() {
  auto tables = tests::small_tables({{"R1", "moderate", "a = warfarin ; b = aspirin"},
                                     {"R2", "moderate", "a = furosemide ; b = lisinopril", "timing"},
                                     {"R3", "critical", "a = phenelzine ; b = class:ssri", "drug-drug", "yes"}},
                                    {}, {{"inh", "major"}});
  tables["names"] = "Coumadin\tbrand\twarfarin\toral\tUS CA\t\t";
  return tables;
}

ImportedPair pair(std::string first, std::string second, Severity severity, std::string level) {
  ImportedPair made;
  made.first = std::move(first);
  made.second = std::move(second);
  made.severity = severity;
  made.level = std::move(level);
  made.place = "list.csv:2";
  return made;
}

SourceHeader header(const std::string& name = "LIST") {
  SourceHeader made;
  made.name = name;
  made.format = "ddinter";
  made.title = "A list";
  made.licence = "for tests";
  return made;
}

// Our knowledge with what a source adds.
class With {
 public:
  explicit With(const ImportedContent& content, const NameAliases& aliases = {},
                const tests::TableRows& tables = ours())
      : own_(tables) {
    auto store = Store::open(own_.file());
    REQUIRE(store.has_value());
    own_seed_ = *store->seed();
    auto added = add_source(own_seed_, own_.base(), header(), content, aliases);
    INFO((added ? std::string() : added.error().message));
    REQUIRE(added.has_value());
    report = added->report;
    seed = added->seed;
    for (const LintProblem& problem : lint(seed)) FAIL_CHECK(problem.place << ": " << problem.message);
    const auto built = Store::create(folder_.path() / "with.kb", seed);
    INFO((built ? std::string() : built.error().message));
    REQUIRE(built.has_value());
    digest = built->digest;
    auto opened = KnowledgeBase::open(folder_.path() / "with.kb");
    REQUIRE(opened.has_value());
    base_ = *opened;
  }

  // "severity type: R1,R2" of a pair.
  std::vector<std::string> findings(const std::string& one, const std::string& other) {
    const std::vector<DrugFact> facts{base_->bare_fact(*base_->graph().ingredient(one)),
                                      base_->bare_fact(*base_->graph().ingredient(other))};
    Matcher matcher = base_->matcher();
    const MatchResult& result = matcher.match(facts);
    std::vector<std::string> lines;
    for (const MatchedFinding& finding : result.findings) {
      std::string line = std::string(to_string(finding.severity)) + " " + std::string(to_string(finding.type)) + ":";
      for (const FiredRule& fired : result.fired(finding)) line += " " + std::string(base_->rules().id(fired.rule));
      lines.push_back(line);
    }
    return lines;
  }

  [[nodiscard]] const KnowledgeBase& base() const { return *base_; }
  [[nodiscard]] const Seed& own_seed() const { return own_seed_; }

  ImportReport report;
  Seed seed;
  std::string digest;

 private:
  tests::TemporaryKnowledge own_;
  Seed own_seed_;
  tests::TemporaryFolder folder_;
  std::shared_ptr<const KnowledgeBase> base_;
};

ImportedContent of(std::vector<ImportedPair> pairs) {
  ImportedContent content;
  content.rows_read = pairs.size();
  content.pairs = std::move(pairs);
  return content;
}

using Lines = std::vector<std::string>;

// Of one pair.
tests::TableRows tables_of_two_types(bool turned) {
  return tests::small_tables({{"R4", "moderate", "a = warfarin ; b = lisinopril", turned ? "timing" : "drug-drug"},
                              {"R5", "moderate", "a = warfarin ; b = lisinopril", turned ? "drug-drug" : "timing"}});
}

}  // namespace

TEST_CASE("a pair that we and another source know is one finding, ours first", "[knowledge][sources]") {
  With with(of({pair("Warfarin", "ASPIRIN", Severity::major, "Major")}));
  CHECK(with.report.rules == 1);
  CHECK(with.findings("warfarin", "aspirin") == Lines{"major drug-drug: R1 LIST-aspirin-warfarin"});
}

TEST_CASE("another source raises and never lowers", "[knowledge][sources]") {
  With with(of({pair("aspirin", "warfarin", Severity::minor, "Minor"),
                pair("phenelzine", "citalopram", Severity::minor, "Minor")}));
  CHECK(with.findings("warfarin", "aspirin") == Lines{"moderate drug-drug: R1 LIST-aspirin-warfarin"});
  CHECK(with.findings("phenelzine", "citalopram") == Lines{"critical drug-drug: R3 LIST-citalopram-phenelzine"});
}

TEST_CASE("a rule of another source joins our finding of another type", "[knowledge][sources]") {
  With with(of({pair("lisinopril", "furosemide", Severity::major, "Major")}));
  CHECK(with.findings("lisinopril", "furosemide") == Lines{"major timing: R2 LIST-furosemide-lisinopril"});
}

TEST_CASE(
    "of two types of ours that are as grave, a rule of another source joins the first by name, whatever the order",
    "[knowledge][sources]") {
  for (const bool turned : {false, true}) {
    With with(of({pair("lisinopril", "warfarin", Severity::minor, "Minor")}), {}, tables_of_two_types(turned));
    const std::string other = turned ? "R5" : "R4";
    const std::string timing = turned ? "R4" : "R5";
    auto lines = with.findings("lisinopril", "warfarin");
    std::sort(lines.begin(), lines.end());
    CHECK(lines == Lines{"moderate drug-drug: " + other + " LIST-lisinopril-warfarin", "moderate timing: " + timing});
  }
}

TEST_CASE("an inferred rule of ours gives way to no other source", "[knowledge][sources]") {
  for (const Severity severity : {Severity::minor, Severity::major, Severity::critical}) {
    With with(of({pair("simvastatin", "ketoconazole", severity, "X")}));
    const auto lines = with.findings("simvastatin", "ketoconazole");
    REQUIRE(lines.size() == 1);
    CHECK_THAT(lines[0], Catch::EndsWith("drug-drug: INF-CYP3A4-inh LIST-ketoconazole-simvastatin"));
    CHECK_THAT(lines[0], Catch::StartsWith(severity == Severity::critical ? "critical" : "major"));
  }
}

TEST_CASE("a rule of a class of a source reaches its members and names them", "[knowledge][sources]") {
  ImportedContent content = of({pair("Anti-inflammatoires", "lisinopril", Severity::moderate, "Précaution d'emploi")});
  content.classes = {{"anti-inflammatoires", {"ibuprofen", "aspirin", "inventol"}, "s.json: /0"}};
  With with(content);
  CHECK(with.report.classes == 1);
  CHECK(with.report.members == 2);
  CHECK(with.report.unknown == std::map<std::string, std::size_t>{{"inventol", 1}});
  CHECK(with.findings("ibuprofen", "lisinopril").size() == 1);
  CHECK(with.findings("aspirin", "lisinopril").size() == 1);
  CHECK(with.findings("warfarin", "lisinopril").empty());
  // Its title is no word that a medicine could be written with.
  CHECK(with.base().names().class_title(normalised_name("anti-inflammatoires")).empty());
}

TEST_CASE("names that are not known are counted and left out, never guessed", "[knowledge][sources]") {
  With with(of({pair("warfarinn", "aspirin", Severity::major, "Major"),
                pair("warfarinn", "ibuprofen", Severity::major, "Major"),
                pair("Coumadin", "aspirin", Severity::major, "Major")}));
  CHECK(with.report.rules == 0);
  CHECK(with.report.left_out.size() == 3);
  CHECK(with.report.unknown == std::map<std::string, std::size_t>{{"Coumadin", 1}, {"warfarinn", 2}});
}

TEST_CASE("a name of a source that is told to mean an ingredient of ours is read as it", "[knowledge][sources]") {
  With with(of({pair("warfarinum", "aspirin", Severity::major, "Major")}), {{"Warfarinum", "warfarin"}});
  CHECK(with.report.rules == 1);
  CHECK(with.report.unknown.empty());
}

TEST_CASE("a pair that a source lists twice with two levels has the graver one and is told", "[knowledge][sources]") {
  With with(of({pair("ibuprofen", "tacrolimus", Severity::minor, "Minor"),
                pair("tacrolimus", "ibuprofen", Severity::major, "Major")}));
  CHECK(with.report.rules == 1);
  CHECK(with.report.known_already == 1);
  REQUIRE(with.report.left_out.size() == 1);
  CHECK(with.findings("ibuprofen", "tacrolimus") == Lines{"major drug-drug: LIST-ibuprofen-tacrolimus"});
}

TEST_CASE("a name keeps the meaning that it has here, exactly or as a misspelling", "[knowledge][sources]") {
  ImportedContent content;
  content.names = {
      {"Coumadin", "brand", {"aspirin"}, "n:1"},    {"Warfarine", "synonym", {"aspirin"}, "n:2"},
      {"Inventrix", "brand", {"ibuprofen"}, "n:3"}, {"Inventrix", "brand", {"warfarin"}, "n:4"},
      {"coumadin", "brand", {"warfarin"}, "n:5"},   {"Halfknown", "brand", {"warfarin", "inventol"}, "n:6"},
      {"ab", "synonym", {"warfarin"}, "n:7"}};
  content.rows_read = content.names.size();
  With with(content);
  CHECK(with.report.names == 1);
  const auto meanings = with.base().names().find(normalised_name("Inventrix"));
  REQUIRE(meanings.size() == 1);
  CHECK(with.base().graph().ingredient_name(meanings[0].ingredients[0]) == "ibuprofen");
  for (const char* name : {"Coumadin", "Warfarine"}) {
    const Resolution read = resolve(with.base(), {name, "", "", ""});
    CAPTURE(name);
    const bool warfarin = read.resolved && with.base().graph().ingredient_name(
                                               read.interpretations.front().ingredients.front()) == "warfarin";
    CHECK((warfarin || !read.resolved));
  }
  CHECK(with.base().names().find(normalised_name("Halfknown")).empty());
}

TEST_CASE("codes of products lead to their ingredients and never change those that are known", "[knowledge][sources]") {
  ImportedContent content;
  content.codes = {{"990001", "Inventrix 5 MG Oral Tablet", {"ibuprofen", "furosemide"}, "c:1"},
                   {"703", "something else", {"aspirin"}, "c:2"},
                   {"990002", "half", {"inventol"}, "c:3"}};
  content.rows_read = 3;
  With with(content);
  CHECK(with.report.codes == 1);
  CHECK(with.report.left_out.size() == 2);
  const Resolution read = resolve(with.base(), {"", "990001", "rxnorm", ""});
  REQUIRE(read.resolved);
  CHECK(read.interpretations.front().ingredients.size() == 2);
  const Resolution own = resolve(with.base(), {"", "703", "rxnorm", ""});
  REQUIRE(own.resolved);
  CHECK(with.base().graph().ingredient_name(own.interpretations.front().ingredients.front()) == "amiodarone");
}

TEST_CASE("what a source adds can be taken out again, byte for byte", "[knowledge][sources]") {
  ImportedContent content = of(
      {pair("warfarin", "aspirin", Severity::major, "Major"), pair("Klasse", "lisinopril", Severity::minor, "Minor")});
  content.classes = {{"Klasse", {"ibuprofen"}, "x"}};
  content.names = {{"Inventrix", "brand", {"ibuprofen"}, "n"}};
  content.codes = {{"990001", "Inventrix", {"ibuprofen"}, "c"}};
  const With with(content);
  Seed own = with.own_seed();
  own.sort();
  Seed back = without_source(with.seed, "LIST");
  back.sort();
  CHECK(content_digest(back) == content_digest(own));
  CHECK(content_digest(with.seed) != content_digest(own));
}

TEST_CASE("the same files give the same knowledge base, in whatever order their rows stand", "[knowledge][sources]") {
  const With one(of({pair("warfarin", "aspirin", Severity::major, "Major"),
                     pair("ibuprofen", "tacrolimus", Severity::minor, "Minor")}));
  const With other(of({pair("tacrolimus", "ibuprofen", Severity::minor, "Minor"),
                       pair("aspirin", "warfarin", Severity::major, "Major")}));
  CHECK(one.digest == other.digest);
}

TEST_CASE("a source without licence, with a taken or unsound name or precedence is refused", "[knowledge][sources]") {
  const tests::TemporaryKnowledge own(ours());
  auto store = Store::open(own.file());
  const Seed seed = *store->seed();
  const auto refusal = [&](const SourceHeader& made, const Seed& into) {
    const auto added = add_source(into, own.base(), made, {}, {});
    return added ? std::string() : added.error().message;
  };
  SourceHeader made = header();
  CHECK(refusal(made, seed).empty());
  made.licence.clear();
  CHECK_THAT(refusal(made, seed), Catch::Contains("licence"));
  CHECK_THAT(refusal(header("a b"), seed), Catch::Contains("letters, digits"));
  CHECK_THAT(refusal(header("Guardian"), seed), Catch::Contains("our own rules"));
  made = header();
  made.precedence = 2;
  CHECK_THAT(refusal(made, seed), Catch::Contains("from 3 to 99"));
  CHECK_THAT(refusal(header("list"), add_source(seed, own.base(), header(), {}, {})->seed), Catch::Contains("already"));
}

TEST_CASE("the sources of a finding stand by precedence with what each says beside the first", "[knowledge][sources]") {
  const auto sources = finding_sources({{"R1", "", 0, Severity::moderate, "verified", "Monitor."},
                                        {"H1", "WARD", 10, Severity::moderate, "moderate", "Ask the pharmacist."},
                                        {"L1", "LIST", 50, Severity::minor, "Minor", "Nothing."},
                                        {"A1", "ANSM", 40, Severity::major, "Association déconseillée", "Avoid."},
                                        {"R2", "", 0, Severity::minor, "draft", "Nothing."}},
                                       "Avoid.");
  REQUIRE(sources.size() == 4);
  CHECK(sources[0] ==
        core::FindingSource{"guardian", Severity::moderate, "verified", "first", {"R1", "R2"}, "Monitor."});
  CHECK(sources[1].compared == "agrees");
  CHECK(sources[2] == core::FindingSource{"ANSM", Severity::major, "Association déconseillée", "higher", {"A1"}, ""});
  CHECK(sources[3].compared == "lower");
  CHECK(finding_sources({{"R1", "", 0, Severity::moderate, "verified", "Monitor."}}, "").empty());
}
