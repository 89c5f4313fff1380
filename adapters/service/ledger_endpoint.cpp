#include "adapters/service/ledger_endpoint.hpp"

#include <charconv>
#include <string>
#include <utility>

#include "adapters/json/json_text.hpp"
#include "adapters/ledger/row_codec.hpp"
#include "adapters/service/replies.hpp"
#include "audit/ledger/reader.hpp"
#include "audit/ledger/verify.hpp"

namespace guardian::adapters::service {
namespace {

namespace ledger = audit::ledger;

// Where the file lies is the operator's to know.
http::Reply unreadable(const core::Error& error) {
  return outcome_reply(core::http_status(error.code), "exception", "The ledger cannot be read");
}

}  // namespace

http::Reply ledger_row(const LedgerSettings& settings, std::string_view number) {
  std::uint64_t sequence = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), sequence);
  if (error != std::errc{} || end != number.data() + number.size()) {
    return outcome_reply(404, "not-found", "A row of the ledger has a number");
  }
  auto reader = ledger::Reader::open(settings.file);
  if (!reader) return unreadable(reader.error());
  const auto row = reader->row(sequence);
  if (!row) return unreadable(row.error());
  if (!*row) return outcome_reply(404, "not-found", "The ledger has no row of this number");
  const auto content = reader->unseal((*row)->view(), std::nullopt);
  if (!content) return unreadable(content.error());
  const auto about = reader->about(sequence);
  if (!about) return unreadable(about.error());
  JsonText out;
  out.open_object();
  out.raw("row", encode_row((*row)->view(), *content, false));
  out.open_list("about");
  for (const std::uint64_t other : *about) out.raw(std::to_string(other));
  out.close_list();
  out.close_object();
  return json_reply(out.take());
}

http::Reply ledger_verification(const LedgerSettings& settings) {
  ledger::VerifyOptions options;
  options.threads = 1;  // beside reviews
  const auto key = ledger_key(settings, false);
  if (key && *key) options.signer = (*key)->public_key();
  const auto found = ledger::verify(settings.file, options);
  return found ? json_reply(encode_verification(*found)) : unreadable(found.error());
}

}  // namespace guardian::adapters::service
