// Files of other sources of knowledge, as somebody fetched them.

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "adapters/sources/source_reader.hpp"
#include "tests/fuzz/shipped.hpp"
#include "tests/fuzz/targets.hpp"

namespace guardian::fuzz {
namespace {

using adapters::sources::OnError;
using knowledge::ImportedContent;
using Read = core::Result<ImportedContent> (*)(const std::vector<std::filesystem::path>&, OnError);

std::size_t pieces(const ImportedContent& content) {
  return content.classes.size() + content.pairs.size() + content.names.size() + content.codes.size();
}

void check_pieces(const ImportedContent& content) {
  for (const auto& pair : content.pairs) {
    demand(!pair.first.empty() && !pair.second.empty(), "a pair has two substances");
    demand(!pair.level.empty() && !pair.place.empty(), "a pair has the level of its source, and a place");
  }
  const auto leads = [](const auto& one) { return !one.ingredients.empty() && !one.place.empty(); };
  demand(std::all_of(content.names.begin(), content.names.end(), leads), "a name leads to ingredients");
  demand(std::all_of(content.codes.begin(), content.codes.end(), leads), "a code leads to ingredients");
  for (const auto& left : content.left_out) demand(!left.why.empty(), "what is left out has a reason");
}

// What can be read whole is read alike where bad rows are skipped; otherwise the place of the bad one is told.
void check_reading(Read read, const std::vector<std::filesystem::path>& files) {
  const auto strict = read(files, OnError::stop);
  const auto lenient = read(files, OnError::skip);
  if (lenient) check_pieces(*lenient);
  if (!strict) {
    demand(strict.error().code == core::ErrorCode::invalid_input && !strict.error().message.empty(),
           "a file that cannot be read is wrong input, with a reason");
    return;
  }
  demand(lenient.has_value(), "what can be read whole can be read with bad rows left out");
  demand(strict->rows_read == lenient->rows_read && pieces(*strict) == pieces(*lenient),
         "nothing is left out where no row is bad");
}

std::filesystem::path file_with(const char* name, std::string_view bytes) {
  const std::filesystem::path file = scratch_folder() / name;
  write_bytes(file, bytes);
  return file;
}

}  // namespace

void take_pair_list(std::string_view bytes) {
  check_reading(adapters::sources::read_pair_list, {file_with("list.csv", bytes)});
}

void take_ansm(std::string_view bytes) {
  check_reading(adapters::sources::read_ansm, {file_with("thesaurus.json", bytes)});
}

// Three files in one, parted by lines of '='.
void take_rxnorm(std::string_view bytes) {
  constexpr std::array names{"RXNCONSO.RRF", "RXNREL.RRF", "RXNSAT.RRF"};
  constexpr std::string_view border = "\n=\n";
  std::vector<std::filesystem::path> files;
  for (const char* name : names) {
    const std::size_t end = bytes.find(border);
    files.push_back(file_with(name, bytes.substr(0, end)));
    bytes = end == std::string_view::npos ? std::string_view() : bytes.substr(end + border.size());
  }
  check_reading(adapters::sources::read_rxnorm, files);
}

}  // namespace guardian::fuzz
