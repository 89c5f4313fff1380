#include "tests/support/temporary_knowledge.hpp"

#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <system_error>

#include "knowledge/seed.hpp"
#include "knowledge/store.hpp"

namespace guardian::tests {
namespace {

namespace fs = std::filesystem;

const TableRows& usual_tables() {
  static const TableRows tables{
      {"release", "test\t2026-01-01\t"},
      {"routes",
       "buccal\tsystemic\ninhaled\tlocal\nintramuscular\tsystemic\niv\tsystemic\nnasal\tlocal\nophthalmic\tlocal\n"
       "oral\tsystemic\nrectal\tsystemic\nsubcutaneous\tsystemic\ntopical\tlocal\ntransdermal\tsystemic\nvaginal\tloca"
       "l"},
  };
  return tables;
}

template <class T>
T value_or_throw(core::Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return std::move(*result);
}

}  // namespace

TemporaryFolder::TemporaryFolder() {
  std::string name = (fs::temp_directory_path() / "guardian-test-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

void write_tables(const fs::path& folder, const TableRows& tables) {
  fs::create_directories(folder);
  for (const knowledge::TableShape& shape : knowledge::table_shapes()) {
    std::ofstream file(folder / (std::string(shape.name) + ".tsv"));
    for (std::size_t i = 0; i < shape.columns.size(); ++i) file << (i > 0 ? "\t" : "") << shape.columns[i];
    file << '\n';
    const auto own = tables.find(std::string(shape.name));
    const auto usual = usual_tables().find(std::string(shape.name));
    if (own != tables.end()) {
      file << own->second << '\n';
    } else if (usual != usual_tables().end()) {
      file << usual->second << '\n';
    }
  }
  for (const auto& entry : tables)
    static_cast<void>(knowledge::Seed().table(entry.first));  // throws for an unknown table
}

TemporaryKnowledge::TemporaryKnowledge(const TableRows& tables)
    : seed_(folder_.path() / "seed"), file_(folder_.path() / "test.kb") {
  write_tables(seed_, tables);
  const knowledge::Seed seed = value_or_throw(knowledge::read_seed(seed_));
  value_or_throw(knowledge::Store::create(file_, seed));
  base_ = value_or_throw(knowledge::KnowledgeBase::open(file_));
}

const std::shared_ptr<const knowledge::KnowledgeBase>& shipped_knowledge() {
  static const auto base = value_or_throw(knowledge::KnowledgeBase::open(shipped_file()));
  return base;
}

fs::path shipped_file() { return GUARDIAN_SHIPPED_KB; }
fs::path source_folder() { return GUARDIAN_SOURCE_DIR; }

fs::path reference_folder() {
  const char* folder = std::getenv("GUARDIAN_REFERENCE_DIR");
  return folder == nullptr ? fs::path() : fs::path(folder);
}

}  // namespace guardian::tests
