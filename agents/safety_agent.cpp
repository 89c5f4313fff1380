#include "agents/safety_agent.hpp"

#include <exception>
#include <memory>

#include <nlohmann/json.hpp>

#include "agents/answer_audit.hpp"
#include "agents/case_tools.hpp"
#include "prompts/catalog.hpp"

namespace guardian::agents {
namespace {

using Json = nlohmann::json;

constexpr std::string_view agent_name = "ask";
constexpr std::size_t most_remembered = 4;  // exchanges
constexpr std::size_t most_claims_sent = 20;

// Hands calls on and keeps what came back, for the audit.
class WatchedTool : public Tool {
 public:
  WatchedTool(std::unique_ptr<Tool> tool, SeenFacts& seen) : tool_(std::move(tool)), seen_(seen) {}
  const ToolDeclaration& declaration() const override { return tool_->declaration(); }
  ToolResult call(std::string_view arguments) override {
    ToolResult result = tool_->call(arguments);
    if (!result.failed) seen_.add_tool_answer(arguments, result.content);
    return result;
  }

 private:
  std::unique_ptr<Tool> tool_;
  SeenFacts& seen_;
};

ToolBox watched_tools(const AnswerContext& context, SeenFacts& seen) {
  std::vector<std::unique_ptr<Tool>> tools;
  for (auto& tool : case_tools(context.base, context.subject))
    tools.push_back(std::make_unique<WatchedTool>(std::move(tool), seen));
  return ToolBox(std::move(tools));
}

// All that may be spoken of before a tool was called: the case, the review, what the rules answer, the question.
SeenFacts facts_of(const AnswerContext& context, const CaseView& view, const core::Answer& answer) {
  SeenFacts seen(*context.base);
  for (const core::Finding& finding : context.floor.findings) seen.add(finding);
  for (const std::string& name : ingredients_of(context.floor)) seen.add_text(name);
  if (context.floor.triage) {
    for (const core::RedFlag& flag : context.floor.triage->red_flags) {
      seen.add_id(flag.id);
      seen.add_text(flag.title + " " + flag.action);
    }
  }
  seen.add_text(view.text());
  seen.add_text(view.unmasked(view.text()));
  seen.add_text(answer.question);
  for (const core::AnswerClaim& claim : answer.claims) {
    seen.add_text(claim.text);
    for (const auto* ids : {&claim.findings, &claim.evidence, &claim.rows}) {
      for (const std::string& id : *ids) seen.add_id(id);
    }
  }
  return seen;
}

std::vector<std::string> texts(const Json& list) {
  std::vector<std::string> all;
  for (const Json& entry : list) all.push_back(entry.get<std::string>());
  return all;
}

std::vector<ProposedClaim> read_claims(const std::string& json, const CaseView& view) {
  const Json reply = Json::parse(json);
  std::vector<ProposedClaim> claims;
  for (const Json& entry : reply["claims"]) {
    claims.push_back({view.unmasked(entry["text"].get<std::string>()), texts(entry["findings"]),
                      texts(entry["evidence"]), texts(entry["rows"]), false});
  }
  for (const Json& entry : reply["differential"])
    claims.push_back({view.unmasked(entry["text"].get<std::string>()), {}, {}, {}, true});
  return claims;
}

void tell_withheld(const EventSink& events, const std::string& why) {
  if (!events) return;
  Event event;
  event.kind = EventKind::guard_decided;
  event.step = agent_name;
  event.name = "answer audit";
  event.detail = why;
  events(event);
}

std::string cited(const core::AnswerClaim& claim) {
  std::string ids;
  for (const auto* list : {&claim.findings, &claim.rows, &claim.evidence}) {
    for (const std::string& id : *list) ids += (ids.empty() ? " [" : ", ") + id;
  }
  return ids.empty() ? ids : ids + "]";
}

}  // namespace

SafetyAgent::SafetyAgent(AnswerContext context, CaseView* view)
    : context_(std::move(context)), view_(view), in_case_(ingredients_of(context_.floor)) {}

core::Answer SafetyAgent::ask(std::string_view question, const ModelAccess& access, const EventSink& events) {
  QuestionReading reading =
      read_question(*context_.base, question, context_.subject.locale, in_case_, has_last_ ? &last_ : nullptr);
  core::Answer answer = answer_by_rules(context_, question, reading);
  if (reading.intent != Intent::unknown) {
    last_ = std::move(reading);
    has_last_ = true;
  }
  if (access.model != nullptr && view_ != nullptr) ask_model(question, access, events, answer);
  return answer;
}

std::string SafetyAgent::request_text(const std::string& masked_question, const core::Answer& answer) const {
  std::string engine;
  for (std::size_t i = 0; i < answer.claims.size() && i < most_claims_sent; ++i)
    engine += view_->masked(answer.claims[i].text) + cited(answer.claims[i]) + "\n";
  if (answer.ask) engine += "The engine asks back: " + view_->masked(answer.ask->question) + "\n";
  std::string text = view_->text();
  if (!engine.empty()) text += "\nThe engine answers:\n" + prompts::fenced(engine);
  for (const Exchange& exchange : history_) {
    text += "\nAsked before:\n" + prompts::fenced(exchange.question);
    if (!exchange.answer.empty()) text += "\nYou answered:\n" + prompts::fenced(exchange.answer);
  }
  return text + "\nThe question:\n" + prompts::fenced(masked_question) + "\n";
}

void SafetyAgent::remember(Exchange exchange) {
  history_.push_back(std::move(exchange));
  if (history_.size() > most_remembered) history_.erase(history_.begin());
}

void SafetyAgent::ask_model(std::string_view question, const ModelAccess& access, const EventSink& events,
                            core::Answer& answer) {
  const auto prompt = prompts::render(agent_name, {});
  if (!prompt) {
    answer.degradation = core::Degradation{std::string(agent_name), prompt.error().message};
    return;
  }
  answer.agent.prompt = prompt->digest;
  const std::string masked_question = view_->masked(question);
  // Instructions and words of people go to the service apart.
  const LoopRequest request{std::string(agent_name), prompt->text, request_text(masked_question, answer),
                            std::string(prompts::reply_schema(agent_name))};
  SeenFacts seen = facts_of(context_, *view_, answer);
  ToolBox tools = watched_tools(context_, seen);
  LoopResult result = converse(*access.model, request, &tools, access.limits, access.call_limits, events);
  answer.agent.calls = result.calls;
  answer.agent.tool_calls = result.tool_calls;
  answer.agent.tokens = result.tokens;
  answer.agent.model = result.model;
  if (const auto* failure = std::get_if<ModelFailure>(&result.reply)) {
    const std::string why = std::string(to_string(failure->kind));
    answer.degradation =
        core::Degradation{std::string(agent_name), failure->message.empty() ? why : why + ": " + failure->message};
    remember({masked_question, {}});
    return;
  }
  for (std::string& row : result.rows) seen.add_id(std::move(row));
  AuditedClaims audited;
  try {
    audited = audit_claims(seen, read_claims(std::get<std::string>(result.reply), *view_));
  } catch (const std::exception&) {
    // A guard that fails withholds.
    audited = {};
    audited.withheld.emplace_back("the answer could not be audited");
  }
  answer.agent.by = "model";
  Exchange exchange{masked_question, {}};
  for (core::AnswerClaim& claim : audited.claims) {
    exchange.answer += view_->masked(claim.text) + "\n";
    answer.claims.push_back(std::move(claim));
  }
  for (const std::string& why : audited.withheld) tell_withheld(events, why);
  answer.withheld = std::move(audited.withheld);
  if (answer.status == core::AnswerStatus::not_understood && !exchange.answer.empty())
    answer.status = core::AnswerStatus::answered;
  remember(std::move(exchange));
}

}  // namespace guardian::agents
