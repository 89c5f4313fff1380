#include "adapters/json/json_fragment.hpp"

#include <string>

#include <rapidcheck.h>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using guardian::adapters::JsonFragment;
using Json = nlohmann::ordered_json;

TEST_CASE("a fragment is the text that a tree of values gives", "[adapters][json]") {
  JsonFragment fragment = JsonFragment::object();
  Json json = Json::object();
  const auto both = [&](const char* name, const auto& value) {
    fragment[name] = value;
    json[name] = value;
  };
  CHECK(fragment.empty());
  both("text", "a \"quoted\" \\ line\n\t\b\f\x01\x7f");
  both("umlaut", std::string("\xC3\xA4 \xE2\x82\xAC \xF0\x9F\x92\x8A"));
  both("flag", true);
  both("negative", -3);
  both("large", std::size_t{18446744073709551615U});
  both("nothing", nullptr);
  for (const double number : {0.1, 1e-5, 0.0001, 1e15, 1.5e300, -2.5, 0.142857, 1.0 / 3.0})
    both(std::to_string(number).c_str(), number);
  fragment["object"] = JsonFragment{{"a", "x"}, {"b", JsonFragment{{"c", 1}}}};
  json["object"] = Json{{"a", "x"}, {"b", Json{{"c", 1}}}};
  JsonFragment list = JsonFragment::array();
  fragment["none"] = list;
  json["none"] = Json::array();
  list.push_back("one");
  list.push_back(2);
  fragment["list"] = list;
  json["list"] = Json{"one", 2};
  CHECK(fragment.text() == json.dump(-1, ' ', false, Json::error_handler_t::replace));
  CHECK(JsonFragment(nullptr).is_null());
}

TEST_CASE("any bytes are written as a tree of values writes them", "[adapters][json][property]") {
  CHECK(rc::check([](const std::string& bytes) {
    RC_ASSERT(JsonFragment(bytes).text() == Json(bytes).dump(-1, ' ', false, Json::error_handler_t::replace));
  }));
  // Where a byte stands in a longer text must not matter: plain bytes are looked at in eights.
  CHECK(rc::check([](const std::string& bytes) {
    const std::string text = std::string(*rc::gen::inRange(0, 20), 'a') + bytes + std::string("\x1F \"~\x7F") +
                             std::string(*rc::gen::inRange(0, 20), 'z') + bytes;
    RC_ASSERT(JsonFragment(text).text() == Json(text).dump(-1, ' ', false, Json::error_handler_t::replace));
  }));
  // Nor how long it is, or how often something is escaped: JSON is quoted within JSON.
  CHECK(rc::check([](const std::string& bytes) {
    std::string text = std::string(*rc::gen::inRange(900, 1100), 'a');
    for (int i = 0; i < 40; ++i) text += bytes + std::string("{\"name\":\"\xE2\x82\xAC\x01\"}");
    RC_ASSERT(JsonFragment(text).text() == Json(text).dump(-1, ' ', false, Json::error_handler_t::replace));
  }));
  CHECK(rc::check([](double number) { RC_ASSERT(JsonFragment(number).text() == Json(number).dump()); }));
}
