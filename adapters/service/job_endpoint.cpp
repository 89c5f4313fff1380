#include "adapters/service/job_endpoint.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "adapters/json/json_text.hpp"
#include "adapters/json/json_view.hpp"
#include "adapters/service/replies.hpp"

namespace guardian::adapters::service {
namespace {

constexpr std::size_t most_cases = 1'000;
constexpr std::string_view lines_type = "application/x-ndjson";

std::string address_of(const std::string& id) { return "/v1/jobs/" + id; }

std::string encode(const JobStatus& job, bool survives_restart) {
  JsonText out;
  out.open_object();
  out.text("id", job.id);
  out.text("state", to_string(job.state));
  out.number("done", static_cast<double>(job.done));
  out.number("total", static_cast<double>(job.total));
  out.text("problem", job.problem);
  if (job.state == JobState::done) out.text("result", address_of(job.id) + "/result");
  if (job.expires) out.number("expires_in_s", static_cast<double>(std::max<long>(0, job.expires->count())));
  out.flag("survives_restart", survives_restart);
  out.close_object();
  return out.take();
}

http::Reply unknown_job() {
  return outcome_reply(404, "not-found",
                       "There is no such job. Jobs are forgotten an hour after they end, and when the service is "
                       "restarted; reviews that were made are in the ledger");
}

// The cases of a batch as texts; nothing when they are no batch, and then the reply that says why.
std::optional<std::vector<std::string>> cases_of(const http::Request& request, http::Reply& refusal) {
  std::vector<std::string> cases;
  const std::string type = http::media_type(request.header("Content-Type"));
  if (type == lines_type || type == "application/jsonl") {
    std::string_view rest = request.body;
    while (!rest.empty() && cases.size() <= most_cases) {
      const auto end = rest.find('\n');
      const std::string_view line = rest.substr(0, end);
      rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
      if (line.find_first_not_of(" \t\r") != std::string_view::npos) cases.emplace_back(line);
    }
  } else if (is_json(request)) {
    JsonReader reader;
    const JsonViewing body = reader.parse(request.body);
    if (!body.value.present() || !body.value.is_list()) {
      refusal =
          problems_reply(400, {body.value.present() ? InputProblem{"", "must be a list of cases"} : body.problem});
      return std::nullopt;
    }
    if (body.value.size() <= most_cases) {
      body.value.each_entry([&](const JsonView& entry, std::size_t) { cases.push_back(entry.json()); });
    } else {
      cases.resize(body.value.size());
    }
  } else {
    refusal = status_reply(415);
    return std::nullopt;
  }
  if (!cases.empty() && cases.size() <= most_cases) return cases;
  refusal = problems_reply(400, {{"", "must have 1 to 1000 cases"}});
  return std::nullopt;
}

http::Reply with_header(http::Reply reply, std::string name, std::string value) {
  reply.headers.emplace_back(std::move(name), std::move(value));
  return reply;
}

std::string location_of(const http::Reply& reply) {
  for (const auto& [name, value] : reply.headers) {
    if (name == "Location") return value;
  }
  return {};
}

http::Reply out_of_reach() {
  return outcome_reply(503, "exception", "The jobs are out of reach now; reviews that are waited for are not");
}

// What a review takes from its request, the body aside.
http::Request pattern_of(const http::Request& request, std::string_view content_type) {
  http::Request pattern;
  pattern.method = request.method;
  pattern.path = request.path;
  pattern.query = request.query;
  pattern.headers = {{"Content-Type", std::string(content_type)}, {"Accept", std::string(request.header("Accept"))}};
  return pattern;
}

}  // namespace

bool JobEndpoint::asked_for(const http::Request& request) {
  std::string_view preferences = request.header("Prefer");
  while (!preferences.empty()) {
    const auto end = preferences.find(',');
    std::string_view one = preferences.substr(0, end);
    preferences = end == std::string_view::npos ? std::string_view() : preferences.substr(end + 1);
    one = one.substr(0, one.find(';'));
    const auto first = one.find_first_not_of(" \t");
    const auto last = one.find_last_not_of(" \t");
    if (first != std::string_view::npos && one.substr(first, last - first + 1) == "respond-async") return true;
  }
  return false;
}

// A reply of another kind than JSON does not occur here.
http::Reply JobEndpoint::line_of(std::size_t index, const http::Reply& reply) {
  JsonText out;
  out.open_object();
  out.number("index", static_cast<double>(index));
  out.number("status", reply.status);
  out.text("location", location_of(reply));
  out.raw("answer", reply.body);
  out.close_object();
  http::Reply line;
  line.content_type = std::string(lines_type);
  line.body = out.take() + '\n';
  return line;
}

http::Reply JobEndpoint::begun(const core::Result<std::optional<JobStatus>>& job) const {
  if (!job) return out_of_reach();
  if (!*job) {
    return with_header(outcome_reply(503, "throttled", "Too many jobs are not finished yet; wait before the next"),
                       "Retry-After", "10");
  }
  return with_header(json_reply(encode(**job, jobs_.survives_restart()), 202), "Location", address_of((*job)->id));
}

http::Reply JobEndpoint::later(const http::Request& request, const std::string& owner, JobWork::Kind kind) {
  JobWork work{kind, pattern_of(request, request.header("Content-Type")), {request.body}};
  http::Reply reply = begun(jobs_.begin(owner, std::move(work)));
  if (reply.status == 202) reply.headers.emplace_back("Preference-Applied", "respond-async");
  return reply;
}

http::Reply JobEndpoint::batch(const http::Request& request, const std::string& owner) {
  http::Reply refusal;
  auto cases = cases_of(request, refusal);
  if (!cases) return refusal;
  return begun(jobs_.begin(owner, {JobWork::Kind::batch, pattern_of(request, "application/json"), std::move(*cases)}));
}

http::Reply JobEndpoint::status(std::string_view id, const std::string& owner) {
  const auto job = jobs_.find(owner, id);
  if (!job) return out_of_reach();
  return *job ? json_reply(encode(**job, jobs_.survives_restart())) : unknown_job();
}

http::Reply JobEndpoint::cancel(std::string_view id, const std::string& owner) {
  const auto job = jobs_.cancel(owner, id);
  if (!job) return out_of_reach();
  return *job ? json_reply(encode(**job, jobs_.survives_restart())) : unknown_job();
}

http::Reply JobEndpoint::result(std::string_view id, const std::string& owner) {
  const auto job = jobs_.find(owner, id);
  if (!job) return out_of_reach();
  if (!*job) return unknown_job();
  const auto replies = jobs_.results(owner, id);
  if (!replies) return out_of_reach();
  if (!*replies)
    return outcome_reply(409, "conflict", "The job is not done; its state is at " + address_of((*job)->id));
  http::Reply reply = (*replies)->front();
  for (std::size_t i = 1; i < (*replies)->size(); ++i) reply.body += (**replies)[i].body;
  return reply;
}

}  // namespace guardian::adapters::service
