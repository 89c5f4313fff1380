// The response that carries a model's turn, whole or in pieces: response_of and streamed of model_turn.hpp.

#include <algorithm>
#include <utility>

#include "adapters/fake_gemini/json_build.hpp"
#include "adapters/fake_gemini/model_turn.hpp"

namespace guardian::adapters::fake {
namespace {

constexpr std::size_t least_piece = 24;  // bytes of text in an event
constexpr std::size_t most_pieces = 40;

struct Tokens {
  std::int64_t prompt = 0;
  std::int64_t said = 0;
  std::int64_t thought = 0;

  void hear(const JsonValue& part) { (true_member(part, "thought") ? thought : said) += tokens_of(part); }
};

JsonValue usage_of(const Tokens& tokens) {
  JsonObject usage;
  add_count(usage, "promptTokenCount", tokens.prompt);
  add_count(usage, "candidatesTokenCount", tokens.said);
  add_count(usage, "totalTokenCount", tokens.prompt + tokens.said + tokens.thought);
  add(usage, "promptTokensDetails", list({object({{"modality", text("TEXT")}, {"tokenCount", count(tokens.prompt)}})}));
  add_count(usage, "thoughtsTokenCount", tokens.thought);
  return object(std::move(usage));
}

JsonValue candidate_of(const Candidate& from, JsonList parts, std::size_t index, bool last) {
  JsonObject candidate;
  if (from.content) {
    JsonObject content;
    if (!parts.empty()) add(content, "parts", list(std::move(parts)));
    add(content, "role", text("model"));
    add(candidate, "content", object(std::move(content)));
  }
  if (last) add(candidate, "finishReason", text(from.finish_reason));
  add_count(candidate, "index", static_cast<std::int64_t>(index));
  return object(std::move(candidate));
}

JsonValue response(const Asked& asked, const ModelTurn& turn, JsonList candidates, const Tokens& tokens,
                   const std::string& id) {
  JsonObject made;
  if (!candidates.empty()) add(made, "candidates", list(std::move(candidates)));
  if (!turn.block_reason.empty()) add(made, "promptFeedback", object({{"blockReason", text(turn.block_reason)}}));
  add(made, "usageMetadata", usage_of(tokens));
  add(made, "modelVersion", text(asked.model.name));
  add(made, "responseId", text(id));
  return object(std::move(made));
}

bool inside_character(const std::string& words, std::size_t at) {
  return at < words.size() && (static_cast<unsigned char>(words[at]) & 0xC0U) == 0x80U;
}

JsonObject with_text(const JsonObject& part, std::string words) {
  JsonObject made{{"text", text(std::move(words))}};
  for (const JsonMember& entry : part) {
    if (entry.name != "text" && entry.name != "thoughtSignature") made.push_back(entry);
  }
  return made;
}

// A text comes in several parts, and its signature by itself at the end, in a part with no text.
JsonList pieces_of(const JsonValue& part) {
  const std::string words = text_member(part, "text");
  if (words.empty()) return {part};
  const std::size_t size = std::max(least_piece, words.size() / most_pieces);
  JsonList pieces;
  for (std::size_t from = 0; from < words.size();) {
    std::size_t to = std::min(from + size, words.size());
    while (inside_character(words, to)) ++to;
    pieces.push_back(object(with_text(*part.object(), words.substr(from, to - from))));
    from = to;
  }
  if (const JsonValue* signature = member(part, "thoughtSignature")) {
    JsonObject end = with_text(*part.object(), "");
    add(end, "thoughtSignature", *signature);
    pieces.push_back(object(std::move(end)));
  }
  return pieces;
}

}  // namespace

JsonValue response_of(const Asked& asked, const ModelTurn& turn, const std::string& response_id) {
  Tokens tokens{prompt_tokens(asked.body)};
  JsonList candidates;
  for (std::size_t index = 0; index < turn.candidates.size(); ++index) {
    const Candidate& one = turn.candidates[index];
    for (const JsonValue& part : one.parts) tokens.hear(part);
    candidates.push_back(candidate_of(one, one.parts, index, true));
  }
  return response(asked, turn, std::move(candidates), tokens, response_id);
}

JsonList streamed_of(const Asked& asked, const ModelTurn& turn, const std::string& response_id) {
  Tokens tokens{prompt_tokens(asked.body)};
  JsonList events;
  for (std::size_t index = 0; index < turn.candidates.size(); ++index) {
    const Candidate& one = turn.candidates[index];
    JsonList pieces;
    for (const JsonValue& part : one.parts) {
      for (JsonValue& piece : pieces_of(part)) pieces.push_back(std::move(piece));
    }
    for (std::size_t at = 0; at < pieces.size(); ++at) {
      tokens.hear(pieces[at]);
      JsonValue candidate = candidate_of(one, {pieces[at]}, index, at + 1 == pieces.size());
      events.push_back(response(asked, turn, {std::move(candidate)}, tokens, response_id));
    }
    if (pieces.empty()) {
      events.push_back(response(asked, turn, {candidate_of(one, {}, index, true)}, tokens, response_id));
    }
  }
  if (turn.candidates.empty()) events.push_back(response(asked, turn, {}, tokens, response_id));
  return events;
}

}  // namespace guardian::adapters::fake
