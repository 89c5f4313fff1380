// The include directions of docs/architecture.md, held by reading every #include of the tree.

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

namespace {

namespace fs = std::filesystem;

const std::map<std::string, std::set<std::string>> allowed_folders{
    {"core", {"core"}},
    {"knowledge", {"core", "knowledge"}},
    {"prompts", {"core", "prompts"}},
    {"agents", {"core", "knowledge", "prompts", "agents"}},
    {"audit", {"core", "knowledge", "audit"}},
    {"runtime", {"core", "knowledge", "agents", "audit", "runtime"}},
    {"adapters", {"core", "knowledge", "agents", "audit", "runtime", "adapters"}},
};

// Outside libraries by the start of the include; each only where its job is, and only in .cpp files, but for
// tl::expected.
const std::map<std::string, std::set<std::string>> allowed_libraries{
    {"tl/", {"core"}},
    {"boost/", {"knowledge", "audit"}},
    {"Eigen/", {"audit"}},
    {"sodium.h", {"audit"}},
    {"SQLiteCpp/", {"knowledge", "audit", "adapters"}},
    {"sqlite3.h", {"knowledge", "audit", "adapters"}},
    {"openssl/", {"knowledge", "audit", "adapters"}},
    {"xxhash.h", {"knowledge"}},
    {"libpq-fe.h", {"adapters"}},
    {"nlohmann/", {"agents", "adapters"}},
    {"simdjson.h", {"adapters"}},
    {"jwt.h", {"adapters"}},
    {"graphviz/", {"adapters"}},
    {"prometheus/", {"adapters"}},
    {"CLI/", {"adapters"}},
    {"curl/", {"adapters"}},
    {"httplib.h", {"adapters"}},
    {"arpa/inet.h", {"adapters"}},
    {"netinet/in.h", {"adapters"}},
};

struct Include {
  fs::path file;
  std::string folder;
  std::string target;
  bool quoted;
  bool header;
};

std::vector<Include> all_includes() {
  const std::regex pattern(R"rx(^\s*#\s*include\s*([<"])([^>"]+)[>"])rx");
  std::vector<Include> includes;
  const fs::path root(GUARDIAN_SOURCE_DIR);
  for (const auto& [folder, ignored] : allowed_folders) {
    for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
      const std::string extension = entry.path().extension().string();
      if (extension != ".cpp" && extension != ".hpp") continue;
      std::ifstream file(entry.path());
      std::string line;
      while (std::getline(file, line)) {
        std::smatch match;
        if (std::regex_search(line, match, pattern)) {
          includes.push_back({entry.path(), folder, match[2], match[1] == "\"", extension == ".hpp"});
        }
      }
    }
  }
  return includes;
}

const std::string* library_of(const std::string& target) {
  for (const auto& [prefix, folders] : allowed_libraries) {
    if (target.rfind(prefix, 0) == 0) return &prefix;
  }
  return nullptr;
}

}  // namespace

TEST_CASE("every include of our own points to the same folder or a lower one", "[architecture]") {
  const auto includes = all_includes();
  REQUIRE(includes.size() > 100);
  for (const Include& include : includes) {
    if (!include.quoted) continue;
    INFO(include.file << " includes \"" << include.target << "\"");
    const std::string folder = include.target.substr(0, include.target.find('/'));
    CHECK(allowed_folders.at(include.folder).count(folder) == 1);
    CHECK(fs::exists(fs::path(GUARDIAN_SOURCE_DIR) / include.target));
  }
}

TEST_CASE("an outside library is included only where its job is, and not by a header of ours", "[architecture]") {
  for (const Include& include : all_includes()) {
    if (include.quoted) continue;
    const std::string* library = library_of(include.target);
    if (library == nullptr) {
      // What is left are headers of the language and of the system: they have no folder but sys/.
      INFO(include.file << " includes <" << include.target << ">");
      CHECK((include.target.find('/') == std::string::npos || include.target.rfind("sys/", 0) == 0));
      continue;
    }
    INFO(include.file << " includes <" << include.target << ">");
    CHECK(allowed_libraries.at(*library).count(include.folder) == 1);
    CHECK((!include.header || *library == "tl/"));
  }
}

TEST_CASE("no header of ours names a type of an outside library", "[architecture]") {
  const std::regex foreign(R"rx((nlohmann|simdjson|SQLite|boost|CLI|httplib|prometheus)::)rx");
  for (const auto& [folder, ignored] : allowed_folders) {
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(GUARDIAN_SOURCE_DIR) / folder)) {
      if (entry.path().extension() != ".hpp") continue;
      std::ifstream file(entry.path());
      std::string line;
      while (std::getline(file, line)) {
        INFO(entry.path() << ": " << line);
        CHECK_FALSE(std::regex_search(line, foreign));
      }
    }
  }
}
