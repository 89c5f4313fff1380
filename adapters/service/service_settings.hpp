#pragma once
// The settings of the service, each with a safe default: file, then environment, then flags. Secrets come from files.

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/http/listener.hpp"
#include "adapters/json/input_problem.hpp"
#include "adapters/ledger/review_ledger.hpp"
#include "adapters/sign_in/client_token.hpp"
#include "adapters/sign_in/rate_limit.hpp"

namespace guardian::adapters::service {

struct ServiceSettings {
  std::string host = "127.0.0.1";
  int port = 8080;         // 0: a free one
  std::string public_url;  // as clients reach the service; empty: http://HOST:PORT, on loopback only
  bool demo = false;       // loopback, no sign-in, no rate limits, the origin of the CDS Hooks sandbox

  std::vector<sign_in::TrustedIssuer> cds_clients;  // whose tokens are taken at /cds-services
  std::filesystem::path api_keys;                   // of /v1; empty: none
  std::vector<std::string> origins;                 // web pages that may call
  std::vector<std::string> fhir_hosts;              // FHIR servers that may be asked
  std::vector<std::string> fhir_networks;           // private networks that they may stand in
  bool behind_tls = false;                          // a proxy in front ends TLS and reaches this host alone
  bool rate_limits = true;
  sign_in::RateLimitSettings rate;
  sign_in::RateLimitSettings failed_sign_ins{1.0, 20.0};  // of one address; then nothing of it is verified for a while

  std::optional<LedgerSettings> ledger;
  std::filesystem::path records;  // of patients that the site keeps beside the service; empty: none
  std::string locale = "US";
  int knowledge_warn_days = 180;    // from this age on the answers of /readyz and the page say it
  int knowledge_refuse_days = 730;  // from here on nothing is reviewed; 0: never
  bool self_test_required = true;   // a knowledge base that misses a known interaction makes the service unready
  std::chrono::milliseconds fhir_time{3'000};
  std::size_t most_interruptive = 3;
  std::chrono::milliseconds hook_time{500};  // that a call of a hook may take; for alternatives half of it
  bool detected_issues = false;              // cards offer to create DetectedIssues; a client may set it for itself
  bool release_uncertified = false;          // a model's text goes out without a certificate (docs/audit.md)
  http::ListenerLimits limits;
};

// Reads a settings file (JSON object; docs/operations.md) into `settings`. A member that is not known is a problem.
[[nodiscard]] bool read_settings(std::string_view json_text, const std::filesystem::path& folder,
                                 ServiceSettings& settings, std::vector<InputProblem>& problems);

// Whether the host is this machine alone.
[[nodiscard]] bool is_loopback_host(std::string_view host) noexcept;

}  // namespace guardian::adapters::service
