#pragma once
// Calls to the fake Gemini server as a client makes them, over real sockets and within bounded time.

#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include <httplib.h>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "adapters/fake_gemini/fake_gemini.hpp"

namespace guardian::tests {

using Json = nlohmann::json;

inline std::unique_ptr<adapters::FakeGemini> fake_gemini(adapters::FakeGeminiOptions options = {}) {
  auto server = adapters::FakeGemini::start(std::move(options));
  if (!server) throw std::runtime_error(server.error().message);
  return std::move(*server);
}

struct Answer {
  int status = 0;  // 0: no whole answer came
  std::string body;
  httplib::Headers headers;
  std::chrono::milliseconds took{0};

  [[nodiscard]] Json json() const { return Json::parse(body); }
  [[nodiscard]] Json error() const { return json().at("error"); }
  [[nodiscard]] std::string message() const { return error().at("message"); }
  [[nodiscard]] Json candidate() const { return json().at("candidates").at(0); }
  [[nodiscard]] Json parts() const { return candidate().at("content").at("parts"); }
  [[nodiscard]] std::string text() const {
    std::string all;
    for (const Json& part : parts()) {
      if (part.contains("text") && !part.value("thought", false)) all += part.at("text").get<std::string>();
    }
    return all;
  }
};

class Caller {
 public:
  explicit Caller(const adapters::FakeGemini& server) : port_(server.port()) {}

  std::string model = "gemini-3.8-flash";
  std::string version = "v1beta";
  httplib::Headers headers{{"x-goog-api-key", "test-key"}};
  std::chrono::milliseconds limit{60'000};  // for a read: no slow machine meets it

  [[nodiscard]] Answer get(const std::string& path) const {
    return made([&](httplib::Client& client) { return client.Get(path, headers); });
  }
  [[nodiscard]] Answer post(const std::string& path, const std::string& body,
                            const std::string& type = "application/json") const {
    return made([&](httplib::Client& client) { return client.Post(path, headers, body, type); });
  }
  [[nodiscard]] Answer method(const std::string& name, const Json& body) const {
    return post("/" + version + "/models/" + model + ":" + name, body.dump());
  }
  [[nodiscard]] Answer generate(const Json& body) const { return method("generateContent", body); }
  [[nodiscard]] Answer in(const std::string& scenario, const Json& body) const {
    Caller other = *this;
    other.headers.emplace("x-fake-scenario", scenario);
    return other.generate(body);
  }

 private:
  template <class Call>
  [[nodiscard]] Answer made(Call call) const {
    httplib::Client client("127.0.0.1", port_);
    client.set_connection_timeout(std::chrono::seconds(60));
    client.set_read_timeout(limit);
    const auto start = std::chrono::steady_clock::now();
    const httplib::Result result = call(client);
    const auto took = std::chrono::steady_clock::now() - start;
    Answer answer;
    answer.took = std::chrono::duration_cast<std::chrono::milliseconds>(took);
    if (!result) return answer;
    answer.status = result->status;
    answer.body = result->body;
    answer.headers = result->headers;
    return answer;
  }

  int port_;
};

inline Json user(const std::string& words) { return {{"role", "user"}, {"parts", {{{"text", words}}}}}; }
inline Json asking(const std::string& words) { return {{"contents", {user(words)}}}; }

// A request for JSON of a schema (JSON Schema; with `open_api` the older kind).
inline Json asking_for(const Json& schema, bool open_api = false) {
  Json body = asking("Answer as JSON.");
  body["generationConfig"] = {{"responseMimeType", "application/json"},
                              {open_api ? "responseSchema" : "responseJsonSchema", schema}};
  return body;
}

// A request with one function, look_up(name).
inline Json with_tool(Json body) {
  body["tools"] = Json::parse(R"([{"functionDeclarations": [{"name": "look_up", "description": "Looks a drug up",
    "parametersJsonSchema": {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}}]}])");
  return body;
}

}  // namespace guardian::tests
