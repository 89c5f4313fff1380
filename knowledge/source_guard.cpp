#include "knowledge/source_guard.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <set>
#include <string_view>

namespace guardian::knowledge {
namespace {

using Cells = std::vector<std::string>;

// Whose rows an import may add.
constexpr std::array<std::string_view, 12> may_grow{"classes",      "evidence", "local_rules",   "lowerings",
                                                    "members",      "names",    "product_codes", "row_sources",
                                                    "rule_sources", "rules",    "sign_offs",     "sources"};

std::multiset<Cells> rows_of(const SeedTable& table) {
  std::multiset<Cells> rows;
  for (const SeedRow& row : table.rows()) rows.insert(row.cells);
  return rows;
}

std::vector<Cells> only_in(const std::multiset<Cells>& left, const std::multiset<Cells>& right) {
  std::vector<Cells> rest;
  std::set_difference(left.begin(), left.end(), right.begin(), right.end(), std::back_inserter(rest));
  return rest;
}

// The keys of a table that belong to the source.
std::set<std::string> of_source(const Seed& seed, std::string_view table, const std::string& source) {
  std::set<std::string> keys;
  if (table == "rules") {
    for (const SeedRow& row : seed.table("rule_sources").rows()) {
      if (row.cells[1] == source) keys.insert(row.cells[0]);
    }
    return keys;
  }
  for (const SeedRow& row : seed.table("row_sources").rows()) {
    if (row.cells[0] == table && row.cells[2] == source) keys.insert(row.cells[1]);
  }
  return keys;
}

class Guard {
 public:
  Guard(const Seed& before, const Seed& after, const std::string& source)
      : before_(before), after_(after), source_(source) {
    for (const std::string_view table : {"rules", "classes", "evidence", "names"})
      keys_[std::string(table)] = of_source(after, table, source);
  }

  std::vector<std::string> run() {
    for (const SeedTable& table : after_.tables()) {
      const std::string_view name = table.shape().name;
      const auto old_rows = rows_of(before_.table(name));
      const auto new_rows = rows_of(table);
      for (const Cells& gone : only_in(old_rows, new_rows)) tell(name, gone, "was there and is gone or changed");
      const bool grows = std::find(may_grow.begin(), may_grow.end(), name) != may_grow.end();
      for (const Cells& added : only_in(new_rows, old_rows)) {
        if (!grows) {
          tell(name, added, "an import may add nothing to this table");
        } else if (!is_own(name, added)) {
          tell(name, added, "is not of the source");
        }
      }
    }
    return std::move(problems_);
  }

 private:
  void tell(std::string_view table, const Cells& cells, const std::string& why) {
    problems_.push_back(std::string(table) + ": `" + cells.front() + "`: " + why);
  }

  [[nodiscard]] bool has(const std::string& table, const std::string& key) const {
    return keys_.at(table).contains(key);
  }

  [[nodiscard]] bool is_own(std::string_view table, const Cells& cells) const {
    if (table == "rules" || table == "classes" || table == "evidence" || table == "names")
      return has(std::string(table), cells[0]);
    if (table == "members") return has("classes", cells[1]);
    if (table == "local_rules") return has("rules", cells[0]);
    if (table == "sources") return cells[0] == source_;
    if (table == "row_sources") return cells[2] == source_;
    if (table == "product_codes") return cells[4] == source_;
    return cells[1] == source_;  // rule_sources, lowerings, sign_offs
  }

  const Seed& before_;
  const Seed& after_;
  const std::string& source_;
  std::map<std::string, std::set<std::string>> keys_;
  std::vector<std::string> problems_;
};

}  // namespace

std::vector<std::string> unguarded_changes(const Seed& before, const Seed& after, const std::string& source) {
  return Guard(before, after, source).run();
}

}  // namespace guardian::knowledge
