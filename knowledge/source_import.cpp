#include "knowledge/source_import.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "knowledge/name_index.hpp"
#include "knowledge/resolver.hpp"
#include "knowledge/source_linter.hpp"
#include "knowledge/text.hpp"

namespace guardian::knowledge {
namespace {

// One line without tabs, blanks at its edges, or what a text of a rule takes for a placeholder.
std::string cell_text(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (blank && (line.empty() || line.back() == ' ')) continue;
    line += blank ? ' ' : c == '{' ? '(' : c == '}' ? ')' : c;
  }
  if (!line.empty() && line.back() == ' ') line.pop_back();
  return line;
}

// For ids: letters and digits of the normalised name, everything else one '-'.
std::string slug(std::string_view text, char between) {
  std::string made;
  for (const char c : normalised_name(text)) {
    const bool kept = (c >= 'a' && c <= 'z') || is_digit(c);
    if (kept) made += c;
    if (!kept && !made.empty() && made.back() != between) made += between;
  }
  while (!made.empty() && made.back() == between) made.pop_back();
  return made;
}

std::string management_of(core::Severity severity) {
  switch (severity) {
    case core::Severity::critical: return "Do not combine {a} and {b}; choose another medicine.";
    case core::Severity::major:
      return "Avoid {a} with {b}, or change one of them; look the reason up before it is used.";
    case core::Severity::moderate: return "Check whether {a} with {b} needs monitoring or another dose.";
    case core::Severity::minor: break;
  }
  return "For information: look {a} with {b} up when the patient has symptoms.";
}

class Adder {
 public:
  Adder(Seed seed, const KnowledgeBase& base, const SourceHeader& header, const NameAliases& aliases)
      : seed_(std::move(seed)), base_(base), header_(header) {
    for (const auto& [name, ingredient] : aliases) aliases_.emplace(normalised_name(name), ingredient);
    for (const SeedRow& row : seed_.table("rules").rows()) ids_.insert(row.cells[0]);
    for (const SeedRow& row : seed_.table("classes").rows()) class_ids_.insert(row.cells[0]);
  }

  ImportedSeed run(const ImportedContent& content) {
    report_.rows_read = content.rows_read;
    report_.left_out = content.left_out;
    add_row("evidence", {evidence_id(), "reference", header_.name, header_.title, "", header_.version, "", "draft"});
    add_row("row_sources", {"evidence", evidence_id(), header_.name});
    for (const ImportedClass& one : content.classes) add_class(one);
    for (const ImportedPair& pair : content.pairs) add_pair(pair);
    for (const auto& [key, pair] : pairs_) write_pair(key, pair);
    for (const ImportedName& name : content.names) add_name(name);
    for (const ImportedCode& code : content.codes) add_code(code);
    const std::size_t left_out = std::min(report_.left_out.size(), report_.rows_read);
    add_row("sources", {header_.name, "imported", header_.format, header_.title, header_.version, header_.date,
                        header_.licence, std::to_string(header_.precedence), std::to_string(report_.rows_read),
                        std::to_string(left_out), header_.digest, header_.note});
    seed_.sort();
    return {std::move(seed_), std::move(report_)};
  }

 private:
  using PairKey = std::pair<std::string, std::string>;  // selectors, in order

  [[nodiscard]] std::string evidence_id() const { return source_evidence_id(header_.name); }

  void add_row(std::string_view table, std::vector<std::string> cells) {
    SeedTable& rows = seed_.table(table);
    rows.rows().push_back({std::move(cells), std::string(table) + ".tsv", rows.rows().size() + 1});
  }

  void leave_out(const std::string& place, const std::string& what, std::string why) {
    report_.left_out.push_back({place, what, std::move(why)});
  }

  // The one ingredient that is called so. A brand is none, for a source speaks of substances; nor is a name with two
  // meanings or a combination.
  [[nodiscard]] std::optional<std::string> ingredient(const std::string& name) {
    const std::string key = normalised_name(name);
    const auto [known, added] = looked_up_.try_emplace(key, std::nullopt);
    if (!added) return known->second;
    std::optional<IngredientIndex> found;
    bool clear = true;
    for (const NameEntry& entry : base_.names().find(key)) {
      const bool one = entry.ingredients.size() == 1 && entry.kind != NameKind::ambiguous;
      if (entry.kind == NameKind::brand && found) continue;
      clear = clear && one && entry.kind != NameKind::brand && (!found || *found == entry.ingredients.front());
      if (one && entry.kind != NameKind::brand) found = entry.ingredients.front();
    }
    if (found && clear) {
      known->second = base_.graph().ingredient_name(*found);
    } else if (const auto alias = aliases_.find(key); !found && alias != aliases_.end()) {
      if (base_.graph().ingredient(alias->second)) known->second = alias->second;
    }
    return known->second;
  }

  // The same, counting what is not known.
  [[nodiscard]] std::optional<std::string> wanted_ingredient(const std::string& name) {
    auto found = ingredient(name);
    if (!found) ++report_.unknown[cell_text(name)];
    return found;
  }

  void add_class(const ImportedClass& one) {
    const std::string key = normalised_name(one.name);
    if (const auto twice = classes_.find(key); twice != classes_.end()) return;
    std::set<std::string> members;
    for (const std::string& member : one.members) {
      if (auto found = wanted_ingredient(member)) members.insert(std::move(*found));
    }
    if (members.empty()) {
      classes_.emplace(key, std::string());
      return leave_out(one.place, cell_text(one.name), "no member of the class is known here");
    }
    std::string id = slug(header_.name, '_') + "_" + slug(one.name, '_');
    for (int number = 2; !class_ids_.insert(id).second; ++number)
      id = slug(header_.name, '_') + "_" + slug(one.name, '_') + "_" + std::to_string(number);
    classes_.emplace(key, id);
    // The name of the source stands before the title, so that it is no word that a medicine could be written with.
    add_row("classes", {id, header_.name + ": " + cell_text(one.name), ""});
    add_row("row_sources", {"classes", id, header_.name});
    for (const std::string& member : members) add_row("members", {member, id, evidence_id()});
    members_of_.emplace(id, members);
    ++report_.classes;
    report_.members += members.size();
  }

  // "class:x" or an ingredient.
  [[nodiscard]] std::optional<std::string> selector(const std::string& name) {
    if (const auto known = classes_.find(normalised_name(name)); known != classes_.end()) {
      if (known->second.empty()) return std::nullopt;
      return "class:" + known->second;
    }
    return wanted_ingredient(name);
  }

  [[nodiscard]] std::set<std::string> members(const std::string& selector) const {
    if (selector.rfind("class:", 0) != 0) return {selector};
    return members_of_.at(selector.substr(6));
  }

  void add_pair(const ImportedPair& pair) {
    const auto first = selector(pair.first);
    const auto second = selector(pair.second);
    const std::string what = cell_text(pair.first) + " + " + cell_text(pair.second);
    if (!first || !second) return leave_out(pair.place, what, "a name that is not known here");
    const auto one = members(*first);
    const auto other = members(*second);
    if (one.size() == 1 && one == other) return leave_out(pair.place, what, "both are the same ingredient here");
    const PairKey key = std::minmax(*first, *second);
    const auto [known, added] = pairs_.emplace(key, pair);
    if (added) return;
    ++report_.known_already;
    if (known->second.severity != pair.severity || known->second.contraindication != pair.contraindication)
      leave_out(pair.place, what, "the source lists the pair twice with different levels; the graver one is taken");
    const auto gravity = [](const ImportedPair& p) { return std::tuple(p.severity, p.contraindication); };
    if (gravity(pair) > gravity(known->second)) known->second = pair;
  }

  void write_pair(const PairKey& key, const ImportedPair& pair) {
    const auto word = [](const std::string& selector) {
      return slug(selector.rfind("class:", 0) == 0 ? selector.substr(6) : selector, '-');
    };
    const std::string stem = header_.name + "-" + word(key.first) + "-" + word(key.second);
    std::string id = stem;
    for (int number = 2; !ids_.insert(id).second; ++number) id = stem + "-" + std::to_string(number);
    const std::string mechanism = cell_text(pair.mechanism);
    const std::string management = cell_text(pair.management);
    const std::string level = cell_text(pair.level);
    add_row("rules", {id, "drug-drug", std::string(core::to_string(pair.severity)), pair.contraindication ? "yes" : "",
                      "", "a = " + key.first + " ; b = " + key.second,
                      mechanism.empty() ? "The source does not state the mechanism." : mechanism,
                      header_.name + " lists {a} with {b}: " + (level.empty() ? "no level" : level) + ".",
                      management.empty() ? management_of(pair.severity) : management, "", "", evidence_id(), "draft"});
    add_row("rule_sources", {id, header_.name, level, pair.place});
    ++report_.rules;
  }

  // All of them, or nothing: a product of which one part is not known would hide that part.
  [[nodiscard]] std::optional<std::vector<std::string>> all_ingredients(const std::vector<std::string>& names) {
    std::vector<std::string> found;
    bool whole = !names.empty();
    for (const std::string& name : names) {
      const auto one = wanted_ingredient(name);
      whole = whole && one.has_value();
      if (one && std::find(found.begin(), found.end(), *one) == found.end()) found.push_back(*one);
    }
    if (!whole) return std::nullopt;
    return found;
  }

  [[nodiscard]] std::vector<std::string> names_of(const std::vector<IngredientIndex>& ingredients) const {
    std::vector<std::string> names;
    for (const IngredientIndex one : ingredients) names.push_back(base_.graph().ingredient_name(one));
    std::sort(names.begin(), names.end());
    return names;
  }

  // A name that is read here already keeps its meaning, however it is read: exactly, or as a misspelling.
  void add_name(const ImportedName& name) {
    const std::string text = cell_text(name.name);
    const auto ingredients = all_ingredients(name.ingredients);
    if (!ingredients) return leave_out(name.place, text, "an ingredient that is not known here");
    const std::string key = normalised_name(text);
    const auto letters = std::count_if(key.begin(), key.end(), [](char c) { return c >= 'a' && c <= 'z'; });
    if (letters < 3) return leave_out(name.place, text, "too short to be told from other words");
    std::vector<std::string> sorted = *ingredients;
    std::sort(sorted.begin(), sorted.end());
    if (!names_.insert(key).second) {
      ++report_.known_already;
      return;
    }
    const auto meanings = base_.names().find(key);
    if (!meanings.empty()) {
      const bool same = std::all_of(meanings.begin(), meanings.end(), [&](const NameEntry& entry) {
        return entry.kind != NameKind::ambiguous && names_of(entry.ingredients) == sorted;
      });
      if (!same) return leave_out(name.place, text, "the name means something else here, and keeps that meaning");
      ++report_.known_already;
      return;
    }
    const Resolution read = resolve(base_, {text, "", "", ""});
    if (read.resolved && names_of(read.interpretations.front().ingredients) != sorted)
      return leave_out(name.place, text, "the name is read as something else here, and keeps that meaning");
    add_row("names", {text, name.kind, joined(*ingredients, " + "), "", "", "", ""});
    add_row("row_sources", {"names", text, header_.name});
    ++report_.names;
  }

  void add_code(const ImportedCode& code) {
    const auto ingredients = all_ingredients(code.ingredients);
    if (!ingredients) return leave_out(code.place, code.code, "an ingredient that is not known here");
    const auto known = base_.names().find_code(code.code);
    if (!known.empty() || !codes_.insert(code.code).second) {
      std::vector<std::string> sorted = *ingredients;
      std::sort(sorted.begin(), sorted.end());
      const bool same = known.empty() || names_of(known.front().ingredients) == sorted;
      if (!same) return leave_out(code.place, code.code, "the code means something else here, and keeps that meaning");
      ++report_.known_already;
      return;
    }
    add_row("product_codes", {"rxnorm", code.code, cell_text(code.name), joined(*ingredients, " + "), header_.name});
    ++report_.codes;
  }

  Seed seed_;
  const KnowledgeBase& base_;
  const SourceHeader& header_;
  std::map<std::string, std::string> aliases_;                   // by normalised name
  std::map<std::string, std::optional<std::string>> looked_up_;  // by normalised name
  std::map<std::string, std::string> classes_;                   // by normalised name; empty: left out
  std::map<std::string, std::set<std::string>> members_of_;      // by id
  std::map<PairKey, ImportedPair> pairs_;
  std::set<std::string> ids_;
  std::set<std::string> class_ids_;
  std::set<std::string> names_;
  std::set<std::string> codes_;
  ImportReport report_;
};

}  // namespace

std::string source_evidence_id(const std::string& source) { return "source-" + slug(source, '-'); }

core::Result<bool> check_source_header(const Seed& seed, const SourceHeader& header) {
  const auto refuse = [](const std::string& why) { return core::fail(core::ErrorCode::invalid_input, why); };
  const bool plain = !header.name.empty() && std::all_of(header.name.begin(), header.name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '.' || c == '_' || c == '-';
  });
  if (!plain) return refuse("the name of a source is made of letters, digits, '.', '_' and '-': `" + header.name + "`");
  if (slug(header.name, '-').empty()) return refuse("the name of a source needs a letter or digit");
  if (lower_case(header.name) == "guardian") return refuse("`guardian` is the name of our own rules");
  if (header.licence.empty()) return refuse("source " + header.name + ": the licence is not stated");
  if (header.precedence <= own_draft_precedence || header.precedence > last_precedence) {
    return refuse("source " + header.name + ": the precedence is a number from " +
                  std::to_string(own_draft_precedence + 1) + " to " + std::to_string(last_precedence));
  }
  for (const SeedRow& row : seed.table("sources").rows()) {
    if (slug(row.cells[0], '-') == slug(header.name, '-'))
      return refuse("source " + row.cells[0] + " is in the knowledge base already");
  }
  return true;
}

core::Result<ImportedSeed> add_source(Seed seed, const KnowledgeBase& base, const SourceHeader& header,
                                      const ImportedContent& content, const NameAliases& aliases) {
  if (auto sound = check_source_header(seed, header); !sound) return core::fail(sound.error());
  return Adder(std::move(seed), base, header, aliases).run(content);
}

Seed without_source(Seed seed, const std::string& source) {
  const auto drop = [&](std::string_view table, const auto& unwanted) {
    std::erase_if(seed.table(table).rows(), unwanted);
  };
  std::set<std::string> rules;
  for (const SeedRow& row : seed.table("rule_sources").rows()) {
    if (row.cells[1] == source) rules.insert(row.cells[0]);
  }
  std::map<std::string, std::set<std::string>> keys;
  for (const SeedRow& row : seed.table("row_sources").rows()) {
    if (row.cells[2] == source) keys[row.cells[0]].insert(row.cells[1]);
  }
  for (const std::string_view table : {"lowerings", "sign_offs"})
    drop(table, [&](const SeedRow& row) { return row.cells[1] == source; });
  for (const std::string_view table : {"rules", "exceptions", "modifiers", "washouts", "rule_sources", "local_rules"})
    drop(table, [&](const SeedRow& row) { return rules.contains(row.cells[0]); });
  for (const auto& of_table : keys)
    drop(of_table.first, [&](const SeedRow& row) { return of_table.second.contains(row.cells[0]); });
  drop("members", [&](const SeedRow& row) { return keys["classes"].contains(row.cells[1]); });
  drop("product_codes", [&](const SeedRow& row) { return row.cells[4] == source; });
  drop("row_sources", [&](const SeedRow& row) { return row.cells[2] == source; });
  drop("sources", [&](const SeedRow& row) { return row.cells[0] == source; });
  return seed;
}

}  // namespace guardian::knowledge
