#pragma once
// Reads from the FHIR server that a CDS client names, for data that it did not send along (CDS Hooks, "FHIR Resource
// Access"). The server must be on the list (adapters/http_fetch/address_policy.hpp). The access token goes to that
// server and base only, lives as long as the call, and is in no message. Safe to call from several threads.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/http_fetch/address_policy.hpp"

namespace guardian::adapters::fhir_client {

struct FhirClientSettings {
  http_fetch::AddressPolicy servers;
  std::size_t most_queries = 32;             // of one call
  std::size_t most_pages = 10;               // of one query
  std::size_t most_bytes = 8 * 1024 * 1024;  // of one call
  std::chrono::milliseconds connect_timeout{2'000};
  std::string ca_file = {};  // PEM of authorities to trust besides those of the system: a hospital has its own
};

struct FhirAccess {
  std::string server;      // base URL, with or without a slash at the end
  std::string token = {};  // empty: none is sent
};

enum class FhirFault : std::uint8_t {
  none,
  unauthorized,  // 401 or 403
  not_found,     // 404 or 410
  refused,       // any other status below 500, also a redirect: none is followed
  server_error,  // 500 and above
  unreachable,
  too_late,      // not whole by the deadline
  too_large,     // more bytes, pages or queries than allowed
  refused_host,  // the server, or a page that it leads to, is not one that may be asked
  malformed      // no FHIR JSON, a query that is none, or a token that cannot be sent
};

[[nodiscard]] std::string_view to_string(FhirFault fault) noexcept;  // the enumerator, for logs and metrics
[[nodiscard]] std::string_view explain(FhirFault fault) noexcept;    // a clause for an OperationOutcome

struct FhirAnswer {
  FhirFault fault = FhirFault::none;
  std::vector<std::string> pages;  // JSON: the resource, or the pages of the search in order; empty with a fault
};

class FhirClient {
 public:
  explicit FhirClient(FhirClientSettings settings);
  ~FhirClient();

  // One answer for each query, in their order; they are asked at the same time. A query is a read or a type search
  // relative to the base: "Patient/123", "MedicationRequest?patient=123&status=active". An answer is whole or a fault:
  // of a list of medicines a part is worse than nothing.
  [[nodiscard]] std::vector<FhirAnswer> fetch(const FhirAccess& access, std::span<const std::string> queries,
                                              std::chrono::steady_clock::time_point deadline);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace guardian::adapters::fhir_client
