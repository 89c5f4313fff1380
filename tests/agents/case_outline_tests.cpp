// What may leave the house: planted canaries must not be in it, and what is clinical must.

#include "agents/case_outline.hpp"

#include <algorithm>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/support/program.hpp"
#include "tests/support/temporary_knowledge.hpp"

using namespace guardian;
using agents::MaskTable;

namespace {

const agents::MaskLexicon& lexicon() {
  static const agents::MaskLexicon words = agents::MaskLexicon::build(*tests::shipped_knowledge());
  return words;
}

struct Canary {
  std::string text;                // as it is written
  std::vector<std::string> parts;  // none of which may leave
};

std::vector<Canary> names() {
  const std::vector<std::string> given{"Aaliyah", "Bartholomew", "Chidi",   "Dmitri",    "Esperanza", "Fiona", "Giulia",
                                       "Hiroshi", "Ingrid",      "Jamal",   "Katarzyna", "Lakshmi",   "Mary",  "Nguyen",
                                       "Olga",    "Priya",       "Quentin", "Rose",      "Siobhan",   "Thabo", "Mark",
                                       "Grace",   "William",     "Xiomara", "Zbigniew"};
  const std::vector<std::string> family{"Abernathy",    "Bhattacharya", "Castellanos",   "Dubrovsky", "Eriksson",
                                        "Fitzgerald",   "Gunawardena",  "Hernandez",     "Ivanov",    "Jankowski",
                                        "Kowalczyk",    "Lindqvist",    "McAllister",    "Nakamura",  "O'Brien",
                                        "Papadopoulos", "Quispe",       "Rosenbaum",     "Szymanski", "Tanaka",
                                        "Umarov",       "Vasquez",      "Wojciechowski", "Yamamoto",  "Zimmermann"};
  std::vector<Canary> all;
  for (std::size_t i = 0; i < given.size(); ++i) {
    for (std::size_t k = 0; k < 6; ++k) {
      const std::string& first = given[i];
      const std::string& last = family[(i + k * 4) % family.size()];
      switch (k) {
        case 0: all.push_back({"Mr " + first + " " + last, {first, last}}); break;
        case 1: all.push_back({"Dr. " + last, {last}}); break;
        case 2: all.push_back({"wife " + first + " " + last, {first, last}}); break;
        case 3: all.push_back({last + ", " + first, {last}}); break;
        case 4: all.push_back({first.substr(0, 1) + ". " + last, {last}}); break;
        default: all.push_back({"daughter " + first, {first}}); break;
      }
    }
  }
  return all;
}

std::vector<Canary> identifiers() {
  std::vector<Canary> all;
  for (int i = 0; i < 12; ++i) {
    const auto number = [&](int factor, std::size_t digits) {
      std::string text = std::to_string(7919L * (i + 3) * factor % 1000000007L);
      while (text.size() < digits) text.insert(0, "4");
      return text.substr(0, digits);
    };
    const std::string a = number(13, 3);
    const std::string b = number(101, 3);
    const std::string c = number(1009, 4);
    const std::string eight = number(99991, 8);
    const auto add = [&](const std::string& text, const std::string& part) { all.push_back({text, {part}}); };
    add("MRN " + eight, eight);
    add("MRN: H" + eight.substr(2), eight.substr(2));
    add("NHS no. " + a + " " + b + " " + c, a + " " + b);
    add("SSN " + a + "-" + number(7, 2) + "-" + c, a + "-");
    add("phone (" + a + ") " + b + "-" + c, b + "-" + c);
    add("call " + a + "-" + b + "-" + c, a + "-" + b);
    add("tel 07" + a + " " + b + number(11, 3), a + " " + b);
    add("fax +44 20 7" + a + " " + c, a + " " + c);
    add("account " + eight, eight);
    add("pacemaker serial PX" + eight.substr(0, 6) + "B", eight.substr(0, 6));
    add("mail patient" + a + "@mail" + b + ".example", "mail" + b);
    add("portal https://records.example/p/" + eight + "?x=1", eight);
    add("at 10." + std::to_string(i + 20) + "." + std::to_string(i + 31) + ".77", ".77");
    add("lives at " + std::to_string(i + 12) + " Thornbury Lane", "Thornbury");
    add("lives at " + std::to_string(i + 412) + " North Elm St, Apt " + std::to_string(i + 3) + "C", "Elm St");
    add("PO Box " + c, c);
    add("postcode SW" + std::to_string(i % 9 + 1) + "A " + std::to_string(i % 9 + 1) + "ZQ", "ZQ");
    add("ZIP 9" + c, "9" + c);
    const std::string day = std::to_string(i + 13);
    add("DOB " + day + "/04/19" + std::to_string(i + 40), day + "/04");
    add("born on April " + day + ", 19" + std::to_string(i + 40), "April " + day);
    add("seen on 2024-03-" + day, "2024-03");
    add("operated on " + day + " March 2019", "March 2019");
    add("due " + day + "-Sep-2026", day + "-Sep");
    add("admitted on 4/" + day, "4/" + day);
    add("aged 9" + std::to_string(i % 10), "9" + std::to_string(i % 10));
  }
  return all;
}

core::Case case_with(const std::string& canary) {
  core::Case subject;
  subject.id = "CASE-" + canary;
  subject.as_of = "2026-11-02T08:00:00Z";
  subject.locale = "US";
  subject.patient.age = 94;
  subject.patient.height_cm = 171;
  subject.patient.conditions = {{"epilepsy, " + canary, "G40-77", "icd10"}};
  subject.patient.allergies = {{"penicillin, told by " + canary, "rash, " + canary}};
  subject.patient.labs = {{"potassium " + canary, 4.1, "mmol/L", "2026-10-30"}};
  core::MedicationEntry entry;
  entry.element = "/medications/0";
  entry.text = "warfarin 5 mg PO daily, " + canary;
  subject.medications = {entry};
  subject.note = "Seen in clinic, " + canary + ". Vomiting blood since this morning, " + canary + ".";
  return subject;
}

}  // namespace

TEST_CASE("no planted name, number, date or address is in what may be sent", "[agents][mask][property]") {
  std::vector<Canary> canaries = names();
  for (Canary& canary : identifiers()) canaries.push_back(std::move(canary));
  REQUIRE(canaries.size() > 400);
  for (const Canary& canary : canaries) {
    MaskTable table("2026-11-02T08:00:00Z", "US");
    const core::Case subject = case_with(canary.text);
    core::Finding finding;
    finding.title = "allergy to penicillin, told by " + canary.text;
    const std::vector<core::Finding> findings{finding};
    const std::string sent = to_text(outline(subject, findings, lexicon(), table));
    for (const std::string& part : canary.parts) {
      INFO(canary.text << " in\n" << sent);
      CHECK(sent.find(part) == std::string::npos);
    }
    CHECK(sent.find("warfarin 5 mg PO daily") != std::string::npos);
    CHECK(sent.find("Vomiting blood since this morning") != std::string::npos);
  }
}

TEST_CASE("of a case only the allow-list may be sent", "[agents][mask]") {
  MaskTable table("2026-11-02T08:00:00Z", "US");
  const std::string sent = to_text(outline(case_with("Okonkwo"), {}, lexicon(), table));
  CHECK(sent ==
        "age: over 89 years\ncondition: epilepsy, [NAME-1]\nallergy: penicillin, told by [NAME-1] (rash, [NAME-1])\n"
        "laboratory: potassium [NAME-1] 4.1 mmol/L, [3 days ago]\nmedicine: warfarin 5 mg PO daily, [NAME-1]\n"
        "note: Seen in clinic, [NAME-1]. Vomiting blood since this morning, [NAME-1].\n");
  for (const char* kept : {"CASE", "2026", "US", "171", "G40"}) CHECK(sent.find(kept) == std::string::npos);
}

TEST_CASE("without free text no note and no placeholder is sent", "[agents][mask]") {
  MaskTable table("2026-11-02T08:00:00Z", "US");
  const std::string sent = to_text(outline(case_with("Okonkwo"), {}, lexicon(), table, {.with_free_text = false}));
  CHECK(sent.find('[') == std::string::npos);
  CHECK(sent.find("Vomiting") == std::string::npos);
  CHECK(sent.find("warfarin 5 mg PO daily") != std::string::npos);
}

TEST_CASE("without free text only clinical words of other texts are sent, with their numbers and denials",
          "[agents][mask]") {
  MaskTable table("2026-11-02T08:00:00Z", "US");
  const auto words = [&](const std::string& text) { return agents::clinical_words(text, lexicon(), table); };
  CHECK(words("penicillin, since the birthday party at the green bakery") == "penicillin");
  CHECK(words("no epilepsy, says the neighbour upstairs") == "no epilepsy");
  CHECK(words("warfarin 2.5 mg PO daily, beside the teapot of Aunt Fiona") == "warfarin 2.5 mg PO daily");
  CHECK(words("potassium 5.9 mmol/L, phoned to the ward clerk") == "potassium 5.9 mmol/L");
  CHECK(words("the wedding in the village, then 14 guests") == "");
  CHECK(words("") == "");
}

TEST_CASE("clinical words of the examples and the regression cases stay", "[agents][mask]") {
  std::size_t words = 0;
  std::size_t masked = 0;
  const auto count = [&](const nlohmann::json& subject) {
    if (!subject.contains("note") || !subject["note"].is_string()) return;
    const std::string note = subject["note"];
    MaskTable table("2026-11-02T08:00:00Z", "US");
    const auto result = mask(note, lexicon(), table);
    words += static_cast<std::size_t>(std::count(note.begin(), note.end(), ' ')) + 1;
    masked += result.pieces.size();
  };
  for (const auto& file : tests::example_cases()) count(nlohmann::json::parse(tests::read_text(file)));
  const auto suites = tests::source_folder() / "knowledge" / "suites";
  for (const std::string& line :
       tests::lines_of(tests::read_text(suites / "patients.tsv") + tests::read_text(suites / "triage.tsv"))) {
    const auto begin = line.find("\t{");
    if (begin == std::string::npos) continue;
    count(nlohmann::json::parse(line.substr(begin + 1, line.find('\t', begin + 1) - begin - 1)));
  }
  REQUIRE(words > 1000);
  CHECK(static_cast<double>(masked) < 0.03 * static_cast<double>(words));
}
