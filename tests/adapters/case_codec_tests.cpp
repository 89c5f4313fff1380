#include "adapters/json/case_codec.hpp"

#include <rapidcheck.h>
#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/support/case_samples.hpp"

namespace {

using guardian::adapters::CaseDecoding;
using guardian::adapters::decode_case;
using guardian::adapters::InputProblem;
using guardian::core::AgeUnit;
using guardian::core::Case;
using guardian::core::MedicationStatus;
using guardian::core::Sex;
using guardian::test::full_case;
using guardian::test::wrong_values;
using Json = nlohmann::ordered_json;

Case decoded(std::string_view text) {
  const CaseDecoding decoding = decode_case(text);
  for (const InputProblem& problem : decoding.problems) UNSCOPED_INFO(problem.path << ": " << problem.message);
  REQUIRE(decoding.value);
  return *decoding.value;
}

std::vector<InputProblem> problems(std::string_view text) {
  const CaseDecoding decoding = decode_case(text);
  CHECK_FALSE(decoding.value);
  return decoding.problems;
}

std::string with(std::string_view path, std::string_view value) {
  Json json = Json::parse(full_case);
  json[Json::json_pointer(std::string(path))] = Json::parse(value);
  return json.dump();
}

}  // namespace

TEST_CASE("the case of the contract decodes, every member of it", "[adapters][json]") {
  const Case value = decoded(full_case);
  CHECK(value.id == "C-1042");
  CHECK(value.as_of == "2026-11-02T08:00:00Z");
  CHECK(value.locale == "US");
  CHECK(value.note == "free text");
  CHECK(value.ignored_members.empty());

  CHECK(value.patient.age == 61);
  CHECK(value.patient.age_unit == AgeUnit::years);
  CHECK(value.patient.sex == Sex::female);
  CHECK(value.patient.weight_kg == 70);
  CHECK(value.patient.height_cm == 165);
  CHECK(value.patient.pregnant == false);
  CHECK(value.patient.gestation_weeks == 20);
  CHECK(value.patient.lactating == false);
  CHECK(value.patient.conditions ==
        std::vector<guardian::core::CodedText>{{"epilepsy", "", ""}, {"CKD 2", "", ""}, {"gout", "M10", "icd10"}});
  CHECK(value.patient.allergies ==
        std::vector<guardian::core::Allergy>{{"penicillin", "anaphylaxis"}, {"latex", ""}, {"sulfa", ""}});
  CHECK(value.patient.labs == std::vector<guardian::core::LabResult>{{"Na", 139.0, "mmol/L", "today"},
                                                                     {"digoxin", "<0.2", "", "2026-11-02"}});

  REQUIRE(value.medications.size() == 4);
  const auto& stopped = value.medications[0];
  CHECK(stopped.element == "/medications/0");
  CHECK(stopped.text == "Dilantin 100 mg TID");
  CHECK(stopped.code == "8183");
  CHECK(stopped.code_system == "rxnorm");
  CHECK(stopped.status == MedicationStatus::stopped);
  CHECK(stopped.stopped_days_ago == 10);
  CHECK_FALSE(stopped.is_order);
  CHECK(value.medications[1].element == "/medications/1");
  CHECK(value.medications[1].text == "warfarin 5 mg daily");
  CHECK(value.medications[1].status == MedicationStatus::active);
  CHECK(value.medications[2].element == "/orders/0");
  CHECK(value.medications[2].is_order);
  CHECK(value.medications[3].element == "/order");
  CHECK(value.medications[3].is_order);

  REQUIRE(value.vitals);
  CHECK(value.vitals->respiratory_rate == 18);
  CHECK(value.vitals->spo2 == 96);
  CHECK(value.vitals->spo2_scale == 1);
  CHECK(value.vitals->supplemental_oxygen == false);
  CHECK(value.vitals->systolic_bp == 128);
  CHECK(value.vitals->diastolic_bp == 74);
  CHECK(value.vitals->heart_rate == 78);
  CHECK(value.vitals->temperature_c == 37.9);
  CHECK(value.vitals->consciousness == "A");
}

TEST_CASE("only an id and one medicine or order are required, and the rest stays unknown", "[adapters][json]") {
  for (const std::string_view medicines :
       {R"("medications": ["warfarin"])", R"("orders": [{"text": "warfarin"}])", R"("order": "warfarin")",
        R"("order": {"code": "11289", "system": "rxnorm"})"}) {
    const Case value = decoded("{\"id\": \"a\", " + std::string(medicines) + "}");
    CHECK(value.medications.size() == 1);
    CHECK(value.as_of.empty());
    CHECK(value.patient == guardian::core::Patient{});
    CHECK_FALSE(value.vitals);
  }
  CHECK(problems(R"({"medications": ["warfarin"]})") == std::vector<InputProblem>{{"/id", "is required"}});
  CHECK(problems(R"({"id": "a", "medications": [], "orders": null})") ==
        std::vector<InputProblem>{{"/medications", "at least one medicine or order is required"}});
}

TEST_CASE("a wrong value of any member is a problem at that very member", "[adapters][json]") {
  for (const auto& wrong : wrong_values) {
    INFO(wrong.path << " = " << wrong.value);
    const auto found = problems(with(wrong.path, wrong.value));
    REQUIRE(found.size() == 1);
    CHECK(found[0].path == wrong.path);
    CHECK_FALSE(found[0].message.empty());
  }
}

TEST_CASE("every member of the format has a wrong value in the table", "[adapters][json]") {
  const Json flat = Json::parse(full_case).flatten();
  std::set<std::string> tested;
  for (const auto& wrong : wrong_values) tested.insert(std::string(wrong.path));
  // Entries of a list are alike: one of them stands for all.
  for (const std::string member : {"/medications", "/orders", "/order", "/patient", "/patient/conditions",
                                   "/patient/allergies", "/patient/labs", "/vitals"}) {
    CHECK(tested.count(member) == 1);
  }
  for (const auto& [path, value] : flat.items()) {
    const bool is_alike = path == "/patient/conditions/1" || path.rfind("/patient/labs/1/", 0) == 0;
    INFO(path);
    CHECK((is_alike || tested.count(path) == 1));
  }
}

TEST_CASE("all problems of a case are reported at once", "[adapters][json]") {
  const auto found = problems(R"({"patient": {"age": "x", "labs": [{"value": 1}]}, "medications": [{"text": 1}, {}]})");
  const std::vector<InputProblem> wanted{{"/id", "is required"},
                                         {"/patient/age", "must be a number"},
                                         {"/patient/labs/0/name", "is required"},
                                         {"/medications/0/text", "must be a string"},
                                         {"/medications/1/text", "is required where there is no code"}};
  CHECK(found == wanted);
}

TEST_CASE("problems beyond two hundred are counted as one", "[adapters][json]") {
  Json json{{"id", "a"}, {"medications", Json::array()}};
  for (int i = 0; i < 900; ++i) json["medications"].push_back(i);
  const auto found = problems(json.dump());
  REQUIRE(found.size() == 201);
  CHECK(found.back().path.empty());
}

TEST_CASE("null counts as absent", "[adapters][json]") {
  Json json = Json::parse(full_case);
  for (auto& [name, value] : json["patient"].items()) value = nullptr;
  for (auto& [name, value] : json["vitals"].items()) value = nullptr;
  for (const char* name : {"as_of", "locale", "order", "orders", "note"}) json[name] = nullptr;
  const Case value = decoded(json.dump());
  CHECK(value.patient == guardian::core::Patient{});
  CHECK(value.vitals == guardian::core::Vitals{});
  CHECK(value.medications.size() == 2);
  CHECK(value.ignored_members.empty());
}

TEST_CASE("a member that nobody reads is listed, not refused", "[adapters][json]") {
  const Case value = decoded(R"({"id": "a", "patient": {"shoe_size": 43, "labs": [{"name": "Na", "lab/id~": 1}]},
    "medications": [{"text": "warfarin", "prescriber": "x"}], "ward": null, "vitals": {"gcs": 15},
    "patient_id": "p"})");
  const std::vector<std::string> wanted{"/patient/labs/0/lab~1id~0",
                                        "/patient/shoe_size",
                                        "/medications/0/prescriber",
                                        "/vitals/gcs",
                                        "/ward",
                                        "/patient_id"};
  CHECK(std::set<std::string>(value.ignored_members.begin(), value.ignored_members.end()) ==
        std::set<std::string>(wanted.begin(), wanted.end()));
}

TEST_CASE("a member given twice is refused, so that no medicine is lost", "[adapters][json]") {
  CHECK(problems(R"({"id": "a", "medications": ["warfarin"], "medications": ["aspirin"]})") ==
        std::vector<InputProblem>{{"/medications", "must be given only once"}});
}

TEST_CASE("the days since a medicine was stopped need a status that says so", "[adapters][json]") {
  const auto medication = [](const std::string& members) {
    return R"({"id": "a", "medications": [{"text": "fluoxetine")" + members + "}]}";
  };
  CHECK(decoded(medication(R"(, "status": "stopped")")).medications[0].stopped_days_ago == std::nullopt);
  CHECK(decoded(medication(R"(, "status": "stopped", "stopped_days_ago": 0)")).medications[0].stopped_days_ago == 0);
  CHECK(decoded(medication(R"(, "status": "on-hold")")).medications[0].status == MedicationStatus::on_hold);
  for (const char* status : {R"(, "status": "active")", ""}) {
    const auto found = problems(medication(std::string(status) + R"(, "stopped_days_ago": 3)"));
    CHECK(found == std::vector<InputProblem>{
                       {"/medications/0/stopped_days_ago", "needs the status \"stopped\" or \"on-hold\""}});
  }
}

TEST_CASE("a code stands for a text that is missing or blank", "[adapters][json]") {
  CHECK(decoded(R"({"id": "a", "orders": [{"text": "", "code": "11289"}]})").medications[0].code == "11289");
  CHECK(problems(R"({"id": "a", "orders": [{"text": "", "code": ""}]})") ==
        std::vector<InputProblem>{{"/orders/0/text", "must not be empty"}});
}

TEST_CASE("the bound of an age is that of its unit", "[adapters][json]") {
  const auto with_age = [](const std::string& age) {
    return R"({"id": "a", "order": "warfarin", "patient": {"age": )" + age + "}}";
  };
  CHECK(decoded(with_age(R"(200, "age_unit": "mo")")).patient.age_unit == AgeUnit::months);
  CHECK(decoded(with_age(R"(3.5, "age_unit": "d")")).patient.age == 3.5);
  CHECK(problems(with_age("200"))[0].message == "must be from 0 to 130");
  CHECK(problems(with_age(R"(1561, "age_unit": "mo")"))[0].message == "must be from 0 to 1560");
}

TEST_CASE("a time with an offset becomes the same moment in UTC", "[adapters][json]") {
  const auto as_of = [](std::string_view text) {
    return decoded(R"({"id": "a", "order": "warfarin", "as_of": ")" + std::string(text) + "\"}").as_of;
  };
  CHECK(as_of("2026-11-02") == "2026-11-02");
  CHECK(as_of("2026-11-02T08:00:00.125Z") == "2026-11-02T08:00:00.125Z");
  CHECK(as_of("2026-11-02T08:00") == "2026-11-02T08:00:00Z");
  CHECK(as_of("2026-11-02T00:30:00+01:00") == "2026-11-01T23:30:00Z");
  CHECK(as_of("2024-02-28T23:30:00-05:30") == "2024-02-29T05:00:00Z");
}

TEST_CASE("malformed JSON is reported with line and column", "[adapters][json]") {
  CHECK(problems("{\n  \"id\": \"a\",\n  oops}") ==
        std::vector<InputProblem>{{"", "malformed JSON at line 3, column 3"}});
  CHECK(problems("{\"id\": \"a\"") == std::vector<InputProblem>{{"", "malformed JSON at line 1, column 11"}});
  CHECK(problems("{} {}")[0].message == "malformed JSON at line 1, column 4");
  CHECK(problems("") == std::vector<InputProblem>{{"", "the document is empty"}});
  CHECK(problems(" \n") == std::vector<InputProblem>{{"", "the document is empty"}});
  CHECK(problems("7") == std::vector<InputProblem>{{"", "must be a JSON object"}});
}

TEST_CASE("numbers that JSON or arithmetic cannot hold are problems", "[adapters][json]") {
  const auto with_age = [](const std::string& age) {
    return problems(R"({"id": "a", "order": "warfarin", "patient": {"age": )" + age + "}}")[0].message;
  };
  CHECK(with_age("1e999") == "a number is too large at line 1, column 57");
  CHECK(with_age("NaN").find("malformed JSON at line 1") == 0);
  CHECK(with_age("Infinity").find("malformed JSON at line 1") == 0);
  CHECK(with_age("123456789012345678901234567890") == "must be from 0 to 130");
}

TEST_CASE("text that is not UTF-8 is a problem with its place", "[adapters][json]") {
  for (const std::string bytes : {"\xFF", "\xC0\xAF", "\xED\xA0\x80", "\xF5\x80\x80\x80", "\xE2\x82"}) {
    const auto found = problems("{\"id\": \"" + bytes + "\", \"order\": \"warfarin\"}");
    REQUIRE(found.size() == 1);
    CHECK(found[0].message.find("the text is not valid UTF-8 at line 1, column ") == 0);
  }
  CHECK(problems("{\"id\": \"\\ud800\", \"order\": \"warfarin\"}").size() == 1);
  CHECK(decoded("\xEF\xBB\xBF{\"id\": \"\xC3\xA9\", \"order\": \"warfarin\"}").id == "\xC3\xA9");
}

TEST_CASE("a document that is too large, too deep or too rich is refused", "[adapters][json]") {
  CHECK(problems(std::string(8 * 1024 * 1024 + 1, ' ')) ==
        std::vector<InputProblem>{{"", "the document is larger than 8 MiB"}});
  const auto nested = [](std::size_t depth) {
    return R"({"id": "a", "order": "warfarin", "x": )" + std::string(depth, '[') + std::string(depth, ']') + "}";
  };
  CHECK(decoded(nested(63)).ignored_members == std::vector<std::string>{"/x"});
  CHECK(problems(nested(64)) == std::vector<InputProblem>{{"", "the document is nested deeper than 64 levels"}});
  CHECK(problems(std::string(4'000'000, '[')) ==
        std::vector<InputProblem>{{"", "the document is nested deeper than 64 levels"}});
  std::string rich = "[0";
  for (int i = 0; i < 600'000; ++i) rich += ",0";
  CHECK(problems(rich + "]") == std::vector<InputProblem>{{"", "the document holds more than 500000 values"}});
  Json many{{"id", "a"}, {"medications", Json::array()}};
  for (int i = 0; i < 1001; ++i) many["medications"].push_back("warfarin");
  CHECK(problems(many.dump()) == std::vector<InputProblem>{{"/medications", "must not have more than 1000 entries"}});
  CHECK(problems(R"({"id": "a", "order": ")" + std::string(4097, 'w') + "\"}") ==
        std::vector<InputProblem>{{"/order", "must not be longer than 4096 bytes"}});
}

TEST_CASE("the id is told where it could be read, also when the case could not", "[adapters][json]") {
  CHECK(decode_case(R"({"id": "C-7", "medications": [1]})").case_id == "C-7");
  CHECK(decode_case(R"({"patient_id": "P-7", "current_medications": [1]})").case_id == "P-7");
  CHECK_FALSE(decode_case(R"({"id": 7, "medications": ["warfarin"]})").case_id);
  CHECK_FALSE(decode_case("{").case_id);
}

TEST_CASE("a problem never quotes what was given", "[adapters][json]") {
  for (const auto& wrong : wrong_values) {
    for (const InputProblem& problem : decode_case(with(wrong.path, R"("Zaphod 424242")")).problems) {
      CHECK(problem.message.find("Zaphod") == std::string::npos);
    }
  }
  for (const std::string_view text : {R"({"id": Zaphod})", R"({"id": "Zaphod)", "\"Zaphod\"", R"({"Zaphod": "\x"})"}) {
    for (const InputProblem& problem : problems(text)) CHECK(problem.message.find("Zaphod") == std::string::npos);
  }
}

TEST_CASE("arbitrary bytes never throw and give a case or a problem", "[adapters][json][property]") {
  const auto is_sound = [](const std::string& text) {
    const CaseDecoding decoding = decode_case(text);
    RC_ASSERT(decoding.value.has_value() == decoding.problems.empty());
  };
  CHECK(rc::check("arbitrary bytes", is_sound));
  CHECK(rc::check("a good case with bytes overwritten, cut or doubled", [&is_sound] {
    std::string text(full_case);
    const int changes = *rc::gen::inRange(1, 6);
    for (int i = 0; i < changes; ++i) {
      const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
      switch (*rc::gen::inRange(0, 3)) {
        case 0: text[at] = *rc::gen::arbitrary<char>(); break;
        case 1: text.erase(at, *rc::gen::inRange<std::size_t>(1, 20)); break;
        default: text.insert(at, text.substr(at, *rc::gen::inRange<std::size_t>(1, 20))); break;
      }
      if (text.empty()) break;
    }
    is_sound(text);
  }));
}
