#include "core/explanation.hpp"

#include <algorithm>
#include <array>
#include <iterator>

namespace guardian::core {
namespace {

constexpr std::array<std::string_view, 2> audience_names{"clinician", "patient"};
constexpr std::array<std::string_view, 8> kind_names{"what",    "why",   "effect",  "action",
                                                     "urgency", "watch", "unknown", "scope"};

bool states(const Claim& claim, const MustSay& fact) {
  const auto has_word = [&](const std::string& word) { return claim.text.find(word) != std::string::npos; };
  return claim.audience == fact.audience && claim.kind == fact.kind && !claim.text.empty() &&
         std::find(claim.findings.begin(), claim.findings.end(), fact.finding) != claim.findings.end() &&
         std::all_of(fact.words.begin(), fact.words.end(), has_word);
}

}  // namespace

std::string_view to_string(Audience audience) noexcept { return audience_names[static_cast<std::size_t>(audience)]; }

std::string_view to_string(ClaimKind kind) noexcept { return kind_names[static_cast<std::size_t>(kind)]; }

std::vector<MustSay> unsaid(const Explanation& explanation) {
  std::vector<MustSay> missing;
  std::copy_if(explanation.must_say.begin(), explanation.must_say.end(), std::back_inserter(missing),
               [&](const MustSay& fact) {
                 return std::none_of(explanation.claims.begin(), explanation.claims.end(),
                                     [&](const Claim& claim) { return states(claim, fact); });
               });
  return missing;
}

}  // namespace guardian::core
