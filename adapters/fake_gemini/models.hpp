#pragma once
// The models that the server offers: public names, with the limits that matter to a client.

#include <string>
#include <string_view>
#include <vector>

#include "adapters/json/json_value.hpp"

namespace guardian::adapters::fake {

struct Model {
  std::string name;  // without "models/"
  std::string display_name;
  std::string version;
  int generation = 2;  // 3 and later: thought signatures are enforced, tools and JSON may be asked for together
  int input_tokens = 1'048'576;
  int output_tokens = 65'536;
  bool thinking = true;
};

[[nodiscard]] const std::vector<Model>& models();
[[nodiscard]] const Model* find_model(std::string_view name);
[[nodiscard]] JsonValue describe(const Model& model);

}  // namespace guardian::adapters::fake
