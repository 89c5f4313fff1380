#include "adapters/sources/hospital_reader.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "tests/support/program.hpp"
#include "tests/support/temporary_knowledge.hpp"

using namespace guardian;
using namespace guardian::tests;
using adapters::sources::read_hospital_rules;
using adapters::sources::read_sign_offs;

namespace {

core::Error refusal(const std::string& name, const std::string& text) {
  const TemporaryFolder folder;
  write_text(folder.path() / name, text);
  const auto read = read_hospital_rules(folder.path() / name);
  REQUIRE_FALSE(read);
  return read.error();
}

std::string lowering_because(const std::string& reason) {
  return "lowers\tseverity\towner\texpires\treason\nDDI-1\tminor\tPharmacy\t2099-12-31\t" + reason + "\n";
}

}  // namespace

TEST_CASE("a number of a hospital's rules that is too large is wrong input like any other", "[adapters][sources]") {
  const auto error = refusal("rules.json", "[{\"severity\": 1e309}]");
  CHECK(error.code == core::ErrorCode::invalid_input);
  CHECK(error.message == "rules.json: has a number that is too large");
}

// What is shown in a finding is written as JSON, which replaces what is no UTF-8: the finding would not be the rule's.
TEST_CASE("text of a hospital that only looks like UTF-8 is refused", "[adapters][sources]") {
  const std::vector<std::string> wrong{"\xED\xA0\x80",      // half of a pair of UTF-16
                                       "\xE0\x80\x80",      // three bytes for what needs one
                                       "\xF0\x8F\xBF\xBF",  // four for what needs three
                                       "\xF4\x90\x80\x80",  // beyond U+10FFFF
                                       "\xC1\xBF",         "\xF5\x80\x80\x80", "\xE2\x82", "\x80"};
  for (const std::string& text : wrong) {
    CAPTURE(text);
    CHECK(refusal("rules.tsv", lowering_because(text)).message == "rules.tsv:2: is not UTF-8");
    const TemporaryFolder folder;
    write_text(folder.path() / "s", "R\tMERCY\t" + text + "\tt\ts\n");
    CHECK_FALSE(read_sign_offs(folder.path() / "s"));
  }
  for (const std::string right :
       {"\xED\x9F\xBF", "\xEE\x80\x80", "\xE0\xA0\x80", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"}) {
    CAPTURE(right);
    const TemporaryFolder folder;
    write_text(folder.path() / "rules.tsv", lowering_because(right));
    const auto read = read_hospital_rules(folder.path() / "rules.tsv");
    REQUIRE(read);
    CHECK(read->front().reason == right);
  }
}

TEST_CASE("the line of a rule is that of its object, whatever stands within", "[adapters][sources]") {
  CHECK(refusal("rules.json", "[\n{\"monitoring\": [\"a\", \"b\"], \"reason\": \"[{\"},\n{\"monitoring\": [{}]}]")
            .message == "rules.json:2: column `severity`: is empty");
  CHECK(refusal("rules.json", "{\"rules\": [\n\n{\"terms\": [{\"a\": [{}]}]}]}").message ==
        "rules.json:3: column `terms`: is no text");
}
