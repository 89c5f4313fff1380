#pragma once
// What takes bytes from outside, one function each, called with any bytes whatever: by libFuzzer (preset `fuzz`), and
// by fuzz_tests with the kept inputs and changes of them. A function throws std::logic_error when what must hold for
// every input does not; a crash, a hang and a heap without end are for its caller to see.

#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace guardian::fuzz {

struct Target {
  std::string_view name;  // of the folder of its kept inputs too
  void (*take)(std::string_view bytes);
  void (*end)() = nullptr;  // ends the threads that it started; the next bytes start them anew
};

[[nodiscard]] std::span<const Target> targets() noexcept;
[[nodiscard]] const Target* find_target(std::string_view name) noexcept;

// The message names the law, never the input.
inline void demand(bool holds, const char* law) {
  if (!holds) throw std::logic_error(law);
}

void take_ansm(std::string_view bytes);
void take_case(std::string_view bytes);
void take_cds_request(std::string_view bytes);
void take_events(std::string_view bytes);
void take_fhir(std::string_view bytes);
void take_gemini_reply(std::string_view bytes);
void take_gemini_stream(std::string_view bytes);
void take_hospital_rules(std::string_view bytes);
void take_http_request(std::string_view bytes);
void end_http_request();
void take_knowledge_file(std::string_view bytes);
void take_knowledge_pack(std::string_view bytes);
void take_ledger_file(std::string_view bytes);
void take_ledger_row(std::string_view bytes);
void take_note(std::string_view bytes);
void take_order(std::string_view bytes);
void take_pair_list(std::string_view bytes);
void take_plan_policy(std::string_view bytes);
void take_population(std::string_view bytes);
void take_review(std::string_view bytes);
void take_rxnorm(std::string_view bytes);
void take_seed_table(std::string_view bytes);
void take_settings(std::string_view bytes);
void take_sign_in(std::string_view bytes);
void take_suite(std::string_view bytes);

}  // namespace guardian::fuzz
