#include "adapters/sign_in/bearer.hpp"

#include <algorithm>

#include <strings.h>

namespace guardian::adapters::sign_in {

std::optional<std::string_view> bearer_of(std::string_view authorization) noexcept {
  constexpr std::string_view scheme = "Bearer";
  if (authorization.size() <= scheme.size() || authorization[scheme.size()] != ' ') return std::nullopt;
  if (::strncasecmp(authorization.data(), scheme.data(), scheme.size()) != 0) return std::nullopt;
  authorization.remove_prefix(scheme.size());
  authorization.remove_prefix(std::min(authorization.find_first_not_of(' '), authorization.size()));
  const bool visible =
      std::all_of(authorization.begin(), authorization.end(), [](char c) { return c > ' ' && c < '\x7f'; });
  if (authorization.empty() || authorization.size() > most_token_bytes || !visible) return std::nullopt;
  return authorization;
}

}  // namespace guardian::adapters::sign_in
