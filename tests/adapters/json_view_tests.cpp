#include <rapidcheck.h>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "adapters/json/json_view.hpp"

using guardian::adapters::JsonReader;
using guardian::adapters::JsonValue;
using guardian::adapters::JsonView;
using guardian::adapters::parse_json;

namespace {

// The same document by the other reader, which copies.
bool same(const JsonView& view, const JsonValue& value) {
  if (value.is_null()) return view.is_null();
  if (const bool* boolean = value.boolean()) return view.boolean() == *boolean;
  if (const double* number = value.number()) return view.number() == *number;
  if (const std::string* text = value.text()) return view.text() == *text;
  bool equal = true;
  std::size_t seen = 0;
  if (const auto* list = value.list()) {
    view.each_entry([&](JsonView entry, std::size_t index) {
      ++seen;
      equal = equal && index < list->size() && same(entry, (*list)[index]);
    });
    return equal && view.is_list() && seen == list->size() && view.size() == seen;
  }
  const auto& object = *value.object();
  view.each_member([&](std::string_view name, JsonView member) {
    equal = equal && seen < object.size() && object[seen].name == name && same(member, object[seen].value);
    ++seen;
  });
  return equal && view.is_object() && seen == object.size();
}

std::string document(int depth) {
  const int kind = *rc::gen::inRange(0, depth > 0 ? 7 : 5);
  switch (kind) {
    case 0: return "null";
    case 1: return *rc::gen::arbitrary<bool>() ? "true" : "false";
    case 2: return std::to_string(*rc::gen::arbitrary<int>());
    case 3: return std::to_string(*rc::gen::inRange(-999, 999)) + ".5e-2";
    case 4: return "\"" + *rc::gen::container<std::string>(rc::gen::inRange('a', 'z')) + "\\u00e9\"";
    default: break;
  }
  std::string out;
  const int entries = *rc::gen::inRange(0, 4);
  for (int i = 0; i < entries; ++i) {
    if (i > 0) out += ',';
    if (kind == 6) out += std::string("\"") + static_cast<char>('a' + *rc::gen::inRange(0, 3)) + "\": ";
    out += document(depth - 1);
  }
  return kind == 6 ? "{" + out + "}" : "[" + out + "]";
}

}  // namespace

TEST_CASE("a view sees what a copy of the document holds, members that repeat too", "[adapters][json][property]") {
  CHECK(rc::check([] {
    const std::string text = document(4);
    JsonReader reader;
    const auto viewing = reader.parse(text);
    const auto parsing = parse_json(text);
    RC_ASSERT(viewing.value.present() == parsing.value.has_value());
    RC_ASSERT(same(viewing.value, *parsing.value));
    JsonReader again;
    RC_ASSERT(same(again.parse(viewing.value.json()).value, *parsing.value));
  }));
}

TEST_CASE("a view of nothing answers every question with nothing", "[adapters][json]") {
  JsonReader reader;
  const JsonView root = reader.parse(R"({"a": {"b": [1]}})").value;
  CHECK(root.member("a").member("b").entry(0).number() == 1.0);
  const JsonView nothing = root.member("x").member("y").entry(3);
  CHECK_FALSE(nothing.present());
  CHECK_FALSE(nothing.is_null());
  CHECK_FALSE(nothing.text());
  CHECK(nothing.text_or("none") == "none");
  CHECK(nothing.size() == 0);
  CHECK(nothing.json().empty());
  CHECK_FALSE(root.member("a").text());
  CHECK_FALSE(root.entry(0).present());
  CHECK_FALSE(root.member("a").member("b").entry(1).present());
}

TEST_CASE("a document that the copying reader refuses is refused with the same words", "[adapters][json]") {
  const std::string deep(65, '[');
  const std::vector<std::string> refused = {
      "", "  ", "{", "{\"a\": 1,}", "[1 2]", "{\"a\": 1e999}", "\"\xff\"", "nul", "{} x", deep + std::string(65, ']')};
  JsonReader reader;
  for (const std::string& text : refused) {
    INFO(text);
    const auto viewing = reader.parse(text);
    CHECK_FALSE(viewing.value.present());
    CHECK(viewing.problem == parse_json(text).problem);
    CHECK_FALSE(viewing.problem.message.empty());
  }
  CHECK(reader.parse("[1, 2, 3]", {100, 3}).problem.message == "the document holds more than 3 values");
  CHECK(reader.parse("[1, 2, 3]", {4, 100}).problem.message.find("larger than") != std::string::npos);
  const std::string at_limit = std::string(64, '[') + std::string(64, ']');
  CHECK(reader.parse(at_limit).value.present());
}

TEST_CASE("a reader reads one document after another, of any size", "[adapters][json]") {
  JsonReader reader;
  for (const std::size_t length : {1U, 100'000U, 10U, 3'000'000U}) {
    const std::string text = "[\"" + std::string(length, 'x') + "\"]";
    const auto view = reader.parse(text).value.entry(0).text();
    REQUIRE(view);
    CHECK(view->size() == length);
  }
}
