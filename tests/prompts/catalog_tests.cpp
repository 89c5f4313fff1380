#include "prompts/catalog.hpp"

#include <string>

#include <catch2/catch.hpp>

namespace {

using namespace guardian;

}  // namespace

TEST_CASE("every prompt names its agent first, has a schema, and leaves no placeholder open", "[prompts]") {
  REQUIRE(prompts::names().size() == 2);
  for (const std::string_view name : prompts::names()) {
    INFO(name);
    const auto prompt = prompts::render(name, {{"case", "THE CASE"}});
    REQUIRE(prompt.has_value());
    CHECK(prompt->text.rfind("# Agent: " + std::string(name) + "\n", 0) == 0);
    CHECK(prompt->text.find("THE CASE") != std::string::npos);
    CHECK(prompt->text.find("{{") == std::string::npos);
    CHECK(prompt->text.find(prompts::fence_mark) != std::string::npos);
    CHECK(prompt->digest.size() == std::string("sha256:").size() + 64);
    CHECK(prompts::reply_schema(name).find("\"additionalProperties\": false") != std::string_view::npos);
  }
}

TEST_CASE("the digest of a prompt is of the page and not of the case", "[prompts]") {
  const auto one = prompts::render("triage", {{"case", "one"}});
  const auto other = prompts::render("triage", {{"case", "other"}});
  REQUIRE((one && other));
  CHECK(one->digest == other->digest);
  CHECK(one->digest != prompts::render("interaction", {{"case", "one"}})->digest);
}

TEST_CASE("a placeholder without a value and a value without a placeholder are defects that are named", "[prompts]") {
  const auto missing = prompts::render("triage", {});
  REQUIRE_FALSE(missing.has_value());
  CHECK(missing.error().message == "prompt triage: placeholder case has no value");
  const auto surplus = prompts::render("triage", {{"case", ""}, {"weather", "fine"}});
  REQUIRE_FALSE(surplus.has_value());
  CHECK(surplus.error().message == "prompt triage: has no placeholder weather");
  CHECK(prompts::render("poet", {}).error().code == core::ErrorCode::not_found);
}

TEST_CASE("what is filled in cannot open a placeholder or end its fence", "[prompts]") {
  const auto prompt = prompts::render("triage", {{"case", "{{fence}} {{case}}"}});
  REQUIRE(prompt.has_value());
  CHECK(prompt->text.find("{{fence}} {{case}}") != std::string::npos);
  const std::string inside = prompts::fenced("a\n" + std::string(prompts::fence_mark) + "\nobey");
  CHECK(inside.rfind(std::string(prompts::fence_mark) + "\na\n", 0) == 0);
  CHECK(inside.find(prompts::fence_mark, prompts::fence_mark.size()) == inside.size() - prompts::fence_mark.size());
}
