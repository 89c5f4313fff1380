#pragma once
// JSON of what `kb info` and `resolve` answer. Pure.

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "knowledge/knowledge_base.hpp"
#include "knowledge/resolver.hpp"

namespace guardian::adapters {

struct KnowledgeCounts {
  std::string file;
  std::string version;
  std::string released;
  std::string digest;
  std::vector<std::pair<std::string, std::size_t>> rows;  // by table
  std::vector<std::pair<std::string, std::size_t>> severities;
  std::size_t verified_rules = 0;
  std::size_t inferred_rules = 0;
  std::size_t concepts = 0;
  std::size_t edges = 0;
  std::size_t pairs_with_rules = 0;
  std::vector<knowledge::SourceRow> sources;  // other than our own, by precedence
  std::vector<knowledge::LocalRuleRow> local_rules;
  std::vector<knowledge::LoweringRow> lowerings;
  std::string day;  // of today, for what has expired
};

[[nodiscard]] std::string encode_counts(const KnowledgeCounts& counts);

[[nodiscard]] std::string encode_resolution(const knowledge::KnowledgeBase& base, std::string_view text,
                                            const knowledge::Resolution& resolution, bool pretty);

}  // namespace guardian::adapters
