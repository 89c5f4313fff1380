#include <cmath>
#include <ostream>

#include "adapters/cli/command_support.hpp"
#include "adapters/cli/text_report.hpp"
#include "adapters/json/kb_codec.hpp"
#include "knowledge/resolver.hpp"

namespace guardian::adapters::cli {
namespace {

std::string ingredients_of(const knowledge::KnowledgeBase& base, const knowledge::Interpretation& meaning) {
  std::string names;
  for (const auto ingredient : meaning.ingredients)
    names += (names.empty() ? "" : " + ") + base.graph().ingredient_name(ingredient);
  return names;
}

// Scores from 0 to 1 with two digits, without depending on the stream's state.
std::string score_text(double score) {
  const long hundredths = std::lround(score * 100.0);
  return std::to_string(hundredths / 100) + "." + (hundredths % 100 < 10 ? "0" : "") + std::to_string(hundredths % 100);
}

}  // namespace

int run_resolve(const ResolveOptions& options, const Streams& streams) {
  const auto base = open_knowledge(options.knowledge, streams);
  if (!base) return exit_cannot;
  for (const std::string& name : options.names) {
    const auto resolution = knowledge::resolve(*base, {name, {}, {}, options.knowledge.locale});
    if (options.format == Format::json) {
      streams.out << encode_resolution(*base, name, resolution, options.names.size() == 1) << '\n';
      continue;
    }
    streams.out << printable(name) << '\n';
    if (resolution.resolved) {
      const auto& meant = resolution.interpretations.front();
      streams.out << "  = " << ingredients_of(*base, meant) << "  (" << to_string(meant.kind) << ", score "
                  << score_text(meant.score) << ": " << printable(meant.reason) << ")\n";
      if (!resolution.route.empty()) streams.out << "  route " << resolution.route << '\n';
      if (!resolution.note.empty())
        streams.out << "  note  " << wrapped(printable(resolution.note), streams.columns, 8, 8) << '\n';
    } else {
      streams.out << "  NOT RESOLVED: " << wrapped(printable(resolution.reason), streams.columns, 16, 16) << '\n';
    }
    for (std::size_t i = resolution.resolved ? 1 : 0; i < resolution.interpretations.size(); ++i) {
      const auto& candidate = resolution.interpretations[i];
      streams.out << "  ? " << candidate.name << " = " << ingredients_of(*base, candidate) << "  ("
                  << to_string(candidate.kind) << ", score " << score_text(candidate.score) << ": "
                  << printable(candidate.reason) << ")\n";
    }
  }
  return exit_done;
}

}  // namespace guardian::adapters::cli
