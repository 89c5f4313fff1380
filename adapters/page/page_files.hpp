#pragma once
// The files of the page (web/) and the example cases (examples/cases/), as they are built into the program. They hold
// no patient's data. Pure; safe to call from several threads.

#include <optional>
#include <span>
#include <string_view>

namespace guardian::adapters::page {

struct EmbeddedFile {
  std::string_view name;  // "index.html"
  std::string_view text;  // UTF-8
};

// In the order of their names.
[[nodiscard]] std::span<const EmbeddedFile> embedded_page() noexcept;
[[nodiscard]] std::span<const EmbeddedFile> embedded_examples() noexcept;

struct PageFile {
  std::string_view content_type;
  std::string_view body;
};

// Nothing when the page has no file of this name. The name is compared, never opened.
[[nodiscard]] std::optional<PageFile> page_file(std::string_view name) noexcept;

}  // namespace guardian::adapters::page
