#include "adapters/fake_gemini/api_error.hpp"

#include <utility>

#include "adapters/fake_gemini/json_build.hpp"

namespace guardian::adapters::fake {

JsonValue error_envelope(const ApiError& error) {
  JsonObject members{{"code", count(error.http)}, {"message", text(error.message)}, {"status", text(error.status)}};
  if (!error.details.empty()) add(members, "details", list(error.details));
  return object({{"error", object(std::move(members))}});
}

WireReply error_reply(const ApiError& error) {
  WireReply reply;
  reply.status = error.http;
  reply.body = write_json(error_envelope(error));
  return reply;
}

ApiError bad_field(const std::string& field, const std::string& message) {
  JsonObject violation;
  if (!field.empty()) add(violation, "field", text(field));
  add(violation, "description", text(message));
  return {400,
          message,
          "INVALID_ARGUMENT",
          {object({{"@type", text("type.googleapis.com/google.rpc.BadRequest")},
                   {"fieldViolations", list({object(std::move(violation))})}})}};
}

}  // namespace guardian::adapters::fake
