#pragma once
// The tables of the knowledge base that proofs rest on, in memory, and the texts of rules on demand. For finding_proof
// alone: it throws what SQLite throws. One thread at a time.

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/finding.hpp"

namespace guardian::audit {

struct ProofConcept {
  std::string kind;  // ingredient, class, role, effect, any, condition, quantity
  std::string name;
  std::string relation;
  int grade = 0;
};

struct ProofTerm {
  std::string label;
  bool of_patient = false;
  std::vector<std::vector<ProofConcept>> alternatives;
  std::string limits;  // of a value: "< 3.5, > 2"; empty: none
};

struct ProofRule {
  std::string mechanism;
  std::string effect;
  std::string management;
  std::string onset;
  std::vector<std::string> monitoring;
  std::vector<core::EvidenceRecord> evidence;
  std::vector<ProofTerm> terms;
  bool inferred = false;
  std::string status;  // of an explicit rule
  std::string source;  // empty: our own
  std::string level;   // how grave that source calls it
  int precedence = 0;  // of that source
};

struct ProofQuantity {
  std::string title;
  std::string kind;
  std::string unit;
};

class ProofTables {
 public:
  explicit ProofTables(const std::filesystem::path& path);
  ~ProofTables();
  ProofTables(const ProofTables&) = delete;
  ProofTables& operator=(const ProofTables&) = delete;

  // Null when there is no such rule.
  const ProofRule* rule(const std::string& id);

  std::string digest;
  std::set<std::string> ingredients;
  std::set<std::string> rule_ids;  // inferred ones included
  std::map<std::string, std::string> class_titles;
  std::map<std::string, std::string> condition_titles;
  std::map<std::string, std::string> effect_titles;
  std::map<std::string, ProofQuantity> quantities;
  std::set<std::pair<std::string, std::string>> is_a;          // by what the path shows: name or title
  std::map<std::string, std::set<std::string>> classes_of;     // of an ingredient, with all above them
  std::map<std::pair<std::string, std::string>, int> effects;  // ingredient and effect: signed grade
  struct Role {
    std::string target;
    std::string relation;
    int grade = 0;
  };
  std::map<std::string, std::vector<Role>> roles;  // by ingredient

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
  std::map<std::string, std::optional<ProofRule>> rules_;
};

// Three significant digits, as a finding shows a value.
[[nodiscard]] std::string shown_value(double value);

}  // namespace guardian::audit
