#include "adapters/sign_in/token_text.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "adapters/json/json_value.hpp"
#include "adapters/sign_in/base64url.hpp"

namespace guardian::adapters::sign_in {
namespace {

constexpr std::size_t most_values = 1'000;
constexpr std::size_t most_text_bytes = 2'048;  // of one member that is used
constexpr std::size_t most_audiences = 32;
constexpr double most_seconds = 253'402'300'799.0;  // the year 9999

std::optional<JsonObject> object_of(std::string_view part) {
  const auto json = from_base64url(part);
  if (!json) return std::nullopt;
  JsonParsing parsing = parse_json(*json, {json->size(), most_values});
  if (!parsing.value || parsing.value->object() == nullptr) return std::nullopt;
  JsonObject object = std::move(std::get<JsonObject>(parsing.value->data));
  std::vector<std::string_view> names;
  for (const JsonMember& member : object) names.push_back(member.name);
  std::sort(names.begin(), names.end());
  if (std::adjacent_find(names.begin(), names.end()) != names.end()) return std::nullopt;
  return object;
}

// Takes members out of one object and remembers whether one was of the wrong kind.
class Members {
 public:
  explicit Members(const JsonObject& object) : object_(object) {}

  std::string text(std::string_view name) {
    const JsonValue* value = find_member(object_, name);
    if (value == nullptr) return {};
    return text_of(*value);
  }

  std::vector<std::string> texts(std::string_view name) {
    const JsonValue* value = find_member(object_, name);
    if (value == nullptr) return {};
    if (value->list() == nullptr) return {text_of(*value)};
    if (value->list()->size() > most_audiences) wrong_ = true;
    std::vector<std::string> all;
    for (const JsonValue& entry : *value->list()) all.push_back(text_of(entry));
    return all;
  }

  std::optional<double> seconds(std::string_view name) {
    const JsonValue* value = find_member(object_, name);
    if (value == nullptr) return std::nullopt;
    const double* number = value->number();
    if (number == nullptr || *number < 0 || *number > most_seconds) {
      wrong_ = true;
      return std::nullopt;
    }
    return *number;
  }

  [[nodiscard]] bool wrong() const noexcept { return wrong_; }

 private:
  std::string text_of(const JsonValue& value) {
    if (value.text() != nullptr && value.text()->size() <= most_text_bytes) return *value.text();
    wrong_ = true;
    return {};
  }

  const JsonObject& object_;
  bool wrong_ = false;
};

}  // namespace

std::variant<TokenText, TokenFlaw> read_token(std::string_view token) {
  const auto first = token.find('.');
  const auto second = first == std::string_view::npos ? first : token.find('.', first + 1);
  if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos) {
    return TokenFlaw::malformed;
  }
  const auto header = object_of(token.substr(0, first));
  const auto claims = object_of(token.substr(first + 1, second - first - 1));
  auto signature = from_base64url(token.substr(second + 1));
  if (!header || !claims || !signature) return TokenFlaw::malformed;

  TokenText text;
  text.signed_bytes = token.substr(0, second);
  text.signature = std::move(*signature);
  Members head(*header);
  text.type = head.text("typ");
  text.algorithm = head.text("alg");
  text.key_id = head.text("kid");
  text.key_url = head.text("jku");
  Members body(*claims);
  text.issuer = body.text("iss");
  text.audience = body.texts("aud");
  text.id = body.text("jti");
  text.tenant = body.text("tenant");
  const auto expires = body.seconds("exp");
  const auto issued = body.seconds("iat");
  const auto not_before = body.seconds("nbf");
  if (head.wrong() || body.wrong() || text.algorithm.empty()) return TokenFlaw::malformed;
  if (find_member(*header, "crit") != nullptr) return TokenFlaw::critical;
  if (text.type != "JWT") return TokenFlaw::missing_type;
  if (text.key_id.empty()) return TokenFlaw::missing_key_id;
  if (text.issuer.empty() || text.audience.empty() || text.id.empty() || !expires || !issued) {
    return TokenFlaw::missing_claim;
  }
  text.expires = static_cast<std::int64_t>(std::floor(*expires));
  text.issued = static_cast<std::int64_t>(std::ceil(*issued));
  if (not_before) text.not_before = static_cast<std::int64_t>(std::ceil(*not_before));
  return text;
}

}  // namespace guardian::adapters::sign_in
