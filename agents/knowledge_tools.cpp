#include "agents/knowledge_tools.hpp"

#include <nlohmann/json.hpp>

#include "agents/case_tools.hpp"
#include "agents/tool_findings.hpp"
#include "knowledge/resolver.hpp"
#include "knowledge/screen.hpp"

namespace guardian::agents {
namespace {

using Json = nlohmann::ordered_json;
using knowledge::KnowledgeBase;

std::string written(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

std::vector<std::string> texts_of(const Json& list) {
  std::vector<std::string> all;
  for (const Json& entry : list) all.push_back(entry.get<std::string>());
  return all;
}

core::MedicationEntry entry_of(const std::string& text, std::string element) {
  core::MedicationEntry entry;
  entry.element = std::move(element);
  entry.text = text;
  return entry;
}

class LookUpMedicine : public Tool {
 public:
  LookUpMedicine(std::shared_ptr<const KnowledgeBase> base, const core::Case& subject)
      : base_(std::move(base)), locale_(subject.locale) {}

  const ToolDeclaration& declaration() const override {
    static const ToolDeclaration made{
        "look_up_medicine",
        "What the knowledge base knows of a medicine: its ingredients, classes, enzyme roles and effects, each a row.",
        R"({"type":"object","additionalProperties":false,"required":["name"],
            "properties":{"name":{"type":"string","minLength":1,"maxLength":200}}})"};
    return made;
  }

  ToolResult call(std::string_view arguments) override {
    const auto name = Json::parse(arguments)["name"].get<std::string>();
    const auto resolution = knowledge::resolve(*base_, {name, {}, {}, locale_});
    if (!resolution.resolved) return tool_error("not known: " + resolution.reason);
    ToolResult result;
    Json ingredients = Json::array();
    const auto& graph = base_->graph();
    for (const auto index : resolution.interpretations.front().ingredients) {
      const std::string& ingredient = graph.ingredient_name(index);
      Json known = Json::array();
      for (const auto lit : graph.closure(index)) {
        if (knowledge::raw(lit) == knowledge::raw(index)) continue;
        known.push_back(ingredient + ": " + graph.title(lit));
        result.rows.push_back(known.back().get<std::string>());
      }
      ingredients.push_back(Json{{"ingredient", ingredient}, {"rows", std::move(known)}});
    }
    result.content = written(Json{{"ingredients", std::move(ingredients)}});
    return result;
  }

 private:
  std::shared_ptr<const KnowledgeBase> base_;
  std::string locale_;
};

class CheckMedicines : public Tool {
 public:
  CheckMedicines(std::shared_ptr<knowledge::BorrowedScreener> screener, const core::Case& subject)
      : screener_(std::move(screener)), locale_(subject.locale) {}

  const ToolDeclaration& declaration() const override {
    static const ToolDeclaration made{
        "check_medicines", "What the engine finds between some medicines, without the patient. Rows are rules.",
        R"({"type":"object","additionalProperties":false,"required":["names"],"properties":{"names":
            {"type":"array","minItems":2,"maxItems":20,"items":{"type":"string","minLength":1,"maxLength":200}}}})"};
    return made;
  }

  ToolResult call(std::string_view arguments) override {
    core::Case names;
    names.locale = locale_;
    names.medicines_only = true;
    const auto list = texts_of(Json::parse(arguments)["names"]);
    for (std::size_t i = 0; i < list.size(); ++i)
      names.medications.push_back(entry_of(list[i], "/medications/" + std::to_string(i)));
    const auto screening = screener_->get().screen(names);
    if (!screening) return tool_error("the engine could not screen them");
    ToolResult result;
    result.content =
        written(Json{{"findings", Json::parse(findings_json(screening->findings, FindingWords::all, result.rows))}});
    return result;
  }

 private:
  std::shared_ptr<knowledge::BorrowedScreener> screener_;
  std::string locale_;
};

}  // namespace

std::vector<std::unique_ptr<Tool>> look_up_tools(const std::shared_ptr<const KnowledgeBase>& base,
                                                 const core::Case& subject,
                                                 const std::shared_ptr<knowledge::BorrowedScreener>& screener) {
  std::vector<std::unique_ptr<Tool>> tools;
  tools.push_back(std::make_unique<LookUpMedicine>(base, subject));
  tools.push_back(std::make_unique<CheckMedicines>(screener, subject));
  return tools;
}

ToolBox knowledge_tools(const std::shared_ptr<const KnowledgeBase>& base, const core::Case& subject,
                        std::shared_ptr<knowledge::ScreenerPool> screeners) {
  if (!screeners) screeners = std::make_shared<knowledge::ScreenerPool>(base);
  const auto screener = std::make_shared<knowledge::BorrowedScreener>(std::move(screeners));
  auto tools = look_up_tools(base, subject, screener);
  tools.push_back(what_if_tool(base, subject, screener));
  return ToolBox(std::move(tools));
}

}  // namespace guardian::agents
