#pragma once
// Builds FHIR resources as plain data. Nothing empty is written: FHIR JSON has no empty text, list or object.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/fhir/outcome.hpp"
#include "adapters/json/json_writer.hpp"

namespace guardian::adapters::fhir {

class ResourceWriter {
 public:
  ResourceWriter() = default;
  explicit ResourceWriter(std::string_view resource_type) { add("resourceType", std::string(resource_type)); }

  ResourceWriter& add(std::string name, JsonValue value) {
    members_.push_back({std::move(name), std::move(value)});
    return *this;
  }
  ResourceWriter& add(std::string name, std::string text) {
    return text.empty() ? *this : add(std::move(name), json_text(std::move(text)));
  }
  ResourceWriter& add(std::string name, JsonList list) {
    return list.empty() ? *this : add(std::move(name), JsonValue{std::move(list)});
  }
  [[nodiscard]] bool empty() const noexcept { return members_.empty(); }
  [[nodiscard]] JsonValue value() && { return JsonValue{std::move(members_)}; }

 private:
  JsonObject members_;
};

[[nodiscard]] JsonValue outcome_value(const std::vector<OutcomeIssue>& issues);

}  // namespace guardian::adapters::fhir
