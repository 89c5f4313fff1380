// The interaction and the triage agent: both read the note and differ in what they look for.

#include "agents/agent.hpp"
#include "agents/knowledge_tools.hpp"
#include "agents/proposal_codec.hpp"
#include "prompts/catalog.hpp"

namespace guardian::agents {
namespace {

using ReadReply = void (*)(std::string_view, const CaseView&, Proposal&, std::vector<std::string>&);

class ReadingAgent : public Agent {
 public:
  ReadingAgent(std::string_view name, bool has_tools, ReadReply read)
      : name_(name), has_tools_(has_tools), read_(read) {}

  std::string_view name() const override { return name_; }

  AgentResult run(const AgentContext& context, const ModelAccess& access, const EventSink& events) const override {
    AgentResult result;
    result.proposal.agent = result.report.name = std::string(name_);
    result.report.by = "rules";
    // Without a note there is nothing that the engine has not read.
    if (access.model != nullptr && context.view != nullptr && !context.subject.note.empty())
      ask(context, access, events, result);
    return result;
  }

 private:
  void ask(const AgentContext& context, const ModelAccess& access, const EventSink& events, AgentResult& result) const {
    const auto prompt = prompts::render(name_, {});
    if (!prompt) {
      result.degradation = core::Degradation{std::string(name_), prompt.error().message};
      return;
    }
    result.report.prompt = prompt->digest;
    // Instructions and words of people go to the service apart.
    const LoopRequest request{std::string(name_), prompt->text, context.view->text,
                              std::string(prompts::reply_schema(name_))};
    std::optional<ToolBox> tools;
    if (has_tools_) tools.emplace(knowledge_tools(context.base, context.subject));
    LoopResult answer =
        converse(*access.model, request, tools ? &*tools : nullptr, access.limits, access.call_limits, events);
    result.report.calls = answer.calls;
    result.report.tool_calls = answer.tool_calls;
    result.report.tokens = answer.tokens;
    result.report.model = answer.model;
    if (const auto* failure = std::get_if<ModelFailure>(&answer.reply)) {
      const std::string why = std::string(to_string(failure->kind));
      result.degradation =
          core::Degradation{std::string(name_), failure->message.empty() ? why : why + ": " + failure->message};
      return;
    }
    result.report.by = "model";
    result.proposal.rows_seen = std::move(answer.rows);
    read_(std::get<std::string>(answer.reply), *context.view, result.proposal, result.report.refused);
  }

  std::string_view name_;
  bool has_tools_;
  ReadReply read_;
};

}  // namespace

std::unique_ptr<Agent> interaction_agent() {
  return std::make_unique<ReadingAgent>("interaction", true, read_interaction_reply);
}
std::unique_ptr<Agent> triage_agent() { return std::make_unique<ReadingAgent>("triage", false, read_triage_reply); }

}  // namespace guardian::agents
