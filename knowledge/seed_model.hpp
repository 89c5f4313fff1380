#pragma once
// What the rows of a seed mean: concepts, rules and templates as values. Problems are reported with file and line.

#include <string>
#include <vector>

#include "core/result.hpp"
#include "knowledge/concept_graph.hpp"
#include "knowledge/quantity_reader.hpp"
#include "knowledge/rule_set.hpp"
#include "knowledge/seed.hpp"

namespace guardian::knowledge {

// "rules.cardiac.tsv:17: "
[[nodiscard]] std::string place_of(const SeedRow& row);

[[nodiscard]] core::Result<ConceptTables> concept_tables(const Seed& seed);

// The explicit rules with their exceptions, modifiers and washouts.
[[nodiscard]] core::Result<std::vector<RuleSource>> explicit_rules(const Seed& seed);

[[nodiscard]] core::Result<std::vector<RuleSource>> red_flag_rules(const Seed& seed);
[[nodiscard]] core::Result<std::vector<RuleSource>> sign_rules(const Seed& seed);

// All of these and the inferred ones.
[[nodiscard]] core::Result<std::vector<RuleSource>> all_rules(const Seed& seed);

// A sign has no id in its table: the number of the pattern among those of its condition, from 1, makes one.
[[nodiscard]] std::string sign_id(std::string_view condition, int pattern);

[[nodiscard]] core::Result<std::vector<Template>> mechanism_templates(const Seed& seed);

// The quantities with their names and units; a cell that is no number counts as 0 (the linter names it).
[[nodiscard]] QuantityTables quantity_tables(const Seed& seed);

// One inferred rule for each template and target of `template_targets`.
[[nodiscard]] core::Result<std::vector<RuleSource>> inferred_rules(const Seed& seed);

// The seed with every term, selector, predicate and list written in its one canonical way: what is compiled, exported
// and digested. Cells that do not parse stay as they are; the linter names them.
[[nodiscard]] Seed canonical(Seed seed);

[[nodiscard]] std::vector<std::string> route_names(const Seed& seed);

}  // namespace guardian::knowledge
