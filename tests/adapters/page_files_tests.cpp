// The page as it is built into the program.

#include <algorithm>
#include <string>

#include <catch2/catch.hpp>

#include "adapters/page/page_files.hpp"

namespace {

namespace page = guardian::adapters::page;

}  // namespace

TEST_CASE("every file that the page names is in the program, with its type", "[adapters][page]") {
  std::size_t named = 0;
  for (const page::EmbeddedFile& file : page::embedded_page()) {
    const std::string text(file.text);
    for (const std::string before : {"\"/page/", "from './"}) {
      for (auto at = text.find(before); at != std::string::npos; at = text.find(before, at + 1)) {
        const auto start = at + before.size();
        const std::string name = text.substr(start, text.find_first_of("\"'", start) - start);
        INFO(std::string(file.name) << " names " << name);
        CHECK(page::page_file(name));
        ++named;
      }
    }
  }
  CHECK(named > 20);
  CHECK(page::page_file("index.html")->content_type == "text/html; charset=utf-8");
  CHECK(page::page_file("main.js")->content_type == "text/javascript; charset=utf-8");
}

TEST_CASE("the page has no inline script or style, sets no markup from data, and names no other server",
          "[adapters][page]") {
  for (const page::EmbeddedFile& file : page::embedded_page()) {
    INFO(std::string(file.name));
    for (const std::string_view banned : {"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", " style=",
                                          "<style", " onclick=", "eval(", "https://cdn", "@import", "url("}) {
      INFO(std::string(banned));
      CHECK(file.text.find(banned) == std::string_view::npos);
    }
  }
}

TEST_CASE("a name that is no file of the page gives nothing", "[adapters][page]") {
  for (const std::string_view name : {"", "nothing.js", "../service.cpp", "Index.html", "index.html/"}) {
    CHECK_FALSE(page::page_file(name));
  }
}

TEST_CASE("the example cases are built in, in order", "[adapters][page]") {
  const auto examples = page::embedded_examples();
  REQUIRE(examples.size() > 30);
  CHECK(std::ranges::is_sorted(examples, {}, &page::EmbeddedFile::name));
  for (const page::EmbeddedFile& example : examples) CHECK(example.text.find('{') != std::string_view::npos);
}
