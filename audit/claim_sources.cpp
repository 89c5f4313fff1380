#include "audit/claim_sources.hpp"

#include <algorithm>

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

}  // namespace

std::string plain_sentence(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (blank && (plain.empty() || plain.back() == ' ')) continue;
    plain += blank ? ' ' : c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  while (!plain.empty() && std::string_view(" .!?;:").find(plain.back()) != std::string_view::npos) plain.pop_back();
  return plain;
}

std::vector<std::string_view> sentences_of(std::string_view text) {
  std::vector<std::string_view> sentences;
  std::size_t from = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool mark = text[i] == '.' || text[i] == '!' || text[i] == '?' || text[i] == ';';
    const bool ends = mark && (i + 1 == text.size() || text[i + 1] == ' ' || text[i + 1] == '\n');
    if (!ends && i + 1 < text.size()) continue;
    const auto sentence = knowledge::trimmed(text.substr(from, i + 1 - from));
    if (!sentence.empty()) sentences.push_back(sentence);
    from = i + 1;
  }
  return sentences;
}

ClaimSources::ClaimSources(const core::Review& review) {
  add_case(review);
  whole_ = case_;
  for (const core::Finding& finding : review.findings) {
    findings_.emplace(finding.id, &finding);
    Source source;
    each_text(finding, [&](const std::string& text) { add_text(source, text); });
    source.medicines.insert(finding.subjects.begin(), finding.subjects.end());
    whole_.words += source.words;
    whole_.numbers.insert(whole_.numbers.end(), source.numbers.begin(), source.numbers.end());
    whole_.medicines.insert(source.medicines.begin(), source.medicines.end());
    source.numbers.insert(source.numbers.end(), case_.numbers.begin(), case_.numbers.end());
    sources_.emplace(&finding, std::move(source));
  }
}

void ClaimSources::add_text(Source& source, std::string_view text) {
  if (text.empty()) return;
  source.words += plain_sentence(text);
  source.words += '\n';
  const auto numbers = numbers_in(text);
  source.numbers.insert(source.numbers.end(), numbers.begin(), numbers.end());
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

const core::Finding* ClaimSources::finding(const std::string& id) const {
  const auto found = findings_.find(id);
  return found == findings_.end() ? nullptr : found->second;
}

const Source& ClaimSources::of(const core::Finding& finding) const { return sources_.at(&finding); }

bool ClaimSources::may_name(const NamedDrug& drug, const Source& source) const {
  if (drug.ingredients == nullptr) return source.words.find(plain_sentence(drug.text)) != std::string::npos;
  return std::any_of(drug.ingredients->begin(), drug.ingredients->end(),
                     [&](const std::string& one) { return source.medicines.contains(one); }) ||
         source.words.find(plain_sentence(drug.text)) != std::string::npos;
}

}  // namespace guardian::audit
