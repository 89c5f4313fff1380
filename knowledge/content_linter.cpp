#include "knowledge/content_linter.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "knowledge/name_index.hpp"
#include "knowledge/order_words.hpp"
#include "knowledge/rule_syntax.hpp"
#include "knowledge/spelling.hpp"
#include "knowledge/text.hpp"

namespace guardian::knowledge {
namespace {

using Names = std::set<std::string, std::less<>>;

struct NameMeaning {
  const SeedRow* row = nullptr;
  Names ingredients;  // as the tables list them; several when it is another drug elsewhere
};

// Whether two names are one change apart, in a word that the reader of misspelt names would correct: numbers and short
// words ("vitamin D") never are.
bool may_be_misspelt(const std::string& one, const std::string& other) {
  constexpr std::size_t shortest = 5;
  if (spelling_distance(one, other, 1) != 1) return false;
  const auto left = split(one, " ");
  const auto right = split(other, " ");
  if (left.size() != right.size()) return false;
  const auto is_word = [](std::string_view word) {
    return word.size() >= shortest && std::none_of(word.begin(), word.end(), is_digit);
  };
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (left[i] != right[i] && (!is_word(left[i]) || !is_word(right[i]))) return false;
  }
  return true;
}

class ContentLinter {
 public:
  explicit ContentLinter(const Seed& seed) : seed_(seed) {}

  std::vector<LintProblem> run() {
    collect();
    check_classes();
    check_ladders();
    check_ingredients();
    check_names();
    check_neighbours();
    check_evidence();
    return std::move(problems_);
  }

 private:
  void report(const SeedRow& row, std::string message) {
    problems_.push_back({row.file + ":" + std::to_string(row.line), std::move(message)});
  }

  void ask(const Selector& selector) {
    for (const AlternativeNames& names : selector) {
      for (const ConceptName& name : names) {
        switch (name.kind) {
          case ConceptKind::ingredient: ingredients_.insert(name.name); break;
          case ConceptKind::drug_class: classes_.insert(name.name); break;
          case ConceptKind::role: targets_.insert(name.name); break;
          case ConceptKind::effect: effects_.insert(name.name); break;
          case ConceptKind::any:
          case ConceptKind::condition:
          case ConceptKind::quantity: break;
        }
      }
    }
  }

  // What the tables ask for.
  void collect() {
    for (const std::string_view name : {"rules", "red_flags", "signs"}) {
      const SeedTable& table = seed_.table(name);
      for (const SeedRow& row : table.rows()) {
        const auto terms = parse_terms(table.cell(row, "terms"));
        if (!terms) continue;
        for (const TermText& term : *terms) ask(term.selector);
      }
    }
    for (const std::string_view name : {"exceptions", "modifiers", "indications"}) {
      const SeedTable& table = seed_.table(name);
      for (const SeedRow& row : table.rows()) {
        if (const auto selector = parse_selector(table.cell(row, "selector"))) ask(*selector);
        if (name == "indications") continue;
        if (const auto terms = parse_terms(table.cell(row, "when"))) {
          for (const TermText& term : *terms) ask(term.selector);
        }
      }
    }
    for (const SeedRow& row : seed_.table("allergens").rows()) {
      if (const auto selector = parse_selector(row.cells[1])) ask(*selector);
    }
    for (const SeedRow& row : seed_.table("template_targets").rows()) targets_.insert(row.cells[1]);
    if (!seed_.table("templates").rows().empty()) classes_.insert("narrow_therapeutic_index");
    for (const SeedRow& row : seed_.table("class_parents").rows()) parents_[row.cells[0]].push_back(row.cells[1]);
  }

  [[nodiscard]] bool is_asked_for(const std::string& name) const {
    if (classes_.count(name) > 0) return true;
    const auto above = parents_.find(name);
    return above != parents_.end() && std::any_of(above->second.begin(), above->second.end(),
                                                  [&](const std::string& parent) { return is_asked_for(parent); });
  }

  void check_classes() {
    Names filled;
    std::vector<std::string> waiting;
    for (const SeedRow& row : seed_.table("members").rows()) waiting.push_back(row.cells[1]);
    while (!waiting.empty()) {
      const std::string name = std::move(waiting.back());
      waiting.pop_back();
      if (!filled.insert(name).second) continue;
      if (const auto above = parents_.find(name); above != parents_.end())
        waiting.insert(waiting.end(), above->second.begin(), above->second.end());
    }
    for (const SeedRow& row : seed_.table("classes").rows()) {
      if (filled.count(row.cells[0]) == 0) report(row, "no ingredient is in class `" + row.cells[0] + "`");
      if (!is_asked_for(row.cells[0])) report(row, "nothing asks for class `" + row.cells[0] + "`");
    }
  }

  void check_ladders() {
    for (const SeedRow& row : seed_.table("effect_names").rows()) {
      if (effects_.count(row.cells[0]) == 0) report(row, "no rule asks for effect `" + row.cells[0] + "`");
    }
    for (const SeedRow& row : seed_.table("targets").rows()) {
      if (targets_.count(row.cells[0]) == 0) report(row, "no rule or template asks for target `" + row.cells[0] + "`");
    }
  }

  void check_ingredients() {
    Names spoken_of = ingredients_;
    for (const std::string_view table : {"members", "roles", "effects", "exposures"}) {
      for (const SeedRow& row : seed_.table(table).rows()) spoken_of.insert(row.cells[0]);
    }
    for (const SeedRow& row : seed_.table("ingredients").rows()) {
      if (spoken_of.count(row.cells[0]) == 0)
        report(row, "nothing is said of `" + row.cells[0] + "`: no class, role, effect, indication or rule");
    }
  }

  // A salt may be the name of an ingredient ("potassium"); other words of orders are read away.
  void check_names() {
    for (const std::string_view table : {"ingredients", "names"}) {
      for (const SeedRow& row : seed_.table(table).rows()) {
        const std::string name = normalised_name(row.cells[0]);
        const auto words = split(name, " ");
        const bool read_away = !words.empty() && std::all_of(words.begin(), words.end(), [](std::string_view word) {
          const WordRole role = role_of(word);
          return role != WordRole::none && role != WordRole::salt;
        });
        if (read_away) report(row, "`" + row.cells[0] + "` is a word of orders");
      }
    }
  }

  // What the names mean, by their normalised spelling. An ambiguous abbreviation never resolves by itself.
  [[nodiscard]] std::map<std::string, NameMeaning, std::less<>> meanings() const {
    std::map<std::string, NameMeaning, std::less<>> found;
    for (const SeedRow& row : seed_.table("ingredients").rows()) {
      NameMeaning& meaning = found[normalised_name(row.cells[0])];
      meaning.row = &row;
      meaning.ingredients.insert(row.cells[0]);
    }
    const SeedTable& names = seed_.table("names");
    for (const SeedRow& row : names.rows()) {
      if (names.cell(row, "kind") == "ambiguous") continue;
      NameMeaning& meaning = found[normalised_name(row.cells[0])];
      meaning.row = &row;
      meaning.ingredients.insert(names.cell(row, "ingredients"));
    }
    return found;
  }

  // Names that one slip of the pen turns into each other.
  void check_neighbours() {
    const auto names = meanings();
    std::set<std::pair<std::string, std::string>> listed;
    for (const SeedRow& row : seed_.table("lookalikes").rows()) {
      listed.insert(std::minmax({normalised_name(row.cells[0]), normalised_name(row.cells[1])}));
    }
    // Two spellings one change apart are alike once a letter is left out of one of them or of both.
    std::map<std::string, std::vector<std::string>> alike;
    for (const auto& [name, meaning] : names) {
      alike[name].push_back(name);
      std::set<std::string> shorter;
      for (std::size_t i = 0; i < name.size(); ++i) shorter.insert(name.substr(0, i) + name.substr(i + 1));
      for (const std::string& key : shorter) alike[key].push_back(name);
    }
    std::set<std::pair<std::string, std::string>> found;
    for (const auto& [key, group] : alike) {
      for (auto one = group.begin(); one != group.end(); ++one) {
        for (auto other = std::next(one); other != group.end(); ++other) {
          if (may_be_misspelt(*one, *other)) found.insert(std::minmax({*one, *other}));
        }
      }
    }
    for (const auto& pair : found) {
      const NameMeaning& one = names.at(pair.first);
      const NameMeaning& other = names.at(pair.second);
      const bool same_drug =
          std::any_of(one.ingredients.begin(), one.ingredients.end(),
                      [&](const std::string& ingredients) { return other.ingredients.count(ingredients) > 0; });
      if (same_drug || listed.count(pair) > 0) continue;
      report(*one.row, "`" + one.row->cells[0] + "` and `" + other.row->cells[0] +
                           "` are one letter apart and no listed look-alikes");
    }
  }

  void check_evidence() {
    Names cited;
    for (const SeedTable& table : seed_.tables()) {
      const auto& columns = table.shape().columns;
      if (table.shape().name == "evidence" || std::find(columns.begin(), columns.end(), "evidence") == columns.end())
        continue;
      for (const SeedRow& row : table.rows()) {
        for (const std::string_view id : split(table.cell(row, "evidence"), " | ")) cited.emplace(id);
      }
    }
    for (const SeedRow& row : seed_.table("evidence").rows()) {
      if (cited.count(row.cells[0]) == 0) report(row, "nothing cites `" + row.cells[0] + "`");
    }
  }

  const Seed& seed_;
  Names ingredients_;
  Names classes_;
  Names targets_;
  Names effects_;
  std::map<std::string, std::vector<std::string>> parents_;
  std::vector<LintProblem> problems_;
};

}  // namespace

std::vector<LintProblem> lint_content(const Seed& seed) { return ContentLinter(seed).run(); }

}  // namespace guardian::knowledge
