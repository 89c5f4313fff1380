#include "audit/grounding.hpp"

#include <algorithm>
#include <array>

#include "audit/claim_sources.hpp"
#include "audit/phrase_list.hpp"
#include "knowledge/text.hpp"

namespace guardian::audit {
namespace {

using core::Claim;
using core::ClaimState;
using core::Finding;
using core::Severity;

// What denies a hazard, where nothing before it turns it round; behind these, words for a severity, which count where
// they are said of the hazard.
constexpr PhraseList phrases(std::array<std::string_view, 52>{"can be taken together",
                                                              "may be taken together",
                                                              "can be combined",
                                                              "may be combined",
                                                              "can be given together",
                                                              "may be given together",
                                                              "can be used together",
                                                              "may be used together",
                                                              "can take both",
                                                              "may take both",
                                                              "can take them",
                                                              "continue both",
                                                              "no interaction",
                                                              "do not interact",
                                                              "does not interact",
                                                              "don't interact",
                                                              "no known interaction",
                                                              "no relevant interaction",
                                                              "no risk",
                                                              "not dangerous",
                                                              "not harmful",
                                                              "not a problem",
                                                              "no problem",
                                                              "no concern",
                                                              "nothing to worry",
                                                              "not contraindicated",
                                                              "no contraindication",
                                                              "no need to monitor",
                                                              "no monitoring",
                                                              "no action is needed",
                                                              "no action needed",
                                                              "no precaution",
                                                              "no change is needed",
                                                              "well tolerated together",
                                                              "harmless",
                                                              "need not be avoided",
                                                              "without any risk",
                                                              "can be ignored",
                                                              "is safe",
                                                              "are safe",
                                                              "safe to",
                                                              "safely",
                                                              "perfectly safe",
                                                              "safe together",
                                                              "minor",
                                                              "mild",
                                                              "negligible",
                                                              "insignificant",
                                                              "moderate",
                                                              "major",
                                                              "critical",
                                                              "contraindicated"});
constexpr std::array<Severity, 8> severities{Severity::minor,    Severity::minor,    Severity::minor,
                                             Severity::minor,    Severity::moderate, Severity::major,
                                             Severity::critical, Severity::critical};
constexpr std::size_t first_severity = phrases.count() - severities.size();
constexpr std::array<std::string_view, 11> turned_round{"not ",   "n't ",   "never ",  "no ",     "un", "whether ",
                                                        "cannot", "until ", "before ", "nobody ", "if "};

// What says of a review with findings that there are none.
constexpr std::array<std::string_view, 6> whole_denials{
    "no findings",       "no finding ", "no problems were found", "no problem was found", "all medicines are safe",
    "everything is safe"};

constexpr std::array<std::string_view, 9> hazard_nouns{"interaction", "risk",   "concern",  "issue",      "problem",
                                                       "finding",     "hazard", "severity", "combination"};
constexpr std::array<std::string_view, 6> says_is{"is ", "are ", "as ", "only ", "severity ", "a "};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool is_whole_word(std::string_view text, std::size_t at, std::size_t length) {
  return (at == 0 || !is_letter(text[at - 1])) && (at + length == text.size() || !is_letter(text[at + length]));
}

bool is_turned_round(std::string_view text, std::size_t at) {
  constexpr std::size_t look_back = 80;
  std::string_view before = text.substr(at > look_back ? at - look_back : 0, std::min(at, look_back));
  if (const auto clause = before.find_last_of(",:;"); clause != std::string_view::npos) before.remove_prefix(clause);
  return std::any_of(turned_round.begin(), turned_round.end(),
                     [&](std::string_view word) { return contains(before, word); });
}

// Whether a word for a severity at [at, at + length) is said of a hazard: "a major risk", "is critical."
bool is_of_hazard(std::string_view sentence, std::size_t at, std::size_t length) {
  const std::string_view after = sentence.substr(at + length);
  const std::string_view before = sentence.substr(0, at);
  const bool noun = std::any_of(hazard_nouns.begin(), hazard_nouns.end(), [&](std::string_view word) {
    return after.substr(0, 1) == " " && after.substr(1, word.size()) == word && is_whole_word(after, 1, word.size());
  });
  return noun ||
         ((after.empty() || after[0] == ',' || after[0] == '.' || after[0] == ':') &&
          std::any_of(says_is.begin(), says_is.end(), [&](std::string_view word) { return before.ends_with(word); }));
}

struct Said {
  bool denial = false;
  std::optional<Severity> severity;  // the gravest that is said of a hazard
};

Said read_phrases(std::string_view sentence) {
  Said said;
  std::uint64_t seen = 0;
  phrases.each_place(sentence, [&](std::size_t number, std::size_t at) {
    const std::size_t length = phrases.phrase(number).size();
    const bool whole = is_whole_word(sentence, at, length);
    if (number >= first_severity) {
      const Severity severity = severities[number - first_severity];
      if (whole && is_of_hazard(sentence, at, length))
        said.severity = std::max(said.severity.value_or(severity), severity);
      return;
    }
    // Of each phrase that denies, its first place counts.
    const std::uint64_t bit = std::uint64_t{1} << number;
    said.denial = said.denial || ((seen & bit) == 0 && whole && !is_turned_round(sentence, at));
    seen |= bit;
  });
  return said;
}

// Share of the longer words of a sentence that begin as a word of the source does.
double shared_words(std::string_view sentence, const LetterRuns& source) {
  constexpr std::size_t shortest = LetterRuns::length;
  std::size_t words = 0;
  std::size_t known = 0;
  for (std::size_t at = 0; at < sentence.size();) {
    std::size_t end = at;
    while (end < sentence.size() && is_letter(sentence[end])) ++end;
    if (end - at >= shortest) {
      ++words;
      known += source.has(sentence.substr(at, shortest)) ? 1U : 0U;
    }
    at = std::max(end, at + 1);
  }
  return words == 0 ? 0.0 : static_cast<double>(known) / static_cast<double>(words);
}

class ClaimChecker {
 public:
  ClaimChecker(const core::Review& review, const ClaimSources& sources, const DrugNames* names, Grounding& result)
      : review_(review), sources_(sources), names_(names), result_(result) {
    for (const Finding& finding : review.findings) {
      subjects_.emplace_back();
      for (const std::string& subject : finding.subjects) subjects_.back().push_back(plain_sentence(subject));
    }
  }

  void check(const Claim& claim) {
    claim_ = &claim;
    flaw_ = ClaimFlaw::none;
    reason_.clear();
    borne_out_ = 0;
    open_ = 0;
    cited_.clear();
    check_citations();
    for (const std::string_view sentence : sentences_of(claim.text)) check_sentence(sentence);
    if (flaw_ == ClaimFlaw::none && open_ > 0) note(ClaimFlaw::no_structure, "nothing in it can be checked");
    core::ClaimCheck check{claim.id, ClaimState::supported, is_major(), reason_};
    switch (flaw_) {
      case ClaimFlaw::none: break;
      case ClaimFlaw::no_structure: check.state = ClaimState::uncheckable; break;
      case ClaimFlaw::contradiction: check.state = ClaimState::contradicting; break;
      case ClaimFlaw::severity:
      case ClaimFlaw::citation:
      case ClaimFlaw::number:
      case ClaimFlaw::medicine: check.state = ClaimState::unsupported; break;
    }
    result_.checks.push_back(std::move(check));
    result_.flaws.push_back(flaw_);
  }

 private:
  void note(ClaimFlaw flaw, std::string reason) {
    if (flaw <= flaw_) return;
    flaw_ = flaw;
    reason_ = std::move(reason);
  }

  [[nodiscard]] bool speaks_of_whole() const { return claim_->about.empty(); }

  // About a major or critical finding, or a dose or number to act on.
  [[nodiscard]] bool is_major() const {
    return std::any_of(cited_.begin(), cited_.end(),
                       [](const Finding* finding) { return weight(*finding) >= Severity::major; }) ||
           (cited_.empty() && core::decide(review_.findings, true) >= core::Decision::escalate) ||
           flaw_ == ClaimFlaw::number;
  }

  void check_citations() {
    std::size_t good = 0;
    const auto cite = [&](const std::string& id) {
      ++result_.citations;
      if (const Finding* finding = sources_.finding(id)) {
        cited_.push_back(finding);
        ++good;
      } else {
        note(ClaimFlaw::citation, "cites a finding that is not there");
      }
    };
    const auto& ids = claim_->findings;
    for (const std::string& id : ids) cite(id);
    if (!claim_->about.empty() && std::find(ids.begin(), ids.end(), claim_->about) == ids.end()) cite(claim_->about);
    for (const std::string& id : claim_->evidence) {
      ++result_.citations;
      const bool of_cited = std::any_of(cited_.begin(), cited_.end(), [&](const Finding* finding) {
        return std::any_of(finding->evidence.begin(), finding->evidence.end(),
                           [&](const core::EvidenceRecord& record) { return record.id == id; });
      });
      if (of_cited || sources_.is_red_flag_evidence(id)) {
        ++good;
      } else {
        note(ClaimFlaw::citation, "cites evidence that none of its findings rests on");
      }
    }
    result_.good_citations += good;
    if (claim_->about.empty()) return;
    ++result_.wanting;
    if (good > 0) ++result_.cited;
  }

  [[nodiscard]] bool stands_in(const Source& source, const std::string& plain) const {
    return plain.size() > 3 && contains(source.words, plain);
  }

  void check_sentence(std::string_view sentence) {
    const std::string plain = plain_sentence(sentence);
    // Word for word: of its finding, or of the whole where it is about that.
    bool verbatim = speaks_of_whole() && stands_in(sources_.whole(), plain);
    for (const Finding* finding : cited_) verbatim = verbatim || stands_in(sources_.of(*finding), plain);
    if (verbatim) {
      ++borne_out_;
      return;
    }
    bool checked = false;
    if (names_ != nullptr) checked = check_medicines(sentence);
    checked = check_numbers(sentence) || checked;
    const Said said = read_phrases(plain);
    checked = check_denial(plain, said) || checked;
    checked = check_severity(plain, said) || checked;
    const double least_shared = 0.5;
    for (const Finding* finding : cited_) {
      checked = checked || shared_words(plain, sources_.of(*finding).letter_runs()) >= least_shared;
    }
    checked = checked || (speaks_of_whole() && shared_words(plain, sources_.whole().letter_runs()) >= least_shared);
    if (checked) {
      ++borne_out_;
    } else {
      ++open_;
    }
  }

  bool check_medicines(std::string_view sentence) {
    bool any = false;
    for (const NamedDrug& drug : names_->find(sentence)) {
      any = true;
      bool known = speaks_of_whole() && sources_.may_name(drug, sources_.whole());
      for (const Finding* finding : cited_) known = known || sources_.may_name(drug, sources_.of(*finding));
      if (!known) note(ClaimFlaw::medicine, "names a medicine that what it cites does not speak of");
    }
    return any;
  }

  bool check_numbers(std::string_view sentence) {
    bool any = false;
    for (const TextNumber& said : numbers_in(sentence)) {
      any = true;
      bool known = speaks_of_whole() && sources_.is_known(said, sources_.whole());
      for (const Finding* finding : cited_) known = known || sources_.is_known(said, sources_.of(*finding));
      if (!known)
        note(ClaimFlaw::number, "has a number that neither the case nor what it cites has, or in another unit");
    }
    return any;
  }

  // The findings that a sentence speaks of: those that a claim on a finding cites, and those whose medicines it names
  // all. What is said of the whole review cites findings without speaking of each.
  template <class Visit>
  void each_subject(std::string_view plain, Visit visit) const {
    for (std::size_t i = 0; i < review_.findings.size(); ++i) {
      const Finding& finding = review_.findings[i];
      const bool is_cited = !claim_->about.empty() && std::find(cited_.begin(), cited_.end(), &finding) != cited_.end();
      const bool named = !is_cited && !subjects_[i].empty() &&
                         std::all_of(subjects_[i].begin(), subjects_[i].end(),
                                     [&](const std::string& subject) { return contains(plain, subject); });
      if (is_cited || named) visit(finding);
    }
  }

  bool check_denial(const std::string& plain, const Said& said) {
    if (claim_->about.empty() && !review_.findings.empty() &&
        std::any_of(whole_denials.begin(), whole_denials.end(),
                    [&](std::string_view denial) { return contains(plain, denial); }))
      note(ClaimFlaw::contradiction, "says that there is no finding");
    if (!said.denial) return false;
    bool any = false;
    each_subject(plain, [&](const Finding& finding) {
      if (weight(finding) < Severity::moderate) return;
      any = true;
      note(ClaimFlaw::contradiction, "denies finding " + finding.id);
    });
    // Of no finding by name: it is said of all.
    if (!any && claim_->about.empty() && core::decide(review_.findings, true) >= core::Decision::caution)
      note(ClaimFlaw::contradiction, "denies what was found");
    return true;
  }

  bool check_severity(const std::string& plain, const Said& said) {
    const auto stated = said.severity;
    if (!stated) return false;
    bool fits = false;
    const Finding* higher = nullptr;
    const Finding* lower = nullptr;
    each_subject(plain, [&](const Finding& finding) {
      fits = fits || *stated == finding.severity || *stated == weight(finding) ||
             (*stated == Severity::critical && finding.contraindication);
      if (*stated < finding.severity) higher = &finding;
      if (*stated > weight(finding)) lower = &finding;
    });
    if (fits) return true;
    if (lower != nullptr) note(ClaimFlaw::severity, "calls a finding graver than it is");
    if (higher != nullptr) note(ClaimFlaw::contradiction, "calls finding " + higher->id + " lighter than it is");
    return true;
  }

  const core::Review& review_;
  const ClaimSources& sources_;
  const DrugNames* names_;
  Grounding& result_;
  std::vector<std::vector<std::string>> subjects_;  // of each finding, plain
  const Claim* claim_ = nullptr;
  std::vector<const Finding*> cited_;
  ClaimFlaw flaw_ = ClaimFlaw::none;
  std::string reason_;
  std::size_t borne_out_ = 0;  // sentences
  std::size_t open_ = 0;
};

}  // namespace

std::size_t Grounding::count(core::ClaimState state) const {
  return static_cast<std::size_t>(
      std::count_if(checks.begin(), checks.end(), [&](const core::ClaimCheck& check) { return check.state == state; }));
}

Grounding ground(const core::Explanation& explanation, const core::Review& review, const DrugNames* names) {
  Grounding result;
  result.checks.reserve(explanation.claims.size());
  const ClaimSources sources(review);
  ClaimChecker checker(review, sources, names, result);
  for (const Claim& claim : explanation.claims) checker.check(claim);
  return result;
}

}  // namespace guardian::audit
