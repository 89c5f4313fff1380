#include "adapters/json/iso_time.hpp"

#include "core/date.hpp"

namespace guardian::adapters {

std::optional<std::string> utc_time(std::string_view text) {
  // Of the forms that core reads, a case keeps to those of the profile for the internet (RFC 3339).
  constexpr std::size_t date_size = 10;
  if (text.size() < date_size || text[4] != '-') return std::nullopt;
  if (text.size() > date_size && text[date_size] != 'T') return std::nullopt;
  const auto moment = core::parse_moment(text);
  if (!moment) return std::nullopt;
  const bool kept = !moment->has_time || text.back() == 'Z';
  return kept ? std::string(text) : core::utc_text(moment->time);
}

bool looks_like_date(std::string_view text) noexcept {
  return text.size() > 4 && text.find_first_not_of("0123456789") == 4 && text[4] == '-';
}

}  // namespace guardian::adapters
