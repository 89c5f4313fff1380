#pragma once
// The only source of the time. The engine itself never asks for the time: a case says when it is reviewed.

#include <cstdint>
#include <string>

namespace guardian::runtime {

// Now, in UTC, to the second: "2026-11-02T08:00:00Z".
[[nodiscard]] std::string utc_now();

// Now, in milliseconds since 1970, UTC.
[[nodiscard]] std::int64_t now_ms();

}  // namespace guardian::runtime
