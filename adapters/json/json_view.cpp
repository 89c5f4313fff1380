#include "adapters/json/json_view.hpp"

#include <simdjson.h>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
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

void append_text(std::string_view value, std::string& text) {
  text += '"';
  std::size_t from = 0;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const char c = value[i];
    if (static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\') continue;
    text.append(value, from, i - from);
    from = i + 1;
    if (c == '"' || c == '\\') {
      text += '\\';
      text += c;
    } else {
      constexpr std::string_view hex = "0123456789abcdef";
      text += "\\u00";
      text += hex[static_cast<unsigned char>(c) >> 4U];
      text += hex[static_cast<unsigned char>(c) & 15U];
    }
  }
  text.append(value, from, value.size() - from);
  text += '"';
}

template <class Number>
void append_number(Number value, std::string& text) {
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  text.append(digits.data(), end);
}

// The parser's own way to write a document costs several times its parsing.
void append(dom::element element, std::string& text) {
  bool first = true;
  switch (element.type()) {
    case dom::element_type::ARRAY:
      text += '[';
      for (const dom::element entry : dom::array(element)) {
        if (!first) text += ',';
        first = false;
        append(entry, text);
      }
      text += ']';
      return;
    case dom::element_type::OBJECT:
      text += '{';
      for (const auto& field : dom::object(element)) {
        if (!first) text += ',';
        first = false;
        append_text(field.key, text);
        text += ':';
        append(field.value, text);
      }
      text += '}';
      return;
    case dom::element_type::STRING: append_text(std::string_view(element), text); return;
    case dom::element_type::INT64: append_number(std::int64_t(element), text); return;
    case dom::element_type::UINT64: append_number(std::uint64_t(element), text); return;
    case dom::element_type::DOUBLE: append_number(double(element), text); return;
    case dom::element_type::BOOL: text += bool(element) ? "true" : "false"; return;
    case dom::element_type::NULL_VALUE: text += "null"; return;
  }
}

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
  std::string text;
  if (!present_) return text;
  constexpr std::size_t usual = 1024;
  text.reserve(usual);
  append(JsonViewAccess::element(*this), text);
  return text;
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
  if (read && count_values(root) <= limits.values) return {JsonViewAccess::view(root), {}};
  InputProblem problem = parse_json(text, limits).problem;
  if (problem.message.empty()) problem.message = "malformed JSON";
  return {{}, std::move(problem)};
}

}  // namespace guardian::adapters
