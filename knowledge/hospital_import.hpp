#pragma once
// A hospital's own rules, added to a seed: rules in the grammar of ours, and what the hospital ranks lower. Every row
// keeps the place where it stands in the hospital's file, so that the linter names that place. Pure.

#include <string>
#include <vector>

#include "core/result.hpp"
#include "knowledge/seed.hpp"
#include "knowledge/source_import.hpp"

namespace guardian::knowledge {

inline constexpr int usual_hospital_precedence = 10;

// A row as the hospital writes it; texts of one line.
struct HospitalRow {
  std::string id;      // of a rule of its own; empty of a lowering
  std::string lowers;  // the rule that is lowered; empty of a rule
  std::string severity;
  std::string owner;
  std::string expires;          // ISO date, the last day on which it counts
  std::string mode = "active";  // or shadow
  std::string reason;
  // Of a rule.
  std::string type;
  std::string terms;
  std::string contraindication;  // yes, or empty
  std::string mechanism;
  std::string effect;
  std::string management;
  std::string monitoring;  // joined with " | "
  std::string file;
  std::size_t line = 0;
};

struct HospitalSignOff {
  std::string rule;
  std::string source;
  std::string key;        // 64 hexadecimal digits
  std::string at;         // when it was signed
  std::string signature;  // 128 hexadecimal digits
  std::string file;
  std::size_t line = 0;
};

// Sign-offs of other sources, and of what is not lowered here, are left out and told. Fails when the source is there
// already or its header is not sound; what is wrong with the rows is for the linter to say.
[[nodiscard]] core::Result<ImportedSeed> add_hospital_rules(Seed seed, const SourceHeader& header,
                                                            const std::vector<HospitalRow>& rows,
                                                            const std::vector<HospitalSignOff>& sign_offs);

}  // namespace guardian::knowledge
