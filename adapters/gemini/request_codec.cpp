#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "adapters/gemini/codec.hpp"

namespace guardian::adapters::gemini {
namespace {

using agents::ModelFailure;
using agents::ModelFailureKind;
using agents::ModelRequest;
using agents::ModelTurn;
using agents::ToolAnswer;
using agents::ToolAnswers;
using agents::UserText;
// Ordered: a model's turn goes back as it came, and a schema's order of properties is the order of the answer.
using Json = nlohmann::ordered_json;

struct Unsendable {
  const char* what;
};

Json parsed(std::string_view text, const char* complaint) {
  if (!within_limits(text, JsonLimits{})) throw Unsendable{complaint};
  Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) throw Unsendable{complaint};
  return json;
}

Json parsed_object(std::string_view text, const char* complaint) {
  Json json = parsed(text, complaint);
  if (!json.is_object()) throw Unsendable{complaint};
  return json;
}

Json text_parts(const std::string& text) { return Json::array({Json{{"text", text}}}); }

Json function_response(const ToolAnswer& answer) {
  Json content = parsed(answer.content, "a tool's answer is not JSON");
  const bool says_error = content.is_object() && content.contains("error");
  Json response;
  if (!answer.failed) {
    response["output"] = std::move(content);
  } else if (says_error) {
    response = std::move(content);
  } else {
    response["error"] = std::move(content);
  }
  Json body;
  if (!answer.id.empty()) body["id"] = answer.id;
  body["name"] = answer.name;
  body["response"] = std::move(response);
  return Json{{"functionResponse", std::move(body)}};
}

Json content_of(const UserText& turn) { return {{"role", "user"}, {"parts", text_parts(turn.text)}}; }

Json content_of(const ModelTurn& turn) {
  Json content = parsed_object(turn.content, "a model's turn is not a JSON object");
  if (!content.contains("role")) content["role"] = "model";  // Vertex AI insists on it
  return content;
}

Json content_of(const ToolAnswers& turn) {
  Json parts = Json::array();
  for (const ToolAnswer& answer : turn.answers) parts.push_back(function_response(answer));
  if (parts.empty()) throw Unsendable{"a turn of tool answers is empty"};
  return {{"role", "user"}, {"parts", std::move(parts)}};
}

bool is_tool_name(const std::string& name) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !name.empty() && name.size() <= 63 && letter(name.front()) &&
         std::all_of(name.begin(), name.end(), [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

Json tools_of(const ModelRequest& request) {
  Json declarations = Json::array();
  for (const agents::ToolDeclaration& tool : request.tools) {
    if (!is_tool_name(tool.name)) throw Unsendable{"a tool has a name that the service does not take"};
    Json declaration{{"name", tool.name}, {"description", tool.description}};
    if (!tool.parameters.empty()) {
      declaration["parametersJsonSchema"] = parsed_object(tool.parameters, "a tool's schema is not a JSON object");
    }
    declarations.push_back(std::move(declaration));
  }
  return Json::array({Json{{"functionDeclarations", std::move(declarations)}}});
}

Json body_of(const ModelRequest& request, Service service) {
  if (request.turns.empty()) throw Unsendable{"there is no turn"};
  if (!request.tools.empty() && !request.reply_schema.empty()) {
    throw Unsendable{"tools and a schema for the reply exclude each other"};
  }
  Json body;
  body["contents"] = Json::array();
  for (const agents::Turn& turn : request.turns) {
    body["contents"].push_back(std::visit([](const auto& one) { return content_of(one); }, turn));
  }
  if (!request.system.empty()) body["systemInstruction"] = {{"parts", text_parts(request.system)}};
  if (!request.tools.empty()) {
    body["tools"] = tools_of(request);
    body["toolConfig"] = {{"functionCallingConfig", {{"mode", "AUTO"}}}};
  }
  Json& generation = body["generationConfig"];
  generation["maxOutputTokens"] = request.most_output_tokens;
  if (!request.reply_schema.empty()) {
    generation["responseMimeType"] = "application/json";
    generation["responseJsonSchema"] = parsed_object(request.reply_schema, "the reply's schema is not a JSON object");
  }
  // Overrides a project's own setting to log requests. Vertex AI does not know the name, and refuses unknown names.
  if (service == Service::developer) body["store"] = false;
  return body;
}

}  // namespace

std::variant<std::string, ModelFailure> encode_request(const ModelRequest& request, Service service) {
  try {
    return body_of(request, service).dump();
  } catch (const Unsendable& unsendable) {
    return ModelFailure{ModelFailureKind::refused, std::string("not sent: ") + unsendable.what, 0};
  } catch (const nlohmann::json::exception&) {  // its message quotes the text
    return ModelFailure{ModelFailureKind::refused, "not sent: a text is not valid UTF-8", 0};
  }
}

}  // namespace guardian::adapters::gemini
