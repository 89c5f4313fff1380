#include "adapters/json/json_reading.hpp"

#include <string>
#include <utility>

#include "adapters/json/json_view.hpp"

namespace guardian::adapters {
namespace {

// Depth is bounded by the reader.
JsonValue value_of(const JsonView& view) {  // NOLINT(misc-no-recursion)
  if (const auto text = view.text()) return JsonValue{std::string(*text)};
  if (const auto number = view.number()) return JsonValue{*number};
  if (const auto flag = view.boolean()) return JsonValue{*flag};
  if (view.is_list()) {
    JsonList list;
    list.reserve(view.size());
    view.each_entry([&](const JsonView& entry, std::size_t) { list.push_back(value_of(entry)); });
    return JsonValue{std::move(list)};
  }
  if (view.is_object()) {
    JsonObject object;
    object.reserve(view.size());
    view.each_member([&](std::string_view name, const JsonView& member) {
      object.push_back({std::string(name), value_of(member)});
    });
    return JsonValue{std::move(object)};
  }
  return JsonValue{nullptr};
}

}  // namespace

JsonParsing read_json(std::string_view text, JsonLimits limits) {
  JsonReader reader;
  const JsonViewing viewing = reader.parse(text, limits);
  // What the quick reader does not take, such as an integer of thirty digits, the other one may.
  if (!viewing.value.present()) return parse_json(text, limits);
  return {value_of(viewing.value), {}};
}

}  // namespace guardian::adapters
