#include "agents/patient_words.hpp"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "agents/readability.hpp"
#include "tests/support/program.hpp"

namespace {

using guardian::agents::patient_words;
using guardian::agents::PatientWords;
using guardian::agents::PlainEffect;
using Words = std::vector<std::string>;

Words harms(const std::string& effect) {
  Words plain;
  for (const auto* words : patient_words().effect(effect).harms) plain.push_back(words->plain);
  return plain;
}

struct RuleText {
  std::string id;
  std::string type;
  std::string severity;
  std::string effect;
};

// The rows of knowledge/seed/rules.*.tsv.
std::vector<RuleText> seed_rules() {
  std::vector<RuleText> rules;
  for (const auto& entry : std::filesystem::directory_iterator(std::string(GUARDIAN_SOURCE_DIR) + "/knowledge/seed")) {
    if (entry.path().filename().string().rfind("rules.", 0) != 0) continue;
    std::ifstream file(entry.path());
    std::map<std::string, std::size_t> columns;
    for (std::string line; std::getline(file, line);) {
      if (line.empty() || line[0] == '#') continue;
      Words cells;
      std::istringstream stream(line);
      for (std::string cell; std::getline(stream, cell, '\t');) cells.push_back(cell);
      if (columns.empty()) {
        for (std::size_t i = 0; i < cells.size(); ++i) columns[cells[i]] = i;
        continue;
      }
      const auto cell = [&](const std::string& name) {
        return columns.at(name) < cells.size() ? cells[columns.at(name)] : std::string();
      };
      rules.push_back({cell("id"), cell("type"), cell("severity"), cell("effect")});
    }
  }
  return rules;
}

}  // namespace

TEST_CASE("the table of plain words that is built in can be read", "[agents][explanation]") {
  const auto parsed = PatientWords::parse(guardian::agents::patient_words_text());
  if (!parsed) INFO(parsed.error().message);
  REQUIRE(parsed);
}

TEST_CASE("a broken table of plain words is refused with its line", "[agents][explanation]") {
  const std::string header = "kind\tphrases\tplain\twatch\n";
  const auto message = [&](const std::string& text) {
    const auto parsed = PatientWords::parse(text);
    return parsed ? std::string() : parsed.error().message;
  };
  CHECK(message(header + "harm\tbleeding\tbleeding\t\n").empty());
  CHECK(message("kind\tphrase\n") == "patient_words.tsv:1: not the names of the columns");
  CHECK(message(header + "harms\tbleeding\tbleeding\n") == "patient_words.tsv:2: the kind is not known");
  CHECK(message(header + "harm\tbleeding | Bleeding\tbleeding\n") == "patient_words.tsv:2: `Bleeding` is there twice");
  CHECK(message(header + "harm\t--\tbleeding\n") == "patient_words.tsv:2: a phrase is empty");
}

TEST_CASE("an effect is said in plain words, the longest phrase first and each harm once", "[agents][explanation]") {
  CHECK(harms("Torsades and sudden death.") == Words{"a dangerous heart rhythm"});
  CHECK(patient_words().effect("Torsades and sudden death.").is_grave);
  CHECK(harms("Stomach bleeding, kidney failure.") == Words{"bleeding in the gut", "harm to the kidneys"});
  CHECK(harms("Torsades; long QT.") == Words{"a dangerous heart rhythm"});
  CHECK_FALSE(patient_words().effect("Kidney failure.").is_grave);
}

TEST_CASE("a word within a longer phrase is not taken for itself", "[agents][explanation]") {
  CHECK(harms("Anaphylaxis on re-exposure.") == Words{"a bad allergic reaction"});
  CHECK(harms("Loss of hearing.") == Words{"hearing loss"});
  CHECK(harms("Growth of the tumor.") == Words{"the illness getting worse"});
  CHECK(harms("The level falls by half.").empty());
  CHECK(harms("Nothing that the table knows.").empty());
}

TEST_CASE("what narrows an effect down is no effect", "[agents][explanation]") {
  CHECK(harms("Low blood sugar, above all with kidney failure; fainting.") == Words{"low blood sugar", "fainting"});
  CHECK(harms("Bleeding, if it is given for a stroke.") == Words{"bleeding"});
}

TEST_CASE("what every critical rule can do is said in plain words", "[agents][explanation]") {
  std::set<std::string> unknown;
  std::size_t all = 0;
  std::size_t known = 0;
  for (const RuleText& rule : seed_rules()) {
    if (rule.effect.empty() || rule.type.empty()) continue;
    const PlainEffect effect = patient_words().effect(rule.effect);
    ++all;
    if (!effect.harms.empty() || effect.is_grave) {
      ++known;
    } else if (rule.severity == "critical") {
      unknown.insert(rule.effect);
    }
  }
  std::string list;
  for (const std::string& effect : unknown) list += effect + "\n";
  INFO(list);
  CHECK(unknown.empty());
  REQUIRE(all > 3000);
  CHECK(static_cast<double>(known) > 0.97 * static_cast<double>(all));
}
