#include "adapters/service/idempotency.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "adapters/service/replies.hpp"
#include "knowledge/digest.hpp"

namespace guardian::adapters::service {
namespace {

constexpr std::size_t longest_key = 255;

// A string of structured fields (RFC 8941, 3.3.3): "..." of printable ASCII. Clients that leave the quotation marks out
// are understood, as long as what they send could stand between them. Nothing: it is no key.
std::optional<std::string> key_of(std::string_view field) {
  if (field.size() >= 2 && field.front() == '"' && field.back() == '"') field = field.substr(1, field.size() - 2);
  const bool printable =
      std::all_of(field.begin(), field.end(), [](char c) { return c > ' ' && c <= '~' && c != '"' && c != '\\'; });
  if (field.empty() || field.size() > longest_key || !printable) return std::nullopt;
  return std::string(field);
}

}  // namespace

std::optional<std::string> idempotency_key(const http::Request& request) {
  return key_of(request.header("Idempotency-Key"));
}

std::string request_fingerprint(const http::Request& request) {
  std::string text = request.method + '\n' + request.path + '\n';
  for (const auto& [name, value] : request.query) text += name + '=' + value + '\n';
  text += http::media_type(request.header("Content-Type")) + "\n\n";
  return knowledge::sha256_hex(text + request.body);
}

http::Reply IdempotencyStore::once(const std::string& caller, const http::Request& request, const Work& work) {
  const std::string_view field = request.header("Idempotency-Key");
  if (field.empty()) return work();
  const auto key = key_of(field);
  if (!key) {
    return outcome_reply(400, "invalid", "Idempotency-Key must be 1 to 255 printable characters in quotation marks");
  }
  const std::string id = caller + '\n' + *key;
  std::string fingerprint = request_fingerprint(request);
  {
    const std::lock_guard lock(mutex_);
    make_room();
    const auto [known, is_new] = entries_.try_emplace(id);
    Entry& entry = known->second;
    if (!is_new) {
      if (entry.fingerprint != fingerprint) {
        return outcome_reply(422, "business-rule", "This Idempotency-Key was used for another request");
      }
      if (entry.running) {
        return outcome_reply(409, "conflict", "The request with this Idempotency-Key is still under way");
      }
      http::Reply reply = entry.reply;
      reply.headers.emplace_back("Idempotent-Replayed", "true");
      return reply;
    }
    entry.fingerprint = std::move(fingerprint);
    entry.begun = clock_();
  }
  http::Reply reply;
  try {
    reply = work();
  } catch (...) {
    forget(id);
    throw;
  }
  if (reply.status >= 500) {
    forget(id);
    return reply;
  }
  const std::lock_guard lock(mutex_);
  Entry& entry = entries_.at(id);
  entry.reply = reply;
  entry.running = false;
  bytes_ += reply.body.size();
  finished_.push_back(id);
  return reply;
}

std::size_t IdempotencyStore::size() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

// Those that run are as many as there are requests under way: they are not counted.
void IdempotencyStore::make_room() {
  const auto expired = [&](const Entry& entry) { return clock_() - entry.begun >= limits_.kept; };
  while (!finished_.empty()) {
    const auto oldest = entries_.find(finished_.front());
    if (finished_.size() < limits_.answers && bytes_ <= limits_.bytes && !expired(oldest->second)) return;
    bytes_ -= oldest->second.reply.body.size();
    entries_.erase(oldest);
    finished_.pop_front();
  }
}

void IdempotencyStore::forget(const std::string& id) {
  const std::lock_guard lock(mutex_);
  entries_.erase(id);
}

}  // namespace guardian::adapters::service
