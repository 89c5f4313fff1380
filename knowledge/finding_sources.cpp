#include "knowledge/finding_sources.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace guardian::knowledge {

std::vector<core::FindingSource> finding_sources(const std::vector<SourceVoice>& voices, const std::string& shown) {
  const bool only_ours =
      std::all_of(voices.begin(), voices.end(), [](const SourceVoice& voice) { return voice.source.empty(); });
  if (only_ours) return {};
  std::map<std::pair<int, std::string>, core::FindingSource> by_precedence;
  for (const SourceVoice& voice : voices) {
    const std::string name = voice.source.empty() ? own_source : voice.source;
    core::FindingSource& source = by_precedence[{voice.precedence, name}];
    // The gravest rule of a source says its level; of equal ones the first.
    if (source.rules.empty() || voice.severity > source.severity) {
      source.severity = voice.severity;
      source.level = voice.level;
      source.says = voice.advice;
    }
    source.source = name;
    source.rules.push_back(voice.rule);
  }
  std::vector<core::FindingSource> sources;
  for (auto& [key, source] : by_precedence) {
    if (source.says == shown) source.says.clear();
    const core::Severity first = sources.empty() ? source.severity : sources.front().severity;
    source.compared = sources.empty()            ? "first"
                      : source.severity == first ? "agrees"
                      : source.severity > first  ? "higher"
                                                 : "lower";
    sources.push_back(std::move(source));
  }
  return sources;
}

}  // namespace guardian::knowledge
