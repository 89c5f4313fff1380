#include "adapters/service/ledger_endpoint.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <utility>
#include <vector>

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

// The value of a parameter, or `otherwise` where it is not given; nothing when it is no number of rows.
std::optional<std::uint64_t> count_of(std::string_view text, std::uint64_t otherwise) {
  if (text.empty()) return otherwise;
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value == 0) return std::nullopt;
  return value;
}

}  // namespace

http::Reply ledger_rows(const LedgerSettings& settings, const http::Request& request) {
  constexpr std::uint64_t most_rows = 200;
  auto reader = ledger::Reader::open(settings.place);
  if (!reader) return unreadable(reader.error());
  const auto size = reader->size();
  if (!size) return unreadable(size.error());
  const auto rows = count_of(request.parameter("rows"), 50);
  const auto before = count_of(request.parameter("before"), *size + 1);
  if (!rows || *rows > most_rows) return outcome_reply(400, "invalid", "rows: must be a whole number from 1 to 200");
  if (!before) return outcome_reply(400, "invalid", "before: must be the number of a row");
  const std::uint64_t last = std::min(*before - 1, *size);
  std::vector<std::string> found;
  if (last > 0) {
    const auto read = reader->scan(last > *rows ? last - *rows + 1 : 1, last, [&](const ledger::RowView& row) {
      found.push_back(encode_row(row, ledger::Opened{}, false));
      return true;
    });
    if (!read) return unreadable(read.error());
  }
  JsonText out;
  out.open_object();
  out.number("size", static_cast<double>(*size));
  out.open_list("rows");
  for (auto row = found.rbegin(); row != found.rend(); ++row) out.raw(*row);
  out.close_list();
  out.close_object();
  return json_reply(out.take());
}

http::Reply ledger_row(const LedgerSettings& settings, std::string_view number) {
  std::uint64_t sequence = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), sequence);
  if (error != std::errc{} || end != number.data() + number.size()) {
    return outcome_reply(404, "not-found", "A row of the ledger has a number");
  }
  auto reader = ledger::Reader::open(settings.place);
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
  const auto found = ledger::verify(settings.place, options);
  return found ? json_reply(encode_verification(*found)) : unreadable(found.error());
}

}  // namespace guardian::adapters::service
