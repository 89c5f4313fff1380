#include "adapters/page/page_files.hpp"

#include <algorithm>

namespace guardian::adapters::page {
namespace {

std::string_view content_type(std::string_view name) noexcept {
  if (name.ends_with(".html")) return "text/html; charset=utf-8";
  if (name.ends_with(".css")) return "text/css; charset=utf-8";
  if (name.ends_with(".js")) return "text/javascript; charset=utf-8";
  if (name.ends_with(".svg")) return "image/svg+xml";
  return "text/plain; charset=utf-8";
}

}  // namespace

std::optional<PageFile> page_file(std::string_view name) noexcept {
  const auto files = embedded_page();
  const auto found = std::ranges::find(files, name, &EmbeddedFile::name);
  if (found == files.end()) return std::nullopt;
  return PageFile{content_type(name), found->text};
}

}  // namespace guardian::adapters::page
