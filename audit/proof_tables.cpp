#include "audit/proof_tables.hpp"

#include <cmath>
#include <string_view>

#include <SQLiteCpp/SQLiteCpp.h>

#include "knowledge/text.hpp"

namespace guardian::audit {
namespace {

std::string text_at(const SQLite::Statement& row, int column) { return row.getColumn(column).getString(); }

}  // namespace

struct ProofTables::Impl {
  SQLite::Database database;

  explicit Impl(const std::filesystem::path& path) : database(path.string(), SQLite::OPEN_READONLY) {}

  template <class Each>
  void each(const char* sql, Each read) {
    SQLite::Statement row(database, sql);
    while (row.executeStep()) read(row);
  }
  template <class Each>
  void each(const char* sql, const std::string& value, Each read) {
    SQLite::Statement row(database, sql);
    row.bind(1, value);
    while (row.executeStep()) read(row);
  }

  void add_evidence(const std::string& id, std::vector<core::EvidenceRecord>& into) {
    each("SELECT id, kind, source, title, section, year, locator, status FROM evidence WHERE id = ?", id,
         [&](const SQLite::Statement& row) {
           into.push_back({text_at(row, 0), text_at(row, 1), text_at(row, 2), text_at(row, 3), text_at(row, 4),
                           text_at(row, 5), text_at(row, 6), text_at(row, 7)});
         });
  }

  std::optional<ProofRule> explicit_rule(const std::string& id) {
    std::optional<ProofRule> found;
    each("SELECT mechanism, effect, management, onset FROM rule WHERE id = ?", id, [&](const SQLite::Statement& row) {
      found.emplace();
      found->mechanism = text_at(row, 0);
      found->effect = text_at(row, 1);
      found->management = text_at(row, 2);
      found->onset = text_at(row, 3);
    });
    if (!found) return found;
    each("SELECT status FROM rule WHERE id = ?", id,
         [&](const SQLite::Statement& row) { found->status = text_at(row, 0); });
    each(
        "SELECT r.source, r.level, s.precedence FROM rule_source AS r JOIN source AS s USING (source) WHERE r.rule = ?",
        id, [&](const SQLite::Statement& row) {
          found->source = text_at(row, 0);
          found->level = text_at(row, 1);
          found->precedence = row.getColumn(2).getInt();
        });
    each("SELECT item FROM rule_monitoring JOIN rule USING (rule_no) WHERE id = ? ORDER BY position", id,
         [&](const SQLite::Statement& row) { found->monitoring.push_back(text_at(row, 0)); });
    std::vector<std::string> evidence;
    each("SELECT evidence FROM rule_evidence JOIN rule USING (rule_no) WHERE id = ? ORDER BY position", id,
         [&](const SQLite::Statement& row) { evidence.push_back(text_at(row, 0)); });
    for (const std::string& record : evidence) add_evidence(record, found->evidence);
    std::map<int, std::size_t> place;  // of a term
    each(
        "SELECT term_no, label FROM rule_term JOIN rule USING (rule_no) WHERE id = ? AND condition IS NULL "
        "ORDER BY term_no",
        id, [&](const SQLite::Statement& row) {
          place[row.getColumn(0).getInt()] = found->terms.size();
          const std::string label = text_at(row, 1);
          const bool of_patient = label == "condition" || label == "without" || label == "value" ||
                                  label == "missing" || label == "allergy";
          found->terms.push_back({label, of_patient, {}, {}});
        });
    int alternative = -1;
    each(
        "SELECT t.term_no, t.alternative, c.kind, c.name, c.relation, c.grade FROM rule "
        "JOIN term_concept AS t USING (rule_no) JOIN concept AS c USING (concept) WHERE rule.id = ? "
        "ORDER BY t.term_no, t.alternative, t.position",
        id, [&](const SQLite::Statement& row) {
          const auto term = place.find(row.getColumn(0).getInt());
          if (term == place.end()) return;  // of an exception or modifier
          auto& alternatives = found->terms[term->second].alternatives;
          if (alternatives.empty() || alternative != row.getColumn(1).getInt()) alternatives.emplace_back();
          alternative = row.getColumn(1).getInt();
          alternatives.back().push_back({text_at(row, 2), text_at(row, 3), text_at(row, 4), row.getColumn(5).getInt()});
        });
    each(
        "SELECT p.term_no, p.comparison, p.value FROM rule JOIN term_predicate AS p USING (rule_no) "
        "WHERE rule.id = ? AND p.kind = 'value' ORDER BY p.term_no, p.position",
        id, [&](const SQLite::Statement& row) {
          const auto term = place.find(row.getColumn(0).getInt());
          if (term == place.end()) return;
          std::string& limits = found->terms[term->second].limits;
          limits += (limits.empty() ? "" : ", ") + text_at(row, 1) + " " + shown_value(row.getColumn(2).getDouble());
        });
    return found;
  }

  // "INF-<TARGET>-<template>"
  std::optional<ProofRule> inferred_rule(const std::string& id) {
    std::optional<ProofRule> found;
    std::string evidence;
    each(
        "SELECT t.mechanism, t.effect, t.management, t.onset, t.monitoring, t.evidence, i.target, t.relation, "
        "t.strength, t.object, t.sensitivity, t.narrow_index "
        "FROM template_target AS i JOIN template AS t ON t.id = i.template WHERE 'INF-' || i.target || '-' || t.id = ?",
        id, [&](const SQLite::Statement& row) {
          found.emplace();
          found->inferred = true;
          const std::string target = text_at(row, 6);
          const auto filled = [&](std::string text) {
            constexpr std::string_view mark = "{target}";
            for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + target.size()))
              text = text.substr(0, at) + target + text.substr(at + mark.size());
            return text;
          };
          found->mechanism = filled(text_at(row, 0));
          found->effect = filled(text_at(row, 1));
          found->management = filled(text_at(row, 2));
          found->onset = text_at(row, 3);
          const std::string monitoring = filled(text_at(row, 4));
          for (const auto item : knowledge::split(monitoring, " | ")) found->monitoring.emplace_back(item);
          evidence = text_at(row, 5);
          std::vector<ProofConcept> object{{"role", target, text_at(row, 9), row.getColumn(10).getInt()}};
          if (row.getColumn(11).getInt() != 0) object.push_back({"class", "narrow_therapeutic_index", "", 0});
          found->terms.push_back({"object", false, {object}, {}});
          found->terms.push_back(
              {"precipitant", false, {{{"role", target, text_at(row, 7), row.getColumn(8).getInt()}}}, {}});
        });
    if (found) {
      for (const auto record : knowledge::split(evidence, " | ")) add_evidence(std::string(record), found->evidence);
    }
    return found;
  }
};

ProofTables::ProofTables(const std::filesystem::path& path) : impl_(std::make_unique<Impl>(path)) {
  impl_->each("SELECT value FROM meta WHERE key = 'digest'", [&](const auto& row) { digest = text_at(row, 0); });
  impl_->each("SELECT ingredient FROM ingredient", [&](const auto& row) { ingredients.insert(text_at(row, 0)); });
  impl_->each("SELECT id FROM rule UNION SELECT 'INF-' || target || '-' || template FROM template_target",
              [&](const auto& row) { rule_ids.insert(text_at(row, 0)); });
  impl_->each("SELECT class, title FROM class",
              [&](const auto& row) { class_titles[text_at(row, 0)] = text_at(row, 1); });
  impl_->each("SELECT condition, title FROM condition",
              [&](const auto& row) { condition_titles[text_at(row, 0)] = text_at(row, 1); });
  impl_->each("SELECT effect, title FROM effect_name",
              [&](const auto& row) { effect_titles[text_at(row, 0)] = text_at(row, 1); });
  impl_->each("SELECT quantity, title, kind, unit FROM quantity", [&](const auto& row) {
    quantities[text_at(row, 0)] = {text_at(row, 1), text_at(row, 2), text_at(row, 3)};
  });
  impl_->each("SELECT ingredient, class FROM member",
              [&](const auto& row) { is_a.emplace(text_at(row, 0), class_titles[text_at(row, 1)]); });
  impl_->each("SELECT class, parent FROM class_parent",
              [&](const auto& row) { is_a.emplace(class_titles[text_at(row, 0)], class_titles[text_at(row, 1)]); });
  impl_->each("SELECT condition, parent FROM condition_parent", [&](const auto& row) {
    is_a.emplace(condition_titles[text_at(row, 0)], condition_titles[text_at(row, 1)]);
  });
  impl_->each(
      "WITH RECURSIVE upward (ingredient, class) AS (SELECT ingredient, class FROM member UNION "
      "SELECT u.ingredient, p.parent FROM upward AS u CROSS JOIN class_parent AS p ON p.class = u.class) "
      "SELECT ingredient, class FROM upward",
      [&](const auto& row) { classes_of[text_at(row, 0)].insert(text_at(row, 1)); });
  impl_->each("SELECT ingredient, effect, grade FROM effect", [&](const auto& row) {
    effects[{text_at(row, 0), text_at(row, 1)}] = row.getColumn(2).getInt();
  });
  impl_->each("SELECT ingredient, target, relation, grade FROM role", [&](const auto& row) {
    roles[text_at(row, 0)].push_back({text_at(row, 1), text_at(row, 2), row.getColumn(3).getInt()});
  });
}
ProofTables::~ProofTables() = default;

const ProofRule* ProofTables::rule(const std::string& id) {
  auto known = rules_.find(id);
  if (known == rules_.end()) {
    auto read = impl_->explicit_rule(id);
    if (!read) read = impl_->inferred_rule(id);
    known = rules_.emplace(id, std::move(read)).first;
  }
  return known->second ? &*known->second : nullptr;
}

std::string shown_value(double value) {
  if (value == 0.0) return "0";
  const double scale = std::pow(10.0, 2.0 - std::floor(std::log10(std::abs(value))));
  return knowledge::format_number(std::abs(value) >= 100.0 ? std::round(value) : std::round(value * scale) / scale);
}

}  // namespace guardian::audit
