#include "adapters/cds_hooks/indicator_policy.hpp"

#include <optional>

#include "knowledge/tab_separated.hpp"

namespace guardian::adapters::cds_hooks {
namespace {

constexpr std::string_view class_prefix = "class:";

MedicineTerm term_of(std::string_view text) {
  if (text.rfind(class_prefix, 0) != 0) return {std::string(text), false};
  return {std::string(text.substr(class_prefix.size())), true};
}

std::vector<MedicineTerm> terms_of(std::string_view text) {
  std::vector<MedicineTerm> terms;
  while (text != "-" && !text.empty()) {
    const auto end = text.find(' ');
    terms.push_back(term_of(text.substr(0, end)));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return terms;
}

std::optional<Indicator> parse_indicator(std::string_view word) {
  for (const Indicator indicator : {Indicator::info, Indicator::warning, Indicator::critical}) {
    if (to_string(indicator) == word) return indicator;
  }
  return std::nullopt;
}

}  // namespace

core::Result<std::vector<IndicatorRow>> parse_indicator_policy(std::string_view text, std::string_view name) {
  std::vector<IndicatorRow> rows;
  bool named = false;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.empty() || line.front() == '#') continue;
    const auto wrong = [&](std::string_view what) {
      return core::fail(core::ErrorCode::invalid_input,
                        std::string(name) + ":" + std::to_string(number) + ": " + std::string(what));
    };
    const auto cells = knowledge::tab_cells(line);
    if (cells.size() != 6) return wrong("a row has six cells");
    if (!named) {
      if (line != "one\tother\tfrom\ttaken\tindicator\tsource") return wrong("these are not the columns");
      named = true;
      continue;
    }
    for (const std::string_view cell : cells) {
      if (cell.empty()) return wrong("a cell is empty");
    }
    const auto from = core::parse_severity(cells[2]);
    if (!from) return wrong("from: is no severity");
    const auto indicator = parse_indicator(cells[4]);
    if (!indicator) return wrong("indicator: must be info, warning or critical");
    rows.push_back(
        {term_of(cells[0]), term_of(cells[1]), *from, terms_of(cells[3]), *indicator, std::string(cells[5])});
  }
  return rows;
}

const std::vector<IndicatorRow>& indicator_policy() {
  static const std::vector<IndicatorRow> rows =
      parse_indicator_policy(indicator_policy_text(), "indicator_policy.tsv").value_or(std::vector<IndicatorRow>());
  return rows;
}

}  // namespace guardian::adapters::cds_hooks
