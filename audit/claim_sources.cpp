#include "audit/claim_sources.hpp"

#include <algorithm>
#include <array>

#include "audit/phrase_list.hpp"
#include "knowledge/text.hpp"

namespace guardian::audit {
namespace {

// The texts of a finding that a claim may use.
template <class Visit>
void each_text(const core::Finding& finding, Visit visit) {
  for (const std::string* text :
       {&finding.title, &finding.mechanism, &finding.effect, &finding.management, &finding.onset, &finding.via})
    visit(*text);
  for (const auto* list : {&finding.monitoring, &finding.context, &finding.subjects, &finding.best_removal}) {
    for (const std::string& text : *list) visit(text);
  }
  for (const core::EvidenceRecord& record : finding.evidence) {
    visit(record.title);
    visit(record.source);
    visit(record.section);
    visit(record.year);
  }
  for (const core::PathStep& step : finding.path) {
    visit(step.from);
    visit(step.to);
  }
  if (finding.raise) visit(finding.raise->reason);
}

constexpr auto plain_bytes = [] {
  std::array<char, 256> table{};
  for (std::size_t i = 0; i < table.size(); ++i) {
    const auto c = static_cast<char>(i);
    const bool blank = c == '\n' || c == '\t' || c == '\r';
    table[i] = blank ? ' ' : c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return table;
}();

void add_plain(std::string& words, std::string_view text) {
  const std::size_t begin = words.size();
  words.resize(begin + text.size());
  char* out = words.data() + begin;
  char last = ' ';
  for (const char c : text) {
    const char plain = plain_bytes[static_cast<unsigned char>(c)];
    *out = plain;
    out += plain == ' ' && last == ' ' ? 0 : 1;
    last = plain;
  }
  words.resize(static_cast<std::size_t>(out - words.data()));
  constexpr std::string_view marks = " .!?;:";
  while (words.size() > begin && marks.find(words.back()) != std::string_view::npos) words.pop_back();
}

constexpr auto sentence_marks = [] {
  std::array<bool, 256> table{};
  for (const char c : {'.', '!', '?', ';'}) table[static_cast<unsigned char>(c)] = true;
  return table;
}();

}  // namespace

std::string plain_sentence(std::string_view text) {
  std::string plain;
  add_plain(plain, text);
  return plain;
}

std::vector<std::string_view> sentences_of(std::string_view text) {
  std::vector<std::string_view> sentences;
  std::size_t from = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool last = i + 1 == text.size();
    if (!last && !sentence_marks[static_cast<unsigned char>(text[i])]) continue;
    if (!last && text[i + 1] != ' ' && text[i + 1] != '\n') continue;
    const auto sentence = knowledge::trimmed(text.substr(from, i + 1 - from));
    if (!sentence.empty()) sentences.push_back(sentence);
    from = i + 1;
  }
  return sentences;
}

ClaimSources::ClaimSources(const core::Review& review) : all_(review.findings) {
  add_case(review);
  whole_ = case_;
  sources_.reserve(review.findings.size());
  for (const core::Finding& finding : review.findings) {
    findings_.emplace(finding.id, &finding);
    Source& source = sources_.emplace_back();
    each_text(finding, [&](const std::string& text) { add_text(source, text); });
    source.medicines.insert(finding.subjects.begin(), finding.subjects.end());
    whole_.words += source.words;
    whole_.numbers.insert(whole_.numbers.end(), source.numbers.begin(), source.numbers.end());
    whole_.medicines.insert(source.medicines.begin(), source.medicines.end());
  }
}

void ClaimSources::add_text(Source& source, std::string_view text) {
  if (text.empty()) return;
  add_plain(source.words, text);
  source.words += '\n';
  add_numbers(text, source.numbers);
}

void ClaimSources::add_case(const core::Review& review) {
  for (const core::ResolvedMedication& medicine : review.resolved) {
    add_text(case_, medicine.text);
    for (const std::string& ingredient : medicine.ingredients) add_text(case_, ingredient);  // "... glycol 3350"
    case_.medicines.insert(medicine.ingredients.begin(), medicine.ingredients.end());
  }
  for (const core::UnresolvedMedication& medicine : review.unresolved) {
    add_text(case_, medicine.text);
    for (const core::NameCandidate& candidate : medicine.candidates)
      case_.medicines.insert(candidate.ingredients.begin(), candidate.ingredients.end());
  }
  for (const core::StatedFact& fact : review.facts) {
    add_text(case_, fact.words);
    if (fact.value) case_.numbers.push_back(number_with_unit(*fact.value, fact.unit));
    if (fact.high) case_.numbers.push_back(number_with_unit(*fact.high, fact.unit));
    if (fact.daily_mg) case_.numbers.push_back(number_with_unit(*fact.daily_mg, "mg/day"));
    if (fact.rate_mg) case_.numbers.push_back(number_with_unit(*fact.rate_mg, "mg/h"));
    if (fact.single_mg) case_.numbers.push_back(number_with_unit(*fact.single_mg, "mg"));
    if (fact.times_per_day) case_.numbers.push_back(number_with_unit(*fact.times_per_day, ""));
    for (const auto* days : {&fact.duration_days, &fact.stopped_days_ago, &fact.age_days}) {
      if (*days) case_.numbers.push_back(number_with_unit(**days, "days"));
    }
  }
  for (const core::NotAssessed& missing : review.not_assessed) add_text(case_, missing.wanted);
  for (const core::Degradation& failed : review.degradations) {
    add_text(case_, failed.agent);
    add_text(case_, failed.reason);
  }
  if (review.triage) {
    for (const std::string& reason : review.triage->reasons) add_text(case_, reason);
    for (const core::RedFlag& flag : review.triage->red_flags) {
      add_text(case_, flag.title);
      add_text(case_, flag.action);
      for (const std::string& seen : flag.seen) add_text(case_, seen);
      case_.medicines.insert(flag.subjects.begin(), flag.subjects.end());
      for (const core::EvidenceRecord& record : flag.evidence) flag_evidence_.insert(record.id);
    }
  }
  if (review.plan) {
    for (const core::PlanOption& option : review.plan->best) {
      for (const core::PlanChange& change : option.changes) {
        if (!change.to.empty()) case_.medicines.insert(change.to);
        if (change.daily_mg) case_.numbers.push_back(number_with_unit(*change.daily_mg, "mg/day"));
      }
    }
  }
  // How many there are of something.
  for (std::size_t count = 0; count <= std::max({review.findings.size(), review.resolved.size(), std::size_t{4}});
       ++count)
    case_.numbers.push_back({static_cast<double>(count), static_cast<double>(count), {}});
  const core::Certificate& of = review.certificate;
  for (const std::size_t count : {of.pairs, of.considered, of.fired, of.vetoed, of.unevaluated, of.ingredients})
    case_.numbers.push_back({static_cast<double>(count), static_cast<double>(count), {}});
}

const core::Finding* ClaimSources::finding(std::string_view id) const {
  const auto found = findings_.find(id);
  return found == findings_.end() ? nullptr : found->second;
}

const Source& ClaimSources::of(const core::Finding& finding) const {
  return sources_.at(static_cast<std::size_t>(&finding - all_.data()));
}

bool ClaimSources::is_known(const TextNumber& number, const Source& source) const {
  const auto same = [&](const TextNumber& known) { return same_number(number, known); };
  return std::any_of(source.numbers.begin(), source.numbers.end(), same) ||
         (&source != &whole_ && std::any_of(case_.numbers.begin(), case_.numbers.end(), same));
}

bool ClaimSources::may_name(const NamedDrug& drug, const Source& source) const {
  const bool listed = drug.ingredients != nullptr &&
                      std::any_of(drug.ingredients->begin(), drug.ingredients->end(),
                                  [&](const std::string& one) { return source.medicines.contains(one); });
  return listed || contains(source.words, plain_sentence(drug.text));
}

}  // namespace guardian::audit
