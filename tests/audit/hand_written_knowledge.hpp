#pragma once
// A knowledge base written row by row into a real file that goes away with it: what an oracle reads, without the
// compiler that it is to check.

#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <unistd.h>

#include <SQLiteCpp/SQLiteCpp.h>

namespace guardian::tests {

class HandWrittenKnowledge {
 public:
  HandWrittenKnowledge()
      : path_(fresh_path()), database_(path_.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE) {
    std::ifstream schema(std::filesystem::path(GUARDIAN_SOURCE_DIR) / "knowledge" / "schema.sql");
    database_.exec(std::string(std::istreambuf_iterator<char>(schema), {}));
    database_.exec("PRAGMA foreign_keys = ON");
  }
  HandWrittenKnowledge(const HandWrittenKnowledge&) = delete;
  HandWrittenKnowledge& operator=(const HandWrittenKnowledge&) = delete;
  ~HandWrittenKnowledge() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }

  void sql(const std::string& text) { database_.exec(text); }
  template <class... Values>
  void insert(const std::string& text, const Values&... values) {
    SQLite::Statement statement(database_, text);
    int index = 0;
    (statement.bind(++index, values), ...);
    statement.exec();
  }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  static std::filesystem::path fresh_path() {
    static std::atomic<int> count = 0;
    auto path = std::filesystem::temp_directory_path() /
                ("guardian_oracle_" + std::to_string(getpid()) + '_' + std::to_string(++count) + ".db");
    std::filesystem::remove(path);
    return path;
  }

  std::filesystem::path path_;
  SQLite::Database database_;
};

}  // namespace guardian::tests
