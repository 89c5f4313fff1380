#pragma once
// Addresses below the base of a FHIR server, and what a page of an answer says of the next. Pure.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/http_fetch/url.hpp"

namespace guardian::adapters::fhir_client {

// Without a slash at the end. Nothing: no URL, or one with a query.
[[nodiscard]] std::optional<http_fetch::Url> base_url(std::string_view server);

// The address of "Type/id", "Type/id/_history/version" or "Type?parameters". Nothing: anything else.
[[nodiscard]] std::optional<http_fetch::Url> query_url(const http_fetch::Url& base, std::string_view query);

enum class NextPage : std::uint8_t { none, next, elsewhere, malformed };

struct PageReading {
  NextPage kind = NextPage::malformed;
  http_fetch::Url url;  // of the next page
};

// `json` must be a FHIR resource. `elsewhere`: the link leads away from the base.
[[nodiscard]] PageReading read_page(const http_fetch::Url& base, std::string_view json);

}  // namespace guardian::adapters::fhir_client
