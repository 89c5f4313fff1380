#include "knowledge/seed.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include <catch2/catch.hpp>

#include "tests/support/temporary_knowledge.hpp"

using namespace guardian;
using namespace guardian::knowledge;
namespace fs = std::filesystem;

namespace {

void write(const fs::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
}

std::string read(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

// What reading a folder of the one file `name` says.
core::Error refusal(const std::string& name, const std::string& text) {
  const tests::TemporaryFolder folder;
  write(folder.path() / name, text);
  const auto seed = read_seed(folder.path());
  REQUIRE_FALSE(seed.has_value());
  CHECK(seed.error().code == core::ErrorCode::invalid_input);
  return seed.error();
}

std::vector<std::vector<std::string>> cells_of(const Seed& seed, std::string_view table) {
  std::vector<std::vector<std::string>> cells;
  for (const SeedRow& row : seed.table(table).rows()) cells.push_back(row.cells);
  return cells;
}

}  // namespace

TEST_CASE("rows of a table are read with the file and line that they stand in", "[knowledge][seed]") {
  const tests::TemporaryFolder folder;
  write(folder.path() / "members.tsv",
        "# who is where\n\ningredient\tclass\tevidence\nwarfarin\tvka\tlabel\n# more\naspirin\tnsaid\t\n");
  const auto seed = read_seed(folder.path());
  REQUIRE(seed.has_value());
  const auto& rows = seed->table("members").rows();
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].cells == std::vector<std::string>{"aspirin", "nsaid", ""});
  CHECK(rows[0].file == "members.tsv");
  CHECK(rows[0].line == 6);
  CHECK(rows[1].line == 4);
  CHECK(seed->table("members").cell(rows[1], "class") == "vka");
  CHECK(seed->table("rules").rows().empty());
}

TEST_CASE("a header that is not that of its table is refused with the one that is wanted", "[knowledge][seed]") {
  for (const char* header :
       {"ingredient\tclass", "class\tingredient\tevidence", "ingredient class evidence",
        "ingredient\tclass\tevidence\tnote", "Ingredient\tclass\tevidence", "warfarin\tvka\tlabel"}) {
    CAPTURE(header);
    const auto error = refusal("members.tsv", "# c\n" + std::string(header) + "\n");
    CHECK_THAT(error.message, Catch::Contains("members.tsv:2: "));
    CHECK_THAT(error.message, Catch::Contains("ingredient\tclass\tevidence"));
  }
}

TEST_CASE("a row with too few or too many cells is refused with its line", "[knowledge][seed]") {
  const std::string header = "ingredient\tclass\tevidence\n";
  CHECK_THAT(refusal("members.tsv", header + "warfarin\tvka\n").message,
             Catch::Contains("members.tsv:2: 2 cells, expected 3"));
  CHECK_THAT(refusal("members.tsv", header + "\na\tb\tc\nwarfarin\tvka\t\t\n").message,
             Catch::Contains("members.tsv:4: 4 cells"));
  CHECK_THAT(refusal("members.tsv", header + "   \n").message, Catch::Contains("members.tsv:2: 1 cells"));
}

TEST_CASE("blanks at the edge of a cell are refused with the name of the column", "[knowledge][seed]") {
  const std::string header = "ingredient\tclass\tevidence\n";
  for (const char* row : {" warfarin\tvka\tlabel", "warfarin \tvka\tlabel"}) {
    CHECK_THAT(refusal("members.tsv", header + row).message, Catch::Contains("blanks at the edge of `ingredient`"));
  }
  CHECK_THAT(refusal("members.tsv", header + "warfarin\tvka\tlabel ").message, Catch::Contains("`evidence`"));
  CHECK_THAT(refusal("members.tsv", header + "warfarin\t \tlabel").message, Catch::Contains("`class`"));
}

TEST_CASE("a file of a table that does not exist is refused", "[knowledge][seed]") {
  CHECK_THAT(refusal("interactions.tsv", "a\tb\n").message, Catch::Contains("there is no table `interactions`"));
  CHECK_THAT(refusal("rule.tsv", "").message, Catch::Contains("`rule`"));
  CHECK_THAT(refusal(".tsv.tsv", "").message, Catch::Contains("there is no table"));
}

TEST_CASE("lines that end in CR LF read like lines that end in LF", "[knowledge][seed]") {
  const tests::TemporaryFolder unix_folder;
  const tests::TemporaryFolder dos_folder;
  write(unix_folder.path() / "routes.tsv", "# c\nroute\texposure\noral\tsystemic\ntopical\tlocal\n");
  write(dos_folder.path() / "routes.tsv", "# c\r\nroute\texposure\r\n\r\noral\tsystemic\r\ntopical\tlocal\r\n");
  const auto one = read_seed(unix_folder.path());
  const auto other = read_seed(dos_folder.path());
  REQUIRE(one.has_value());
  REQUIRE(other.has_value());
  CHECK(cells_of(*one, "routes") == cells_of(*other, "routes"));
  CHECK(content_digest(*one) == content_digest(*other));
}

TEST_CASE("a last line without a line break counts", "[knowledge][seed]") {
  const tests::TemporaryFolder folder;
  write(folder.path() / "routes.tsv", "route\texposure\noral\tsystemic");
  const auto seed = read_seed(folder.path());
  REQUIRE(seed.has_value());
  CHECK(seed->table("routes").rows().size() == 1);
}

TEST_CASE("comments and empty lines are skipped wherever they stand", "[knowledge][seed]") {
  const tests::TemporaryFolder folder;
  write(folder.path() / "routes.tsv", "\n#\n# c\troute\nroute\texposure\n# c\noral\tsystemic\n\n#oral\tlocal\n");
  const auto seed = read_seed(folder.path());
  REQUIRE(seed.has_value());
  CHECK(cells_of(*seed, "routes") == std::vector<std::vector<std::string>>{{"oral", "systemic"}});
}

TEST_CASE("several files of one table are one table", "[knowledge][seed]") {
  const tests::TemporaryFolder split;
  const tests::TemporaryFolder whole;
  write(split.path() / "routes.tsv", "route\texposure\ntopical\tlocal\n");
  write(split.path() / "routes.mouth.tsv", "route\texposure\noral\tsystemic\nbuccal\tsystemic\n");
  write(whole.path() / "routes.tsv", "route\texposure\nbuccal\tsystemic\noral\tsystemic\ntopical\tlocal\n");
  const auto one = read_seed(split.path());
  const auto other = read_seed(whole.path());
  REQUIRE(one.has_value());
  REQUIRE(other.has_value());
  CHECK(cells_of(*one, "routes") == cells_of(*other, "routes"));
  CHECK(one->table("routes").rows()[0].file == "routes.mouth.tsv");
  CHECK(content_digest(*one) == content_digest(*other));
}

TEST_CASE("files with another ending are no part of the seed", "[knowledge][seed]") {
  const tests::TemporaryFolder folder;
  write(folder.path() / "routes.tsv", "route\texposure\n");
  write(folder.path() / "README.md", "words");
  write(folder.path() / "routes.tsv.bak", "words");
  CHECK(read_seed(folder.path()).has_value());
}

TEST_CASE("a folder that does not exist or has no tables is refused with its name", "[knowledge][seed]") {
  const tests::TemporaryFolder folder;
  const auto none = read_seed(folder.path());
  REQUIRE_FALSE(none.has_value());
  CHECK_THAT(none.error().message, Catch::Contains(folder.path().string()));
  const auto missing = read_seed(folder.path() / "missing");
  REQUIRE_FALSE(missing.has_value());
  CHECK_THAT(missing.error().message, Catch::Contains("missing"));
}

TEST_CASE("a table file that is a folder is refused", "[knowledge][seed]") {
  const tests::TemporaryFolder folder;
  fs::create_directory(folder.path() / "routes.tsv");
  CHECK_FALSE(read_seed(folder.path()).has_value());
}

TEST_CASE("asking for a table or column that does not exist throws", "[knowledge][seed]") {
  const Seed seed;
  CHECK_THROWS_AS(seed.table("nothing"), std::out_of_range);
  CHECK_THROWS_AS(seed.table("routes").cell({{"oral", "systemic"}, "", 0}, "nothing"), std::out_of_range);
}

TEST_CASE("each table has a name of its own and a key within its columns", "[knowledge][seed]") {
  std::vector<std::string_view> names;
  for (const TableShape& shape : table_shapes()) {
    CAPTURE(shape.name);
    names.push_back(shape.name);
    CHECK(shape.key_columns >= 1);
    CHECK(shape.key_columns <= shape.columns.size());
    CHECK_FALSE(shape.comment.empty());
  }
  std::sort(names.begin(), names.end());
  CHECK(std::adjacent_find(names.begin(), names.end()) == names.end());
}

TEST_CASE("a seed that was written reads back the same", "[knowledge][seed]") {
  const tests::TemporaryFolder source;
  const tests::TemporaryFolder copy;
  tests::write_tables(
      source.path(),
      {{"ingredients", "warfarin\tdrug\t11289\t\toral\t5\tnote, with \"quotes\"\naspirin\tdrug\t\t\t\t\t"},
       {"classes", "nsaid\tNSAID\t"},
       {"members", "aspirin\tnsaid\tlabel"}});
  const auto seed = read_seed(source.path());
  REQUIRE(seed.has_value());
  const auto rows = write_seed(*seed, copy.path() / "new" / "folder");
  REQUIRE(rows.has_value());
  std::size_t expected = 0;
  for (const SeedTable& table : seed->tables()) expected += table.rows().size();
  CHECK(*rows == expected);
  const auto again = read_seed(copy.path() / "new" / "folder");
  REQUIRE(again.has_value());
  for (const TableShape& shape : table_shapes()) CHECK(cells_of(*seed, shape.name) == cells_of(*again, shape.name));
  CHECK(content_digest(*seed) == content_digest(*again));
}

TEST_CASE("writing a seed twice gives the same files", "[knowledge][seed]") {
  const auto seed = read_seed(tests::source_folder() / "knowledge" / "seed");
  REQUIRE(seed.has_value());
  const tests::TemporaryFolder folder;
  REQUIRE(write_seed(*seed, folder.path() / "one").has_value());
  const auto again = read_seed(folder.path() / "one");
  REQUIRE(again.has_value());
  REQUIRE(write_seed(*again, folder.path() / "other").has_value());
  for (const TableShape& shape : table_shapes()) {
    const std::string file = std::string(shape.name) + ".tsv";
    CAPTURE(file);
    CHECK(read(folder.path() / "one" / file) == read(folder.path() / "other" / file));
  }
}

TEST_CASE("a seed is written over an earlier export", "[knowledge][seed]") {
  const tests::TemporaryFolder folder;
  tests::write_tables(folder.path() / "one", {{"classes", "nsaid\tNSAID\t"}});
  tests::write_tables(folder.path() / "other", {{"classes", "ssri\tSSRI\t"}});
  const auto other = read_seed(folder.path() / "other");
  REQUIRE(other.has_value());
  REQUIRE(write_seed(*other, folder.path() / "one").has_value());
  CHECK(cells_of(*read_seed(folder.path() / "one"), "classes") ==
        std::vector<std::vector<std::string>>{{"ssri", "SSRI", ""}});
}

TEST_CASE("writing refuses a folder with other table files and leaves it as it was", "[knowledge][seed]") {
  for (const char* foreign : {"rules.cardiac.tsv", "notes.tsv"}) {
    CAPTURE(foreign);
    const tests::TemporaryFolder folder;
    write(folder.path() / foreign, "words\n");
    const auto written = write_seed(Seed(), folder.path());
    REQUIRE_FALSE(written.has_value());
    CHECK(written.error().code == core::ErrorCode::invalid_input);
    CHECK_THAT(written.error().message, Catch::Contains(foreign));
    CHECK(read(folder.path() / foreign) == "words\n");
    CHECK(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()) == 1);
  }
}

TEST_CASE("a folder that cannot be made is an io failure", "[knowledge][seed]") {
  const tests::TemporaryFolder folder;
  write(folder.path() / "file", "");
  const auto written = write_seed(Seed(), folder.path() / "file" / "seed");
  REQUIRE_FALSE(written.has_value());
  CHECK(written.error().code == core::ErrorCode::io_failure);
}

TEST_CASE("the digest tells different knowledge apart", "[knowledge][seed]") {
  const auto digest_with = [](const tests::TableRows& tables) {
    const tests::TemporaryFolder folder;
    tests::write_tables(folder.path(), tables);
    return content_digest(*read_seed(folder.path()));
  };
  const std::string plain = digest_with({{"classes", "nsaid\tNSAID\t"}});
  CHECK(plain.substr(0, 7) == "sha256:");
  CHECK(plain.size() == 7 + 64);
  CHECK(plain != digest_with({{"classes", "nsaid\tNsaid\t"}}));
  CHECK(plain != digest_with({{"classes", "nsaid\t\tNSAID"}}));
  CHECK(plain != digest_with({{"effect_names", "nsaid\tNSAID"}}));
  CHECK(plain == digest_with({{"classes", "nsaid\tNSAID\t"}}));
}
