#include "adapters/service/past_review.hpp"

#include <filesystem>
#include <optional>

#include "adapters/json/json_text.hpp"
#include "adapters/json/json_view.hpp"
#include "adapters/json/review_codec.hpp"
#include "adapters/ledger/replay.hpp"
#include "audit/ledger/reader.hpp"

namespace guardian::adapters::service {
namespace {

namespace ledger = audit::ledger;

// The sealed part of a row with the key that the settings name; without one the state says so.
core::Result<ledger::Opened> opened(ledger::Reader& reader, const LedgerSettings& settings,
                                    const ledger::StoredRow& row) {
  auto key = ledger_key(settings, false);
  if (!key) return core::fail(key.error());
  return reader.unseal(row.view(), *key);
}

HookCards decode_hook(const JsonView& json) {
  HookCards hook;
  hook.review = std::string(json.member("review").text_or());
  hook.service = std::string(json.member("service").text_or());
  json.member("cards").each_entry([&](const JsonView& card, std::size_t) {
    std::vector<std::string> findings;
    card.member("findings").each_entry([&](const JsonView& finding, std::size_t) {
      findings.emplace_back(finding.text_or());
    });
    hook.cards.emplace_back(std::string(card.member("card").text_or()), std::move(findings));
  });
  json.member("offered").each_entry(
      [&](const JsonView& name, std::size_t) { hook.offered.emplace_back(name.text_or()); });
  return hook;
}

}  // namespace

core::Result<PastReview> past_review(const LedgerSettings& settings, std::uint64_t sequence,
                                     const std::shared_ptr<const knowledge::KnowledgeBase>& base) {
  auto reader = ledger::Reader::open(settings.place);
  if (!reader) return core::fail(reader.error());
  const auto row = reader->row(sequence);
  if (!row) return core::fail(row.error());
  PastReview past;
  if (!*row || (*row)->kind != ledger::RowKind::review) return past;
  auto said = decode_open_review((*row)->open);
  if (!said) return past;
  past.said = std::move(*said);
  past.sequence = sequence;
  past.state = PastState::no_case;
  const auto content = opened(*reader, settings, **row);
  if (!content) return core::fail(content.error());
  switch (content->state) {
    case ledger::SealState::opened: break;
    case ledger::SealState::erased: past.state = PastState::erased; return past;
    case ledger::SealState::nothing_sealed:
    case ledger::SealState::no_key: return past;
    case ledger::SealState::damaged:
      return core::fail(core::ErrorCode::io_failure,
                        "a row of the ledger is damaged; guardian ledger verify says which");
  }
  auto sealed = decode_sealed_part(content->text);
  if (!sealed) return core::fail(sealed.error());
  past.state = PastState::found;
  past.kept.input = sealed->input;
  auto again = replay(*sealed, base);
  if (again && again->same) {
    again->review.ledger = core::LedgerStamp{sequence, ledger::hash_text((*row)->hash), {}};
    past.kept.review = std::make_shared<const core::Review>(std::move(again->review));
  } else {
    past.text = std::move(sealed->review);
  }
  return past;
}

bool is_erased(const LedgerSettings& settings, std::uint64_t sequence) {
  auto reader = ledger::Reader::open(settings.place);
  if (!reader) return false;
  const auto row = reader->row(sequence);
  if (!row || !*row) return false;
  const auto content = opened(*reader, settings, **row);
  return content && content->state == ledger::SealState::erased;
}

std::string encode_hook(const HookCards& hook) {
  const auto list = [](JsonText& out, std::string_view name, const std::vector<std::string>& texts) {
    out.open_list(name);
    for (const std::string& text : texts) out.text(text);
    out.close_list();
  };
  JsonText out;
  out.open_object();
  out.text("review", hook.review);
  out.text("service", hook.service);
  out.open_list("cards");
  for (const auto& [card, findings] : hook.cards) {
    out.open_object();
    out.text("card", card);
    list(out, "findings", findings);
    out.close_object();
  }
  out.close_list();
  if (!hook.offered.empty()) list(out, "offered", hook.offered);
  out.close_object();
  return out.take();
}

core::Result<std::vector<HookRow>> read_hooks(const LedgerSettings& settings, std::size_t most) {
  std::vector<HookRow> rows;
  std::error_code ignored;
  if (!settings.place.server() && !std::filesystem::exists(settings.place.file(), ignored)) return rows;
  auto reader = ledger::Reader::open(settings.place);
  if (!reader) return core::fail(reader.error());
  const auto size = reader->size();
  if (!size) return core::fail(size.error());
  if (*size == 0) return rows;
  JsonReader json;
  const auto read = reader->scan(*size > most ? *size - most + 1 : 1, *size, [&](const ledger::RowView& row) {
    if (row.kind != ledger::RowKind::review || row.open.find("\"hook\":") == std::string_view::npos) return true;
    const JsonViewing document = json.parse(row.open);
    const JsonView hook = document.value.present() ? document.value.member("hook") : JsonView();
    if (hook.is_object()) rows.push_back({row.sequence, decode_hook(hook)});
    return true;
  });
  if (!read) return core::fail(read.error());
  return rows;
}

}  // namespace guardian::adapters::service
