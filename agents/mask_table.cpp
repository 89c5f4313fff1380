#include "agents/mask_dates.hpp"
#include "agents/text_mask.hpp"
#include "knowledge/text.hpp"

namespace guardian::agents {
namespace {

std::string_view name_of(MaskKind kind) {
  switch (kind) {
    case MaskKind::name: return "NAME";
    case MaskKind::date: return "DATE";
    case MaskKind::id: return "ID";
    case MaskKind::address: return "ADDRESS";
    case MaskKind::age: return "AGE";
    case MaskKind::word: return "WORD";
  }
  return {};
}

}  // namespace

MaskTable::MaskTable(std::string_view as_of, std::string_view locale) : as_of_(core::parse_moment(as_of)) {
  const std::string country = knowledge::lower_case(knowledge::trimmed(locale));
  month_first_ = country == "us";
  order_known_ = !country.empty();
}

const std::string& MaskTable::named(MaskKind kind, std::string_view original, const std::string& words) {
  const auto key = std::make_pair(kind, std::string(original));
  if (const auto found = placeholders_.find(key); found != placeholders_.end()) return found->second;
  std::string placeholder = "[" + words + "]";
  if (words.empty()) placeholder = "[" + std::string(name_of(kind)) + "-" + std::to_string(++counts_[kind]) + "]";
  // Two originals of one age are told apart.
  for (std::size_t i = 2; originals_.count(placeholder) != 0; ++i)
    placeholder = "[" + words + " #" + std::to_string(i) + "]";
  originals_.emplace(placeholder, original);
  return placeholders_.emplace(key, std::move(placeholder)).first->second;
}

const std::string& MaskTable::placeholder(MaskKind kind, std::string_view original) {
  return named(kind, original, kind == MaskKind::age ? "over 89" : "");
}

const std::string& MaskTable::placeholder(std::string_view original, const std::optional<core::Moment>& date) {
  return named(MaskKind::date, original, date && as_of_ ? time_from(*date, *as_of_) : "");
}

std::string MaskTable::unmask(std::string_view masked) const {
  std::string text;
  text.reserve(masked.size());
  constexpr std::size_t longest = 48;
  for (std::size_t at = 0; at < masked.size();) {
    if (masked[at] == '[') {
      const auto end = masked.substr(at, longest).find(']');
      if (end != std::string_view::npos) {
        if (const auto found = originals_.find(masked.substr(at, end + 1)); found != originals_.end()) {
          text += found->second;
          at += end + 1;
          continue;
        }
      }
    }
    text.push_back(masked[at++]);
  }
  return text;
}

}  // namespace guardian::agents
