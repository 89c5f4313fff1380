#pragma once

// Parts of a finding in words that the text report, cards and FHIR share. Pure; any thread.

#include <string>

#include "core/finding.hpp"

namespace guardian::core {

// "LIST (Major): ranks it higher, major: ..."
std::string words_of(const FindingSource& source);

}  // namespace guardian::core
