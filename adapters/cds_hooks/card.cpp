#include "adapters/cds_hooks/card.hpp"

#include <string_view>

#include "adapters/json/json_text.hpp"

namespace guardian::adapters::cds_hooks {
namespace {

std::string_view word(ActionType type) {
  switch (type) {
    case ActionType::create: return "create";
    case ActionType::update: return "update";
    case ActionType::remove: return "delete";
  }
  return "delete";
}

void write(JsonText& out, std::string_view name, const Coding& coding) {
  if (coding.code.empty()) return;
  out.open_object(name);
  out.text("system", coding.system);
  out.text("code", coding.code);
  out.text("display", coding.display);
  out.close_object();
}

void write(JsonText& out, const Action& action) {
  out.open_object();
  out.text("type", word(action.type));
  out.text("description", action.description);
  if (!action.resource.empty()) out.raw("resource", action.resource);
  out.text("resourceId", action.resource_id);
  out.close_object();
}

void write(JsonText& out, const Suggestion& suggestion) {
  out.open_object();
  out.text("label", suggestion.label);
  out.text("uuid", suggestion.uuid);
  out.open_list("actions");
  for (const Action& action : suggestion.actions) write(out, action);
  out.close_list();
  out.close_object();
}

void write(JsonText& out, const Card& card, const CardSource& source) {
  out.open_object();
  out.text("uuid", card.uuid);
  out.text("summary", card.summary);
  out.text("indicator", to_string(card.indicator));
  out.text("detail", card.detail);
  out.open_object("source");
  out.text("label", source.label);
  out.text("url", source.url);
  write(out, "topic", card.topic);
  out.close_object();
  if (!card.suggestions.empty()) {
    out.open_list("suggestions");
    for (const Suggestion& suggestion : card.suggestions) write(out, suggestion);
    out.close_list();
    out.text("selectionBehavior", "at-most-one");
  }
  if (!card.override_reasons.empty()) {
    out.open_list("overrideReasons");
    for (const Coding& reason : card.override_reasons) write(out, {}, reason);
    out.close_list();
  }
  if (!card.link.empty()) {
    out.open_list("links");
    out.open_object();
    out.text("label", "The whole review");
    out.text("url", card.link);
    out.text("type", "absolute");
    out.close_object();
    out.close_list();
  }
  out.close_object();
}

void write(JsonText& out, std::string_view name, const std::vector<std::string>& texts) {
  if (texts.empty()) return;
  out.open_list(name);
  for (const std::string& text : texts) out.text(text);
  out.close_list();
}

}  // namespace

std::string_view to_string(Indicator indicator) noexcept {
  switch (indicator) {
    case Indicator::info: return "info";
    case Indicator::warning: return "warning";
    case Indicator::critical: return "critical";
  }
  return "info";
}

std::string encode_answer(const std::vector<Card>& cards, const CardSource& source, const AnswerNotes& notes) {
  JsonText out;
  out.open_object();
  out.open_list("cards");
  for (const Card& card : cards) write(out, card, source);
  out.close_list();
  if (notes.status.empty()) {
    out.close_object();
    return out.take();
  }
  out.open_object("extension");
  out.open_object("org.guardian.review");
  out.text("status", notes.status);
  out.text("decision", notes.decision);
  out.text("review", notes.review);
  write(out, "notAssessed", notes.not_assessed);
  write(out, "degraded", notes.degraded);
  out.text("alternatives", notes.alternatives);
  out.close_object();
  out.close_object();
  out.close_object();
  return out.take();
}

}  // namespace guardian::adapters::cds_hooks
