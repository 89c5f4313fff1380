#include "adapters/fhir_client/fhir_client.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "adapters/fhir_client/fhir_page.hpp"
#include "adapters/http_fetch/http_getter.hpp"

namespace guardian::adapters::fhir_client {
namespace {

using http_fetch::GetFault;
using http_fetch::GetReply;
using http_fetch::GetRequest;
using http_fetch::Url;

struct FaultFacts {
  FhirFault fault;
  std::string_view name;
  std::string_view text;
};

constexpr std::array<FaultFacts, 10> fault_table{{
    {FhirFault::none, "none", "the FHIR server answered"},
    {FhirFault::unauthorized, "unauthorized", "the FHIR server refused the access token"},
    {FhirFault::not_found, "not_found", "the FHIR server does not have it"},
    {FhirFault::refused, "refused", "the FHIR server refused the request"},
    {FhirFault::server_error, "server_error", "the FHIR server failed"},
    {FhirFault::unreachable, "unreachable", "the FHIR server cannot be reached"},
    {FhirFault::too_late, "too_late", "the FHIR server did not answer in time"},
    {FhirFault::too_large, "too_large", "the answer of the FHIR server is too large"},
    {FhirFault::refused_host, "refused_host", "the FHIR server is not one that this service may ask"},
    {FhirFault::malformed, "malformed", "the FHIR server was asked, or answered, in a form that is no FHIR"},
}};

const FaultFacts& facts(FhirFault fault) noexcept {
  for (const FaultFacts& entry : fault_table) {
    if (entry.fault == fault) return entry;
  }
  return fault_table.front();
}

FhirFault fault_of(const GetReply& reply) noexcept {
  switch (reply.fault) {
    case GetFault::none: break;
    case GetFault::unreachable:
    case GetFault::broken: return FhirFault::unreachable;
    case GetFault::too_late: return FhirFault::too_late;
    case GetFault::too_large: return FhirFault::too_large;
    case GetFault::refused_address: return FhirFault::refused_host;
  }
  if (reply.status == 200) return FhirFault::none;
  if (reply.status == 401 || reply.status == 403) return FhirFault::unauthorized;
  if (reply.status == 404 || reply.status == 410) return FhirFault::not_found;
  return reply.status >= 500 ? FhirFault::server_error : FhirFault::refused;
}

// What may stand in a header: a line break in a token would begin a header of its own.
bool is_sendable(std::string_view token) noexcept {
  return token.size() <= 16 * 1024 &&
         std::all_of(token.begin(), token.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

struct Query {
  FhirAnswer answer;
  Url next;
  bool open = true;  // `next` is still to be asked

  void end(FhirFault fault) {
    answer.fault = fault;
    if (fault != FhirFault::none) answer.pages.clear();
    open = false;
  }
};

void take(Query& query, GetReply& reply, const Url& base, std::size_t most_pages) {
  if (const FhirFault fault = fault_of(reply); fault != FhirFault::none) return query.end(fault);
  const PageReading page = read_page(base, reply.body);
  query.answer.pages.push_back(std::move(reply.body));
  switch (page.kind) {
    case NextPage::none: return query.end(FhirFault::none);
    case NextPage::elsewhere: return query.end(FhirFault::refused_host);
    case NextPage::malformed: return query.end(FhirFault::malformed);
    case NextPage::next: break;
  }
  if (query.answer.pages.size() >= most_pages) return query.end(FhirFault::too_large);
  query.next = page.url;
}

}  // namespace

std::string_view to_string(FhirFault fault) noexcept { return facts(fault).name; }
std::string_view explain(FhirFault fault) noexcept { return facts(fault).text; }

struct FhirClient::Impl {
  FhirClientSettings settings;
  http_fetch::HttpGetter getter;

  explicit Impl(FhirClientSettings given) : settings(std::move(given)), getter(options()) {}

  http_fetch::GetterOptions options() {
    http_fetch::GetterOptions made;
    made.permits_url = [this](const Url& url) { return settings.servers.permits(url); };
    made.permits_address = [this](const Url& url, const http_fetch::IpAddress& address) {
      return settings.servers.permits(url, address);
    };
    made.connect_timeout = settings.connect_timeout;
    made.ca_file = settings.ca_file;
    return made;
  }
};

FhirClient::FhirClient(FhirClientSettings settings) : impl_(std::make_unique<Impl>(std::move(settings))) {}
FhirClient::~FhirClient() = default;

std::vector<FhirAnswer> FhirClient::fetch(const FhirAccess& access, std::span<const std::string> queries,
                                          std::chrono::steady_clock::time_point deadline) {
  const FhirClientSettings& settings = impl_->settings;
  std::vector<Query> all(queries.size());
  const auto base = base_url(access.server);
  const bool permitted = base && settings.servers.permits(*base);
  for (std::size_t at = 0; at < queries.size(); ++at) {
    const auto url = permitted ? query_url(*base, queries[at]) : std::nullopt;
    if (!permitted) {
      all[at].end(FhirFault::refused_host);
    } else if (!url || !is_sendable(access.token)) {
      all[at].end(FhirFault::malformed);
    } else if (at >= settings.most_queries) {
      all[at].end(FhirFault::too_large);
    } else {
      all[at].next = *url;
    }
  }
  std::vector<std::string> headers{"Accept: application/fhir+json, application/json;q=0.9"};
  if (!access.token.empty()) headers.push_back("Authorization: Bearer " + access.token);

  std::size_t bytes_left = settings.most_bytes;
  while (true) {
    std::vector<Query*> asked;
    std::vector<GetRequest> requests;
    for (Query& query : all) {
      if (!query.open) continue;
      asked.push_back(&query);
      requests.push_back({query.next, headers});
    }
    if (asked.empty()) break;
    auto replies = impl_->getter.get_all(requests, {deadline, bytes_left});
    for (std::size_t at = 0; at < asked.size(); ++at) {
      bytes_left -= std::min(bytes_left, replies[at].body.size());
      take(*asked[at], replies[at], *base, settings.most_pages);
    }
  }
  std::vector<FhirAnswer> answers;
  answers.reserve(all.size());
  for (Query& query : all) answers.push_back(std::move(query.answer));
  return answers;
}

}  // namespace guardian::adapters::fhir_client
