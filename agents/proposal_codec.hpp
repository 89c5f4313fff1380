#pragma once
// Reads the replies that prompts/schemas describe into proposals. The reply must have passed its schema; what it says
// is still not believed. Words of the note are given back as the note has them, and what cannot be is left out and
// named.

#include <string>
#include <string_view>

#include "agents/agent.hpp"

namespace guardian::agents {

// Adds to `proposal`; what is left out is added to `refused`.
void read_interaction_reply(std::string_view json, const CaseView& view, Proposal& proposal,
                            std::vector<std::string>& refused);
void read_triage_reply(std::string_view json, const CaseView& view, Proposal& proposal,
                       std::vector<std::string>& refused);

}  // namespace guardian::agents
