#pragma once
// Knowledge bases for tests: small ones made of a few rows in a real SQLite file, and the one that ships.

#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "knowledge/knowledge_base.hpp"

namespace guardian::tests {

// A folder that is removed with the object.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// Rows of tables (tab-separated lines, without the header), by table name. Tables that are missing are empty, but for
// `release` and `routes`, which get a usual content.
using TableRows = std::map<std::string, std::string>;

// Writes the tables as a seed folder.
void write_tables(const std::filesystem::path& folder, const TableRows& tables);

// Builds a knowledge base of a few rows; a seed that does not compile fails the test with its message.
class TemporaryKnowledge {
 public:
  explicit TemporaryKnowledge(const TableRows& tables);
  [[nodiscard]] const knowledge::KnowledgeBase& base() const { return *base_; }
  [[nodiscard]] const std::shared_ptr<const knowledge::KnowledgeBase>& shared() const { return base_; }
  [[nodiscard]] const std::filesystem::path& file() const { return file_; }
  [[nodiscard]] const std::filesystem::path& seed_folder() const { return seed_; }

 private:
  TemporaryFolder folder_;
  std::filesystem::path seed_;
  std::filesystem::path file_;
  std::shared_ptr<const knowledge::KnowledgeBase> base_;
};

// The knowledge base that the build made of knowledge/seed, opened once a process.
[[nodiscard]] const std::shared_ptr<const knowledge::KnowledgeBase>& shipped_knowledge();
[[nodiscard]] std::filesystem::path shipped_file();
[[nodiscard]] std::filesystem::path source_folder();

// The folder of reference data, or an empty path: then a test says that it skipped.
[[nodiscard]] std::filesystem::path reference_folder();

}  // namespace guardian::tests
