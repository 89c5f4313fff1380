#include "agents/model_client.hpp"

namespace guardian::agents {

std::string_view to_string(ModelFailureKind kind) noexcept {
  switch (kind) {
    case ModelFailureKind::unavailable: return "unavailable";
    case ModelFailureKind::timeout: return "timeout";
    case ModelFailureKind::cancelled: return "cancelled";
    case ModelFailureKind::transport: return "transport";
    case ModelFailureKind::rate_limited: return "rate limited";
    case ModelFailureKind::quota: return "quota";
    case ModelFailureKind::refused: return "refused";
    case ModelFailureKind::server: return "server error";
    case ModelFailureKind::blocked: return "blocked";
    case ModelFailureKind::truncated: return "truncated";
    case ModelFailureKind::malformed: return "malformed";
    case ModelFailureKind::too_large: return "too large";
    case ModelFailureKind::circuit_open: return "circuit open";
  }
  return "unavailable";
}

}  // namespace guardian::agents
