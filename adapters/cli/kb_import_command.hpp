#pragma once
// `guardian kb import`: knowledge of other sources, added to a knowledge base.

#include <filesystem>
#include <string>
#include <vector>

#include "adapters/cli/commands.hpp"
#include "knowledge/source_import.hpp"

namespace guardian::adapters::cli {

struct KbImportOptions {
  KnowledgeOptions knowledge;
  std::string kind;  // rxnorm, ansm, ddinter, hospital
  std::vector<std::filesystem::path> files;
  knowledge::SourceHeader header;
  std::filesystem::path output;
  std::filesystem::path names;          // names of the source to ingredients of ours; empty: none
  std::filesystem::path sign_off_keys;  // public keys of those whose sign-offs count; empty: as the environment says
  bool precedence_given = false;
  bool skip = false;        // rows that cannot be read, instead of stopping
  bool replace = false;     // an earlier import of the same source
  std::size_t listed = 20;  // of what is unknown, and of what is left out
};

int run_kb_import(const KbImportOptions& options, const Streams& streams);

}  // namespace guardian::adapters::cli
