#pragma once
// The answer to a question about a case, as claims that each cite what they rest on. The shape is that of the JSON
// schema `guardian-answer/1` (guardian schema answer). Plain data.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/finding.hpp"
#include "core/medication.hpp"
#include "core/review.hpp"

namespace guardian::core {

enum class AnswerStatus : std::uint8_t {
  answered,
  asks_back,       // something has to be said first: see `ask`
  not_understood,  // see `can_ask`
  failed           // the engine could not
};
[[nodiscard]] constexpr std::string_view to_string(AnswerStatus status) noexcept {
  switch (status) {
    case AnswerStatus::answered: return "answered";
    case AnswerStatus::asks_back: return "asks-back";
    case AnswerStatus::not_understood: return "not-understood";
    case AnswerStatus::failed: return "failed";
  }
  return "failed";
}

// One or a few sentences about one thing.
struct AnswerClaim {
  std::string text;
  std::string by = "rules";  // or "model"
  bool verified = true;      // what it cites exists, and nothing in it is new; of a model's opinion: false
  std::string doubt;         // why it is not verified
  std::vector<std::string> findings;
  std::vector<std::string> evidence;
  std::vector<std::string> rows;  // ids of rules and of other rows of the knowledge base

  friend bool operator==(const AnswerClaim&, const AnswerClaim&) = default;
};

// An order in plain words, read as the structured order of a case.
struct ReadOrder {
  std::string text;  // as `text` of an order in a case
  std::vector<std::string> ingredients;
  std::string route;
  Dose dose;

  friend bool operator==(const ReadOrder&, const ReadOrder&) = default;
};

struct AskedBack {
  std::string question;
  std::vector<std::string> candidates;

  friend bool operator==(const AskedBack&, const AskedBack&) = default;
};

struct Answer {
  std::string question;  // as it was asked
  std::string intent;    // "add", "cause" ...; empty when it was not understood
  AnswerStatus status = AnswerStatus::answered;
  std::vector<AnswerClaim> claims;  // of rules first
  std::vector<Finding> findings;    // of the engine on this case that bear on the question, most severe first
  std::optional<ReadOrder> order;   // complete: nothing of it was guessed
  std::optional<AskedBack> ask;
  std::vector<std::string> withheld;  // why parts of a model's answer are not shown; none of their words
  std::vector<std::string> can_ask;   // when it was not understood
  std::vector<std::string> notes;
  std::optional<Degradation> degradation;
  AgentReport agent;

  friend bool operator==(const Answer&, const Answer&) = default;
};

// What `guardian ask` gives: a case and the answers in the order of the questions.
struct Conversation {
  std::string case_id;
  std::string as_of;
  KnowledgeBaseStamp kb;
  Decision decision = Decision::clear;  // of the review that stands behind it
  bool complete = true;
  std::vector<Answer> answers;

  friend bool operator==(const Conversation&, const Conversation&) = default;
};

}  // namespace guardian::core
