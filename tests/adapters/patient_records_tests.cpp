#include "adapters/records/patient_records.hpp"

#include <atomic>
#include <fstream>
#include <iterator>
#include <thread>

#include <sys/stat.h>
#include <catch2/catch.hpp>

#include "tests/adapters/service_calls.hpp"
#include "tests/support/program.hpp"

using namespace guardian;
using adapters::records::PatientRecords;
using adapters::records::SaveState;
using tests::Json;

namespace {

const Json small_case = {{"id", "P-1"}, {"medications", {"warfarin 5 mg daily", "aspirin 81 mg daily"}}};

std::unique_ptr<PatientRecords> opened(const std::filesystem::path& file) {
  auto records = PatientRecords::open(file);
  INFO((records ? std::string() : records.error().message));
  REQUIRE(records.has_value());
  return std::move(*records);
}

tests::TestService service_with(const std::filesystem::path& records) {
  auto settings = tests::demo_settings();
  settings.records = records;
  return tests::service_of(settings);
}

}  // namespace

TEST_CASE("a patient is kept with the case and the notes, for the owner of the file alone", "[adapters][records]") {
  const tests::TemporaryFolder folder;
  const auto file = folder.path() / "patients.db";
  {
    const auto records = opened(file);
    CHECK(records->add({"Bed 2", R"({"id":"b"})", 1, "2026-11-02T08:00:00Z"}).value() == 1);
    CHECK(records->add({"Bed 1", R"({"id":"a"})", 3, "2026-11-02T08:01:00Z"}).value() == 2);
    CHECK(records->add_note(1, {0, "2026-11-02T08:02:00Z", "ward", "first"}).value()->number == 1);
    CHECK(records->add_note(1, {0, "2026-11-02T08:03:00Z", "", "second"}).value()->number == 2);
    CHECK_FALSE(records->add_note(9, {0, "2026-11-02T08:03:00Z", "", "nobody"}).value().has_value());
  }
  struct stat facts {};
  REQUIRE(::stat(file.c_str(), &facts) == 0);
  CHECK((facts.st_mode & 0777U) == 0600U);
  const auto records = opened(file);
  const auto list = records->list().value();
  REQUIRE(list.size() == 2);
  CHECK(list[0].label == "Bed 1");
  CHECK(list[0].medicines == 3);
  CHECK(list[1].notes_count == 2);
  const auto found = records->find(1).value();
  REQUIRE(found.has_value());
  CHECK(found->subject == R"({"id":"b"})");
  CHECK(found->version == 1);
  REQUIRE(found->notes.size() == 2);
  CHECK(found->notes[0].text == "second");
  CHECK(found->notes[1].by == "ward");
  CHECK_FALSE(records->find(3).value().has_value());
}

TEST_CASE("a change is saved over the version that was read and over no other", "[adapters][records]") {
  const tests::TemporaryFolder folder;
  const auto file = folder.path() / "patients.db";
  const auto one = opened(file);
  const auto other = opened(file);
  const auto number = one->add({"Bed 2", "{}", 1, "t1"}).value();
  CHECK(one->save(number, 1, {"Bed 3", "{}", 1, "t2"}).value().version == 2);
  const auto late = other->save(number, 1, {"Bed 4", "{}", 1, "t3"}).value();
  CHECK(late.state == SaveState::changed_since);
  CHECK(late.version == 2);
  CHECK(other->find(number).value()->label == "Bed 3");
  CHECK(other->save(number + 1, 1, {"Bed 4", "{}", 1, "t3"}).value().state == SaveState::not_there);
}

TEST_CASE("of many who save over the same version exactly one does", "[adapters][records]") {
  const tests::TemporaryFolder folder;
  const auto file = folder.path() / "patients.db";
  const auto number = opened(file)->add({"Bed 2", "{}", 1, "t1"}).value();
  std::atomic<int> saved{0};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 6; ++i) {
      threads.emplace_back([&, i] {
        auto records = PatientRecords::open(file);
        if (!records) return;
        const auto done = (*records)->save(number, 1, {"Bed " + std::to_string(i), "{}", 1, "t2"});
        if (done && done->state == SaveState::saved) ++saved;
      });
    }
  }
  CHECK(saved == 1);
  CHECK(opened(file)->find(number).value()->version == 2);
}

TEST_CASE("what is erased stands nowhere in the file", "[adapters][records]") {
  const tests::TemporaryFolder folder;
  const auto file = folder.path() / "patients.db";
  const auto records = opened(file);
  const auto number = records->add({"Featherstonehaugh", R"({"note":"Zellweger"})", 1, "t1"}).value();
  REQUIRE(records->add_note(number, {0, "t2", "", "Brzezinski"}).value().has_value());
  CHECK(records->erase(number).value());
  CHECK_FALSE(records->erase(number).value());
  std::ifstream stream(file, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(stream), {}};
  for (const std::string word : {"Featherstonehaugh", "Zellweger", "Brzezinski"}) {
    INFO(word);
    CHECK(bytes.find(word) == std::string::npos);
  }
  CHECK(records->add({"next", "{}", 1, "t3"}).value() == number + 1);
}

TEST_CASE("a file that is no list of patients is refused and left as it is", "[adapters][records]") {
  const tests::TemporaryFolder folder;
  const auto text = folder.path() / "text";
  std::ofstream(text) << "Mrs Featherstonehaugh, bed 4, and a good deal more so that it is a page long\n";
  const auto refused = PatientRecords::open(text);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == core::ErrorCode::io_failure);
  CHECK(refused.error().message.find("Feather") == std::string::npos);
  const auto other = PatientRecords::open(GUARDIAN_SHIPPED_KB);
  REQUIRE_FALSE(other.has_value());
  CHECK(other.error().message == "the patient records: the file is no list of patients");
  CHECK_FALSE(PatientRecords::open(folder.path() / "no" / "such" / "folder").has_value());
}

TEST_CASE("patients are listed, opened, changed, noted on and erased over the API", "[adapters][service][records]") {
  const tests::TemporaryFolder folder;
  const auto service = service_with(folder.path() / "patients.db");
  CHECK(Json::parse(service.call("GET", "/v1/patients").body)["patients"].empty());
  const auto added = service.post("/v1/patients", {{"label", "Bed 2"}, {"case", small_case}});
  REQUIRE(added.status == 201);
  CHECK(Json::parse(added.body) == Json{{"number", 1}, {"version", 1}});
  const auto list = Json::parse(service.call("GET", "/v1/patients").body)["patients"];
  REQUIRE(list.size() == 1);
  CHECK(list[0]["label"] == "Bed 2");
  CHECK(list[0]["medicines"] == 2);
  CHECK(service.post("/v1/patients/1/notes", {{"text", "INR on Friday"}}).status == 201);

  Json changed = small_case;
  changed["medications"].push_back("fluconazole 200 mg daily");
  const Json saving = {{"label", "Bed 5"}, {"case", changed}, {"version", 1}};
  CHECK(Json::parse(service.call("PUT", "/v1/patients/1", saving.dump()).body)["version"] == 2);
  CHECK(service.call("PUT", "/v1/patients/1", saving.dump()).status == 409);
  const auto found = Json::parse(service.call("GET", "/v1/patients/1").body);
  CHECK(found["label"] == "Bed 5");
  CHECK(found["case"] == changed);
  CHECK(found["changed_at"] == tests::service_time);
  REQUIRE(found["note_texts"].size() == 1);
  CHECK(found["note_texts"][0]["text"] == "INR on Friday");
  CHECK(service.call("DELETE", "/v1/patients/1").status == 204);
  CHECK(service.call("GET", "/v1/patients/1").status == 404);
  CHECK(service.call("PUT", "/v1/patients/1", saving.dump()).status == 404);
  CHECK(service.post("/v1/patients/1/notes", {{"text", "x"}}).status == 404);
}

TEST_CASE("what is wrong with a patient to be kept is named, and nothing is kept", "[adapters][service][records]") {
  const tests::TemporaryFolder folder;
  const auto service = service_with(folder.path() / "patients.db");
  struct Row {
    Json body;
    std::string named;
  };
  Json no_medicine = small_case;
  no_medicine["medications"] = {{{"dose", "5 mg"}}};
  for (const Row& row :
       {Row{{{"case", small_case}}, "/label is required"}, Row{{{"label", "  "}, {"case", small_case}}, "/label"},
        Row{{{"label", std::string(121, 'x')}, {"case", small_case}}, "/label"},
        Row{{{"label", "Bed 1"}}, "/case is required"},
        Row{{{"label", "Bed 1"}, {"case", "text"}}, "/case must be an object"},
        Row{{{"label", "Bed 1"}, {"case", no_medicine}}, "/case/medications/0"},
        Row{{{"label", "Bed 1"}, {"case", {{"id", "x"}}}}, "/case"}}) {
    INFO(row.body.dump());
    const auto reply = service.post("/v1/patients", row.body);
    CHECK(reply.status == 400);
    INFO(reply.body);
    CHECK(reply.body.find(row.named) != std::string::npos);
  }
  CHECK(service.call("POST", "/v1/patients", "{", {{"Content-Type", "application/json"}}).status == 400);
  CHECK(service.call("POST", "/v1/patients", "x", {{"Content-Type", "text/plain"}}).status == 415);
  CHECK(service.post("/v1/patients/1/notes", {{"text", ""}}).status == 400);
  CHECK(service.call("GET", "/v1/patients/one").status == 404);
  CHECK(Json::parse(service.call("GET", "/v1/patients").body)["patients"].empty());
}

TEST_CASE("a service without a file of patients keeps none, and a demonstration has examples",
          "[adapters][service][records]") {
  auto settings = tests::demo_settings();
  settings.demo = false;
  const auto without = tests::service_of(settings);
  CHECK(without.call("GET", "/v1/patients").status == 404);
  CHECK(Json::parse(without.call("GET", "/readyz").body)["patients"] == false);
  const auto demo = tests::service_of(tests::demo_settings());
  CHECK(Json::parse(demo.call("GET", "/readyz").body)["patients"] == true);
  const auto list = Json::parse(demo.call("GET", "/v1/patients").body)["patients"];
  REQUIRE(list.size() == 3);
  const auto first = Json::parse(demo.call("GET", "/v1/patients/" + list[0]["number"].dump()).body);
  CHECK(demo.post("/v1/review?depth=findings", first["case"]).status == 200);
}
