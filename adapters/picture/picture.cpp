#include "adapters/picture/picture.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>
#include <string_view>
#include <utility>
#include <vector>

#include <graphviz/cgraph.h>
#include <graphviz/gvc.h>

namespace guardian::adapters::picture {
namespace {

constexpr std::size_t line_length = 22;  // letters, of a label

struct CloseGraph {
  void operator()(Agraph_t* graph) const { agclose(graph); }
};
using Graph = std::unique_ptr<Agraph_t, CloseGraph>;

// Graphviz reads backslashes and entities in a label; what is not ours must mean itself.
std::string plain(std::string_view text) {
  std::string out;
  for (const char letter : text) {
    if (letter == '\\') {
      out += "\\\\";
    } else if (letter == '&') {
      out += "&amp;";
    } else {
      out += static_cast<unsigned char>(letter) < 0x20 ? ' ' : letter;
    }
  }
  return out;
}

// Broken at blanks into lines of about `line_length`.
std::string label_of(std::string_view text) {
  std::string out;
  std::size_t width = 0;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (width > 0) {
      const bool fits = width + 1 + word.size() <= line_length;
      out += fits ? " " : "\\n";
      width = fits ? width + 1 : 0;
    }
    out += plain(word);
    width += word.size();
  }
  return out;
}

// The outline by which a severity is told without colour.
std::string_view shape_of(core::Severity severity) {
  switch (severity) {
    case core::Severity::critical: return "octagon";
    case core::Severity::major: return "hexagon";
    case core::Severity::moderate: return "box";
    case core::Severity::minor: return "ellipse";
  }
  return "box";
}

std::string_view line_of(core::Severity severity) {
  switch (severity) {
    case core::Severity::critical: return "bold";
    case core::Severity::major: return "solid";
    case core::Severity::moderate: return "dashed";
    case core::Severity::minor: return "dotted";
  }
  return "solid";
}

// An edge as a reader of the picture says it; empty: nothing needs to be said.
std::string edge_words(std::string_view edge) {
  const auto colon = edge.find(':');
  const std::string_view verb = edge.substr(0, colon);
  const std::string_view grade = colon == std::string_view::npos ? "" : edge.substr(colon + 1);
  if (verb == "inhibits" || verb == "induces") return std::string(verb) + (grade == "strong" ? " strongly" : "");
  if (verb == "substrate") return "is cleared by";
  if (verb == "has effect") return grade.starts_with('-') ? "lowers" : "adds to";
  if (verb == "is a" || verb == "read as" || verb == "gives") return std::string(verb);
  return {};
}

class Drawing {
 public:
  Drawing() : graph_(agopen(name("findings").data(), Agdirected, nullptr)) {
    for (const auto& [attribute, value] :
         std::initializer_list<std::pair<const char*, const char*>>{{"rankdir", "LR"},
                                                                    {"bgcolor", "transparent"},
                                                                    {"nodesep", "0.18"},
                                                                    {"ranksep", "0.45"},
                                                                    {"pad", "0.1"},
                                                                    {"fontname", "sans-serif"}}) {
      agattr(graph_.get(), AGRAPH, name(attribute).data(), name(value).data());
    }
    for (const auto& [attribute, value] :
         std::initializer_list<std::pair<const char*, const char*>>{{"shape", "box"},
                                                                    {"fontname", "sans-serif"},
                                                                    {"fontsize", "12"},
                                                                    {"style", ""},
                                                                    {"class", ""},
                                                                    {"label", ""},
                                                                    {"margin", "0.12,0.06"},
                                                                    {"height", "0.3"},
                                                                    {"tooltip", ""}}) {
      agattr(graph_.get(), AGNODE, name(attribute).data(), name(value).data());
    }
    for (const auto& [attribute, value] :
         std::initializer_list<std::pair<const char*, const char*>>{{"fontname", "sans-serif"},
                                                                    {"fontsize", "10"},
                                                                    {"style", "solid"},
                                                                    {"class", ""},
                                                                    {"label", ""},
                                                                    {"arrowsize", "0.6"},
                                                                    {"tooltip", ""}}) {
      agattr(graph_.get(), AGEDGE, name(attribute).data(), name(value).data());
    }
  }

  void add(const core::Finding& finding, std::size_t number) {
    const core::Severity severity = weight(finding);
    const std::string hazard = "finding " + finding.id;
    Agnode_t* end = node(
        hazard, std::to_string(number) + ". " + std::string(to_string(severity)) + "\\n" + label_of(describe(finding)),
        shape_of(severity), std::string(to_string(severity)) + " finding-" + finding.id, line_of(severity));
    const auto is_rule = [&](const std::string& word) {
      return std::ranges::find(finding.rules, word) != finding.rules.end();
    };
    for (const core::PathStep& step : finding.path) {
      Agnode_t* from = is_rule(step.from) ? end : word_node(step.from, finding);
      Agnode_t* to = is_rule(step.to) ? end : word_node(step.to, finding);
      if (from != to) edge(from, to, edge_words(step.edge), severity);
    }
    if (!finding.path.empty()) return;
    for (const std::string& subject : finding.subjects) edge(word_node(subject, finding), end, {}, severity);
  }

  [[nodiscard]] core::Result<std::string> svg() const {
    static GVC_t* const context = gvContext();
    if (context == nullptr || gvLayout(context, graph_.get(), "dot") != 0) {
      return core::fail(core::ErrorCode::internal, "Graphviz cannot lay out the findings");
    }
    char* text = nullptr;
    unsigned int length = 0;
    const int failed = gvRenderData(context, graph_.get(), "svg", &text, &length);
    std::string out = failed == 0 && text != nullptr ? std::string(text, length) : std::string();
    if (text != nullptr) gvFreeRenderData(text);
    gvFreeLayout(context, graph_.get());
    if (out.empty()) return core::fail(core::ErrorCode::internal, "Graphviz cannot draw the findings");
    return out;
  }

  static std::mutex& mutex() {
    static std::mutex one;
    return one;
  }

 private:
  // Graphviz takes names it does not change as `char*`.
  static std::string name(std::string_view text) { return std::string(text); }

  static std::string describe(const core::Finding& finding) {
    if (!finding.medicines.empty() && finding.medicines.size() == finding.subjects.size()) {
      std::string out;
      for (const std::string& subject : finding.subjects) out += (out.empty() ? "" : " + ") + subject;
      return out;
    }
    std::string out = finding.title.substr(0, finding.title.find(':'));
    return out.empty() ? std::string(to_string(finding.type)) : out;
  }

  static void set(void* object, std::string_view attribute, std::string_view value) {
    agset(object, name(attribute).data(), name(value).data());
  }

  Agnode_t* node(const std::string& key, const std::string& label, std::string_view shape, std::string_view classes,
                 std::string_view line) {
    const bool is_new = agnode(graph_.get(), name(key).data(), 0) == nullptr;
    Agnode_t* made = agnode(graph_.get(), name(key).data(), 1);
    if (!is_new) return made;
    set(made, "label", label);
    set(made, "shape", shape);
    set(made, "class", classes);
    set(made, "style", line);
    return made;
  }

  Agnode_t* word_node(const std::string& word, const core::Finding& finding) {
    const bool medicine = std::ranges::find(finding.medicines, word) != finding.medicines.end();
    return node("word " + word, label_of(word), "box", medicine ? "medicine" : "concept",
                medicine ? "rounded,bold" : "rounded");
  }

  // One line between two words, in the severity of the worst finding it belongs to: findings come worst first.
  void edge(Agnode_t* from, Agnode_t* to, const std::string& words, core::Severity severity) {
    if (agedge(graph_.get(), from, to, nullptr, 0) != nullptr) return;
    Agedge_t* made = agedge(graph_.get(), from, to, nullptr, 1);
    set(made, "label", plain(words));
    set(made, "class", to_string(severity));
    set(made, "style", line_of(severity));
  }

  Graph graph_;
};

}  // namespace

core::Result<Picture> draw(const core::Review& review) {
  std::vector<std::pair<std::size_t, const core::Finding*>> drawn;  // with the number of the finding in the review
  for (const core::Finding& finding : review.findings) {
    const auto number = static_cast<std::size_t>(&finding - review.findings.data()) + 1;
    if (!finding.subjects.empty() && finding.type != core::FindingType::unresolved)
      drawn.emplace_back(number, &finding);
  }
  std::ranges::stable_sort(
      drawn, [](const auto& one, const auto& other) { return weight(*one.second) > weight(*other.second); });
  if (drawn.size() > most_findings) drawn.resize(most_findings);
  if (drawn.empty()) return core::fail(core::ErrorCode::not_found, "No finding of this review joins anything");
  const std::lock_guard lock(Drawing::mutex());
  Drawing drawing;
  for (const auto& [number, finding] : drawn) drawing.add(*finding, number);
  auto svg = drawing.svg();
  if (!svg) return core::fail(svg.error());
  return Picture{std::move(*svg), drawn.size()};
}

}  // namespace guardian::adapters::picture
