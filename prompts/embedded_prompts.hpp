#pragma once
// The files of this folder as CMake built them in.

#include <span>
#include <string_view>

namespace guardian::prompts {

struct Page {
  std::string_view name;
  std::string_view text;
  std::string_view schema;
  std::string_view digest;  // SHA-256 of preamble and page, in hex
};

[[nodiscard]] std::string_view preamble();
[[nodiscard]] std::span<const Page> pages();

}  // namespace guardian::prompts
