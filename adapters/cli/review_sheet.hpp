#pragma once
// The review sheet of a pharmacist: every rule with what it says, what it speaks of, and where it comes from, as one
// HTML page that needs nothing from elsewhere, and as CSV (RFC 4180). Pure but for the command
// itself and for reading evidence from the knowledge base. Rules are in the order of their severity, then of their id;
// red flags and inferred rules come behind them.

#include <filesystem>
#include <string>
#include <vector>

#include "adapters/cli/commands.hpp"
#include "core/result.hpp"
#include "knowledge/knowledge_base.hpp"
#include "knowledge/seed.hpp"

namespace guardian::adapters::cli {

struct SheetRule {
  std::string id;
  std::string type;      // of its findings; "red flag"
  std::string severity;  // or the level of urgency
  bool contraindication = false;
  bool inferred = false;
  std::string terms;
  std::string mechanism;
  std::string effect;
  std::string management;
  std::string monitoring;
  std::string onset;
  std::vector<std::string> exceptions;
  std::vector<std::string> modifiers;
  // "12 pairs": those that meet its terms, before exceptions and what is known of doses and routes; of a rule that is
  // not about a pair the medicines of each term.
  std::string covers;
  std::vector<std::string> covered;  // "warfarin: aspirin, ibuprofen"; "drug: methotrexate, leflunomide"
  std::vector<std::string> evidence;
  std::string status;
};

[[nodiscard]] core::Result<std::vector<SheetRule>> sheet_rules(const knowledge::KnowledgeBase& base,
                                                               const knowledge::Seed& seed);

// Of a list of what is covered that is longer than a cell of a spreadsheet takes, the first lines and how many follow.
[[nodiscard]] std::string sheet_csv(const std::vector<SheetRule>& rules);
// `release`: "2026.11, released 2026-11-21, sha256:..."
[[nodiscard]] std::string sheet_html(const std::vector<SheetRule>& rules, const std::string& release);

// `target`: a file *.html or *.csv, or a folder for both. Gives the exit status.
int run_kb_review_sheet(const KnowledgeOptions& options, const std::filesystem::path& target, const Streams& streams);

}  // namespace guardian::adapters::cli
