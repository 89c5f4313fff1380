#include "adapters/json/json_text.hpp"

#include <limits>
#include <string>

#include <rapidcheck.h>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using guardian::adapters::JsonText;
using Json = nlohmann::ordered_json;

namespace {

std::string as_json(const std::string& text) {
  JsonText json;
  json.text(text);
  return json.take();
}

std::string real(double number) {
  JsonText json;
  json.real({}, number);
  return json.take();
}

std::string of_library(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace

TEST_CASE("a document is the text that a tree of values gives", "[adapters][json]") {
  JsonText text(16);
  Json tree = Json::object();
  text.open_object();
  const std::string words = "a \"quoted\" \\ line\n\t\b\f\x01\x7f";
  const std::string umlaut = "\xC3\xA4 \xE2\x82\xAC \xF0\x9F\x92\x8A";
  text.string("text", words);
  text.string("umlaut", umlaut);
  text.string("empty", "");
  text.text("left out", "");
  text.flag("flag", true);
  text.integer("negative", -3);
  text.integer("large", std::uint64_t{18446744073709551615U});
  text.null("nothing");
  tree["text"] = words;
  tree["umlaut"] = umlaut;
  tree["empty"] = "";
  tree["flag"] = true;
  tree["negative"] = -3;
  tree["large"] = std::uint64_t{18446744073709551615U};
  tree["nothing"] = nullptr;
  text.open_object("object");
  text.string("a", "x");
  text.open_object("b");
  text.integer("c", 1);
  text.close_object();
  text.close_object();
  tree["object"] = Json{{"a", "x"}, {"b", Json{{"c", 1}}}};
  text.open_list("none");
  text.close_list();
  tree["none"] = Json::array();
  text.open_list("list");
  text.text("one");
  text.integer({}, 2);
  text.text("");  // an entry is written also when it is empty
  text.open_object();
  text.close_object();
  text.close_list();
  tree["list"] = Json{"one", 2, "", Json::object()};
  text.raw("raw", "[1]");
  tree["raw"] = Json::array({1});
  text.close_object();
  CHECK(text.take() == of_library(tree));
}

TEST_CASE("a real number is the text that a tree of values gives", "[adapters][json][property]") {
  for (const double number : {0.1, 1e-5, 0.0001, 1.0, 1e15, 1.5e300, -2.5, 0.142857, 1.0 / 3.0})
    CHECK(real(number) == Json(number).dump());
  CHECK(real(std::numeric_limits<double>::quiet_NaN()) == "null");
  CHECK(real(std::numeric_limits<double>::infinity()) == "null");
  CHECK(rc::check([](double number) { RC_ASSERT(real(number) == Json(number).dump()); }));
}

TEST_CASE("any bytes are written as a tree of values writes them", "[adapters][json][property]") {
  CHECK(rc::check([](const std::string& bytes) { RC_ASSERT(as_json(bytes) == of_library(Json(bytes))); }));
  // Where a byte stands in a longer text must not matter: plain bytes are looked at in eights.
  CHECK(rc::check([](const std::string& bytes) {
    const std::string text = std::string(*rc::gen::inRange(0, 20), 'a') + bytes + std::string("\x1F \"~\x7F") +
                             std::string(*rc::gen::inRange(0, 20), 'z') + bytes;
    RC_ASSERT(as_json(text) == of_library(Json(text)));
  }));
  // Nor how long it is, or how often something is escaped: JSON is quoted within JSON.
  CHECK(rc::check([](const std::string& bytes) {
    std::string text = std::string(*rc::gen::inRange(900, 1100), 'a');
    for (int i = 0; i < 40; ++i) text += bytes + std::string("{\"name\":\"\xE2\x82\xAC\x01\"}");
    RC_ASSERT(as_json(text) == of_library(Json(text)));
  }));
  // A plain text of any length around that of the buffer for short ones.
  for (std::size_t length = 0; length < 140; ++length) {
    const std::string text(length, 'x');
    CHECK(as_json(text) == '"' + text + '"');
  }
}
