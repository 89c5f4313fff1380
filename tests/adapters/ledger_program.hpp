#pragma once
// The program with a ledger in a temporary folder.

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/support/program.hpp"
#include "tests/support/temporary_knowledge.hpp"

namespace guardian::tests {

class LedgerProgram {
 public:
  [[nodiscard]] std::string path(const std::string& name) const { return (folder_.path() / name).string(); }
  [[nodiscard]] std::string ledger() const { return path("reviews.ledger"); }

  // A case file; gives its name.
  [[nodiscard]] std::string a_case(const std::string& text = default_case) const {
    write_text(path("case.json"), text);
    return path("case.json");
  }

  [[nodiscard]] ProgramRun run(std::vector<std::string> arguments,
                               std::map<std::string, std::string> environment = {}) const {
    ProgramCall call;
    call.arguments = std::move(arguments);
    call.environment = {{"GEMINI_API_KEY", ""}, {"GOOGLE_API_KEY", ""}};
    for (auto& [name, value] : environment) call.environment.insert_or_assign(name, value);
    return run_program(call);
  }

  // A review as JSON, recorded.
  [[nodiscard]] ProgramRun review(const std::string& case_file, std::vector<std::string> more = {}) const {
    std::vector<std::string> arguments{"review", case_file, "--format", "json", "--ledger", ledger()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run(arguments);
  }

  static constexpr const char* default_case =
      R"({"id":"C-77","as_of":"2026-11-02T08:00:00Z","patient":{"age":71,"sex":"F","conditions":["heart failure"]},
          "medications":[{"text":"warfarin 5 mg daily"},{"text":"aspirin 81 mg daily"}],
          "orders":[{"text":"Diflucan 200 mg daily"}],
          "note":"Mrs Featherstonehaugh uses St John's wort, says her daughter."})";

 private:
  TemporaryFolder folder_;
};

// Without what may differ: where it stands in the ledger.
inline nlohmann::json without_ledger(const std::string& text) {
  auto json = nlohmann::json::parse(text);
  json.erase("ledger");
  return json;
}

}  // namespace guardian::tests
