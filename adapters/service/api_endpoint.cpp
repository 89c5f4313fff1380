#include "adapters/service/api_endpoint.hpp"

#include <optional>
#include <utility>
#include <vector>

#include "adapters/cds_hooks/review_answer.hpp"
#include "adapters/fhir/case_document.hpp"
#include "adapters/fhir/review_bundle.hpp"
#include "adapters/json/answer_codec.hpp"
#include "adapters/json/case_writer.hpp"
#include "adapters/json/json_text.hpp"
#include "adapters/json/json_view.hpp"
#include "adapters/json/kb_codec.hpp"
#include "adapters/json/review_codec.hpp"
#include "adapters/page/page_files.hpp"
#include "adapters/picture/picture.hpp"
#include "adapters/service/name_suggestions.hpp"
#include "adapters/service/openapi.hpp"
#include "adapters/service/replies.hpp"
#include "adapters/service/review_entries.hpp"
#include "adapters/service/source_attributes.hpp"
#include "knowledge/resolver.hpp"
#include "runtime/case_conversation.hpp"
#include "runtime/clock.hpp"

namespace guardian::adapters::service {
namespace {

constexpr std::size_t most_names = 200;
constexpr std::size_t longest_name = 1'000;
constexpr std::size_t most_suggestions = 8;
constexpr std::size_t longest_question = 4'000;
constexpr std::size_t longest_comment = 4'000;

struct ReadCase {
  std::optional<core::Case> subject;  // its entries are numbered
  std::vector<fhir::ChartMedication> medications;
  bool is_fhir = false;
  http::Reply refusal;  // when there is no case
};

ReadCase read_case(std::string_view text, const std::string& now) {
  fhir::CaseDocument document = fhir::decode_document(text, now);
  ReadCase read;
  read.is_fhir = document.is_fhir;
  if (!document.decoding.value) {
    read.refusal = problems_reply(400, document.decoding.problems);
    return read;
  }
  core::Case& subject = *document.decoding.value;
  if (subject.as_of.empty()) subject.as_of = now;
  const std::vector<std::size_t> order = number_entries(subject);
  if (document.is_fhir) {
    for (std::size_t i = 0; i < order.size(); ++i) {
      read.medications.push_back(std::move(document.medications[order[i]]));
      read.medications.back().element = subject.medications[i].element;
    }
  }
  read.subject = std::move(subject);
  return read;
}

bool wants_fhir(const http::Request& request) {
  const std::string_view format = request.parameter("format");
  if (!format.empty()) return format == "fhir";
  return request.header("Accept").find("application/fhir+json") != std::string_view::npos;
}

// The texts under `name` of a body that is an object.
std::optional<std::vector<std::string>> read_names(const http::Request& request, http::Reply& refusal) {
  JsonReader reader;
  const JsonViewing body = reader.parse(request.body);
  if (!body.value.present()) {
    refusal = problems_reply(400, {body.problem});
    return std::nullopt;
  }
  const JsonView list = body.value.member("names");
  std::vector<InputProblem> problems;
  std::vector<std::string> names;
  if (!list.is_list() || list.size() == 0 || list.size() > most_names) {
    problems.push_back({"/names", list.present() ? "must be a list of 1 to 200 names" : "is required"});
  }
  list.each_entry([&](const JsonView& entry, std::size_t index) {
    const auto text = entry.text();
    const bool good = text && text->size() <= longest_name && text->find_first_not_of(" \t\r\n") != text->npos;
    if (!good) problems.push_back({entry_pointer("/names", index), "must be a name of at most 1000 bytes"});
    if (good) names.emplace_back(*text);
  });
  if (problems.empty()) return names;
  refusal = problems_reply(400, problems);
  return std::nullopt;
}

// What somebody says about a review; `code` is the member with the coded word.
std::optional<ReviewEntry> read_entry(const http::Request& request, const std::string& by, std::string_view code,
                                      http::Reply& refusal) {
  JsonReader reader;
  const JsonViewing body = reader.parse(request.body);
  std::vector<InputProblem> problems;
  if (!body.value.present()) {
    problems.push_back(body.problem);
  } else if (!body.value.is_object()) {
    problems.push_back({"", "must be a JSON object"});
  }
  const auto text = [&](std::string_view name, bool required) {
    const JsonView value = body.value.member(name);
    if (required && (!value.text() || value.text()->empty())) {
      problems.push_back({member_pointer("", name), value.present() ? "must be a string" : "is required"});
    }
    return std::string(value.text_or());
  };
  ReviewEntry entry{text("review", true), text("finding", false), text(code, true), text("comment", false), by};
  if (entry.comment.size() > longest_comment) problems.push_back({"/comment", "is longer than 4000 bytes"});
  if (problems.empty()) return entry;
  refusal = problems_reply(400, problems);
  return std::nullopt;
}

// Why a review cannot be shown; nothing: it can.
std::optional<http::Reply> refused(PastState state) {
  switch (state) {
    case PastState::found: return std::nullopt;
    case PastState::erased: return gone_reply();
    case PastState::no_case:
      return outcome_reply(404, "not-found",
                           "The ledger has this review, but not the case that it would be shown with");
    case PastState::unknown: break;
  }
  return outcome_reply(404, "not-found", "No review of this id is known here; older ones are in the ledger by number");
}

http::Reply entered(const core::Result<core::LedgerStamp>& stamp) {
  if (!stamp) return error_reply(stamp.error());
  JsonText out;
  out.open_object();
  out.number("sequence", static_cast<double>(stamp->sequence));
  out.text("hash", stamp->hash);
  out.close_object();
  return json_reply(out.take(), 201);
}

}  // namespace

ApiEndpoint::ApiEndpoint(ReviewDesk& desk, runtime::ModelUse model, std::function<std::string()> now,
                         ExplanationLimits explaining)
    : desk_(desk), model_(std::move(model)), now_(std::move(now)), explanations_(model_, explaining) {}

void ApiEndpoint::stop() { explanations_.stop(); }

http::Reply ApiEndpoint::review(const http::Request& request, const std::stop_token& stop) {
  if (!is_json(request)) return status_reply(415);
  ReadCase read = read_case(request.body, now_());
  if (!read.subject) return read.refusal;
  const bool as_cards = request.parameter("format") == "cds";
  const core::Case stated = as_cards ? *read.subject : core::Case{};
  const std::string patient = read.is_fhir ? "Patient/" + read.subject->id : std::string();
  const Depth depth = request.parameter("depth") == "findings" ? Depth::findings : Depth::whole;
  const auto answer = desk_.review(std::move(*read.subject), depth, {}, stop);
  if (!answer) return error_reply(answer.error());
  http::Reply reply;
  if (wants_fhir(request)) {
    reply = json_reply(fhir::review_bundle(*answer->review, {patient, {}, {}, read.medications}, false));
    reply.content_type = "application/fhir+json";
  } else if (as_cards) {
    const auto base = desk_.knowledge();
    reply = json_reply(
        cds_hooks::review_answer(stated, std::move(read.medications), *answer->review, cds_hooks::membership(*base)));
  } else {
    reply = json_reply(encode_review(*answer->review, false));
  }
  reply.headers.emplace_back("Location", "/v1/reviews/" + answer->id);
  return reply;
}

http::Reply ApiEndpoint::plan(const http::Request& request, const std::stop_token& stop) {
  if (!is_json(request)) return status_reply(415);
  ReadCase read = read_case(request.body, now_());
  if (!read.subject) return read.refusal;
  const auto answer = desk_.review(std::move(*read.subject), Depth::whole, {}, stop);
  if (!answer) return error_reply(answer.error());
  return json_reply(encode_plan(*answer->review, false));
}

http::Reply ApiEndpoint::screen(const http::Request& request) {
  if (!is_json(request)) return status_reply(415);
  http::Reply refusal;
  const auto names = read_names(request, refusal);
  if (!names) return refusal;
  core::Case subject;
  subject.id = "screen";
  subject.as_of = now_();
  subject.medicines_only = true;
  for (const std::string& name : *names) {
    core::MedicationEntry entry;
    entry.element = entry_pointer("/medications", subject.medications.size());
    entry.text = name;
    subject.medications.push_back(std::move(entry));
  }
  const auto review = desk_.look(std::move(subject));
  if (!review) return error_reply(review.error());
  return json_reply(encode_review(*review, false));
}

http::Reply ApiEndpoint::resolve(const http::Request& request) {
  if (!is_json(request)) return status_reply(415);
  http::Reply refusal;
  const auto names = read_names(request, refusal);
  if (!names) return refusal;
  const auto base = desk_.knowledge();
  JsonText out;
  out.open_object();
  out.open_list("names");
  for (const std::string& name : *names) {
    out.raw(encode_resolution(*base, name, knowledge::resolve(*base, {name, {}, {}, desk_.locale()}), false));
  }
  out.close_list();
  out.close_object();
  return json_reply(out.take());
}

http::Reply ApiEndpoint::suggest(const http::Request& request) {
  if (!is_json(request)) return status_reply(415);
  JsonReader reader;
  const JsonViewing body = reader.parse(request.body);
  if (!body.value.present()) return problems_reply(400, {body.problem});
  const auto text = body.value.member("text").text();
  if (!text || text->empty() || text->size() > longest_name) {
    return problems_reply(400, {{"/text", "must be a text of 1 to 1000 bytes"}});
  }
  return json_reply(suggest_names(*desk_.knowledge(), *text, most_suggestions));
}

http::Reply ApiEndpoint::ask(const http::Request& request) {
  if (!is_json(request)) return status_reply(415);
  JsonReader reader;
  const JsonViewing body = reader.parse(request.body);
  if (!body.value.present()) return problems_reply(400, {body.problem});
  std::vector<InputProblem> problems;
  const JsonView given = body.value.member("case");
  const auto question = body.value.member("question").text();
  if (!given.is_object()) problems.push_back({"/case", given.present() ? "must be an object" : "is required"});
  if (!question || question->find_first_not_of(" \t\r\n") == std::string_view::npos) {
    problems.push_back({"/question", "is required"});
  } else if (question->size() > longest_question) {
    problems.push_back({"/question", "is longer than 4000 bytes"});
  }
  if (!problems.empty()) return problems_reply(400, problems);
  ReadCase read = read_case(given.json(), now_());
  if (!read.subject) return read.refusal;
  runtime::ConversationOptions talking;
  talking.reviewer.default_locale = desk_.locale();
  auto conversation = runtime::CaseConversation::open(desk_.knowledge(), std::move(*read.subject), talking, model_);
  if (!conversation) return error_reply(conversation.error());
  const core::Review& review = conversation->review();
  core::Conversation told{review.case_id, review.as_of, review.kb, review.decision, review.complete, {}};
  told.answers.push_back(conversation->ask(*question));
  http::Reply reply;
  reply.content_type = "text/event-stream";
  // An answer goes out when it is audited: nothing of it is shown that would have to be taken back.
  reply.body = "event: answer\ndata: " + encode_conversation(told, false) + "\n\nevent: end\ndata: {}\n\n";
  return reply;
}

http::Reply ApiEndpoint::override(const http::Request& request, const std::string& by) {
  if (!is_json(request)) return status_reply(415);
  http::Reply refusal;
  const auto entry = read_entry(request, by, "reason", refusal);
  if (entry) {
    if (auto erased = erased_reply(desk_, entry->review)) return std::move(*erased);
  }
  return entry ? entered(record_override(desk_, *entry, runtime::now_ms())) : refusal;
}

http::Reply ApiEndpoint::outcome(const http::Request& request, const std::string& by) {
  if (!is_json(request)) return status_reply(415);
  http::Reply refusal;
  const auto entry = read_entry(request, by, "outcome", refusal);
  if (entry) {
    if (auto erased = erased_reply(desk_, entry->review)) return std::move(*erased);
  }
  return entry ? entered(record_outcome(desk_, *entry, runtime::now_ms())) : refusal;
}

http::Reply ApiEndpoint::kept_review(std::string_view id, bool as_case) {
  const PastReview past = desk_.find(id);
  if (auto refusal = refused(past.state)) return std::move(*refusal);
  if (as_case) return json_reply(past.kept.input);
  http::Reply reply;
  if (past.kept.review) {
    const Explanations::Shown shown = explanations_.of(past.kept, desk_.knowledge());
    reply = json_reply(encode_review(*shown.review, false));
    reply.headers.emplace_back("Guardian-Explanation", std::string(shown.by));
  } else {
    reply = json_reply(past.text);
    reply.headers.emplace_back("Guardian-Explanation", "none");
  }
  return reply;
}

http::Reply ApiEndpoint::kept_picture(std::string_view id) {
  const PastReview past = desk_.find(id);
  if (auto refusal = refused(past.state)) return std::move(*refusal);
  if (!past.kept.review)
    return outcome_reply(404, "not-found",
                         "The review was made with another knowledge base: there is no picture of it");
  auto drawn = picture::draw(*past.kept.review);
  if (!drawn) return error_reply(drawn.error());
  http::Reply reply;
  reply.content_type = "image/svg+xml";
  reply.headers.emplace_back("Guardian-Findings-Drawn", std::to_string(drawn->drawn));
  reply.body = std::move(drawn->svg);
  return reply;
}

http::Reply ApiEndpoint::examples() {
  JsonText out;
  out.open_object();
  out.open_list("examples");
  for (const page::EmbeddedFile& file : page::embedded_examples()) {
    out.open_object();
    out.text("name", file.name.substr(0, file.name.rfind('.')));
    out.raw("case", file.text);
    out.close_object();
  }
  out.close_list();
  out.close_object();
  return json_reply(out.take());
}

http::Reply ApiEndpoint::knowledge() const {
  const auto base = desk_.knowledge();
  const auto& release = base->release();
  JsonText out;
  out.open_object();
  out.text("version", release.version);
  out.text("released", release.date);
  out.text("digest", release.digest);
  out.number("ingredients", static_cast<double>(base->tables().ingredients.size()));
  out.number("names", static_cast<double>(base->tables().names.size()));
  out.close_object();
  return json_reply(out.take());
}

http::Reply ApiEndpoint::description() { return json_reply(std::string(openapi_document())); }

http::Reply ApiEndpoint::attributes() { return json_reply(std::string(source_attributes())); }

}  // namespace guardian::adapters::service
