#pragma once
// A review in words, for those who treat and for the patient, as claims that each cite what they rest on: plain data,
// whoever wrote it. An audit can check a claim by itself, and a claim that fails can be left out or replaced.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace guardian::core {

enum class Audience : std::uint8_t { clinician, patient };
[[nodiscard]] std::string_view to_string(Audience audience) noexcept;

enum class ClaimKind : std::uint8_t {
  what,     // the hazard and how grave it is; of the whole: what was found
  why,      // how it comes about
  effect,   // what can happen
  action,   // what to do
  urgency,  // how soon
  watch,    // tests, or signs that call for help
  unknown,  // what was not known
  scope     // how far the check went
};
[[nodiscard]] std::string_view to_string(ClaimKind kind) noexcept;

// One or a few sentences about one thing.
struct Claim {
  std::string id;  // unique in its explanation, the same for the same review
  Audience audience = Audience::clinician;
  std::string about;  // id of a finding; empty: the whole review
  ClaimKind kind = ClaimKind::what;
  std::string text;
  std::vector<std::string> findings;  // ids of what it rests on
  std::vector<std::string> evidence;  // ids of evidence records of these findings or of a red flag
  std::string by = "template";        // template, model

  friend bool operator==(const Claim&, const Claim&) = default;
};

// What every text on a critical finding has to state: a claim of this kind that cites the finding and has all `words`.
struct MustSay {
  std::string finding;
  Audience audience = Audience::clinician;
  ClaimKind kind = ClaimKind::what;
  std::vector<std::string> words;  // names of the medicines; for other kinds none

  friend bool operator==(const MustSay&, const MustSay&) = default;
};

struct Explanation {
  bool released = true;         // false: an audit withheld a model's text
  std::string by = "template";  // template, model: some claims at least
  std::string model;            // which one; empty for the template
  double grade_wanted = 0.0;    // school grade (Flesch-Kincaid) that the patient text was asked for
  double grade_measured = 0.0;  // of all the patient text
  std::vector<Claim> claims;    // of the whole review first, then finding by finding
  std::vector<MustSay> must_say;

  friend bool operator==(const Explanation&, const Explanation&) = default;
};

// Those of `must_say` that no claim states. Empty for a text that may stand.
[[nodiscard]] std::vector<MustSay> unsaid(const Explanation& explanation);

}  // namespace guardian::core
