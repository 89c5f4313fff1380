#include "adapters/json/medication_members.hpp"

#include <array>

#include "adapters/json/iso_time.hpp"

namespace guardian::adapters {
namespace {

using core::MedicationEntry;
using core::MedicationStatus;

// In the order of MedicationStatus.
constexpr std::array<std::string_view, 3> status_words{"active", "stopped", "on-hold"};
constexpr NumberRange from_zero{0.0, 1e300};

void read_entry_members(const JsonObject& object, MedicationEntry& entry, DecodeLog& log) {
  MemberReader members(object, entry.element, log);
  const std::size_t problems_before = log.problems().size();
  entry.text = members.optional_text("text");
  entry.code = members.optional_text("code");
  entry.code_system = members.optional_text("system");
  // What a chart held without a word: an entry that no review passes over.
  const bool unreadable = members.boolean("unreadable").value_or(false);
  if (entry.text.empty() && entry.code.empty() && !unreadable && log.problems().size() == problems_before) {
    log.problem(members.path_of("text"),
                find_member(object, "text") != nullptr ? "must not be empty" : "is required where there is no code");
  }
  if (unreadable && !(entry.text.empty() && entry.code.empty())) {
    log.problem(members.path_of("unreadable"), "cannot stand beside text or code");
  }
  const auto status = members.word("status", status_words);
  if (status) entry.status = static_cast<MedicationStatus>(*status);
  entry.stopped_days_ago = members.number("stopped_days_ago", from_zero);
  const bool status_is_known = status || find_member(object, "status") == nullptr;
  if (entry.stopped_days_ago && status_is_known && entry.status == MedicationStatus::active) {
    log.problem(members.path_of("stopped_days_ago"), "needs the status \"stopped\" or \"on-hold\"");
  }
  members.finish();
}

void read_entry(const JsonValue& given, std::string element, bool is_order, core::Case& value, DecodeLog& log) {
  MedicationEntry entry;
  entry.element = std::move(element);
  entry.is_order = is_order;
  if (const std::string* text = given.text()) {
    if (check_text(*text, entry.element, log)) entry.text = *text;
  } else if (const JsonObject* object = given.object()) {
    read_entry_members(*object, entry, log);
  } else {
    log.problem(entry.element, "must be an object or a string");
  }
  value.medications.push_back(std::move(entry));
}

void read_entries(MemberReader& members, std::string_view name, bool is_order, core::Case& value, DecodeLog& log) {
  const JsonList* entries = members.list(name, max_medications);
  if (entries == nullptr) return;
  for (std::size_t i = 0; i < entries->size(); ++i) {
    read_entry((*entries)[i], entry_pointer(members.path_of(name), i), is_order, value, log);
  }
}

}  // namespace

void read_medications(MemberReader& members, core::Case& value, DecodeLog& log) {
  read_entries(members, "medications", false, value, log);
}

void read_orders(MemberReader& members, core::Case& value, DecodeLog& log) {
  read_entries(members, "orders", true, value, log);
  if (const JsonValue* order = members.find("order")) read_entry(*order, members.path_of("order"), true, value, log);
}

void read_circumstances(MemberReader& members, core::Case& value, DecodeLog& log) {
  const std::string as_of = members.text("as_of");
  if (!as_of.empty()) {
    const auto time = utc_time(as_of);
    if (time) {
      value.as_of = *time;
    } else {
      log.problem(members.path_of("as_of"), "must be an ISO 8601 date or time, such as 2026-11-02T08:00:00Z");
    }
  }
  const std::string locale = members.text("locale");
  if (locale.empty()) return;
  const auto is_letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); };
  if (locale.size() != 2 || !is_letter(locale[0]) || !is_letter(locale[1])) {
    log.problem(members.path_of("locale"), "must be a country code of two letters, such as US");
    return;
  }
  for (const char c : locale) value.locale += c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c;
}

}  // namespace guardian::adapters
