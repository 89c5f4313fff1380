#include "agents/knowledge_tools.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>

#include <nlohmann/json.hpp>

#include "knowledge/resolver.hpp"
#include "knowledge/screen.hpp"

namespace guardian::agents {
namespace {

using Json = nlohmann::ordered_json;
using knowledge::KnowledgeBase;

constexpr std::size_t most_findings = 30;  // in one answer

std::string written(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

std::vector<std::string> texts(const Json& list) {
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

// Of a case words are written by people, and some texts of a finding repeat them: what a model sees of its findings are
// names and ids of the knowledge base.
enum class Words : std::uint8_t { all, names };

// Findings as a model needs them, and the rows behind them.
Json findings_json(const std::vector<core::Finding>& findings, Words words, std::vector<std::string>& rows) {
  Json list = Json::array();
  for (const core::Finding& finding : findings) {
    if (list.size() >= most_findings) break;
    Json evidence = Json::array();
    for (const core::EvidenceRecord& record : finding.evidence) {
      evidence.push_back(record.id);
      rows.push_back(record.id);
    }
    rows.insert(rows.end(), finding.rules.begin(), finding.rules.end());
    list.push_back(Json{{"id", finding.id},
                        {"type", core::to_string(finding.type)},
                        {"severity", core::to_string(finding.severity)},
                        {"medicines", finding.medicines},
                        {"rows", finding.rules},
                        {"evidence", std::move(evidence)}});
    if (words == Words::all) {
      list.back()["effect"] = finding.effect;
      list.back()["management"] = finding.management;
    }
  }
  return list;
}

// What the tools of one box share: a screener, borrowed at the first screen and kept until they are gone.
class BorrowedScreener {
 public:
  explicit BorrowedScreener(std::shared_ptr<knowledge::ScreenerPool> pool) : pool_(std::move(pool)) {}

  auto screen(const core::Case& subject) {
    if (!lent_) lent_ = pool_->lend();
    return lent_->screen(subject);
  }

 private:
  std::shared_ptr<knowledge::ScreenerPool> pool_;
  knowledge::ScreenerPool::Lent lent_;  // goes back before the pool may end
};

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
  CheckMedicines(std::shared_ptr<BorrowedScreener> screener, const core::Case& subject)
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
    const auto list = texts(Json::parse(arguments)["names"]);
    for (std::size_t i = 0; i < list.size(); ++i)
      names.medications.push_back(entry_of(list[i], "/medications/" + std::to_string(i)));
    const auto screening = screener_->screen(names);
    if (!screening) return tool_error("the engine could not screen them");
    ToolResult result;
    result.content = written(Json{{"findings", findings_json(screening->findings, Words::all, result.rows)}});
    return result;
  }

 private:
  std::shared_ptr<BorrowedScreener> screener_;
  std::string locale_;
};

// The case itself, changed.
class WhatIf : public Tool {
 public:
  WhatIf(std::shared_ptr<const KnowledgeBase> base, std::shared_ptr<BorrowedScreener> screener,
         const core::Case& subject)
      : base_(std::move(base)), screener_(std::move(screener)), subject_(subject) {}

  const ToolDeclaration& declaration() const override {
    static const ToolDeclaration made{
        "what_if",
        "What the engine finds in this case with medicines added or taken away: new findings and those that end.",
        R"({"type":"object","additionalProperties":false,"properties":{
            "add":{"type":"array","maxItems":10,"items":{"type":"string","minLength":1,"maxLength":200}},
            "remove":{"type":"array","maxItems":10,"items":{"type":"string","minLength":1,"maxLength":200}}}})"};
    return made;
  }

  ToolResult call(std::string_view arguments) override {
    const Json asked = Json::parse(arguments);
    if (!before_) {
      auto screening = screener_->screen(subject_);
      if (!screening) return tool_error("the engine could not screen the case");
      before_ = std::move(screening->findings);
    }
    core::Case changed = subject_;
    for (const std::string& name : texts(asked.value("remove", Json::array()))) {
      const auto wanted = ingredients_of(name);
      const auto same = [&](const core::MedicationEntry& entry) {
        return !wanted.empty() && ingredients_of(entry.text) == wanted;
      };
      if (std::erase_if(changed.medications, same) == 0) return tool_error("a medicine to remove is not in the case");
    }
    for (const std::string& name : texts(asked.value("add", Json::array()))) {
      if (ingredients_of(name).empty()) return tool_error("a medicine to add is not known");
      changed.medications.push_back(entry_of(name, "/medications/" + std::to_string(changed.medications.size())));
    }
    const auto after = screener_->screen(changed);
    if (!after) return tool_error("the engine could not screen the changed case");
    ToolResult result;
    Json json = Json::object();
    json["new"] = findings_json(missing_in(after->findings, *before_), Words::names, result.rows);
    json["ended"] = findings_json(missing_in(*before_, after->findings), Words::names, result.rows);
    result.content = written(json);
    return result;
  }

 private:
  std::set<std::size_t> ingredients_of(const std::string& name) const {
    const auto resolution = knowledge::resolve(*base_, {name, {}, {}, subject_.locale});
    std::set<std::size_t> all;
    if (!resolution.resolved) return all;
    for (const auto index : resolution.interpretations.front().ingredients) all.insert(knowledge::raw(index));
    return all;
  }

  static std::vector<core::Finding> missing_in(const std::vector<core::Finding>& of,
                                               const std::vector<core::Finding>& others) {
    std::vector<core::Finding> list;
    for (const core::Finding& finding : of) {
      const bool there =
          std::any_of(others.begin(), others.end(), [&](const core::Finding& other) { return other.id == finding.id; });
      if (!there) list.push_back(finding);
    }
    return list;
  }

  std::shared_ptr<const KnowledgeBase> base_;
  std::shared_ptr<BorrowedScreener> screener_;
  const core::Case& subject_;
  std::optional<std::vector<core::Finding>> before_;  // of the case as it is
};

}  // namespace

ToolBox knowledge_tools(const std::shared_ptr<const KnowledgeBase>& base, const core::Case& subject,
                        std::shared_ptr<knowledge::ScreenerPool> screeners) {
  if (!screeners) screeners = std::make_shared<knowledge::ScreenerPool>(base);
  const auto screener = std::make_shared<BorrowedScreener>(std::move(screeners));
  std::vector<std::unique_ptr<Tool>> tools;
  tools.push_back(std::make_unique<LookUpMedicine>(base, subject));
  tools.push_back(std::make_unique<CheckMedicines>(screener, subject));
  tools.push_back(std::make_unique<WhatIf>(base, screener, subject));
  return ToolBox(std::move(tools));
}

}  // namespace guardian::agents
