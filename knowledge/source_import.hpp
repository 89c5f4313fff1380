#pragma once
// Knowledge that others wrote, added to a seed as ordinary rows that know their source. What a source calls a drug is
// looked up among the names of the knowledge base and never guessed; what is not found is left out and listed. Nothing
// of the seed is changed or taken away, and no ingredient is added: a medicine of which nothing but an interaction list
// is known must stay one that is not known. Pure.

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "core/severity.hpp"
#include "knowledge/knowledge_base.hpp"
#include "knowledge/seed.hpp"

namespace guardian::knowledge {

inline constexpr int usual_precedence = 50;  // of an imported source, unless it is given

struct SourceHeader {
  std::string name;    // as rules and findings show it: letters, digits, '.', '_' and '-'
  std::string format;  // "rxnorm", ...
  std::string title;
  std::string version;
  std::string date;  // ISO, of the source; empty: not stated
  std::string licence;
  int precedence = usual_precedence;
  std::string digest;  // of the files
  std::string note;
};

// A class of the source with the substances that it lists, in its words.
struct ImportedClass {
  std::string name;
  std::vector<std::string> members;
  std::string place;
};

// An interaction between two substances or classes, in the words of the source.
struct ImportedPair {
  std::string first;
  std::string second;
  core::Severity severity = core::Severity::minor;
  bool contraindication = false;
  std::string level;       // in the words of the source
  std::string mechanism;   // empty: not stated
  std::string management;  // empty: not stated
  std::string place;
};

struct ImportedName {
  std::string name;
  std::string kind;                      // synonym, brand
  std::vector<std::string> ingredients;  // as the source names them
  std::string place;
};

struct ImportedCode {
  std::string code;  // RXCUI
  std::string name;
  std::vector<std::string> ingredients;
  std::string place;
};

// A row that was left out, and why.
struct LeftOut {
  std::string place;  // "RXNCONSO.RRF:17"
  std::string what;
  std::string why;
};

struct ImportedContent {
  std::vector<ImportedClass> classes;
  std::vector<ImportedPair> pairs;
  std::vector<ImportedName> names;
  std::vector<ImportedCode> codes;
  std::size_t rows_read = 0;
  std::vector<LeftOut> left_out;  // by the reader
};

struct ImportReport {
  std::size_t rows_read = 0;
  std::size_t rules = 0;
  std::size_t classes = 0;
  std::size_t members = 0;
  std::size_t names = 0;
  std::size_t codes = 0;
  std::size_t known_already = 0;               // names and codes that mean the same here, pairs that stand twice
  std::map<std::string, std::size_t> unknown;  // substances that no name of ours is, and how often they are asked for
  std::vector<LeftOut> left_out;               // rows, each once
};

struct ImportedSeed {
  Seed seed;  // in canonical order
  ImportReport report;
};

// What a source calls a substance where we call it otherwise: their name to our ingredient.
using NameAliases = std::map<std::string, std::string>;

// `seed` is that of `base`. Fails when the source is there already or its header is not sound.
[[nodiscard]] core::Result<ImportedSeed> add_source(Seed seed, const KnowledgeBase& base, const SourceHeader& header,
                                                    const ImportedContent& content, const NameAliases& aliases);

// Of the evidence that the rules of a source cite: the source itself.
[[nodiscard]] std::string source_evidence_id(const std::string& source);

// Whether a source may be added under this name: it is not there, its licence and precedence are stated.
[[nodiscard]] core::Result<bool> check_source_header(const Seed& seed, const SourceHeader& header);

// Takes everything of a source out again; what then cites nothing of it is as it was before.
[[nodiscard]] Seed without_source(Seed seed, const std::string& source);

}  // namespace guardian::knowledge
