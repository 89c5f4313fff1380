#include "adapters/fhir/resource.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include "adapters/json/member_reader.hpp"
#include "knowledge/text.hpp"

namespace guardian::adapters::fhir {
namespace {

bool is_absolute(std::string_view reference) {
  return reference.substr(0, 7) == "http://" || reference.substr(0, 8) == "https://";
}

std::optional<int> digits(std::string_view text) {
  int number = 0;
  for (const char c : text) {
    if (!knowledge::is_digit(c)) return std::nullopt;
    number = number * 10 + (c - '0');
  }
  return text.empty() ? std::nullopt : std::optional<int>(number);
}

}  // namespace

CodeableConcept::CodeableConcept(JsonView value) {
  if (value.is_list()) value = value.entry(0);
  if (const auto bare = value.text()) {
    bare_code_ = *bare;
    present_ = !bare->empty();
    return;
  }
  auto [coding, text, inner] = pick<3>(value, {"coding", "text", "concept"});
  if (inner.is_object()) {
    const auto members = pick<2>(inner, {"coding", "text"});
    coding = members[0];
    text = members[1];
  }
  codings_ = coding;
  text_ = text.text_or();
  if (is_blank(text_)) text_ = {};
  present_ = !text_.empty() || any_coding([](std::string_view, std::string_view code, std::string_view display) {
    return !is_blank(code) || !is_blank(display);
  });
}

std::string_view CodeableConcept::words(std::string_view preferred_system) const {
  if (!text_.empty()) return text_;
  std::string_view first;
  std::string_view preferred;
  any_coding([&](std::string_view system, std::string_view, std::string_view display) {
    if (is_blank(display)) return false;
    if (first.empty()) first = display;
    if (preferred.empty() && system == preferred_system) preferred = display;
    return !preferred.empty();
  });
  return preferred.empty() ? first : preferred;
}

std::string_view CodeableConcept::first_code() const {
  std::string_view first;
  any_coding([&](std::string_view, std::string_view code, std::string_view) {
    first = code;
    return !first.empty();
  });
  return first;
}

bool CodeableConcept::has_code(std::initializer_list<std::string_view> codes) const {
  return any_coding([&](std::string_view, std::string_view code, std::string_view) {
    return std::find(codes.begin(), codes.end(), code) != codes.end();
  });
}

JsonView first_of(JsonView value) { return value.is_list() ? value.entry(0) : value; }

std::string_view relative_reference(std::string_view reference) noexcept {
  if (const auto version = reference.find("/_history/"); version != std::string_view::npos)
    reference = reference.substr(0, version);
  if (!is_absolute(reference)) return reference;
  const auto last = reference.rfind('/');
  if (last == std::string_view::npos || last == 0) return reference;
  const auto before = reference.rfind('/', last - 1);
  return before == std::string_view::npos ? reference : reference.substr(before + 1);
}

std::string_view type_of_reference(std::string_view relative) noexcept {
  const auto slash = relative.find('/');
  return slash == std::string_view::npos ? std::string_view{} : relative.substr(0, slash);
}

std::string_view id_of_reference(std::string_view relative) noexcept {
  const auto slash = relative.rfind('/');
  return slash == std::string_view::npos ? relative : relative.substr(slash + 1);
}

std::string_view server_of_reference(std::string_view reference) noexcept {
  if (!is_absolute(reference)) return {};
  const std::string_view relative = relative_reference(reference);
  const auto at = reference.find(relative);
  return at == std::string_view::npos || at == 0 ? std::string_view{} : reference.substr(0, at - 1);
}

std::optional<core::Moment> moment_of(std::string_view date, Partial partial) {
  if (date.size() != 4 && !(date.size() == 7 && date[4] == '-')) return core::parse_moment(date);
  const auto year = digits(date.substr(0, 4));
  const auto month = date.size() == 7 ? digits(date.substr(5)) : std::nullopt;
  if (!year || (date.size() == 7 && (!month || *month < 1 || *month > 12))) return std::nullopt;
  switch (partial) {
    case Partial::start: return core::moment_of_day(*year, month.value_or(1), 1);
    case Partial::middle: return core::moment_of_day(*year, month.value_or(7), month ? 15 : 1);
    case Partial::end: break;
  }
  using namespace std::chrono;
  const auto last_month = std::chrono::month(static_cast<unsigned>(month.value_or(12)));
  const year_month_day last{year_month_day_last{std::chrono::year(*year), month_day_last{last_month}}};
  return core::moment_of_day(*year, month.value_or(12), static_cast<int>(static_cast<unsigned>(last.day())));
}

std::optional<double> days_before(std::string_view date, Partial partial, const ReviewTime& now) {
  if (date.empty() || !now.moment) return std::nullopt;
  const auto moment = moment_of(date, partial);
  return moment ? std::optional<double>(core::days_between(*moment, *now.moment)) : std::nullopt;
}

std::string plain_text(std::string_view text) {
  text = knowledge::trimmed(text.substr(0, max_text_bytes));
  // Bytes of a letter that the cut went through.
  while (text.size() + 4 > max_text_bytes && !text.empty() && (static_cast<unsigned char>(text.back()) & 0x80U) != 0)
    text.remove_suffix(1);
  std::string plain(text);
  for (char& c : plain) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  }
  return is_blank(plain) ? std::string() : plain;
}

std::string clinical_words(std::string_view text) {
  constexpr std::array<std::string_view, 11> kinds{
      " (disorder)",       " (finding)",  " (situation)",         " (substance)", " (procedure)",
      " (product)",        " (organism)", " (medicinal product)", " (event)",     " (morphologic abnormality)",
      " (physical object)"};
  text = knowledge::trimmed(text);
  for (const std::string_view kind : kinds) {
    if (text.size() > kind.size() && text.substr(text.size() - kind.size()) == kind) {
      text.remove_suffix(kind.size());
      break;
    }
  }
  return plain_text(text);
}

std::string number_text(double value) { return knowledge::format_number(value); }

}  // namespace guardian::adapters::fhir
