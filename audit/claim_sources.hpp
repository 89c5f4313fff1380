#pragma once
// What claims of a review may rest on: its words, numbers and medicines, by finding and of the whole. Made once for a
// review; refers to it. Pure.

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "audit/drug_names.hpp"
#include "audit/text_numbers.hpp"
#include "core/explanation.hpp"
#include "core/review.hpp"

namespace guardian::audit {

// Lower case, blanks single, without the mark at the end.
[[nodiscard]] std::string plain_sentence(std::string_view text);

// Sentences, and parts of them between semicolons.
[[nodiscard]] std::vector<std::string_view> sentences_of(std::string_view text);

struct Source {
  std::string words;  // plain, all of them
  std::vector<TextNumber> numbers;
  std::set<std::string, std::less<>> medicines;  // ingredients that may be named
};

class ClaimSources {
 public:
  explicit ClaimSources(const core::Review& review);

  // Of a finding by its id; null when there is none.
  [[nodiscard]] const core::Finding* finding(const std::string& id) const;
  [[nodiscard]] const Source& of(const core::Finding& finding) const;
  // Of the whole review: every finding, and what is said of the case.
  [[nodiscard]] const Source& whole() const { return whole_; }
  // Whether a source speaks of a medicine, by its ingredient or by this very name.
  [[nodiscard]] bool may_name(const NamedDrug& drug, const Source& source) const;
  [[nodiscard]] bool is_red_flag_evidence(const std::string& id) const { return flag_evidence_.contains(id); }

 private:
  void add_case(const core::Review& review);
  static void add_text(Source& source, std::string_view text);

  std::map<std::string, const core::Finding*> findings_;
  std::map<const core::Finding*, Source> sources_;
  Source whole_;
  Source case_;
  std::set<std::string> flag_evidence_;
};

}  // namespace guardian::audit
