#include "knowledge/injection_screen.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "knowledge/finding_text.hpp"
#include "knowledge/injection.hpp"
#include "knowledge/text.hpp"

namespace guardian::knowledge {
namespace {

using core::Finding;

// One text of an element: its JSON pointer and, where it is no case of its own, what it is.
struct Part {
  std::string pointer;
  std::string_view text;
};

std::string_view words_of(InjectionKind kind) {
  switch (kind) {
    case InjectionKind::instruction: return "speaks to a language model";
    case InjectionKind::markup: return "imitates the markup of a prompt";
    case InjectionKind::reply: return "imitates the reply of a model or tool";
    case InjectionKind::hidden: return "is hidden from readers";
    case InjectionKind::encoded: return "speaks to a language model in disguise";
  }
  return {};
}

class CaseLook {
 public:
  explicit CaseLook(const core::Case& subject) : subject_(subject) {}

  InjectionScreen look() {
    const core::Patient& patient = subject_.patient;
    look_at("note", {{"/note", subject_.note}});
    for (std::size_t i = 0; i < patient.conditions.size(); ++i) {
      if (is_short({patient.conditions[i].text})) continue;
      look_at(numbered("condition", i), {{"/patient/conditions/" + std::to_string(i), patient.conditions[i].text}});
    }
    for (std::size_t i = 0; i < patient.allergies.size(); ++i) {
      if (is_short({patient.allergies[i].text, patient.allergies[i].reaction})) continue;
      const std::string pointer = "/patient/allergies/" + std::to_string(i);
      look_at(numbered("allergy", i),
              {{pointer, patient.allergies[i].text}, {pointer + "/reaction", patient.allergies[i].reaction}});
    }
    for (std::size_t i = 0; i < patient.labs.size(); ++i) look_at_lab(i);
    for (std::size_t i = 0; i < subject_.medications.size(); ++i) look_at_medicine(i);
    return std::move(screen_);
  }

 private:
  // Below this length no phrase fits; most texts of a case are.
  static bool is_short(std::initializer_list<std::string_view> texts) {
    return std::all_of(texts.begin(), texts.end(), [](std::string_view text) { return text.size() < shortest; });
  }

  static std::string numbered(std::string_view what, std::size_t index) {
    return std::string(what) + " " + std::to_string(index + 1);
  }

  bool look_at(const std::string& element, const std::vector<Part>& parts) {
    std::vector<std::vector<InjectionMark>> all;
    bool any = false;
    for (const Part& part : parts) {
      all.push_back(is_short({part.text}) ? std::vector<InjectionMark>{} : find_injections(part.text));
      any = any || !all.back().empty();
    }
    if (!any) return false;
    Finding finding;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const Part& part = parts[i];
      const auto& marks = all[i];
      if (marks.empty()) continue;
      finding.elements.push_back(part.pointer);
      if (finding.via.empty()) finding.via = element + ":" + marks.front().quote;
      for (const InjectionMark& mark : marks) {
        if (finding.path.size() < most_steps)
          finding.path.push_back({mark.quote, to_text(mark.kind), "text that " + std::string(words_of(mark.kind))});
      }
    }
    finding.type = core::FindingType::prompt_injection;
    finding.severity = core::Severity::major;
    finding.interruptive = true;
    finding.subjects = {element};
    finding.title = element + ": text that " + finding.path.front().to.substr(std::string_view("text that ").size());
    finding.mechanism = "Clinical text tells of a patient. This addresses a program, or hides from its reader.";
    finding.effect = "It did not change this review. A language model that reads the text may be misled by it.";
    finding.management = "Read the text yourself, decide what of it is true, and find out who wrote it.";
    finding.id = finding_id(finding);
    screen_.findings.push_back(std::move(finding));
    return true;
  }

  static std::string to_text(InjectionKind kind) { return std::string(to_string(kind)); }

  void look_at_lab(std::size_t index) {
    const core::LabResult& lab = subject_.patient.labs[index];
    const auto* const value = std::get_if<std::string>(&lab.value);
    if (is_short({lab.name, value == nullptr ? std::string_view{} : std::string_view(*value), lab.unit, lab.when}))
      return;
    const std::string pointer = "/patient/labs/" + std::to_string(index);
    if (!look_at(numbered("laboratory result", index), {{pointer + "/name", lab.name},
                                                        {pointer + "/value", value == nullptr ? "" : *value},
                                                        {pointer + "/unit", lab.unit},
                                                        {pointer + "/when", lab.when}}))
      return;
    if (!screen_.freed) screen_.freed = subject_;
    core::LabResult& freed = screen_.freed->patient.labs[index];
    freed.name = without_injections(lab.name);
    if (value != nullptr) freed.value = without_injections(*value);
    freed.unit = without_injections(lab.unit);
    freed.when = without_injections(lab.when);
  }

  // What stands before the sentence of the first injection, else behind the last one.
  static std::string without_injections(const std::string& text) {
    const auto marks = find_injections(text);
    if (marks.empty()) return text;
    const auto bare = [](std::string_view part) {
      const auto first = part.find_first_not_of(" \t\r\n.,;:!?-\"");
      if (first == std::string_view::npos) return std::string();
      return std::string(part.substr(first, part.find_last_not_of(" \t\r\n.,;:!?-\"<[{(") - first + 1));
    };
    const auto sentence = text.find_last_of(".!?;\n", marks.front().span.begin);
    const std::size_t end = sentence == std::string::npos ? marks.front().span.begin : sentence;
    std::string kept = bare(std::string_view(text).substr(0, std::min(end, marks.front().span.begin)));
    return kept.empty() ? bare(std::string_view(text).substr(marks.back().span.end)) : kept;
  }

  void look_at_medicine(std::size_t index) {
    const core::MedicationEntry& entry = subject_.medications[index];
    if (is_short({entry.text})) return;
    std::string name = entry.is_order ? "order" : "medicine";
    if (const auto slash = entry.element.rfind('/'); slash != std::string::npos) {
      if (const auto position = parse_number(entry.element.substr(slash + 1)))
        name = numbered(name, static_cast<std::size_t>(*position));
    }
    if (!look_at(name, {{entry.element + "/text", entry.text}})) return;
    screen_.beside[index] = without_injections(entry.text);
    std::string text;
    std::size_t from = 0;
    for (const InjectionMark& mark : find_injections(entry.text)) {
      if (mark.kind != InjectionKind::encoded) continue;  // words stay: medicines may stand among them
      text += entry.text.substr(from, mark.span.begin - from);
      from = mark.span.end;
    }
    if (from == 0) return;
    if (!screen_.freed) screen_.freed = subject_;
    screen_.freed->medications[index].text = text + entry.text.substr(from);
  }

  static constexpr std::size_t shortest = 9;    // bytes
  static constexpr std::size_t most_steps = 5;  // shown

  const core::Case& subject_;
  InjectionScreen screen_;
};

}  // namespace

InjectionScreen screen_for_injections(const core::Case& subject) { return CaseLook(subject).look(); }

}  // namespace guardian::knowledge
