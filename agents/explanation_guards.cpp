#include "agents/explanation_guards.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <optional>
#include <set>
#include <string_view>

#include "agents/explanation_parts.hpp"
#include "knowledge/name_index.hpp"
#include "knowledge/text.hpp"

namespace guardian::agents {
namespace {

using core::Audience;
using core::Claim;
using core::Severity;
using Judgement = std::optional<std::string>;  // what is wrong

constexpr std::size_t longest_claim = 600;  // bytes
constexpr std::size_t most_claims_a_kind = 3;

// Neither markup nor addresses, nor a placeholder of which nobody knows what it stood for.
Judgement plain_text(const NarrativeSection& section, const GuardContext&) {
  for (const Claim& claim : section.claims) {
    if (claim.text.size() > longest_claim) return "a claim is too long";
    const bool has_control =
        std::any_of(claim.text.begin(), claim.text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20U; });
    if (has_control) return "a claim has control characters";
    for (const std::string_view mark : {"<", ">", "`", "](", "://", "[", "**", "{"}) {
      if (claim.text.find(mark) != std::string::npos) return "a claim has markup";
    }
    const auto same_kind = std::count_if(section.claims.begin(), section.claims.end(),
                                         [&](const Claim& other) { return other.kind == claim.kind; });
    if (static_cast<std::size_t>(same_kind) > most_claims_a_kind) return "too many claims of one kind";
  }
  return std::nullopt;
}

Judgement must_say(const NarrativeSection& section, const GuardContext& context) {
  core::Explanation shown;
  shown.claims = section.assembled;
  for (const core::MustSay& fact : context.must_say) {
    if (fact.finding == section.about && fact.audience == section.audience) shown.must_say.push_back(fact);
  }
  if (!core::unsaid(shown).empty()) return "leaves out what must be said";
  return std::nullopt;
}

std::vector<std::string> words_of(std::string_view text) {
  const std::string normalised = knowledge::normalised_name(text);
  std::vector<std::string> words;
  for (const std::string_view word : knowledge::split(normalised, " ")) words.emplace_back(word);
  return words;
}

constexpr std::array<std::string_view, 16> number_words{"two",   "three", "four", "five",   "six",    "seven",
                                                        "eight", "nine",  "ten",  "eleven", "twelve", "half",
                                                        "twice", "once",  "zero", "hundred"};

// "1,000" and "1000" are one number, "0.50" and "0.5" another.
std::set<std::string> numbers_of(std::string_view text) {
  std::set<std::string> numbers;
  for (std::size_t at = 0; at < text.size();) {
    if (!knowledge::is_digit(text[at])) {
      ++at;
      continue;
    }
    std::string number;
    for (; at < text.size(); ++at) {
      const bool between_digits = number.size() > 0 && at + 1 < text.size() && knowledge::is_digit(text[at + 1]);
      if (knowledge::is_digit(text[at]) || (text[at] == '.' && between_digits)) {
        number += text[at];
      } else if (text[at] != ',' || !between_digits) {
        break;
      }
    }
    const auto value = knowledge::parse_number(number);
    numbers.insert(value ? knowledge::format_number(*value) : number);
  }
  // "one" is more often no number than one.
  for (const std::string& word : words_of(text)) {
    if (std::find(number_words.begin(), number_words.end(), word) != number_words.end()) numbers.insert(word);
  }
  return numbers;
}

Judgement numbers(const NarrativeSection& section, const GuardContext&) {
  std::set<std::string> known;
  for (const Claim& statement : section.statements) known.merge(numbers_of(statement.text));
  for (const Claim& claim : section.claims) {
    const std::set<std::string> said = numbers_of(claim.text);
    if (!std::includes(known.begin(), known.end(), said.begin(), said.end()))
      return "a number that its statements have not";
  }
  return std::nullopt;
}

std::string joined(const std::vector<std::string>& words, std::size_t from, std::size_t count) {
  std::string text;
  for (std::size_t i = from; i < from + count; ++i) text += (i == from ? "" : " ") + words[i];
  return text;
}

// Names as they stand in the text; what the statements say themselves may be said.
Judgement medicines(const NarrativeSection& section, const GuardContext& context) {
  std::string known = " ";
  for (const Claim& statement : section.statements) known += knowledge::normalised_name(statement.text) + " ";
  std::set<std::string> of_case;
  for (const core::ResolvedMedication& medication : context.review.resolved)
    of_case.insert(medication.ingredients.begin(), medication.ingredients.end());
  const auto is_of_case = [&](const knowledge::NameEntry& entry) {
    return std::all_of(entry.ingredients.begin(), entry.ingredients.end(), [&](knowledge::IngredientIndex index) {
      return of_case.contains(context.base.graph().ingredient_name(index));
    });
  };
  for (const Claim& claim : section.claims) {
    const std::vector<std::string> words = words_of(claim.text);
    for (std::size_t at = 0; at < words.size();) {
      const std::size_t length = context.base.names().longest_match(words, at);
      const std::string name = joined(words, at, length);
      at += std::max<std::size_t>(length, 1);
      if (length == 0 || known.find(" " + name + " ") != std::string::npos) continue;
      const auto meanings = context.base.names().find(name);
      if (std::none_of(meanings.begin(), meanings.end(), is_of_case)) return "a medicine that its statements have not";
    }
  }
  return std::nullopt;
}

// Words that a statement may hold and a model may not bring.
struct ForbiddenWords {
  std::string_view words;
  std::optional<Audience> audience;  // nobody: both
  Severity from = Severity::minor;
  std::string_view reason;
};
constexpr std::array forbidden{
    ForbiddenWords{"safe", {}, Severity::minor, "calls something safe"},
    ForbiddenWords{"safely", {}, Severity::minor, "calls something safe"},
    ForbiddenWords{"harmless", {}, Severity::minor, "calls something safe"},
    ForbiddenWords{"no risk", {}, Severity::minor, "calls something safe"},
    ForbiddenWords{"no danger", {}, Severity::minor, "calls something safe"},
    ForbiddenWords{"no problem", {}, Severity::minor, "calls something safe"},
    ForbiddenWords{"no interaction", {}, Severity::minor, "denies a hazard"},
    ForbiddenWords{"not interact", {}, Severity::minor, "denies a hazard"},
    ForbiddenWords{"not dangerous", {}, Severity::minor, "denies a hazard"},
    ForbiddenWords{"no need", {}, Severity::minor, "denies a need"},
    ForbiddenWords{"not necessary", {}, Severity::minor, "denies a need"},
    ForbiddenWords{"do not worry", {}, Severity::minor, "comforts"},
    ForbiddenWords{"don t worry", {}, Severity::minor, "comforts"},
    ForbiddenWords{"nothing to worry", {}, Severity::minor, "comforts"},
    ForbiddenWords{"all is well", {}, Severity::minor, "comforts"},
    ForbiddenWords{"ignore", {}, Severity::minor, "tells to ignore"},
    ForbiddenWords{"disregard", {}, Severity::minor, "tells to ignore"},
    ForbiddenWords{"mild", {}, Severity::major, "weakens"},
    ForbiddenWords{"minor", {}, Severity::major, "weakens"},
    ForbiddenWords{"moderate", {}, Severity::major, "weakens"},
    ForbiddenWords{"slight", {}, Severity::major, "weakens"},
    ForbiddenWords{"slightly", {}, Severity::major, "weakens"},
    ForbiddenWords{"unlikely", {}, Severity::major, "weakens"},
    ForbiddenWords{"rare", {}, Severity::major, "weakens"},
    ForbiddenWords{"rarely", {}, Severity::major, "weakens"},
    ForbiddenWords{"low risk", {}, Severity::major, "weakens"},
    ForbiddenWords{"small risk", {}, Severity::major, "weakens"},
    ForbiddenWords{"theoretical", {}, Severity::major, "weakens"},
    ForbiddenWords{"stop taking", Audience::patient, Severity::minor, "tells a patient to stop"},
    ForbiddenWords{"quit taking", Audience::patient, Severity::minor, "tells a patient to stop"},
    ForbiddenWords{"throw away", Audience::patient, Severity::minor, "tells a patient to stop"},
    ForbiddenWords{"take less", Audience::patient, Severity::minor, "tells a patient to change a dose"},
    ForbiddenWords{"take more", Audience::patient, Severity::minor, "tells a patient to change a dose"},
    ForbiddenWords{"take half", Audience::patient, Severity::minor, "tells a patient to change a dose"},
    ForbiddenWords{"double", Audience::patient, Severity::minor, "tells a patient to change a dose"},
    ForbiddenWords{"your fault", Audience::patient, Severity::minor, "blames"},
};

Judgement wording(const NarrativeSection& section, const GuardContext&) {
  const auto spaced = [](const Claim& claim) { return " " + knowledge::normalised_name(claim.text) + " "; };
  std::string known;
  for (const Claim& statement : section.statements) known += spaced(statement);
  for (const Claim& claim : section.claims) {
    const std::string text = spaced(claim);
    for (const ForbiddenWords& entry : forbidden) {
      if (entry.audience && *entry.audience != section.audience) continue;
      if (section.severity < entry.from) continue;
      const std::string words = " " + std::string(entry.words) + " ";
      if (text.find(words) != std::string::npos && known.find(words) == std::string::npos)
        return std::string(entry.reason);
    }
  }
  return std::nullopt;
}

// Some words of an illness are long and cannot be helped: the template's own grade counts as wanted.
Judgement reading_grade(const NarrativeSection& section, const GuardContext& context) {
  constexpr double tolerance = 1.0;
  if (section.audience != Audience::patient) return std::nullopt;
  const auto grade_of = [&](const std::vector<Claim>& claims) {
    return flesch_kincaid_grade(count_claims(claims, Audience::patient, context.names));
  };
  if (grade_of(section.assembled) > std::max(context.patient_grade, grade_of(section.statements)) + tolerance)
    return "harder to read than was asked for";
  return std::nullopt;
}

struct Guard {
  std::string_view name;
  Judgement (*judge)(const NarrativeSection&, const GuardContext&);
};
constexpr std::array guards{Guard{"plain text", plain_text}, Guard{"must say", must_say},
                            Guard{"numbers", numbers},       Guard{"medicines", medicines},
                            Guard{"wording", wording},       Guard{"reading grade", reading_grade}};

}  // namespace

std::vector<std::string_view> narrative_guards() {
  std::vector<std::string_view> names;
  for (const Guard& guard : guards) names.push_back(guard.name);
  return names;
}

std::optional<Objection> first_objection(const NarrativeSection& section, const GuardContext& context) {
  for (const Guard& guard : guards) {
    try {
      if (const Judgement wrong = guard.judge(section, context)) return Objection{std::string(guard.name), *wrong};
    } catch (const std::exception&) {
      return Objection{std::string(guard.name), "the guard failed"};
    }
  }
  return std::nullopt;
}

}  // namespace guardian::agents
