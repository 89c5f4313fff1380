// The files of other sources, in rows that we made up in their shapes: what is read of them, and what a bad row says.

#include "adapters/sources/source_reader.hpp"

#include <algorithm>

#include <catch2/catch.hpp>

#include "adapters/sources/line_reader.hpp"
#include "tests/support/program.hpp"
#include "tests/support/temporary_knowledge.hpp"

using namespace guardian;
using namespace guardian::adapters::sources;
using Catch::Contains;
using core::Severity;
using knowledge::ImportedContent;

namespace {

struct Files {
  tests::TemporaryFolder folder;
  std::vector<std::filesystem::path> paths;

  void add(const std::string& name, const std::string& text) {
    paths.push_back(folder.path() / name);
    tests::write_text(paths.back(), text);
  }
};

std::string refusal(const core::Result<ImportedContent>& read) { return read ? "" : read.error().message; }

ImportedContent content(core::Result<ImportedContent> read) {
  INFO(refusal(read));
  REQUIRE(read.has_value());
  return std::move(*read);
}

core::Result<ImportedContent> pairs(const std::string& text, OnError on_error = OnError::stop) {
  Files files;
  files.add("list.csv", text);
  return read_pair_list(files.paths, on_error);
}

constexpr const char* header = "ID_A,Drug_A,ID_B,Drug_B,Level\n";

core::Result<ImportedContent> ansm(const std::string& text, OnError on_error = OnError::stop) {
  Files files;
  files.add("thesaurus.json", text);
  return read_ansm(files.paths, on_error);
}

// Rows of RRF with the fields that are read.
std::string conso(const std::string& code, const std::string& type, const std::string& name,
                  const std::string& suppress = "N", const std::string& vocabulary = "RXNORM") {
  return code + "|ENG||||||1||||" + vocabulary + "|" + type + "|" + code + "|" + name + "||" + suppress + "||\n";
}
std::string rel(const std::string& one, const std::string& relation, const std::string& other) {
  return one + "||CUI|RO|" + other + "||CUI|" + relation + "|1||RXNORM|RXNORM|||||\n";
}
std::string sat(const std::string& code, const std::string& attribute) {
  return code + "||||CUI|" + code + "|||" + attribute + "|RXNORM|US|N||\n";
}

// Two ingredients, a salt, a brand of both, a drug, a branded drug, a pack.
std::string concepts() {
  return conso("1", "IN", "ibuprofen") + conso("2", "IN", "warfarin") + conso("3", "PIN", "warfarin sodium") +
         conso("4", "BN", "Inventrix") + conso("5", "SCDC", "ibuprofen 200 MG") + conso("6", "SCDC", "warfarin 5 MG") +
         conso("7", "SCD", "ibuprofen 200 MG / warfarin 5 MG Oral Tablet") +
         conso("8", "SBD", "ibuprofen 200 MG / warfarin 5 MG Oral Tablet [Inventrix]") +
         conso("9", "BPCK", "Inventrix pack") + conso("1", "SY", "ibuprophenum") +
         conso("8", "SY", "Inventrix 200/5 Oral Tablet");
}
std::string relations() {
  return rel("3", "form_of", "2") + rel("1", "has_tradename", "4") + rel("4", "tradename_of", "2") +
         rel("5", "has_ingredient", "1") + rel("2", "ingredient_of", "6") + rel("7", "consists_of", "5") +
         rel("6", "constitutes", "7") + rel("8", "tradename_of", "7") + rel("8", "has_ingredient", "4") +
         rel("9", "contains", "8") + rel("5", "has_dose_form", "7");
}

core::Result<ImportedContent> rxnorm(const std::string& names, const std::string& links,
                                     const std::string& attributes = "", OnError on_error = OnError::stop) {
  Files files;
  files.add("RXNREL.RRF", links);
  files.add("RXNCONSO.RRF", names);
  files.add("RXNSAT.RRF", attributes);
  return read_rxnorm(files.paths, on_error);
}

const knowledge::ImportedCode& code(const ImportedContent& read, const std::string& wanted) {
  const auto found =
      std::find_if(read.codes.begin(), read.codes.end(), [&](const auto& one) { return one.code == wanted; });
  REQUIRE(found != read.codes.end());
  return *found;
}

}  // namespace

TEST_CASE("a list of pairs is read with its levels, its quotes and its places", "[adapters][sources]") {
  const auto read =
      content(pairs(std::string("\xEF\xBB\xBF") + header +
                    "1,warfarin,2,\"invent, the \"\"new\"\"\",Major\r\n\n3,a,4,b,moderate\n5,c,6,d,Unknown\n"));
  REQUIRE(read.pairs.size() == 3);
  CHECK(read.rows_read == 3);
  CHECK(read.pairs[0].second == "invent, the \"new\"");
  CHECK(read.pairs[0].severity == Severity::major);
  CHECK(read.pairs[0].place == "list.csv:2");
  CHECK(read.pairs[1].severity == Severity::moderate);
  CHECK(read.pairs[2].severity == Severity::minor);
  CHECK(read.pairs[2].level == "Unknown");
}

TEST_CASE("a bad row of a list of pairs stops the reading with file, line and column, or is left out",
          "[adapters][sources]") {
  struct Row {
    std::string row;
    std::string words;
  };
  const auto row =
      GENERATE(values<Row>({{"1,warfarin,2,aspirin,Severe", "list.csv:3: column `Level`: `Severe` is no level"},
                            {"1,,2,aspirin,Major", "list.csv:3: column `Drug_A`: is empty"},
                            {"1,warfarin,2, ,Major", "list.csv:3: column `Drug_B`: is empty"},
                            {"1,warfarin,2,Major", "list.csv:3: 4 cells, expected 5"},
                            {"1,\"warfarin,2,aspirin,Major", "list.csv:3: a quote is not closed"},
                            {"1,\"war\"farin,2,aspirin,Major", "list.csv:3: a quote is not closed"},
                            {"1,war\xFF,2,aspirin,Major", "list.csv:3: is not UTF-8"}}));
  const std::string text = std::string(header) + "1,a,2,b,Major\n" + row.row + "\n3,c,4,d,Minor\n";
  CHECK_THAT(refusal(pairs(text)), Contains(row.words));
  const auto read = content(pairs(text, OnError::skip));
  CHECK(read.pairs.size() == 2);
  CHECK(read.rows_read == 3);
  REQUIRE(read.left_out.size() == 1);
  CHECK(read.left_out[0].place == "list.csv:3");
}

TEST_CASE("a list of pairs without its columns, or without anything, is refused", "[adapters][sources]") {
  CHECK_THAT(refusal(pairs("Drug_A,Drug_B\na,b\n")), Contains("list.csv:1: the header has no column `Level`"));
  CHECK_THAT(refusal(pairs("")), Contains("has no header"));
  CHECK_THAT(refusal(read_pair_list({"/nowhere/list.csv"}, OnError::skip)), Contains("cannot be read"));
}

TEST_CASE("a line without an end does not fill the memory", "[adapters][sources]") {
  const std::string text = std::string(header) + std::string(3 * longest_line, 'x') + "\n1,a,2,b,Major\n";
  CHECK_THAT(refusal(pairs(text)), Contains("list.csv:2: the line is too long"));
  CHECK(content(pairs(text, OnError::skip)).pairs.size() == 1);
}

TEST_CASE("the thesaurus is read with classes, levels in any writing, and its advice", "[adapters][sources]") {
  const auto read = content(ansm(R"([
    {"substance": "inventine", "drug_classes": ["ralentisseurs", "autres"]},
    {"substance": "essaine", "drug_classes": ["ralentisseurs"]},
    {"substance": "seuline"},
    {"main_drug": "RALENTISSEURS", "plus_drug": "WARFARINE", "between_main_and_plus_drug": "",
     "severity_levels": [{"level": "Précaution d'emploi", "info": "Surveiller."}], "interaction_mechanism": "Effet."},
    {"main_drug": "a", "plus_drug": "b", "severity_levels": [{"level": "CONTRE-INDICATION", "info": ""}]},
    {"main_drug": "a", "plus_drug": "c", "severity_levels": [{"level": "Association DECONSEILLEE", "info": ""}]},
    {"main_drug": "a", "plus_drug": "d", "severity_levels": [{"level": "A prendre en compte", "info": ""}]}])"));
  CHECK(read.rows_read == 7);
  REQUIRE(read.classes.size() == 2);
  CHECK(read.classes[1].name == "ralentisseurs");
  CHECK(read.classes[1].members == std::vector<std::string>{"inventine", "essaine"});
  REQUIRE(read.pairs.size() == 4);
  CHECK(read.pairs[0].severity == Severity::moderate);
  CHECK(read.pairs[0].mechanism == "Effet.");
  CHECK(read.pairs[0].management == "Précaution d'emploi: Surveiller.");
  CHECK(read.pairs[0].place == "thesaurus.json: /3");
  CHECK(read.pairs[1].severity == Severity::critical);
  CHECK(read.pairs[1].contraindication);
  CHECK(read.pairs[2].severity == Severity::major);
  CHECK_FALSE(read.pairs[2].contraindication);
  CHECK(read.pairs[3].severity == Severity::minor);
}

TEST_CASE("several levels of the thesaurus are the gravest, but no contraindication, with the words of each",
          "[adapters][sources]") {
  const auto read = content(ansm(R"([{"main_drug": "a", "plus_drug": "b", "severity_levels": [
    {"level": "Précaution d'emploi", "info": "à faible dose"}, {"level": "CONTRE-INDICATION", "info": "à forte dose"}]}])"));
  REQUIRE(read.pairs.size() == 1);
  CHECK(read.pairs[0].severity == Severity::major);
  CHECK_FALSE(read.pairs[0].contraindication);
  CHECK(read.pairs[0].level == "Précaution d'emploi; CONTRE-INDICATION");
  CHECK_THAT(read.pairs[0].management, Contains("faible") && Contains("forte"));
}

TEST_CASE("a bad entry of the thesaurus is named with its place and member, or left out", "[adapters][sources]") {
  struct Row {
    std::string entry;
    std::string words;
  };
  const auto row = GENERATE(values<Row>(
      {{"7", "thesaurus.json: /0: must be an object"},
       {R"({"main_drug": "a", "severity_levels": []})", "column `plus_drug`: must be a text"},
       {R"({"main_drug": " ", "plus_drug": "b"})", "column `main_drug`: must be a text"},
       {R"({"main_drug": "a", "plus_drug": "b"})", "column `severity_levels`: must be a list"},
       {R"({"main_drug": "a", "plus_drug": "b", "severity_levels": []})", "column `severity_levels`: must be a list"},
       {R"({"main_drug": "a", "plus_drug": "b", "severity_levels": [{"level": "Grave"}]})", "`Grave` is no level"},
       {R"({"substance": 3})", "column `substance`: must be a text"},
       {R"({"substance": "a", "drug_classes": "b"})", "column `drug_classes`: must be a list"},
       {R"({"substance": "a", "drug_classes": [1]})", "column `drug_classes`: must be a list"}}));
  const std::string text = "[" + row.entry + R"(, {"substance": "ok", "drug_classes": ["k"]}])";
  CHECK_THAT(refusal(ansm(text)), Contains(row.words));
  const auto read = content(ansm(text, OnError::skip));
  CHECK(read.left_out.size() == 1);
  CHECK(read.classes.size() == 1);
}

TEST_CASE("a thesaurus that is no JSON or no list is refused", "[adapters][sources]") {
  CHECK_FALSE(refusal(ansm("[{]", OnError::skip)).empty());
  CHECK_THAT(refusal(ansm("{}", OnError::skip)), Contains("must be a list"));
}

TEST_CASE("RxNorm leads brands, drugs and packs down to their ingredients", "[adapters][sources]") {
  const auto read = content(rxnorm(concepts(), relations()));
  const std::vector<std::string> both{"ibuprofen", "warfarin"};
  CHECK(code(read, "3").ingredients == std::vector<std::string>{"warfarin"});
  CHECK(code(read, "5").ingredients == std::vector<std::string>{"ibuprofen"});
  for (const char* product : {"4", "7", "8", "9"}) {
    CAPTURE(product);
    CHECK(code(read, product).ingredients == both);
  }
  REQUIRE(read.names.size() == 3);
  CHECK(read.names[0].name == "ibuprophenum");
  CHECK(read.names[0].kind == "synonym");
  CHECK(read.names[1].name == "warfarin sodium");
  CHECK(read.names[2].name == "Inventrix");
  CHECK(read.names[2].kind == "brand");
  CHECK(read.names[2].ingredients == both);
}

TEST_CASE("rows that are suppressed, of other vocabularies, or for animals only are left out", "[adapters][sources]") {
  const auto read =
      content(rxnorm(concepts() + conso("10", "BN", "Oldname", "O") + conso("11", "BN", "Foreign", "N", "MTHSPL") +
                         conso("12", "SCD", "ibuprofen Chewable for dogs") + conso("13", "BN", "Nothing"),
                     relations() + rel("12", "consists_of", "5") + rel("10", "tradename_of", "1"),
                     sat("12", "RXN_VET_DRUG") + sat("7", "RXN_VET_DRUG") + sat("7", "RXN_HUMAN_DRUG")));
  const auto has = [&](const std::string& wanted) {
    return std::any_of(read.codes.begin(), read.codes.end(), [&](const auto& one) { return one.code == wanted; });
  };
  CHECK_FALSE(has("10"));
  CHECK_FALSE(has("11"));
  CHECK_FALSE(has("12"));
  CHECK(has("7"));
  REQUIRE(read.left_out.size() == 2);
  CHECK(read.left_out[0].why == "a product for animals only");
  CHECK(read.left_out[1].why == "no ingredient leads to it");
}

TEST_CASE("a bad row of RxNorm is named with file, line and column, or left out", "[adapters][sources]") {
  struct Row {
    std::string names;
    std::string links;
    std::string attributes;
    std::string words;
  };
  const auto row = GENERATE(values<Row>(
      {{"1|ENG|\n", "", "", "RXNCONSO.RRF:12: 2 fields, expected 18"},
       {conso("x1", "IN", "a"), "", "", "RXNCONSO.RRF:12: column `RXCUI`: `x1` is no code"},
       {conso("99", "IN", " "), "", "", "RXNCONSO.RRF:12: column `STR`: is empty"},
       {conso("99", "IN", "a", ""), "", "", "RXNCONSO.RRF:12: column `SUPPRESS`: is empty"},
       {conso("99", "IN", "a\xC3"), "", "", "RXNCONSO.RRF:12: column `STR`: is not UTF-8"},
       {"", rel("1", "has_tradename", "123456789"), "", "RXNREL.RRF:12: column `RXCUI2`: `123456789` is no code"},
       {"", "1|2|3|\n", "", "RXNREL.RRF:12: 3 fields, expected 16"},
       {"", "", sat("", "RXN_VET_DRUG"), "RXNSAT.RRF:1: column `RXCUI`: `` is no code"}}));
  CHECK_THAT(refusal(rxnorm(concepts() + row.names, relations() + row.links, row.attributes)), Contains(row.words));
  const auto read = content(rxnorm(concepts() + row.names, relations() + row.links, row.attributes, OnError::skip));
  CHECK(read.left_out.size() == 1);
  CHECK(read.codes.size() == 9);
}

TEST_CASE("RxNorm needs its names and relations, each once", "[adapters][sources]") {
  Files files;
  files.add("RXNCONSO.RRF", concepts());
  CHECK_THAT(refusal(read_rxnorm(files.paths, OnError::stop)), Contains("RXNREL.RRF is needed"));
  files.add("names.txt", "");
  CHECK_THAT(refusal(read_rxnorm(files.paths, OnError::stop)), Contains("is none of"));
}

TEST_CASE("a relation between a concept and itself, or in a circle, does not hang", "[adapters][sources]") {
  const auto read = content(rxnorm(concepts(), relations() + rel("7", "consists_of", "7") + rel("5", "contains", "7") +
                                                   rel("7", "contained_in", "5")));
  CHECK(code(read, "7").ingredients.size() == 2);
}

TEST_CASE("French names lead to ingredients of the knowledge base that ships", "[adapters][sources]") {
  REQUIRE(french_names().size() > 200);
  const auto& graph = tests::shipped_knowledge()->graph();
  for (const auto& [name, ingredient] : french_names()) {
    CAPTURE(name);
    CHECK(graph.ingredient(ingredient).has_value());
  }
}

TEST_CASE("a table of names says where it is wrong", "[adapters][sources]") {
  Files files;
  files.add("names.tsv", "# ours\nname\tingredient\nwarfarinum\twarfarin\n");
  const auto read = read_names(files.paths[0]);
  REQUIRE(read.has_value());
  CHECK(read->at("warfarinum") == "warfarin");
  files.add("bad.tsv", "name\tingredient\nwarfarinum\n");
  CHECK_THAT(read_names(files.paths[1]).error().message, Contains("bad.tsv:2"));
}
