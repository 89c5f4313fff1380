#include "adapters/json/review_codec.hpp"

#include <nlohmann/json.hpp>
#include <utility>

#include "adapters/json/json_text.hpp"
#include "adapters/json/review_writer.hpp"

namespace guardian::adapters {
namespace {

constexpr std::size_t usual_size = 48UL * 1024;  // of a review of ten medicines, in bytes

std::string written(JsonText json, bool pretty) {
  if (!pretty) return json.take();
  return nlohmann::ordered_json::parse(json.take()).dump(2);
}

}  // namespace

std::string encode_review(const core::Review& review, bool pretty) {
  JsonText json(usual_size);
  ReviewWriter(json).review(review);
  return written(std::move(json), pretty);
}

std::string encode_plan(const core::Review& review, bool pretty) {
  JsonText json;
  ReviewWriter(json).plan(review);
  return written(std::move(json), pretty);
}

std::string encode_dose(const core::Dose& dose) {
  JsonText json;
  ReviewWriter(json).write({}, dose);
  return json.take();
}

std::string encode_error(const std::optional<std::string>& case_id, std::size_t line,
                         const std::vector<InputProblem>& problems) {
  JsonText json;
  json.open_object();
  json.string("schema", "guardian-error/1");
  if (case_id)
    json.string("case_id", *case_id);
  else
    json.null("case_id");
  json.integer("line", line);
  json.open_list("errors");
  for (const InputProblem& problem : problems) {
    json.open_object();
    json.string("path", problem.path);
    json.string("message", problem.message);
    json.close_object();
  }
  json.close_list();
  json.close_object();
  return json.take();
}

}  // namespace guardian::adapters
