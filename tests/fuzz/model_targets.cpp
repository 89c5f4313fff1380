// What comes back from a model: HTTP replies, streams, recorded events, and the text of an answer by its schema.

#include <algorithm>
#include <array>

#include "adapters/gemini/codec.hpp"
#include "adapters/gemini/stream_reply.hpp"
#include "adapters/recorded/event_codec.hpp"
#include "agents/case_view.hpp"
#include "agents/json_check.hpp"
#include "agents/mask_lexicon.hpp"
#include "agents/proposal_codec.hpp"
#include "prompts/catalog.hpp"
#include "tests/fuzz/shipped.hpp"
#include "tests/fuzz/targets.hpp"

namespace guardian::fuzz {
namespace {

using adapters::gemini::Decoding;

const agents::CaseView& a_view() {
  static const agents::MaskLexicon lexicon = agents::MaskLexicon::build(*shipped_knowledge());
  static const core::Case subject = [] {
    core::Case made;
    made.id = "C-1";
    made.as_of = "2026-11-02T08:00:00Z";
    made.note = "Takes ibuprofen from the kitchen drawer. Black stools since Monday.";
    return made;
  }();
  static const core::Review floor;
  static const agents::CaseView view(lexicon, subject, floor);
  return view;
}

bool same(const Decoding& one, const Decoding& other) {
  return one.answer == other.answer && one.retry_delay == other.retry_delay;
}

}  // namespace

// The first byte chooses the status and what is expected.
void take_gemini_reply(std::string_view bytes) {
  if (bytes.empty()) return;
  constexpr std::array<int, 8> statuses{200, 200, 200, 400, 401, 429, 500, 503};
  const auto choice = static_cast<unsigned char>(bytes.front());
  const std::string_view body = bytes.substr(1);
  const int status = statuses[choice % statuses.size()];
  const Decoding decoding = adapters::gemini::decode_reply(status, body, {choice >= 128, {}});
  if (status != 200) {
    demand(!std::holds_alternative<agents::ModelReply>(decoding.answer), "an error is no answer");
  }
  const auto* reply = std::get_if<agents::ModelReply>(&decoding.answer);
  const std::string text = reply != nullptr ? reply->text : std::string(body);
  for (const char* name : {"ask", "explanation"}) {
    static_cast<void>(agents::schema_violation(prompts::reply_schema(name), text));
  }
  agents::Proposal proposal;
  std::vector<std::string> refused;
  if (!agents::schema_violation(prompts::reply_schema("interaction"), text)) {
    agents::read_interaction_reply(text, a_view(), proposal, refused);
  }
  if (!agents::schema_violation(prompts::reply_schema("triage"), text)) {
    agents::read_triage_reply(text, a_view(), proposal, refused);
  }
  const std::string note = "Takes ibuprofen from the kitchen drawer. Black stools since Monday.";
  for (const agents::NoteMedicine& medicine : proposal.medicines) {
    demand(note.find(medicine.quote) != std::string::npos, "a quote stands in the note");
  }
}

// The first byte says how the rest is cut.
void take_gemini_stream(std::string_view bytes) {
  if (bytes.empty()) return;
  const auto read = [&](std::size_t piece, std::string& heard) {
    adapters::gemini::StreamReply stream({(static_cast<unsigned char>(bytes.front()) & 1U) != 0, {}});
    std::string_view rest = bytes.substr(1);
    while (!rest.empty()) {
      const std::size_t size = std::min(piece, rest.size());
      if (!stream.feed(rest.substr(0, size), [&](std::string_view text) { heard += text; })) break;
      rest.remove_prefix(size);
    }
    return stream.finish();
  };
  std::string heard_whole;
  std::string heard_in_pieces;
  const Decoding whole = read(bytes.size(), heard_whole);
  const Decoding in_pieces = read(1 + static_cast<unsigned char>(bytes.front()) % 7U, heard_in_pieces);
  demand(same(whole, in_pieces), "a stream says the same wherever it is cut");
  demand(heard_whole == heard_in_pieces, "a stream is heard the same wherever it is cut");
}

void take_events(std::string_view bytes) {
  const auto event = adapters::decode_event(bytes);
  if (!event) return;
  const std::string written = adapters::encode_event(*event);
  const auto again = adapters::decode_event(written);
  demand(again.has_value(), "an event that was read can be written and read again");
  demand(adapters::encode_event(*again) == written, "an event that is written and read again is the same");
}

}  // namespace guardian::fuzz
