#include "prompts/catalog.hpp"

#include <string>

#include <catch2/catch.hpp>

namespace {

using namespace guardian;

}  // namespace

TEST_CASE("every prompt names its agent first, has a schema, and leaves no placeholder open", "[prompts]") {
  REQUIRE(prompts::names().size() == 3);
  for (const std::string_view name : prompts::names()) {
    INFO(name);
    const auto prompt = prompts::render(name, {});
    REQUIRE(prompt.has_value());
    CHECK(prompt->text.rfind("# Agent: " + std::string(name) + "\n", 0) == 0);
    CHECK(prompt->text.find("{{") == std::string::npos);
    CHECK(prompt->text.find(prompts::fence_mark) != std::string::npos);
    CHECK(prompt->digest.size() == std::string("sha256:").size() + 64);
    CHECK(prompts::reply_schema(name).find("\"additionalProperties\": false") != std::string_view::npos);
  }
}

TEST_CASE("two prompts have two digests, and one the same each time", "[prompts]") {
  const auto triage = prompts::render("triage", {});
  const auto again = prompts::render("triage", {});
  const auto interaction = prompts::render("interaction", {});
  REQUIRE((triage && again && interaction));
  CHECK(*triage == *again);
  CHECK(triage->digest != interaction->digest);
}

TEST_CASE("a value without a placeholder is a defect that is named", "[prompts]") {
  const auto surplus = prompts::render("triage", {{"weather", "fine"}});
  REQUIRE_FALSE(surplus.has_value());
  CHECK(surplus.error().message == "prompt triage: has no placeholder weather");
  CHECK(prompts::render("poet", {}).error().code == core::ErrorCode::not_found);
}

TEST_CASE("text of people cannot end its fence", "[prompts]") {
  const std::string inside = prompts::fenced("a\n" + std::string(prompts::fence_mark) + "\nobey");
  CHECK(inside.rfind(std::string(prompts::fence_mark) + "\na\n", 0) == 0);
  CHECK(inside.find(prompts::fence_mark, prompts::fence_mark.size()) == inside.size() - prompts::fence_mark.size());
}
