#include "adapters/service/routes.hpp"

#include <array>

namespace guardian::adapters::service {
namespace {

constexpr auto table = std::to_array<Route>({
    {"GET", "/cds-services", Target::discovery, Guard::cds_client},
    {"POST", "/cds-services/{id}", Target::cds_service, Guard::cds_client},
    {"POST", "/cds-services/{id}/feedback", Target::cds_feedback, Guard::cds_client},
    {"POST", "/v1/review", Target::review, Guard::reviewer, true},
    {"POST", "/v1/plan", Target::plan, Guard::reviewer, true},
    {"POST", "/v1/batch", Target::batch, Guard::reviewer, true},
    {"GET", "/v1/jobs/{id}", Target::job, Guard::reviewer},
    {"DELETE", "/v1/jobs/{id}", Target::job_cancel, Guard::reviewer},
    {"GET", "/v1/jobs/{id}/result", Target::job_result, Guard::reviewer},
    {"POST", "/v1/screen", Target::screen, Guard::reader},
    {"POST", "/v1/resolve", Target::resolve, Guard::reader},
    {"POST", "/v1/suggest", Target::suggest, Guard::reader},
    {"POST", "/v1/ask", Target::ask, Guard::reviewer},
    {"POST", "/v1/overrides", Target::override, Guard::reviewer, true},
    {"POST", "/v1/outcomes", Target::outcome, Guard::reviewer, true},
    {"GET", "/v1/audit", Target::population_audit, Guard::reader},
    {"GET", "/v1/ledger", Target::ledger_rows, Guard::reader},
    {"GET", "/v1/ledger/{number}", Target::ledger_row, Guard::reader},
    {"POST", "/v1/ledger/verify", Target::ledger_verification, Guard::admin},
    {"GET", "/v1/reviews/{id}", Target::kept_review, Guard::reader},
    {"GET", "/v1/reviews/{id}/case", Target::kept_case, Guard::reader},
    {"GET", "/v1/reviews/{id}/picture", Target::kept_picture, Guard::reader},
    {"GET", "/v1/examples", Target::examples, Guard::reader},
    {"GET", "/v1/knowledge", Target::knowledge, Guard::reader},
    {"GET", "/v1/openapi.json", Target::openapi, Guard::open},
    {"GET", "/v1/source-attributes", Target::source_attributes, Guard::open},
    {"GET", "/healthz", Target::health, Guard::open},
    {"GET", "/readyz", Target::ready, Guard::open},
    {"GET", "/metrics", Target::metrics, Guard::reader},
    {"POST", "/v1/reload", Target::reload, Guard::admin},
    {"GET", "/v1/patients", Target::patients, Guard::reader},
    {"POST", "/v1/patients", Target::patient_add, Guard::reviewer, true},
    {"GET", "/v1/patients/{number}", Target::patient, Guard::reader},
    {"PUT", "/v1/patients/{number}", Target::patient_save, Guard::reviewer},
    {"DELETE", "/v1/patients/{number}", Target::patient_erase, Guard::reviewer},
    {"POST", "/v1/patients/{number}/notes", Target::patient_note, Guard::reviewer, true},
    {"GET", "/", Target::page, Guard::open},
    {"GET", "/page/{name}", Target::page_file, Guard::open},
});

// The part of `path` up to the next slash, which is taken off.
std::string_view segment(std::string_view& path) {
  const auto end = path.find('/');
  const std::string_view first = path.substr(0, end);
  path = end == std::string_view::npos ? std::string_view() : path.substr(end + 1);
  return first;
}

bool matches(std::string_view pattern, std::string_view path, std::string_view& argument) {
  if (pattern.empty() || path.empty() || path.front() != '/') return false;
  pattern.remove_prefix(1);
  path.remove_prefix(1);
  while (true) {
    const bool pattern_goes_on = pattern.find('/') != std::string_view::npos;
    const bool path_goes_on = path.find('/') != std::string_view::npos;
    const std::string_view wanted = segment(pattern);
    const std::string_view given = segment(path);
    if (!wanted.empty() && wanted.front() == '{') {
      if (given.empty()) return false;
      argument = given;
    } else if (wanted != given) {
      return false;
    }
    if (pattern_goes_on != path_goes_on) return false;
    if (!pattern_goes_on) return true;
  }
}

}  // namespace

std::span<const Route> routes() noexcept { return table; }

RouteMatch match_route(std::string_view method, std::string_view path) {
  RouteMatch match;
  for (const Route& route : table) {
    std::string_view argument;
    if (!matches(route.pattern, path, argument)) continue;
    if (route.method == method || (method == "HEAD" && route.method == "GET")) {
      match.route = &route;
      match.argument = std::string(argument);
      return match;
    }
    match.allowed += (match.allowed.empty() ? "" : ", ") + std::string(route.method);
  }
  return match;
}

}  // namespace guardian::adapters::service
