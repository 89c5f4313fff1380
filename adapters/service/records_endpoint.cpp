#include "adapters/service/records_endpoint.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <vector>

#include "adapters/fhir/case_document.hpp"
#include "adapters/json/json_text.hpp"
#include "adapters/json/json_view.hpp"
#include "adapters/page/page_files.hpp"
#include "adapters/service/replies.hpp"

namespace guardian::adapters::service {
namespace {

constexpr std::size_t longest_label = 120;  // bytes
constexpr std::size_t longest_note = 4'000;

http::Reply no_records() { return outcome_reply(404, "not-found", "The service keeps no patients"); }
http::Reply no_patient() { return outcome_reply(404, "not-found", "There is no patient of this number"); }

std::optional<std::int64_t> number_of(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

std::string text_member(const JsonView& object, std::string_view name, std::size_t longest,
                        std::vector<InputProblem>& problems) {
  const std::string path = member_pointer("", name);
  const JsonView given = object.member(name);
  const auto text = given.text();
  if (!text || is_blank(*text)) {
    problems.push_back({path, given.present() ? "must be a text with something in it" : "is required"});
    return {};
  }
  if (text->size() > longest) problems.push_back({path, "is longer than " + std::to_string(longest) + " bytes"});
  return std::string(*text);
}

void write_head(JsonText& out, const records::PatientRecord& record) {
  out.number("number", static_cast<double>(record.number));
  out.number("version", static_cast<double>(record.version));
  out.text("label", record.label);
  out.text("changed_at", record.changed_at);
  out.number("medicines", static_cast<double>(record.medicines));
  out.number("notes", static_cast<double>(record.notes_count));
}

void write_note(JsonText& out, const records::PatientNote& note) {
  out.open_object();
  out.number("number", static_cast<double>(note.number));
  out.text("at", note.at);
  out.text("by", note.by);
  out.text("text", note.text);
  out.close_object();
}

// What a request says of a patient. The case must be one that can be reviewed: a list of patients that fails when one
// of them is opened would be found out too late.
std::optional<records::RecordToSave> read_record(const JsonView& body, const std::string& now,
                                                 std::vector<InputProblem>& problems) {
  records::RecordToSave record;
  record.at = now;
  record.label = text_member(body, "label", longest_label, problems);
  const JsonView given = body.member("case");
  if (!given.is_object()) {
    problems.push_back({"/case", given.present() ? "must be an object" : "is required"});
    return std::nullopt;
  }
  record.subject = std::string(given.json());
  const fhir::CaseDocument document = fhir::decode_document(record.subject, now);
  for (const InputProblem& problem : document.decoding.problems)
    problems.push_back({"/case" + problem.path, problem.message});
  if (!problems.empty() || !document.decoding.value) return std::nullopt;
  record.medicines = document.decoding.value->medications.size();
  return record;
}

http::Reply saved_reply(std::int64_t number, std::int64_t version, int status) {
  JsonText out;
  out.open_object();
  out.number("number", static_cast<double>(number));
  out.number("version", static_cast<double>(version));
  out.close_object();
  http::Reply reply = json_reply(out.take(), status);
  if (status == 201) reply.headers.emplace_back("Location", "/v1/patients/" + std::to_string(number));
  return reply;
}

// The body of a request that must be JSON; else `refusal` says what it is not.
struct Body {
  JsonReader reader;  // what is read lives in it
  JsonView json;
  std::optional<http::Reply> refusal;

  explicit Body(const http::Request& request) {
    if (!is_json(request)) {
      refusal = status_reply(415);
      return;
    }
    const JsonViewing read = reader.parse(request.body);
    json = read.value;
    if (!json.present()) refusal = problems_reply(400, {read.problem});
  }
};

}  // namespace

http::Reply RecordsEndpoint::list() const {
  if (records_ == nullptr) return no_records();
  const auto records = records_->list();
  if (!records) return error_reply(records.error());
  JsonText out;
  out.open_object();
  out.open_list("patients");
  for (const auto& record : *records) {
    out.open_object();
    write_head(out, record);
    out.close_object();
  }
  out.close_list();
  out.close_object();
  return json_reply(out.take());
}

http::Reply RecordsEndpoint::find(std::string_view number) const {
  if (records_ == nullptr) return no_records();
  const auto wanted = number_of(number);
  if (!wanted) return no_patient();
  const auto record = records_->find(*wanted);
  if (!record) return error_reply(record.error());
  if (!*record) return no_patient();
  JsonText out;
  out.open_object();
  write_head(out, **record);
  out.raw("case", (*record)->subject);
  out.open_list("note_texts");
  for (const auto& note : (*record)->notes) write_note(out, note);
  out.close_list();
  out.close_object();
  return json_reply(out.take());
}

http::Reply RecordsEndpoint::add(const http::Request& request) {
  if (records_ == nullptr) return no_records();
  const Body body(request);
  if (body.refusal) return *body.refusal;
  std::vector<InputProblem> problems;
  const auto record = read_record(body.json, now_(), problems);
  if (!record) return problems_reply(400, problems);
  const auto number = records_->add(*record);
  return number ? saved_reply(*number, 1, 201) : error_reply(number.error());
}

http::Reply RecordsEndpoint::save(std::string_view number, const http::Request& request) {
  if (records_ == nullptr) return no_records();
  const auto wanted = number_of(number);
  if (!wanted) return no_patient();
  const Body body(request);
  if (body.refusal) return *body.refusal;
  std::vector<InputProblem> problems;
  const auto version = body.json.member("version").number();
  if (!version || *version != std::floor(*version) || std::abs(*version) > 1e15)
    problems.push_back({"/version", "is required: the version that was read, a whole number"});
  const auto record = read_record(body.json, now_(), problems);
  if (!record) return problems_reply(400, problems);
  const auto saved = records_->save(*wanted, static_cast<std::int64_t>(*version), *record);
  if (!saved) return error_reply(saved.error());
  switch (saved->state) {
    case records::SaveState::saved: return saved_reply(*wanted, saved->version, 200);
    case records::SaveState::changed_since:
      return outcome_reply(409, "conflict",
                           "This patient was changed since it was opened: open it again, then make the change");
    case records::SaveState::not_there: return no_patient();
  }
  return no_patient();
}

http::Reply RecordsEndpoint::add_note(std::string_view number, const http::Request& request, const std::string& by) {
  if (records_ == nullptr) return no_records();
  const auto wanted = number_of(number);
  if (!wanted) return no_patient();
  const Body body(request);
  if (body.refusal) return *body.refusal;
  std::vector<InputProblem> problems;
  std::string text = text_member(body.json, "text", longest_note, problems);
  if (!problems.empty()) return problems_reply(400, problems);
  const auto note = records_->add_note(*wanted, {0, now_(), by, std::move(text)});
  if (!note) return error_reply(note.error());
  if (!*note) return no_patient();
  JsonText out;
  write_note(out, **note);
  return json_reply(out.take(), 201);
}

http::Reply RecordsEndpoint::erase(std::string_view number) {
  if (records_ == nullptr) return no_records();
  const auto wanted = number_of(number);
  if (!wanted) return no_patient();
  const auto erased = records_->erase(*wanted);
  if (!erased) return error_reply(erased.error());
  return *erased ? http::Reply{204, {}, {}, {}} : no_patient();
}

core::Result<void> add_example_patients(records::PatientRecords& records, const std::string& now) {
  struct Example {
    std::string_view file;
    std::string_view label;
    std::string_view note;
  };
  constexpr std::array<Example, 3> examples = {
      {{"35-elderly-polypharmacy.json", "Bed 3: elderly, many medicines",
        "Family brings the tablets from home tomorrow."},
       {"30-warfarin-black-stools.json", "Bed 7: warfarin, black stools", "INR asked for."},
       {"31-warfarin-well.json", "Clinic: warfarin, well", ""}}};
  for (const Example& example : examples) {
    for (const page::EmbeddedFile& file : page::embedded_examples()) {
      if (file.name != example.file) continue;
      const auto document = fhir::decode_document(file.text, now);
      if (!document.decoding.value) continue;
      const auto number = records.add(
          {std::string(example.label), std::string(file.text), document.decoding.value->medications.size(), now});
      if (!number) return core::fail(number.error());
      if (example.note.empty()) continue;
      const auto note = records.add_note(*number, {0, now, "", std::string(example.note)});
      if (!note) return core::fail(note.error());
    }
  }
  return {};
}

}  // namespace guardian::adapters::service
