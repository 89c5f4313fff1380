#include "audit/suite/verdict.hpp"

#include <algorithm>
#include <array>

namespace guardian::audit::suite {
namespace {

using core::Finding;
using core::Review;

constexpr std::array<std::string_view, miss_reasons> reason_names{
    "name unresolved",  "drug unknown", "read as something else", "no rule",      "lower severity",
    "unwanted finding", "wrong triage", "wrong decision",         "wrong status", "not reviewed"};

bool has(const std::vector<std::string>& list, const std::string& one) {
  return std::find(list.begin(), list.end(), one) != list.end();
}

bool has_all(const std::vector<std::string>& list, const std::vector<std::string>& wanted) {
  return std::all_of(wanted.begin(), wanted.end(), [&](const std::string& one) { return has(list, one); });
}

std::string lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

std::string joined(const std::vector<std::string>& parts, std::string_view separator) {
  std::string text;
  for (const std::string& part : parts) {
    if (!text.empty()) text += separator;
    text += part;
  }
  return text;
}

// Rules and severity; subjects only of what is no free text of the case.
std::string shown(const Finding& finding) {
  std::string text = std::string(to_string(finding.type)) + " " + std::string(to_string(finding.severity));
  if (!finding.rules.empty()) text += " by " + joined(finding.rules, ", ");
  return text;
}

template <class Word>
std::string shown(const Bounds<Word>& bounds) {
  if (bounds.from == bounds.to) return std::string(to_string(*bounds.from));
  if (bounds.from && bounds.to)
    return std::string(to_string(*bounds.from)) + " to " + std::string(to_string(*bounds.to));
  return bounds.from ? "at least " + std::string(to_string(*bounds.from))
                     : "at most " + std::string(to_string(*bounds.to));
}

template <class Word>
bool within(const Bounds<Word>& bounds, Word word) {
  return (!bounds.from || word >= *bounds.from) && (!bounds.to || word <= *bounds.to);
}

class Judge {
 public:
  Judge(const Expectation& row, const Review& review) : row_(row), review_(review) {}

  Verdict verdict() {
    names();
    for (const FindingPattern& pattern : row_.must_find) must_find(pattern);
    severity();
    for (const FindingPattern& pattern : row_.must_not) must_not(pattern);
    status();
    triage();
    if ((row_.decision.from || row_.decision.to) && !within(row_.decision, review_.decision))
      miss(MissReason::wrong_decision,
           "wanted " + shown(row_.decision) + ", it is " + std::string(to_string(review_.decision)));
    return std::move(verdict_);
  }

 private:
  void miss(MissReason reason, std::string text) { verdict_.misses.push_back({reason, std::move(text)}); }

  // What a reader sees of a medicine: its words in a list of names, its place in a case.
  [[nodiscard]] std::string medicine(const std::string& element, const std::string& text) const {
    return row_.between.empty() || text.empty() ? element : "`" + text + "`";
  }

  // A row that stays silent proves nothing when its medicine was not even read.
  void names() {
    if (!row_.reads_as.empty()) {
      for (std::size_t i = 0; i < row_.reads_as.size() && i < row_.subject.medications.size(); ++i) read_as(i);
      return;
    }
    const bool unknown_name_expected =
        std::any_of(row_.must_find.begin(), row_.must_find.end(), [](const FindingPattern& pattern) {
          return !pattern.types.empty() && pattern.types.front() == core::FindingType::unresolved;
        });
    if (unknown_name_expected) return;
    for (const core::UnresolvedMedication& name : review_.unresolved) not_read(name);
  }

  void not_read(const core::UnresolvedMedication& name) {
    const bool near = !name.candidates.empty();
    std::string text = medicine(name.element, name.text);
    if (near) text += " may be " + name.candidates.front().name;
    miss(near ? MissReason::name_unresolved : MissReason::drug_unknown, std::move(text));
  }

  void read_as(std::size_t position) {
    const Reading& wanted = row_.reads_as[position];
    const std::string& element = row_.subject.medications[position].element;
    const auto of_element = [&](const auto& one) { return one.element == element; };
    const auto unread = std::find_if(review_.unresolved.begin(), review_.unresolved.end(), of_element);
    if (unread != review_.unresolved.end()) {
      if (!wanted.unresolved) not_read(*unread);
      return;
    }
    const auto read = std::find_if(review_.resolved.begin(), review_.resolved.end(), of_element);
    if (read == review_.resolved.end()) return miss(MissReason::misread, element + " was not looked at");
    std::vector<std::string> found = read->ingredients;
    std::vector<std::string> expected = wanted.ingredients;
    std::sort(found.begin(), found.end());
    std::sort(expected.begin(), expected.end());
    if (!wanted.unresolved && found == expected) return;
    miss(MissReason::misread, medicine(element, read->text) + " wanted " +
                                  (wanted.unresolved ? "no reading" : joined(expected, "+")) + ", read as " +
                                  joined(found, "+"));
  }

  void must_find(const FindingPattern& pattern) {
    const Finding* near = nullptr;
    for (const Finding& finding : review_.findings) {
      if (matches(pattern, finding)) return;
      FindingPattern any = pattern;
      any.from = core::Severity::minor;
      any.to = core::Severity::critical;
      if (near == nullptr && matches(any, finding)) near = &finding;
    }
    const std::string wanted = "wanted `" + pattern.text + "`, found ";
    if (near == nullptr) return miss(MissReason::no_rule, wanted + "nothing of that kind");
    miss(near->severity < pattern.from ? MissReason::lower_severity : MissReason::unwanted_finding,
         wanted + shown(*near));
  }

  void must_not(const FindingPattern& pattern) {
    for (const Finding& finding : review_.findings) {
      if (matches(pattern, finding))
        miss(MissReason::unwanted_finding, "must not find `" + pattern.text + "`, found " + shown(finding));
    }
  }

  void severity() {
    const Finding* severest = nullptr;
    const Finding* asked = nullptr;
    for (const Finding& finding : review_.findings) {
      if (severest == nullptr || finding.severity > severest->severity) severest = &finding;
      if (!has_all(finding.elements, row_.between)) continue;
      if (asked == nullptr || finding.severity > asked->severity) asked = &finding;
    }
    if (asked != nullptr) verdict_.severest = asked->severity;
    if (row_.least && (asked == nullptr || asked->severity < *row_.least)) {
      const std::string wanted = "wanted at least " + std::string(to_string(*row_.least)) + ", found ";
      if (asked == nullptr) {
        miss(MissReason::no_rule, wanted + "nothing that speaks of them");
      } else {
        miss(MissReason::lower_severity, wanted + shown(*asked));
      }
    }
    if (row_.most && severest != nullptr && severest->severity > *row_.most)
      miss(MissReason::unwanted_finding,
           "wanted at most " + std::string(to_string(*row_.most)) + ", found " + shown(*severest));
  }

  void status() {
    for (const std::string& words : row_.not_assessed) {
      const bool listed = std::any_of(
          review_.not_assessed.begin(), review_.not_assessed.end(),
          [&](const core::NotAssessed& open) { return lower(open.wanted).find(lower(words)) != std::string::npos; });
      if (!listed) miss(MissReason::wrong_status, "`" + words + "` is not listed as not assessed");
    }
    if (row_.complete && review_.complete != *row_.complete)
      miss(MissReason::wrong_status,
           *row_.complete ? "wanted complete, it is incomplete" : "wanted incomplete, it is complete");
  }

  void triage() {
    const bool asked = row_.triage.from || row_.triage.to;
    if (!asked && !row_.news2) return;
    if (!review_.triage) return miss(MissReason::wrong_triage, "there is no triage");
    if (asked && !within(row_.triage, review_.triage->level))
      miss(MissReason::wrong_triage,
           "wanted " + shown(row_.triage) + ", it is " + std::string(to_string(review_.triage->level)));
    if (!row_.news2) return;
    const core::News2& score = review_.triage->news2;
    const std::string found = score.applicable ? std::to_string(score.score) : "none";
    if (found != *row_.news2) miss(MissReason::wrong_triage, "wanted NEWS2 " + *row_.news2 + ", it is " + found);
  }

  const Expectation& row_;
  const Review& review_;
  Verdict verdict_;
};

}  // namespace

std::string_view to_string(MissReason reason) noexcept { return reason_names[static_cast<std::size_t>(reason)]; }

bool matches(const FindingPattern& pattern, const Finding& finding) {
  if (pattern.interruptive && !finding.interruptive) return false;
  if (!pattern.types.empty() &&
      std::find(pattern.types.begin(), pattern.types.end(), finding.type) == pattern.types.end())
    return false;
  return finding.severity >= pattern.from && finding.severity <= pattern.to &&
         has_all(finding.subjects, pattern.subjects);
}

Verdict judge(const Expectation& row, const core::Result<Review>& review) {
  if (!review) return {{{MissReason::not_reviewed, review.error().message}}, {}};
  return Judge(row, *review).verdict();
}

}  // namespace guardian::audit::suite
