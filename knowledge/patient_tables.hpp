#pragma once
// The tables that tell how the facts about a patient are read: conditions, quantities, allergens, indications, as they
// stand in the knowledge base.

#include <string>
#include <utility>
#include <vector>

#include "knowledge/quantity_reader.hpp"

namespace guardian::knowledge {

struct PatientTables {
  struct Condition {
    std::string condition;
    std::string kind;     // disease, event, state, symptom, genotype, procedure, habit
    std::string history;  // what a past episode lights: empty, itself; "-", nothing
  };
  struct ConditionName {
    std::string name;
    std::vector<std::string> conditions;
  };
  struct ConditionCode {
    std::string system;  // icd10, snomed
    std::string code;
    std::string condition;
  };
  struct ConditionBound {
    std::string condition;
    std::string quantity;
    double low = 0.0;
    double high = 0.0;
  };
  struct Allergen {
    std::string name;
    std::vector<std::string> allergens;  // ingredients and "class:x"; empty: no allergy
  };
  struct Reaction {
    std::string phrase;
    std::string grade;
  };
  struct Indication {
    std::string selector;
    std::string condition;
    int line = 1;
    std::string note;
    std::string evidence;
  };

  std::vector<Condition> conditions;
  std::vector<std::pair<std::string, std::string>> condition_parents;  // condition, the one above it
  std::vector<ConditionName> condition_names;
  std::vector<ConditionCode> condition_codes;
  std::vector<ConditionBound> condition_bounds;
  std::vector<QuantityDefinition> quantities;
  std::vector<QuantityName> quantity_names;
  std::vector<QuantityUnit> quantity_units;
  std::vector<QuantityUnstated> quantity_unstated;
  std::vector<Allergen> allergens;
  std::vector<Reaction> reactions;
  std::vector<Indication> indications;
};

}  // namespace guardian::knowledge
