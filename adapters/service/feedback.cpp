#include "adapters/service/feedback.hpp"

#include <string>

namespace guardian::adapters::service {
namespace {

constexpr std::size_t longest_comment = 4'000;
constexpr std::size_t most_entries = 500;

CardFeedback read_entry(const JsonView& entry, const std::string& path, std::vector<InputProblem>& problems) {
  CardFeedback feedback;
  if (!entry.is_object()) {
    problems.push_back({path, "must be an object"});
    return feedback;
  }
  feedback.card = std::string(entry.member("card").text_or());
  if (feedback.card.empty()) problems.push_back({path + "/card", "is required"});
  const std::string_view outcome = entry.member("outcome").text_or();
  feedback.accepted = outcome == "accepted";
  if (outcome != "accepted" && outcome != "overridden") {
    problems.push_back({path + "/outcome", "must be accepted or overridden"});
  }
  const JsonView suggestions = entry.member("acceptedSuggestions");
  suggestions.each_entry([&](const JsonView& suggestion, std::size_t index) {
    const std::string_view id = suggestion.member("id").text_or();
    if (id.empty()) problems.push_back({entry_pointer(path + "/acceptedSuggestions", index) + "/id", "is required"});
    feedback.suggestions.emplace_back(id);
  });
  if (feedback.accepted && feedback.suggestions.empty()) {
    problems.push_back({path + "/acceptedSuggestions", "is required when the card was accepted"});
  }
  const JsonView reason = entry.member("overrideReason");
  if (reason.present() && !reason.is_null()) {
    feedback.reason = std::string(reason.member("reason").member("code").text_or());
    feedback.reason_system = std::string(reason.member("reason").member("system").text_or());
    feedback.comment = std::string(reason.member("userComment").text_or());
    if (feedback.reason.empty() && feedback.comment.empty()) {
      problems.push_back({path + "/overrideReason", "needs a reason or a userComment"});
    }
    if (feedback.comment.size() > longest_comment) {
      problems.push_back({path + "/overrideReason/userComment", "is longer than 4000 bytes"});
    }
  }
  feedback.at = std::string(entry.member("outcomeTimestamp").text_or());
  return feedback;
}

}  // namespace

std::vector<CardFeedback> read_feedback(const JsonView& body, std::vector<InputProblem>& problems) {
  std::vector<CardFeedback> entries;
  const JsonView list = body.member("feedback");
  if (!list.is_list()) {
    problems.push_back({"/feedback", list.present() ? "must be a list" : "is required"});
    return entries;
  }
  if (list.size() > most_entries) {
    problems.push_back({"/feedback", "has more than 500 entries"});
    return entries;
  }
  list.each_entry([&](const JsonView& entry, std::size_t index) {
    entries.push_back(read_entry(entry, entry_pointer("/feedback", index), problems));
  });
  return entries;
}

}  // namespace guardian::adapters::service
