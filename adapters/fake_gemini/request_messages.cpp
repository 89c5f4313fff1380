#include "adapters/fake_gemini/request_messages.hpp"

#include <algorithm>

namespace guardian::adapters::fake {
namespace {

using enum FieldKind;

std::vector<Message> make_messages() {
  const std::vector<Field> request{{"contents", message, "Content", true},
                                   {"systemInstruction", message, "Content"},
                                   {"tools", message, "Tool", true},
                                   {"toolConfig", message, "ToolConfig"},
                                   {"safetySettings", message, "SafetySetting", true},
                                   {"generationConfig", message, "GenerationConfig"},
                                   {"cachedContent", text},
                                   {"labels", text_map},
                                   {"serviceTier", word, "ServiceTier"},
                                   {"store", truth},
                                   {"continuationToken", text},
                                   {"model", text}};
  return {
      {"GenerateContentRequest", request},
      {"CountTokensRequest",
       {{"contents", message, "Content", true},
        {"generateContentRequest", message, "GenerateContentRequest"},
        {"systemInstruction", message, "Content"},
        {"tools", message, "Tool", true},
        {"generationConfig", message, "GenerationConfig"},
        {"model", text}}},
      {"Content", {{"role", text}, {"parts", message, "Part", true}}},
      {"Part",
       {{"text", text},
        {"inlineData", message, "Blob"},
        {"fileData", message, "FileData"},
        {"functionCall", message, "FunctionCall"},
        {"functionResponse", message, "FunctionResponse"},
        {"executableCode", object},
        {"codeExecutionResult", object},
        {"toolCall", object},
        {"toolResponse", object},
        {"thought", truth},
        {"thoughtSignature", bytes},
        {"videoMetadata", object},
        {"partMetadata", object},
        {"mediaResolution", object}}},
      {"Blob", {{"mimeType", text}, {"data", bytes}, {"displayName", text}}},
      {"FileData", {{"mimeType", text}, {"fileUri", text}, {"displayName", text}}},
      {"FunctionCall", {{"id", text}, {"name", text}, {"args", object}}},
      {"FunctionResponse",
       {{"id", text},
        {"name", text},
        {"response", object},
        {"willContinue", truth},
        {"scheduling", word, "Scheduling"},
        {"parts", object, "", true}}},
      {"Tool",
       {{"functionDeclarations", message, "FunctionDeclaration", true},
        {"googleSearch", object},
        {"googleSearchRetrieval", object},
        {"codeExecution", object},
        {"urlContext", object},
        {"computerUse", object},
        {"fileSearch", object},
        {"googleMaps", object},
        {"retrieval", object}}},
      {"FunctionDeclaration",
       {{"name", text},
        {"description", text},
        {"parameters", message, "Schema"},
        {"parametersJsonSchema", anything},
        {"response", message, "Schema"},
        {"responseJsonSchema", anything},
        {"behavior", word, "Behavior"}}},
      {"ToolConfig",
       {{"functionCallingConfig", message, "FunctionCallingConfig"},
        {"retrievalConfig", object},
        {"includeServerSideToolInvocations", truth}}},
      {"FunctionCallingConfig", {{"mode", word, "Mode"}, {"allowedFunctionNames", text, "", true}}},
      {"SafetySetting",
       {{"category", word, "HarmCategory"},
        {"threshold", word, "HarmBlockThreshold"},
        {"method", word, "HarmBlockMethod"}}},
      {"GenerationConfig",
       {{"temperature", number},
        {"topP", number},
        {"topK", number},
        {"candidateCount", whole},
        {"maxOutputTokens", whole},
        {"stopSequences", text, "", true},
        {"seed", whole},
        {"presencePenalty", number},
        {"frequencyPenalty", number},
        {"responseMimeType", text},
        {"responseSchema", message, "Schema"},
        {"responseJsonSchema", anything},
        {"responseLogprobs", truth},
        {"logprobs", whole},
        {"thinkingConfig", message, "ThinkingConfig"},
        {"responseModalities", word, "Modality", true},
        {"mediaResolution", word, "MediaResolution"},
        {"speechConfig", object},
        {"imageConfig", object},
        {"enableEnhancedCivicAnswers", truth},
        {"audioTimestamp", truth}}},
      {"ThinkingConfig",
       {{"includeThoughts", truth}, {"thinkingBudget", whole}, {"thinkingLevel", word, "ThinkingLevel"}}},
      {"Schema",
       {{"type", word, "Type"},
        {"format", text},
        {"title", text},
        {"description", text},
        {"nullable", truth},
        {"enum", text, "", true},
        {"items", message, "Schema"},
        {"maxItems", whole},
        {"minItems", whole},
        {"properties", message_map, "Schema"},
        {"required", text, "", true},
        {"minProperties", whole},
        {"maxProperties", whole},
        {"minimum", number},
        {"maximum", number},
        {"minLength", whole},
        {"maxLength", whole},
        {"pattern", text},
        {"example", anything},
        {"anyOf", message, "Schema", true},
        {"propertyOrdering", text, "", true},
        {"default", anything}}},
  };
}

struct Words {
  std::string name;
  std::vector<std::string> words;
};

}  // namespace

const Message& message_named(const std::string& name) {
  static const std::vector<Message> all = make_messages();
  return *std::find_if(all.begin(), all.end(), [&](const Message& one) { return one.name == name; });
}

const std::vector<std::string>& words_of(const std::string& enumeration) {
  static const std::vector<Words> all{
      {"Mode", {"MODE_UNSPECIFIED", "AUTO", "ANY", "NONE", "VALIDATED"}},
      {"Type", {"TYPE_UNSPECIFIED", "STRING", "NUMBER", "INTEGER", "BOOLEAN", "ARRAY", "OBJECT", "NULL"}},
      {"ThinkingLevel", {"THINKING_LEVEL_UNSPECIFIED", "MINIMAL", "LOW", "MEDIUM", "HIGH"}},
      {"ServiceTier", {"UNSPECIFIED", "FLEX", "STANDARD", "PRIORITY"}},
      {"HarmCategory",
       {"HARM_CATEGORY_UNSPECIFIED", "HARM_CATEGORY_HARASSMENT", "HARM_CATEGORY_HATE_SPEECH",
        "HARM_CATEGORY_SEXUALLY_EXPLICIT", "HARM_CATEGORY_DANGEROUS_CONTENT", "HARM_CATEGORY_CIVIC_INTEGRITY",
        "HARM_CATEGORY_JAILBREAK"}},
      {"HarmBlockThreshold",
       {"HARM_BLOCK_THRESHOLD_UNSPECIFIED", "BLOCK_LOW_AND_ABOVE", "BLOCK_MEDIUM_AND_ABOVE", "BLOCK_ONLY_HIGH",
        "BLOCK_NONE", "OFF"}}};
  static const std::vector<std::string> unchecked;
  const auto at = std::find_if(all.begin(), all.end(), [&](const Words& one) { return one.name == enumeration; });
  return at == all.end() ? unchecked : at->words;
}

}  // namespace guardian::adapters::fake
