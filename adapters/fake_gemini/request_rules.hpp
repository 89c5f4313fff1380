#pragma once
// What the service refuses in a request whose fields are all well-formed.

#include <optional>

#include "adapters/fake_gemini/api_error.hpp"
#include "adapters/fake_gemini/model_turn.hpp"
#include "adapters/fake_gemini/routes.hpp"

namespace guardian::adapters::fake {

// Nothing: the request is good.
[[nodiscard]] std::optional<ApiError> refuse_request(const Asked& asked, const Call& call);

// Of these: order and number of function calls and their responses, and the signatures of calls.
[[nodiscard]] std::optional<ApiError> refuse_turns(const Asked& asked, const Call& call);

}  // namespace guardian::adapters::fake
