#include "knowledge/phrase_table.hpp"

#include <algorithm>

namespace guardian::knowledge {

WordId Vocabulary::add(std::string_view word) {
  const auto [at, added] = ids_.try_emplace(std::string(word), static_cast<WordId>(ids_.size() + 1));
  return at->second;
}

WordId Vocabulary::find(std::string_view word) const {
  const auto at = ids_.find(word);
  return at == ids_.end() ? unknown_word : at->second;
}

std::uint32_t PhraseTable::step(std::uint32_t node, WordId word) const {
  const auto& edges = nodes_[node].edges;
  const auto at = std::lower_bound(edges.begin(), edges.end(), word,
                                   [](const Edge& edge, WordId wanted) { return edge.word < wanted; });
  return at != edges.end() && at->word == word ? at->node : 0;
}

std::uint32_t PhraseTable::grown(std::uint32_t node, WordId word) {
  if (const std::uint32_t known = step(node, word); known != 0) return known;
  const auto made = static_cast<std::uint32_t>(nodes_.size());
  nodes_.emplace_back();
  auto& edges = nodes_[node].edges;
  edges.insert(std::upper_bound(edges.begin(), edges.end(), word,
                                [](WordId wanted, const Edge& edge) { return wanted < edge.word; }),
               {word, made});
  return made;
}

std::optional<std::uint32_t> PhraseTable::add(std::span<const WordId> words, std::uint32_t phrase) {
  if (words.empty()) return phrase;
  const WordId first = words.front();
  if (first >= first_.size()) first_.resize(first + 1, 0);
  if (first_[first] == 0) {
    first_[first] = static_cast<std::uint32_t>(nodes_.size());
    nodes_.emplace_back();
  }
  std::uint32_t node = first_[first];
  for (const WordId word : words.subspan(1)) node = grown(node, word);
  if (nodes_[node].phrase != no_phrase) return nodes_[node].phrase;
  nodes_[node].phrase = phrase;
  return std::nullopt;
}

PhraseTable::Match PhraseTable::longest(std::span<const WordId> words, std::size_t from, std::size_t end) const {
  Match match;
  if (from >= end || !starts(words[from])) return match;
  std::uint32_t node = first_[words[from]];
  for (std::size_t at = from + 1;; ++at) {
    if (nodes_[node].phrase != no_phrase) match = {at - from, nodes_[node].phrase};
    if (at >= end || words[at] == unknown_word) return match;
    node = step(node, words[at]);
    if (node == 0) return match;
  }
}

}  // namespace guardian::knowledge
