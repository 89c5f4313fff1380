#pragma once
// Reads the files of other sources of knowledge as they are published: RxNorm (RRF), the thesaurus of the French ANSM
// (JSON), lists of pairs (CSV). The shapes and what becomes of them: docs/knowledge-sources.md. Files are read once, a
// line at a time but for JSON; what is kept grows with the rows that are wanted, not with the files. One thread.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "knowledge/source_import.hpp"

namespace guardian::adapters::sources {

enum class OnError { stop, skip };

// A row that cannot be read ends the reading, with "FILE:LINE: column `NAME`: ..." as an `invalid_input`, or is left
// out.
[[nodiscard]] core::Result<knowledge::ImportedContent> read_pair_list(const std::vector<std::filesystem::path>& files,
                                                                      OnError on_error);
[[nodiscard]] core::Result<knowledge::ImportedContent> read_ansm(const std::vector<std::filesystem::path>& files,
                                                                 OnError on_error);
// RXNCONSO.RRF and RXNREL.RRF are needed; RXNSAT.RRF may be there.
[[nodiscard]] core::Result<knowledge::ImportedContent> read_rxnorm(const std::vector<std::filesystem::path>& files,
                                                                   OnError on_error);

// What a level of a source comes to; nothing for words that are no level of that format.
struct LevelMeaning {
  core::Severity severity = core::Severity::minor;
  bool contraindication = false;
};
[[nodiscard]] const LevelMeaning* level_meaning(std::string_view format, std::string_view level);

// French names of substances, to the ingredients of the knowledge base.
[[nodiscard]] const knowledge::NameAliases& french_names();

// A table of two columns, `name` and `ingredient`, separated by a tab, with that header.
[[nodiscard]] core::Result<knowledge::NameAliases> read_names(const std::filesystem::path& file);

// SHA-256 over names and bytes of the files, in that order.
[[nodiscard]] core::Result<std::string> files_digest(const std::vector<std::filesystem::path>& files);

}  // namespace guardian::adapters::sources
