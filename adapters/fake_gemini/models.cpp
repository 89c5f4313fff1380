#include "adapters/fake_gemini/models.hpp"

#include <algorithm>

#include "adapters/fake_gemini/json_build.hpp"

namespace guardian::adapters::fake {

const std::vector<Model>& models() {
  static const std::vector<Model> all{
      {"gemini-2.5-flash", "Gemini 2.5 Flash", "001", 2},
      {"gemini-2.5-flash-lite", "Gemini 2.5 Flash-Lite", "001", 2},
      {"gemini-2.5-pro", "Gemini 2.5 Pro", "2.5", 2},
      {"gemini-3-flash-preview", "Gemini 3 Flash Preview", "3-flash-preview", 3},
      {"gemini-3.1-flash-lite", "Gemini 3.1 Flash-Lite", "3.1-flash-lite", 3},
      {"gemini-3.1-pro-preview", "Gemini 3.1 Pro Preview", "3.1-pro-preview", 3},
      {"gemini-3.5-flash", "Gemini 3.5 Flash", "3.5-flash", 3},
      {"gemini-3.5-flash-lite", "Gemini 3.5 Flash-Lite", "3.5-flash-lite", 3},
      {"gemini-3.6-flash", "Gemini 3.6 Flash", "3.6-flash", 3},
      {"gemini-3.7-flash", "Gemini 3.7 Flash", "3.7-flash", 3},
      {"gemini-3.8-flash", "Gemini 3.8 Flash", "3.8-flash", 3},
      {"gemini-flash-latest", "Gemini Flash Latest", "latest", 3},
      {"gemini-flash-lite-latest", "Gemini Flash-Lite Latest", "latest", 3},
      {"gemini-pro-latest", "Gemini Pro Latest", "latest", 3},
  };
  return all;
}

const Model* find_model(std::string_view name) {
  const auto at =
      std::find_if(models().begin(), models().end(), [&](const Model& model) { return model.name == name; });
  return at == models().end() ? nullptr : &*at;
}

JsonValue describe(const Model& model) {
  return object({{"name", text("models/" + model.name)},
                 {"version", text(model.version)},
                 {"displayName", text(model.display_name)},
                 {"description", text("A scripted stand-in for " + model.display_name)},
                 {"inputTokenLimit", count(model.input_tokens)},
                 {"outputTokenLimit", count(model.output_tokens)},
                 {"supportedGenerationMethods", list({text("generateContent"), text("countTokens")})},
                 {"temperature", number(1)},
                 {"topP", number(0.95)},
                 {"topK", number(64)},
                 {"maxTemperature", number(2)},
                 {"thinking", truth(model.thinking)}});
}

}  // namespace guardian::adapters::fake
