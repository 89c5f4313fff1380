#include "agents/case_tools.hpp"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "agents/cause_question.hpp"
#include "agents/kidney_dose.hpp"
#include "agents/knowledge_tools.hpp"
#include "agents/tool_findings.hpp"
#include "agents/what_if.hpp"
#include "knowledge/planner.hpp"
#include "knowledge/text.hpp"

namespace guardian::agents {
namespace {

using Json = nlohmann::ordered_json;
using knowledge::KnowledgeBase;

constexpr std::size_t most_rules = 20;
constexpr std::size_t most_suspects = 12;
constexpr std::size_t most_reasons = 4;  // of one suspect

std::string written(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

std::vector<std::string> texts_of(const Json& list) {
  std::vector<std::string> all;
  for (const Json& entry : list) all.push_back(entry.get<std::string>());
  return all;
}

Json names_of(const std::vector<core::Finding>& findings, std::vector<std::string>& rows) {
  return Json::parse(findings_json(findings, FindingWords::names, rows));
}

Json rounded(double value) {
  constexpr double tenth = 10.0;
  return Json(std::round(value * tenth) / tenth);
}

class WhatIfTool : public Tool {
 public:
  WhatIfTool(const std::shared_ptr<const KnowledgeBase>& base, const core::Case& subject,
             std::shared_ptr<knowledge::BorrowedScreener> screener)
      : screen_(base, subject, std::move(screener)) {}

  const ToolDeclaration& declaration() const override {
    static const ToolDeclaration made{
        "what_if",
        "What the engine finds in this case with medicines added or taken away: new findings, those that end, those "
        "whose severity changes, and what could not be checked.",
        R"({"type":"object","additionalProperties":false,"properties":{
            "add":{"type":"array","maxItems":10,"items":{"type":"string","minLength":1,"maxLength":200}},
            "remove":{"type":"array","maxItems":10,"items":{"type":"string","minLength":1,"maxLength":200}}}})"};
    return made;
  }

  ToolResult call(std::string_view arguments) override {
    const Json asked = Json::parse(arguments);
    const auto answer =
        screen_.run({texts_of(asked.value("add", Json::array())), texts_of(asked.value("remove", Json::array()))});
    if (!answer) return tool_error(answer.error().message);
    ToolResult result;
    Json json = Json::object();
    json["new"] = names_of(answer->gained, result.rows);
    json["ended"] = names_of(answer->ended, result.rows);
    json["changed"] = Json::array();
    for (const WhatIf::Changed& change : answer->changed) {
      if (json["changed"].size() >= most_tool_findings) break;
      Json entry = names_of({change.after}, result.rows).front();
      entry["severity_before"] = core::to_string(change.before.severity);
      json["changed"].push_back(std::move(entry));
    }
    // Only rules by name: what is wanted may repeat words of the case.
    json["not_assessed"] = Json::array();
    for (const core::NotAssessed& check : answer->not_assessed) {
      if (json["not_assessed"].size() >= most_rules) break;
      json["not_assessed"].push_back(check.rule);
    }
    json["decision"] = {{"before", core::to_string(answer->before)}, {"after", core::to_string(answer->after)}};
    result.content = written(json);
    return result;
  }

 private:
  WhatIfScreen screen_;
};

class KidneyTool : public Tool {
 public:
  KidneyTool(const std::shared_ptr<const KnowledgeBase>& base, const core::Case& subject) : question_(base, subject) {}

  const ToolDeclaration& declaration() const override {
    static const ToolDeclaration made{
        "kidney_dose",
        "Kidney function of this patient, and the limits that the knowledge base has for a medicine at it: which "
        "measure each rule goes by, whether its limit is reached, and what the engine finds at the dose.",
        R"({"type":"object","additionalProperties":false,"required":["medicine"],"properties":{"medicine":
            {"type":"string","minLength":1,"maxLength":200,"description":"Name, with a dose to check one."}}})"};
    return made;
  }

  ToolResult call(std::string_view arguments) override {
    const auto answer = question_.ask(Json::parse(arguments)["medicine"].get<std::string>());
    if (!answer) return tool_error(answer.error().message);
    ToolResult result;
    Json json = Json::object();
    json["ingredients"] = answer->ingredients;
    json["in_case"] = answer->in_case;
    json["creatinine_clearance_ml_min"] = answer->clearance ? rounded(*answer->clearance) : Json(nullptr);
    if (!answer->weight.empty()) json["weight_used"] = answer->weight;
    json["egfr_ml_min_173"] = answer->egfr ? rounded(*answer->egfr) : Json(nullptr);
    json["gaps"] = answer->gaps;
    json["limits"] = Json::array();
    for (const KidneyRule& rule : answer->rules) {
      if (json["limits"].size() >= most_rules) break;
      const char* reached = rule.reached == knowledge::Truth::yes  ? "yes"
                            : rule.reached == knowledge::Truth::no ? "no"
                                                                   : "not known";
      json["limits"].push_back(Json{{"row", rule.rule},
                                    {"measure", rule.measure},
                                    {"limit", rule.limit},
                                    {"reached", reached},
                                    {"asks_for_more", rule.on_condition},
                                    {"severity", core::to_string(rule.severity)},
                                    {"management", rule.management}});
      result.rows.push_back(rule.rule);
      result.rows.insert(result.rows.end(), rule.evidence.begin(), rule.evidence.end());
    }
    json["findings"] = names_of(answer->findings, result.rows);
    result.content = written(json);
    return result;
  }

 private:
  KidneyQuestion question_;
};

class PlanTool : public Tool {
 public:
  PlanTool(const std::shared_ptr<const KnowledgeBase>& base, const core::Case& subject)
      : base_(base), screener_(base), subject_(subject) {}

  const ToolDeclaration& declaration() const override {
    static const ToolDeclaration made{
        "plan",
        "The least change of the medicines of this case that clears its critical and major findings, with its proof. A "
        "proposal to a clinician.",
        R"({"type":"object","additionalProperties":false,"properties":{}})"};
    return made;
  }

  ToolResult call(std::string_view) override {
    const auto screening = screener_.screen(subject_);
    if (!screening) return tool_error("the engine could not screen the case");
    const auto plan = knowledge::Planner(base_).plan(screener_.last(), subject_, screening->findings);
    if (!plan) return tool_error("the engine could not plan");
    const auto ingredients = [&](const std::string& element) {
      for (const core::ResolvedMedication& medicine : screening->resolved) {
        if (medicine.element == element) return medicine.ingredients;
      }
      return std::vector<std::string>{};
    };
    ToolResult result;
    Json json = Json{{"needed", plan->needed}, {"feasible", plan->feasible}, {"proven", plan->proven}};
    json["after_washout"] = plan->after_washout;
    json["options"] = Json::array();
    for (const core::PlanOption& option : plan->best) {
      Json changes = Json::array();
      for (const core::PlanChange& change : option.changes) {
        Json entry = Json{{"medicine", ingredients(change.element)}, {"action", core::to_string(change.action)}};
        if (!change.to.empty()) entry["to"] = change.to;
        if (change.dose_factor) entry["dose_factor"] = *change.dose_factor;
        if (!change.measures.empty()) entry["measures"] = change.measures;
        changes.push_back(std::move(entry));
      }
      json["options"].push_back(
          Json{{"cost", option.cost}, {"changes", std::move(changes)}, {"moderate_left", option.moderate}});
    }
    json["not_cleared"] = Json::array();
    for (const core::PlanFinding& finding : plan->not_cleared) json["not_cleared"].push_back(finding.id);
    for (const core::PlanNecessity& necessity : plan->irreducible) result.rows.push_back(necessity.finding.id);
    json["note"] = core::plan_note;
    result.content = written(json);
    return result;
  }

 private:
  std::shared_ptr<const KnowledgeBase> base_;
  knowledge::Screener screener_;
  const core::Case& subject_;
};

class CausesTool : public Tool {
 public:
  CausesTool(const std::shared_ptr<const KnowledgeBase>& base, const core::Case& subject) : question_(base, subject) {}

  const ToolDeclaration& declaration() const override {
    static const ToolDeclaration made{
        "possible_causes",
        "Which medicines of this case are known to cause symptoms or changes of values, ranked, with reasons and "
        "times. "
        "A medicine that is not named is not acquitted.",
        R"({"type":"object","additionalProperties":false,"properties":{"seen":{"type":"string","maxLength":400,
            "description":"The symptoms or values; left out: those of the case."}}})"};
    return made;
  }

  ToolResult call(std::string_view arguments) override {
    const auto causes = question_.ask(Json::parse(arguments).value("seen", std::string()));
    if (!causes) return tool_error("the engine could not screen the case");
    ToolResult result;
    Json json = Json::object();
    json["seen"] = Json::array();
    for (const auto& seen : causes->seen) json["seen"].push_back(seen.title);
    json["suspects"] = Json::array();
    for (const knowledge::Suspect& suspect : causes->answer.suspects) {
      if (json["suspects"].size() >= most_suspects) break;
      Json reasons = Json::array();
      for (const knowledge::CauseReason& reason : suspect.reasons) {
        if (reasons.size() >= most_reasons) break;
        reasons.push_back(Json{{"row", reason.row},
                               {"shows", causes->seen[reason.manifestation].title},
                               {"grade", reason.grade},
                               {"why", reason.why},
                               {"reported_by_engine", reason.reported}});
        result.rows.push_back(reason.row);
        for (const auto id : knowledge::split(reason.evidence, "|")) result.rows.emplace_back(id);
      }
      Json entry = Json{{"medicine", suspect.name}, {"timing", to_string(suspect.timing)}};
      if (suspect.started_days) entry["started_days_ago"] = rounded(*suspect.started_days);
      if (suspect.stopped_days) entry["stopped_days_ago"] = rounded(*suspect.stopped_days);
      entry["reasons"] = std::move(reasons);
      json["suspects"].push_back(std::move(entry));
    }
    json["no_known_cause_among_these_medicines"] = Json::array();
    for (const std::size_t at : causes->answer.unexplained)
      json["no_known_cause_among_these_medicines"].push_back(causes->seen[at].title);
    json["set_aside"] = Json::array();
    for (const knowledge::SetAside& medicine : causes->answer.set_aside)
      json["set_aside"].push_back(Json{{"medicine", medicine.name}, {"why", medicine.why}});
    result.content = written(json);
    return result;
  }

 private:
  CauseQuestion question_;
};

}  // namespace

std::unique_ptr<Tool> what_if_tool(const std::shared_ptr<const KnowledgeBase>& base, const core::Case& subject,
                                   std::shared_ptr<knowledge::BorrowedScreener> screener) {
  return std::make_unique<WhatIfTool>(base, subject, std::move(screener));
}
std::unique_ptr<Tool> kidney_dose_tool(const std::shared_ptr<const KnowledgeBase>& base, const core::Case& subject) {
  return std::make_unique<KidneyTool>(base, subject);
}
std::unique_ptr<Tool> plan_tool(const std::shared_ptr<const KnowledgeBase>& base, const core::Case& subject) {
  return std::make_unique<PlanTool>(base, subject);
}
std::unique_ptr<Tool> causes_tool(const std::shared_ptr<const KnowledgeBase>& base, const core::Case& subject) {
  return std::make_unique<CausesTool>(base, subject);
}

std::vector<std::unique_ptr<Tool>> case_tools(const std::shared_ptr<const KnowledgeBase>& base,
                                              const core::Case& subject) {
  const auto screener = std::make_shared<knowledge::BorrowedScreener>(std::make_shared<knowledge::ScreenerPool>(base));
  auto tools = look_up_tools(base, subject, screener);
  tools.push_back(what_if_tool(base, subject, screener));
  tools.push_back(kidney_dose_tool(base, subject));
  tools.push_back(plan_tool(base, subject));
  tools.push_back(causes_tool(base, subject));
  return tools;
}

}  // namespace guardian::agents
