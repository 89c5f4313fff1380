#pragma once
// The prompts of the agents and the schemas of their replies, built into the program from the files beside this one.
// A prompt is the shared preamble and the agent's own page with its placeholders filled in. Pure; thread-safe.

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.hpp"

namespace guardian::prompts {

struct Prompt {
  std::string text;    // its first line is "# Agent: <name>"
  std::string digest;  // "sha256:..." of preamble and page as they are shipped, before anything is filled in

  friend bool operator==(const Prompt&, const Prompt&) = default;
};

using Values = std::vector<std::pair<std::string_view, std::string>>;

// `not_found` for a name without a page; `internal` when a placeholder has no value or a value no placeholder.
[[nodiscard]] core::Result<Prompt> render(std::string_view name, const Values& values);

// The JSON Schema of the reply; empty for a name without one.
[[nodiscard]] std::string_view reply_schema(std::string_view name);

[[nodiscard]] std::span<const std::string_view> names();

// The mark before and behind text of people, in prompts.
inline constexpr std::string_view fence_mark = "=====PATIENT-TEXT=====";

// Text of people as data: between marks, which it cannot end by holding one itself.
[[nodiscard]] std::string fenced(std::string_view text);

}  // namespace guardian::prompts
