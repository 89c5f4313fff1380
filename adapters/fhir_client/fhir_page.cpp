#include "adapters/fhir_client/fhir_page.hpp"

#include <algorithm>

#include "adapters/json/json_view.hpp"

namespace guardian::adapters::fhir_client {
namespace {

using http_fetch::Url;

constexpr std::size_t most_id_characters = 64;  // FHIR's type `id`
constexpr std::size_t most_type_characters = 64;

bool is_letter(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool is_type(std::string_view text) noexcept {
  return !text.empty() && text.size() <= most_type_characters && text.front() >= 'A' && text.front() <= 'Z' &&
         std::all_of(text.begin(), text.end(), is_letter);
}

bool is_id(std::string_view text) noexcept {
  return !text.empty() && text.size() <= most_id_characters && std::all_of(text.begin(), text.end(), [](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '.';
  });
}

// "Type/id" or "Type/id/_history/version", behind the type's slash.
bool is_instance(std::string_view text) noexcept {
  constexpr std::string_view history = "/_history/";
  const auto at = text.find(history);
  if (at == std::string_view::npos) return is_id(text);
  return is_id(text.substr(0, at)) && is_id(text.substr(at + history.size()));
}

// Below the base: not a sibling whose name starts alike.
bool is_below(const Url& base, const Url& url) {
  if (url.encrypted != base.encrypted || url.host != base.host || url.port != base.port) return false;
  const std::string path = base.target == "/" ? std::string() : base.target;
  if (url.target.compare(0, path.size(), path) != 0) return false;
  return url.target.size() == path.size() || url.target[path.size()] == '/' || url.target[path.size()] == '?';
}

std::optional<Url> joined(const Url& base, std::string_view relative) {
  std::string text = http_fetch::to_text(base);
  if (text.back() != '/') text += '/';
  return http_fetch::parse_url(text.append(relative));
}

}  // namespace

std::optional<Url> base_url(std::string_view server) {
  auto url = http_fetch::parse_url(server);
  if (!url || url->target.find('?') != std::string::npos) return std::nullopt;
  while (url->target.size() > 1 && url->target.back() == '/') url->target.pop_back();
  return url;
}

std::optional<Url> query_url(const Url& base, std::string_view query) {
  const auto end = std::min(query.find_first_of("/?"), query.size());
  if (!is_type(query.substr(0, end))) return std::nullopt;
  const bool search = end == query.size() || query[end] == '?';
  if (!search && !is_instance(query.substr(end + 1))) return std::nullopt;
  return joined(base, query);
}

PageReading read_page(const Url& base, std::string_view json) {
  JsonReader reader;
  const JsonViewing viewing = reader.parse(json);
  if (viewing.value.member("resourceType").text_or().empty()) return {};
  PageReading page{NextPage::none, {}};
  if (viewing.value.member("resourceType").text_or() != "Bundle") return page;
  std::string next;
  int links = 0;
  viewing.value.member("link").each_entry([&](JsonView link, std::size_t) {
    if (link.member("relation").text_or() != "next") return;
    next = link.member("url").text_or();
    ++links;
  });
  if (links == 0) return page;
  if (links > 1 || next.empty()) return {};
  // R4 allows a link relative to the base; one that begins with a slash would leave it.
  const bool absolute = next.find("://") != std::string::npos && next.find("://") < next.find_first_of("/?");
  const auto url = absolute ? http_fetch::parse_url(next) : next.front() == '/' ? std::nullopt : joined(base, next);
  if (!url || !is_below(base, *url)) return {NextPage::elsewhere, {}};
  return {NextPage::next, *url};
}

}  // namespace guardian::adapters::fhir_client
