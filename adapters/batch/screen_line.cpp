#include "adapters/batch/screen_line.hpp"

#include <string_view>
#include <vector>

#include "adapters/json/json_text.hpp"
#include "core/severity.hpp"

namespace guardian::adapters::batch {
namespace {

void write_texts(JsonText& json, std::string_view name, const std::vector<std::string_view>& texts) {
  json.open_list(name);
  for (const std::string_view text : texts) json.text(text);
  json.close_list();
}

}  // namespace

std::string screen_line(const core::Case& subject, const knowledge::MedicineScreening& screening) {
  JsonText json;
  json.open_object();
  json.text("schema", "guardian-screen/1");
  json.text("case_id", subject.id);
  json.text("status", screening.complete ? "complete" : "incomplete");
  json.text("worst", screening.findings.empty() ? "none" : core::to_string(screening.findings.front().severity));
  json.number("medicines", static_cast<double>(subject.medications.size()));
  json.number("ingredients", static_cast<double>(screening.ingredients));
  json.number("unevaluated", static_cast<double>(screening.unevaluated));
  write_texts(json, "unresolved", screening.unresolved);
  json.open_list("findings");
  for (const knowledge::MedicineFinding& finding : screening.findings) {
    json.open_object();
    json.text("type", core::to_string(finding.type));
    json.text("severity", core::to_string(finding.severity));
    if (finding.contraindication) json.flag("contraindication", true);
    if (finding.inferred) json.flag("inferred", true);
    write_texts(json, "subjects", finding.subjects);
    write_texts(json, "rules", finding.rules);
    json.close_object();
  }
  json.close_list();
  json.close_object();
  return json.take();
}

}  // namespace guardian::adapters::batch
