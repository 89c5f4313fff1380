#pragma once
// The only maker of an assessment out of the floor and what agents propose. It adds and raises; it has no way to remove
// or lower a finding of the engine, to put a graver one behind a lighter one, or to lower the triage level. Pure.

#include <string>
#include <vector>

#include "agents/proposal.hpp"
#include "core/review.hpp"

namespace guardian::runtime {

// What the engine found when it screened the case again with what agents read in the note. Only what the floor does not
// have is taken.
struct Rescreening {
  std::vector<core::Finding> findings;  // `via` is set
  std::vector<core::ResolvedMedication> resolved;
  std::vector<core::StatedFact> facts;
  std::vector<core::RedFlag> red_flags;
  core::TriageLevel level = core::TriageLevel::routine;
  std::string agent;  // that read the note
};

// Why a part of a proposal was not taken. `what` holds no words of the patient.
struct Refusal {
  std::string agent;
  std::string what;

  friend bool operator==(const Refusal&, const Refusal&) = default;
};

struct Assessment {
  core::Review review;
  std::vector<Refusal> refusals;
};

// At most so many of each kind are taken from one agent: a flood is no help to anybody.
inline constexpr std::size_t most_concerns = 5;
inline constexpr std::size_t most_raises = 5;

// `note` is that of the case. The review that comes out has the findings of `floor` as they were, but for `raise`.
[[nodiscard]] Assessment reconcile(core::Review floor, const std::vector<Rescreening>& rescreenings,
                                   const std::vector<agents::Proposal>& proposals, const std::string& note);

}  // namespace guardian::runtime
