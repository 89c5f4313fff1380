#include "agents/explanation_template.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "agents/explanation_parts.hpp"

namespace guardian::agents {
namespace {

using core::Audience;
using core::Claim;
using core::ClaimKind;
using core::Finding;
using core::MustSay;
using core::Review;
using core::Severity;
using core::TriageLevel;

void add_must_say(const Finding& finding, std::vector<MustSay>& facts) {
  const bool has_unknown = !context_lines(finding).unknown.empty();
  for (const Audience audience : {Audience::clinician, Audience::patient}) {
    facts.push_back({finding.id, audience, ClaimKind::what, finding.medicines});
    for (const ClaimKind kind : {ClaimKind::effect, ClaimKind::action, ClaimKind::urgency})
      facts.push_back({finding.id, audience, kind, {}});
    if (has_unknown) facts.push_back({finding.id, audience, ClaimKind::unknown, {}});
  }
}

}  // namespace

bool contains(const Texts& texts, std::string_view wanted) {
  return std::find(texts.begin(), texts.end(), wanted) != texts.end();
}

std::string listed(const Texts& names, std::string_view last_word) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? " " + std::string(last_word) + " " : ", ";
    text += names[i];
  }
  return text;
}

std::string filled(std::string_view pattern,
                   std::initializer_list<std::pair<std::string_view, std::string_view>> places) {
  std::string text;
  while (!pattern.empty()) {
    const auto open = pattern.find('{');
    const auto close = pattern.find('}', open == std::string_view::npos ? 0 : open);
    text += pattern.substr(0, open);
    if (open == std::string_view::npos || close == std::string_view::npos) break;
    const std::string_view name = pattern.substr(open + 1, close - open - 1);
    for (const auto& [place, words] : places) {
      if (place == name) text += words;
    }
    pattern.remove_prefix(close + 1);
  }
  return text;
}

std::string sentence(std::string_view text) {
  std::string clean;
  clean.reserve(text.size() + 1);
  for (const char raw : text) {
    const char c = static_cast<unsigned char>(raw) < 0x20U || raw == 0x7F ? ' ' : raw;
    if (c == ' ' && (clean.empty() || clean.back() == ' ')) continue;
    if ((c == ',' || c == '.' || c == ';') && !clean.empty() && clean.back() == ' ') clean.pop_back();
    clean += c;
  }
  // A place that had nothing to say leaves its brackets behind.
  if (clean.find('(') != std::string::npos) {
    for (auto at = clean.find(" ()"); at != std::string::npos; at = clean.find(" ()")) clean.erase(at, 3);
  }
  while (!clean.empty() && (clean.back() == ' ' || clean.back() == ';' || clean.back() == ',')) clean.pop_back();
  if (clean.empty()) return clean;
  if (clean[0] >= 'a' && clean[0] <= 'z') clean[0] = static_cast<char>(clean[0] - 'a' + 'A');
  const char last = clean.back();
  const bool in_quotes = last == '"' && clean.size() > 1 &&
                         std::string_view(".!?").find(clean[clean.size() - 2]) != std::string_view::npos;
  if (last != '.' && last != '!' && last != '?' && !in_quotes) clean += '.';
  return clean;
}

std::string quoted(std::string_view text) {
  constexpr std::size_t longest = 60;
  std::string clean;
  for (const char c : text) clean += static_cast<unsigned char>(c) < 0x20U || c == 0x7F || c == '"' ? ' ' : c;
  if (clean.size() > longest) {
    std::size_t end = longest;
    while (end > 0 && (static_cast<unsigned char>(clean[end]) & 0xC0U) == 0x80U) --end;  // not within a character
    clean.erase(end);
    while (!clean.empty() && clean.back() == ' ') clean.pop_back();
    clean += " ...";
  }
  while (!clean.empty() && clean.back() == ' ') clean.pop_back();
  return "\"" + clean + "\"";
}

std::string number_word(std::size_t number) {
  constexpr std::array<std::string_view, 13> words{"no",    "one",   "two",  "three", "four",   "five",  "six",
                                                   "seven", "eight", "nine", "ten",   "eleven", "twelve"};
  constexpr std::array<std::string_view, 7> teens{"thirteen",  "fourteen", "fifteen", "sixteen",
                                                  "seventeen", "eighteen", "nineteen"};
  constexpr std::array<std::string_view, 8> tens{"twenty", "thirty",  "forty",  "fifty",
                                                 "sixty",  "seventy", "eighty", "ninety"};
  if (number < words.size()) return std::string(words[number]);
  if (number < 20) return std::string(teens[number - 13]);
  if (number >= 100) return std::to_string(number);
  return std::string(tens[number / 10 - 2]) + (number % 10 == 0 ? "" : "-" + std::string(words[number % 10]));
}

Texts evidence_ids(const std::vector<core::EvidenceRecord>& evidence) {
  Texts ids;
  for (const core::EvidenceRecord& record : evidence) ids.push_back(record.id);
  return ids;
}

ContextLines context_lines(const Finding& finding) {
  // How knowledge/finding_text and knowledge/patient_finding_text say that something was missing.
  constexpr std::array<std::string_view, 6> marks{" not stated",     " not known",  " old",
                                                  " stands in for ", " is a draft", " old: check it again"};
  ContextLines lines;
  for (const std::string& line : finding.context) {
    const bool is_unknown = std::any_of(marks.begin(), marks.end(), [&](std::string_view mark) {
      const auto at = line.find(mark);
      return at != std::string::npos && (mark != " old" || at + mark.size() == line.size());
    });
    (is_unknown ? lines.unknown : lines.reasons).push_back(line);
  }
  return lines;
}

Texts ordered_medicines(const Review& review, const Finding& finding) {
  Texts names;
  for (const core::ResolvedMedication& medication : review.resolved) {
    if (medication.element.rfind("/order", 0) != 0 || !contains(finding.elements, medication.element)) continue;
    for (const std::string& ingredient : medication.ingredients) {
      if (contains(finding.medicines, ingredient) && !contains(names, ingredient)) names.push_back(ingredient);
    }
  }
  return names;
}

Texts other_subjects(const Finding& finding) {
  Texts names;
  for (const std::string& subject : finding.subjects) {
    if (!contains(finding.medicines, subject)) names.push_back(subject);
  }
  return names;
}

bool is_hazard(const Finding& finding) {
  return finding.type != core::FindingType::unresolved && finding.type != core::FindingType::prompt_injection;
}

std::string brand_of(const core::ResolvedMedication& medication) {
  if (medication.match != "brand") return {};
  std::string brand;
  std::size_t words = 0;
  std::string_view rest = medication.text;
  constexpr std::size_t most_words = 2;
  while (!rest.empty()) {
    const auto blank = rest.find(' ');
    const std::string_view word = rest.substr(0, blank);
    rest.remove_prefix(blank == std::string_view::npos ? rest.size() : blank + 1);
    if (word.empty()) continue;
    const bool is_name = std::all_of(
        word.begin(), word.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-'; });
    if (!is_name) {
      if (word.front() >= '0' && word.front() <= '9') break;  // the strength
      return {};
    }
    if (++words > most_words) return {};
    brand += (brand.empty() ? "" : " ") + std::string(word);
  }
  return brand;
}

TriageLevel urgency_of(const Review& review, const Finding& finding) {
  TriageLevel level = TriageLevel::routine;
  if (finding.severity == Severity::critical) {
    level = review.triage ? std::max(review.triage->level, TriageLevel::same_day) : TriageLevel::same_day;
  } else if (finding.severity == Severity::major) {
    level = TriageLevel::soon;
  }
  return level;
}

TriageLevel urgency_of(const Review& review) {
  TriageLevel level = review.triage ? review.triage->level : TriageLevel::routine;
  for (const Finding& finding : review.findings) level = std::max(level, urgency_of(review, finding));
  return level;
}

bool is_must_known(const Review& review, std::string_view wanted) {
  return std::any_of(review.not_assessed.begin(), review.not_assessed.end(),
                     [&](const core::NotAssessed& missing) { return missing.must_know && missing.wanted == wanted; });
}

void ClaimList::speak_of(const Finding* finding) {
  about_ = finding == nullptr ? std::string() : finding->id;
  first_ = explanation_.claims.size();
}

void ClaimList::add(Audience audience, ClaimKind kind, std::string text, Texts findings, Texts evidence) {
  if (text.empty()) return;
  const auto before = static_cast<std::size_t>(
      std::count_if(explanation_.claims.begin() + static_cast<std::ptrdiff_t>(first_), explanation_.claims.end(),
                    [&](const Claim& claim) { return claim.audience == audience && claim.kind == kind; }));
  Claim claim;
  claim.id = (about_.empty() ? "review" : about_) + "." + std::string(to_string(audience)) + "." +
             std::string(to_string(kind)) + (before == 0 ? "" : "." + std::to_string(before + 1));
  claim.audience = audience;
  claim.about = about_;
  claim.kind = kind;
  claim.text = std::move(text);
  claim.findings = std::move(findings);
  if (claim.findings.empty() && !about_.empty()) claim.findings = {about_};
  claim.evidence = std::move(evidence);
  explanation_.claims.push_back(std::move(claim));
}

TextCounts count_claims(const std::vector<Claim>& claims, Audience audience, const NameWords& names) {
  TextCounts counts;
  for (const Claim& claim : claims) {
    if (claim.audience != audience) continue;
    const TextCounts of_claim = count_text(claim.text, names);
    counts.sentences += of_claim.sentences;
    counts.words += of_claim.words;
    counts.syllables += of_claim.syllables;
  }
  return counts;
}

double measured_grade(const std::vector<Claim>& claims, const NameWords& names) {
  // One decimal: more says nothing, and so the last bits of a sum do not matter.
  return std::round(flesch_kincaid_grade(count_claims(claims, Audience::patient, names)) * 10.0) / 10.0;
}

TemplateText template_text(const Review& review, const ExplanationOptions& options) {
  TemplateText text;
  text.explanation.grade_wanted = options.patient_grade;
  const bool full_words = options.patient_grade >= full_words_from;
  ClaimList claims(text.explanation);
  claims.speak_of(nullptr);
  add_clinician_claims(review, claims);
  add_patient_claims(review, claims, text.names);
  for (const Finding& finding : review.findings) {
    claims.speak_of(&finding);
    add_clinician_claims(review, finding, claims);
    add_patient_claims(review, finding, full_words, claims, text.names);
    if (finding.severity == Severity::critical) add_must_say(finding, text.explanation.must_say);
  }
  text.explanation.grade_measured = measured_grade(text.explanation.claims, text.names);
  return text;
}

core::Explanation explain(const Review& review, const ExplanationOptions& options) {
  return template_text(review, options).explanation;
}

}  // namespace guardian::agents
