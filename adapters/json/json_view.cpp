#include "adapters/json/json_view.hpp"

#include <simdjson.h>
#include <cmath>
#include <cstring>
#include <type_traits>
#include <utility>

namespace guardian::adapters {

namespace dom = simdjson::dom;

// A view holds the bytes of the parser's own reference, so that no header of ours shows the parser.
struct JsonViewAccess {
  static_assert(sizeof(dom::element) <= sizeof(JsonView::place_));
  static_assert(std::is_trivially_copyable_v<dom::element>);

  static dom::element element(const JsonView& view) noexcept {
    dom::element element;
    std::memcpy(&element, view.place_.data(), sizeof element);
    return element;
  }

  static JsonView view(dom::element element) noexcept {
    JsonView view;
    std::memcpy(view.place_.data(), &element, sizeof element);
    view.present_ = true;
    return view;
  }
};

namespace {

// The fewest bytes that this many values can have: two each, as in "[1,1,1]", less one.
bool may_hold_more(std::string_view text, std::size_t values) { return text.size() / 2 >= values; }

// Something in the document beyond these would be refused by `parse_json` too.
std::size_t count_values(dom::element element) {
  std::size_t count = 1;
  if (element.is_array()) {
    const dom::array list(element);
    for (const dom::element entry : list) count += count_values(entry);
  } else if (element.is_object()) {
    const dom::object object(element);
    for (const auto& field : object) count += count_values(field.value);
  }
  return count;
}

}  // namespace

bool JsonView::is_null() const noexcept { return present_ && JsonViewAccess::element(*this).is_null(); }
bool JsonView::is_list() const noexcept { return present_ && JsonViewAccess::element(*this).is_array(); }
bool JsonView::is_object() const noexcept { return present_ && JsonViewAccess::element(*this).is_object(); }

std::optional<bool> JsonView::boolean() const noexcept {
  bool value = false;
  if (!present_ || JsonViewAccess::element(*this).get_bool().get(value) != simdjson::SUCCESS) return std::nullopt;
  return value;
}

std::optional<double> JsonView::number() const noexcept {
  double value = 0.0;
  if (!present_ || JsonViewAccess::element(*this).get_double().get(value) != simdjson::SUCCESS) return std::nullopt;
  return std::isfinite(value) ? std::optional<double>(value) : std::nullopt;
}

std::optional<std::string_view> JsonView::text() const noexcept {
  std::string_view value;
  if (!present_ || JsonViewAccess::element(*this).get_string().get(value) != simdjson::SUCCESS) return std::nullopt;
  return value;
}

std::string_view JsonView::text_or(std::string_view otherwise) const noexcept { return text().value_or(otherwise); }

JsonView JsonView::member(std::string_view name) const noexcept {
  dom::object object;
  if (!present_ || JsonViewAccess::element(*this).get_object().get(object) != simdjson::SUCCESS) return {};
  dom::element value;
  if (object.at_key(name).get(value) != simdjson::SUCCESS) return {};
  return JsonViewAccess::view(value);
}

JsonView JsonView::entry(std::size_t index) const noexcept {
  dom::array list;
  if (!present_ || JsonViewAccess::element(*this).get_array().get(list) != simdjson::SUCCESS) return {};
  dom::element value;
  if (list.at(index).get(value) != simdjson::SUCCESS) return {};
  return JsonViewAccess::view(value);
}

std::size_t JsonView::size() const noexcept {
  if (is_list()) return dom::array(JsonViewAccess::element(*this)).size();
  if (is_object()) return dom::object(JsonViewAccess::element(*this)).size();
  return 0;
}

void JsonView::visit_entries(void (*visit)(void*, JsonView, std::size_t), void* to) const {
  if (!is_list()) return;
  std::size_t index = 0;
  const dom::array list(JsonViewAccess::element(*this));
  for (const dom::element entry : list) {
    visit(to, JsonViewAccess::view(entry), index++);
  }
}

void JsonView::visit_members(void (*visit)(void*, std::string_view, JsonView), void* to) const {
  if (!is_object()) return;
  const dom::object object(JsonViewAccess::element(*this));
  for (const auto& field : object) {
    visit(to, field.key, JsonViewAccess::view(field.value));
  }
}

std::string JsonView::json() const {
  return present_ ? simdjson::minify(JsonViewAccess::element(*this)) : std::string();
}

struct JsonReader::Impl {
  dom::parser parser;
};

JsonReader::JsonReader() : impl_(std::make_unique<Impl>()) {}
JsonReader::~JsonReader() = default;
JsonReader::JsonReader(JsonReader&&) noexcept = default;
JsonReader& JsonReader::operator=(JsonReader&&) noexcept = default;

JsonViewing JsonReader::parse(std::string_view text, JsonLimits limits) {
  // The parser's words for a problem have no position: what it refuses is read once more by the slow reader, which says
  // where.
  dom::element root;
  bool read = text.size() <= limits.bytes;
  if (read && impl_->parser.capacity() < text.size()) {
    read = impl_->parser.allocate(text.size(), max_document_depth) == simdjson::SUCCESS;
  }
  read = read && impl_->parser.parse(text.data(), text.size()).get(root) == simdjson::SUCCESS;
  if (read && (!may_hold_more(text, limits.values) || count_values(root) <= limits.values))
    return {JsonViewAccess::view(root), {}};
  InputProblem problem = parse_json(text, limits).problem;
  if (problem.message.empty()) problem.message = "malformed JSON";
  return {{}, std::move(problem)};
}

}  // namespace guardian::adapters
