#include "adapters/suite/suite_words.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "knowledge/text.hpp"

namespace guardian::adapters::suite {
namespace {

using audit::suite::Bounds;
using audit::suite::Expectation;
using audit::suite::FindingPattern;
using audit::suite::Reading;
using core::Decision;
using core::Severity;

constexpr std::array<Decision, 5> decisions{Decision::clear, Decision::info, Decision::caution, Decision::escalate,
                                            Decision::block};

auto wrong(std::string message) { return core::fail(core::ErrorCode::invalid_input, std::move(message)); }

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (text.substr(0, prefix.size()) != prefix) return false;
  text.remove_prefix(prefix.size());
  return true;
}

std::string_view take_word(std::string_view& text) {
  const std::size_t end = text.find(' ');
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return word;
}

std::vector<std::string> parts(std::string_view text, std::string_view separator) {
  std::vector<std::string> result;
  for (const std::string_view part : knowledge::split(text, separator)) result.emplace_back(part);
  return result;
}

// None for "any".
core::Result<std::vector<core::FindingType>> parse_types(std::string_view words) {
  std::vector<core::FindingType> types;
  if (words == "any") return types;
  for (const std::string& word : parts(words, "/")) {
    core::FindingType type{};
    if (!core::parse_finding_type(word, type))
      return wrong("begins with a word that is no type of finding (drug-drug, dose, ...)");
    types.push_back(type);
  }
  if (types.empty()) return wrong("begins with a type of finding (drug-drug, dose, ...)");
  return types;
}

core::Result<std::vector<std::string>> parse_subjects(std::string_view text) {
  auto subjects = parts(text, "+");
  if (std::any_of(subjects.begin(), subjects.end(), [](const std::string& one) { return one.empty(); }))
    return wrong("has an empty subject between plus signs");
  return subjects;
}

// One level, or that and all above or below.
template <class Word>
Bounds<Word> bounds_of(Word word, bool at_least, bool at_most) {
  Bounds<Word> bounds;
  if (!at_most) bounds.from = word;
  if (!at_least) bounds.to = word;
  return bounds;
}

}  // namespace

core::Result<Severity> parse_severity_word(std::string_view text) {
  const auto severity = core::parse_severity(text);
  if (!severity) return wrong("must be minor, moderate, major or critical");
  return *severity;
}

core::Result<FindingPattern> parse_must_find(std::string_view text) {
  FindingPattern pattern;
  pattern.text = std::string(text);
  std::string_view rest = text;
  auto types = parse_types(take_word(rest));
  if (!types) return core::fail(types.error());
  pattern.types = std::move(*types);
  std::string_view word = take_word(rest);
  const bool at_least = !word.empty() && word.back() == '+';
  if (at_least) word.remove_suffix(1);
  const auto severity = parse_severity_word(word);
  if (!severity) return wrong("the second word " + severity.error().message + ", with + for at least");
  pattern.from = *severity;
  if (!at_least) pattern.to = *severity;
  auto subjects = parse_subjects(rest);
  if (!subjects) return core::fail(subjects.error());
  pattern.subjects = std::move(*subjects);
  return pattern;
}

core::Result<FindingPattern> parse_must_not(std::string_view text) {
  FindingPattern pattern;
  pattern.text = std::string(text);
  std::string_view rest = text;
  std::string_view word = take_word(rest);
  if (word == "interruptive") {
    pattern.interruptive = true;
  } else if (take_prefix(word, "severity>=")) {
    const auto severity = parse_severity_word(word);
    if (!severity) return wrong("severity>= " + severity.error().message);
    pattern.from = *severity;
  } else {
    auto types = parse_types(word);
    if (!types) return core::fail(types.error());
    pattern.types = std::move(*types);
    // A severity may stand there as in `must_find`; read as a subject it would match no finding.
    std::string_view behind = rest;
    std::string_view grade = take_word(behind);
    const bool at_least = !grade.empty() && grade.back() == '+';
    if (at_least) grade.remove_suffix(1);
    if (const auto severity = core::parse_severity(grade)) {
      pattern.from = *severity;
      if (!at_least) pattern.to = *severity;
      rest = behind;
    }
  }
  auto subjects = parse_subjects(rest);
  if (!subjects) return core::fail(subjects.error());
  pattern.subjects = std::move(*subjects);
  return pattern;
}

core::Result<Bounds<Decision>> parse_decision(std::string_view text) {
  const bool at_least = take_prefix(text, ">=");
  const bool at_most = !at_least && take_prefix(text, "<=");
  for (const Decision decision : decisions) {
    if (to_string(decision) == text) return bounds_of(decision, at_least, at_most);
  }
  return wrong("must be clear, info, caution, escalate or block, with >= or <= before it or without");
}

core::Result<void> parse_triage(std::string_view text, Expectation& row) {
  for (std::string_view word : knowledge::split(text, " ")) {
    if (take_prefix(word, "news2=")) {
      const bool number =
          !word.empty() && word.size() <= 2 && std::all_of(word.begin(), word.end(), knowledge::is_digit);
      if (!number && word != "none") return wrong("news2= must be a number or none");
      row.news2 = std::string(word);
      continue;
    }
    const bool at_least = take_prefix(word, ">=");
    const bool at_most = !at_least && take_prefix(word, "<=");
    core::TriageLevel level{};
    if (!core::parse_triage_level(word, level))
      return wrong(
          "must be routine, soon, same_day, urgent or emergency, with >= or <= before it or without, or news2=");
    row.triage = bounds_of(level, at_least, at_most);
  }
  return {};
}

core::Result<bool> parse_status(std::string_view text) {
  if (text != "complete" && text != "incomplete") return wrong("must be complete or incomplete");
  return text == "complete";
}

core::Result<Reading> parse_reading(std::string_view text) {
  if (text == "?") return Reading{true, {}};
  auto ingredients = parse_subjects(text);
  if (!ingredients) return core::fail(ingredients.error());
  if (ingredients->empty()) return wrong("must name ingredients, or ? for a name that is to be left open");
  return Reading{false, std::move(*ingredients)};
}

}  // namespace guardian::adapters::suite
