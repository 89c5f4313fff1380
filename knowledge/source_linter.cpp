#include "knowledge/source_linter.hpp"

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "knowledge/text.hpp"

namespace guardian::knowledge {
namespace {

using Keys = std::set<std::string, std::less<>>;

bool is_number(std::string_view text) {
  return !text.empty() && text.size() < 10 && text.find_first_not_of("0123456789") == std::string_view::npos;
}

class SourceLinter {
 public:
  explicit SourceLinter(const Seed& seed) : seed_(seed), sources_(keys("sources")) {}

  std::vector<LintProblem> run() {
    check_sources();
    check_rules();
    check_rows();
    check_codes();
    return std::move(problems_);
  }

 private:
  void report(const SeedRow& row, std::string message) {
    problems_.push_back({row.file + ":" + std::to_string(row.line), std::move(message)});
  }

  [[nodiscard]] Keys keys(std::string_view table) const {
    Keys found;
    for (const SeedRow& row : seed_.table(table).rows()) found.insert(row.cells[0]);
    return found;
  }

  void check_source(const SeedRow& row, const std::string& source) {
    if (sources_.find(source) == sources_.end()) report(row, "`" + source + "` is not in sources.tsv");
  }

  void check_sources() {
    const SeedTable& table = seed_.table("sources");
    for (const SeedRow& row : table.rows()) {
      const std::string& kind = table.cell(row, "kind");
      if (kind != "hospital" && kind != "imported")
        report(row, "`kind` is `" + kind + "`, expected one of: hospital, imported");
      for (const std::string_view column : {"format", "title", "licence"}) {
        if (table.cell(row, column).empty()) report(row, "`" + std::string(column) + "` is empty");
      }
      const std::string& precedence = table.cell(row, "precedence");
      const int number = is_number(precedence) ? std::stoi(precedence) : 0;
      if (number <= own_draft_precedence || number > last_precedence) {
        report(row, "`precedence` is `" + precedence + "`, expected a number from " +
                        std::to_string(own_draft_precedence + 1) + " to " + std::to_string(last_precedence));
      }
      const std::string& read = table.cell(row, "rows_read");
      const std::string& left_out = table.cell(row, "rows_left_out");
      if (!is_number(read) || !is_number(left_out) || std::stoi(left_out) > std::stoi(read))
        report(row, "`rows_read` and `rows_left_out` are no numbers of which the second is a part of the first");
    }
  }

  void check_rules() {
    const Keys rules = keys("rules");
    const SeedTable& own = seed_.table("rules");
    Keys settling;
    for (const SeedRow& row : own.rows()) {
      if (own.cell(row, "settles") == "yes") settling.insert(row.cells[0]);
    }
    const SeedTable& table = seed_.table("rule_sources");
    for (const SeedRow& row : table.rows()) {
      if (rules.find(row.cells[0]) == rules.end()) report(row, "there is no rule `" + row.cells[0] + "`");
      check_source(row, table.cell(row, "source"));
      if (settling.find(row.cells[0]) != settling.end())
        report(row, "rule " + row.cells[0] + " settles what others say: only a rule of our own may");
    }
  }

  void check_rows() {
    const SeedTable& table = seed_.table("row_sources");
    for (const SeedRow& row : table.rows()) {
      check_source(row, table.cell(row, "source"));
      const std::string& of = row.cells[0];
      if (of != "classes" && of != "evidence" && of != "ingredients" && of != "names") {
        report(row, "`seed_table` is `" + of + "`, expected one of: classes, evidence, ingredients, names");
        continue;
      }
      const auto known = keys_.try_emplace(of, Keys{}).first;
      if (known->second.empty()) known->second = keys(of);
      if (known->second.find(row.cells[1]) == known->second.end())
        report(row, "`" + row.cells[1] + "` is not in " + of + ".tsv");
    }
  }

  void check_codes() {
    const Keys ingredients = keys("ingredients");
    const SeedTable& own = seed_.table("ingredients");
    Keys taken;
    for (const SeedRow& row : own.rows()) taken.insert(own.cell(row, "rxcui"));
    const SeedTable& table = seed_.table("product_codes");
    for (const SeedRow& row : table.rows()) {
      const std::string& code = table.cell(row, "code");
      if (row.cells[0] != "rxnorm") report(row, "`system` is `" + row.cells[0] + "`, expected one of: rxnorm");
      if (!is_number(code)) report(row, "`code` is not a number: `" + code + "`");
      if (!code.empty() && taken.find(code) != taken.end())
        report(row, "the code " + code + " is that of an ingredient");
      if (table.cell(row, "name").empty()) report(row, "`name` is empty");
      const auto parts = split(table.cell(row, "ingredients"), " + ");
      if (parts.empty()) report(row, "`ingredients` is empty");
      for (const std::string_view part : parts) {
        if (ingredients.find(part) == ingredients.end())
          report(row, "`" + std::string(part) + "` is not in ingredients.tsv");
      }
      const std::string& source = table.cell(row, "source");
      if (!source.empty()) check_source(row, source);
    }
  }

  const Seed& seed_;
  const Keys sources_;
  std::map<std::string, Keys, std::less<>> keys_;
  std::vector<LintProblem> problems_;
};

}  // namespace

std::vector<LintProblem> lint_sources(const Seed& seed) { return SourceLinter(seed).run(); }

}  // namespace guardian::knowledge
