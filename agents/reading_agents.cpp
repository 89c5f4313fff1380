// The interaction and the triage agent: both read the note and differ in what they look for.

#include <algorithm>
#include <exception>
#include <iterator>
#include <set>

#include "agents/agent.hpp"
#include "agents/knowledge_tools.hpp"
#include "agents/proposal_codec.hpp"
#include "core/age.hpp"
#include "knowledge/note_medicines.hpp"
#include "knowledge/resolver.hpp"
#include "prompts/catalog.hpp"

namespace guardian::agents {
namespace {

using ReadByRules = void (*)(const AgentContext&, Proposal&);
using ReadReply = void (*)(std::string_view, const CaseView&, Proposal&, std::vector<std::string>&);

// The medicines of the note that the list has not got.
void read_note_medicines(const AgentContext& context, Proposal& proposal) {
  std::set<std::string> listed;
  for (const core::ResolvedMedication& medicine : context.floor.resolved)
    listed.insert(medicine.ingredients.begin(), medicine.ingredients.end());
  knowledge::TextContext text;
  text.as_of = context.subject.as_of;
  text.patient_age_years = core::age_in_years(context.subject.patient);
  for (knowledge::MedicineInNote& found : knowledge::medicines_in_note(*context.base, context.subject.note, text)) {
    const auto resolution = knowledge::resolve(*context.base, {found.text, {}, {}, context.subject.locale});
    if (!resolution.resolved) continue;
    const auto& ingredients = resolution.interpretations.front().ingredients;
    const bool known = std::all_of(ingredients.begin(), ingredients.end(), [&](knowledge::IngredientIndex index) {
      return listed.contains(context.base->graph().ingredient_name(index));
    });
    if (!known) {
      proposal.medicines.push_back(
          {std::move(found.quote), std::move(found.text), found.stopped, found.stopped_days_ago});
    }
  }
}

template <class Part>
void append(std::vector<Part>& to, std::vector<Part>& from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

void add(Proposal& to, Proposal from) {
  append(to.medicines, from.medicines);
  append(to.symptoms, from.symptoms);
  append(to.concerns, from.concerns);
  append(to.raises, from.raises);
  append(to.triage, from.triage);
  append(to.rows_seen, from.rows_seen);
}

// The symptoms that the lexicon knows are part of the floor.
void read_nothing_more(const AgentContext&, Proposal&) {}

class ReadingAgent : public Agent {
 public:
  ReadingAgent(std::string_view name, bool has_tools, ReadByRules by_rules, ReadReply read)
      : name_(name), has_tools_(has_tools), by_rules_(by_rules), read_(read) {}

  std::string_view name() const override { return name_; }

  AgentResult run(const AgentContext& context, const ModelAccess& access, const EventSink& events) const override {
    AgentResult result;
    result.proposal.agent = result.report.name = std::string(name_);
    result.report.by = "rules";
    by_rules_(context, result.proposal);
    result.by_rules = result.proposal;
    // Without a note there is nothing that the engine has not read.
    if (access.model == nullptr || context.view == nullptr || context.subject.note.empty()) return result;
    // Where the note is not sent, concerns can still rest on tools; without them every answer rests on words of the
    // note.
    if (!has_tools_ && !context.view->has_note()) return result;
    try {
      ask(context, access, events, result);
    } catch (const std::exception&) {
      // A defect behind the model costs what the model would have added, not what the rules read.
      result.proposal = result.by_rules;
      result.report.by = "rules";
      result.degradation = core::Degradation{std::string(name_), "defect"};
    }
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
    const LoopRequest request{std::string(name_), prompt->text, context.view->text(),
                              std::string(prompts::reply_schema(name_))};
    std::optional<ToolBox> tools;
    if (has_tools_) tools.emplace(knowledge_tools(context.base, context.subject, context.screeners));
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
    // Nothing of the reply is taken before every guard has let it pass.
    Proposal proposal;
    proposal.agent = name_;
    proposal.rows_seen = std::move(answer.rows);
    std::vector<std::string> refused;
    GuardedReply reply{context, std::get<std::string>(answer.reply), proposal, refused};
    if (const auto why = withheld_by(guards(access), name_, reply, events)) {
      result.degradation = core::Degradation{std::string(name_), "withheld: " + *why};
      return;
    }
    result.report.by = "model";
    append(result.report.refused, refused);
    add(result.proposal, std::move(proposal));
  }

  // Those that stand in the agent, behind the loop's and before the ones of runtime/admission.
  [[nodiscard]] std::vector<Guard> guards(const ModelAccess& access) const {
    std::vector<Guard> all{
        {std::string(to_string(GuardStage::reply_reading)), [this](GuardedReply& reply) -> std::optional<std::string> {
           read_(reply.json, *reply.context.view, reply.proposal, reply.refused);
           return std::nullopt;
         }}};
    all.insert(all.end(), access.added_guards.begin(), access.added_guards.end());
    return all;
  }

  std::string_view name_;
  bool has_tools_;
  ReadByRules by_rules_;
  ReadReply read_;
};

}  // namespace

std::unique_ptr<Agent> interaction_agent() {
  return std::make_unique<ReadingAgent>("interaction", true, read_note_medicines, read_interaction_reply);
}
std::unique_ptr<Agent> triage_agent() {
  return std::make_unique<ReadingAgent>("triage", false, read_nothing_more, read_triage_reply);
}

}  // namespace guardian::agents
