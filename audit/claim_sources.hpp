#pragma once
// What claims of a review may rest on: its words, numbers and medicines, by finding and of the whole. Made once for a
// review; refers to it. Belongs to one thread: the runs of letters of a source are made when they are first asked for.

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "audit/drug_names.hpp"
#include "audit/letter_runs.hpp"
#include "audit/text_numbers.hpp"
#include "core/explanation.hpp"
#include "core/review.hpp"

namespace guardian::audit {

// Lower case, blanks single, without the mark at the end.
[[nodiscard]] std::string plain_sentence(std::string_view text);

// Sentences, and parts of them between semicolons.
[[nodiscard]] std::vector<std::string_view> sentences_of(std::string_view text);

struct Source {
  std::string words;                             // plain, all of them
  std::vector<TextNumber> numbers;               // of a finding: without those of the case, which it may use too
  std::set<std::string, std::less<>> medicines;  // ingredients that may be named
  mutable std::optional<LetterRuns> runs;        // of its words; use letter_runs()

  [[nodiscard]] const LetterRuns& letter_runs() const {
    if (!runs) runs.emplace(words);
    return *runs;
  }
};

class ClaimSources {
 public:
  explicit ClaimSources(const core::Review& review);

  // Of a finding by its id; null when there is none.
  [[nodiscard]] const core::Finding* finding(std::string_view id) const;
  [[nodiscard]] const Source& of(const core::Finding& finding) const;
  // Whether a source has the number, or the case.
  [[nodiscard]] bool is_known(const TextNumber& number, const Source& source) const;
  // Of the whole review: every finding, and what is said of the case.
  [[nodiscard]] const Source& whole() const { return whole_; }
  // Whether a source speaks of a medicine, by its ingredient or by this very name.
  [[nodiscard]] bool may_name(const NamedDrug& drug, const Source& source) const;
  [[nodiscard]] bool is_red_flag_evidence(const std::string& id) const { return flag_evidence_.contains(id); }

 private:
  void add_case(const core::Review& review);
  static void add_text(Source& source, std::string_view text);

  const std::vector<core::Finding>& all_;
  std::unordered_map<std::string_view, const core::Finding*> findings_;
  std::vector<Source> sources_;  // in the order of the findings
  Source whole_;
  Source case_;
  std::set<std::string> flag_evidence_;
};

}  // namespace guardian::audit
