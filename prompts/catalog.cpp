#include "prompts/catalog.hpp"

#include <algorithm>

#include "prompts/embedded_prompts.hpp"

namespace guardian::prompts {
namespace {

const Page* page_of(std::string_view name) {
  const auto all = pages();
  const auto found = std::find_if(all.begin(), all.end(), [&](const Page& page) { return page.name == name; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace

core::Result<Prompt> render(std::string_view name, const Values& values) {
  const Page* page = page_of(name);
  if (page == nullptr) return core::fail(core::ErrorCode::not_found, "there is no prompt " + std::string(name));
  Values all = values;
  all.emplace_back("fence", std::string(fence_mark));
  const std::string source =
      "# Agent: " + std::string(name) + "\n\n" + std::string(preamble()) + "\n" + std::string(page->text);
  Prompt prompt;
  prompt.digest = "sha256:" + std::string(page->digest);
  std::vector<bool> used(all.size(), false);
  // One pass over the page: what is filled in is not looked at again, so that it cannot name a placeholder.
  std::size_t at = 0;
  while (at < source.size()) {
    const std::size_t open = source.find("{{", at);
    prompt.text += source.substr(at, open == std::string::npos ? std::string::npos : open - at);
    if (open == std::string::npos) break;
    const std::size_t close = source.find("}}", open);
    if (close == std::string::npos) {
      return core::fail(core::ErrorCode::internal, "prompt " + std::string(name) + ": a placeholder does not end");
    }
    const std::string_view key = std::string_view(source).substr(open + 2, close - open - 2);
    const auto value = std::find_if(all.begin(), all.end(), [&](const auto& entry) { return entry.first == key; });
    if (value == all.end()) {
      return core::fail(core::ErrorCode::internal,
                        "prompt " + std::string(name) + ": placeholder " + std::string(key) + " has no value");
    }
    prompt.text += value->second;
    used[static_cast<std::size_t>(value - all.begin())] = true;
    at = close + 2;
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!used[i]) {
      return core::fail(core::ErrorCode::internal,
                        "prompt " + std::string(name) + ": has no placeholder " + std::string(values[i].first));
    }
  }
  return prompt;
}

std::string_view reply_schema(std::string_view name) {
  const Page* page = page_of(name);
  return page == nullptr ? std::string_view{} : page->schema;
}

std::span<const std::string_view> names() {
  static const std::vector<std::string_view> all = [] {
    std::vector<std::string_view> list;
    for (const Page& page : pages()) list.push_back(page.name);
    return list;
  }();
  return all;
}

std::string fenced(std::string_view text) {
  constexpr std::string_view word = "PATIENT-TEXT";
  std::string inside(text);
  for (std::size_t at = inside.find(word); at != std::string::npos; at = inside.find(word, at)) {
    inside.replace(at, word.size(), "PATIENT TEXT");
  }
  return std::string(fence_mark) + "\n" + inside + "\n" + std::string(fence_mark);
}

}  // namespace guardian::prompts
