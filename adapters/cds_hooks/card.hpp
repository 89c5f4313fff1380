#pragma once
// The answer of a CDS service as plain data, and as JSON without a member that is empty. Pure.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace guardian::adapters::cds_hooks {

enum class Indicator : std::uint8_t { info, warning, critical };
[[nodiscard]] std::string_view to_string(Indicator indicator) noexcept;

struct Coding {
  std::string system;
  std::string code;
  std::string display;

  friend bool operator==(const Coding&, const Coding&) = default;
};

enum class ActionType : std::uint8_t { create, update, remove };

struct Action {
  ActionType type = ActionType::remove;
  std::string description;
  std::string resource;     // JSON, of a create or update
  std::string resource_id;  // "MedicationRequest/1", of a removal

  friend bool operator==(const Action&, const Action&) = default;
};

// Actions that belong together: a client that can do only one does the first.
struct Suggestion {
  std::string label;
  std::string uuid;
  std::vector<Action> actions;

  friend bool operator==(const Suggestion&, const Suggestion&) = default;
};

struct Card {
  std::string uuid;
  std::string summary;  // one line of fewer than 140 characters
  Indicator indicator = Indicator::info;
  std::string detail;  // GitHub-flavoured Markdown
  Coding topic;
  std::vector<Suggestion> suggestions;
  std::vector<Coding> override_reasons;
  std::string link;                   // to the whole review; empty: none
  std::vector<std::string> findings;  // ids of what it speaks of

  friend bool operator==(const Card&, const Card&) = default;
};

// What the answer says beside its cards, for a program: the extension of the response.
struct AnswerNotes {
  std::string status;    // complete, incomplete; empty: nothing was reviewed
  std::string decision;  // of the review
  std::string review;    // by which it can be looked at
  std::vector<std::string> not_assessed;
  std::vector<std::string> degraded;
  std::string alternatives;  // why none were looked for; empty: they were, or nothing asked for one

  friend bool operator==(const AnswerNotes&, const AnswerNotes&) = default;
};

struct CardSource {
  std::string label;
  std::string url;  // absolute; empty: none

  friend bool operator==(const CardSource&, const CardSource&) = default;
};

[[nodiscard]] std::string encode_answer(const std::vector<Card>& cards, const CardSource& source,
                                        const AnswerNotes& notes);

}  // namespace guardian::adapters::cds_hooks
