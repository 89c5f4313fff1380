#include "adapters/gemini/settings.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <string>

namespace {

using guardian::adapters::gemini::Environment;
using guardian::adapters::gemini::GeminiSettings;
using guardian::adapters::gemini::has_credentials;
using guardian::adapters::gemini::is_allowed_url;
using guardian::adapters::gemini::is_loopback;
using guardian::adapters::gemini::request_url;
using guardian::adapters::gemini::Service;
using guardian::adapters::gemini::settings_from_environment;

using Variables = std::map<std::string, std::string>;

Environment environment(Variables variables) {
  return [variables = std::move(variables)](std::string_view name) -> std::optional<std::string> {
    const auto at = variables.find(std::string(name));
    if (at == variables.end()) return std::nullopt;
    return at->second;
  };
}

GeminiSettings settings(Variables variables) {
  auto read = settings_from_environment(environment(std::move(variables)));
  if (!read) FAIL(read.error().message);
  return *read;
}

std::string complaint(Variables variables) {
  const auto read = settings_from_environment(environment(std::move(variables)));
  REQUIRE_FALSE(read);
  CHECK(read.error().code == guardian::core::ErrorCode::invalid_input);
  return read.error().message;
}

const Variables vertex{{"GOOGLE_GENAI_USE_VERTEXAI", "true"},
                       {"GOOGLE_CLOUD_PROJECT", "ward-7"},
                       {"GOOGLE_CLOUD_LOCATION", "europe-west4"}};

Variables with(Variables variables, const std::string& name, const std::string& value) {
  variables[name] = value;
  return variables;
}

}  // namespace

TEST_CASE("without variables the Developer API is meant, without a key", "[adapters][gemini][settings]") {
  const GeminiSettings none = settings({});
  CHECK(none.service == Service::developer);
  CHECK_FALSE(has_credentials(none));
  CHECK(request_url(none, none.models.at(0), "generateContent") ==
        "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:generateContent");
  CHECK(none.models.at(1) == "gemini-2.5-flash-lite");
  CHECK(settings({{"GOOGLE_API_KEY", ""}, {"GEMINI_API_VERSION", ""}, {"GUARDIAN_GEMINI_MODELS", ""}}).api_key.empty());
}

TEST_CASE("of two keys GOOGLE_API_KEY wins, and an empty one counts as unset", "[adapters][gemini][settings]") {
  CHECK(settings({{"GOOGLE_API_KEY", "a"}, {"GEMINI_API_KEY", "b"}}).api_key == "a");
  CHECK(settings({{"GOOGLE_API_KEY", ""}, {"GEMINI_API_KEY", "b"}}).api_key == "b");
  CHECK(has_credentials(settings({{"GEMINI_API_KEY", "b"}})));
}

TEST_CASE("a key that could begin another header is refused, and the message does not hold it",
          "[adapters][gemini][settings]") {
  for (const char* key : {"abc\r\nHost: x", "a b", "key\n", "k\xc3\xa9y"}) {
    CHECK(complaint({{"GEMINI_API_KEY", key}}) == "GEMINI_API_KEY must hold a key and nothing else");
  }
}

TEST_CASE("models, version and base URL can be set", "[adapters][gemini][settings]") {
  const GeminiSettings read = settings({{"GUARDIAN_GEMINI_MODELS", " gemini-3.5-flash , gemini-2.5-pro,"},
                                        {"GEMINI_API_VERSION", "v1"},
                                        {"GOOGLE_GEMINI_BASE_URL", "http://127.0.0.1:8099/"}});
  CHECK(read.models == std::vector<std::string>{"gemini-3.5-flash", "gemini-2.5-pro"});
  CHECK(request_url(read, "m", "x") == "http://127.0.0.1:8099/v1/models/m:x");
  for (const char* models : {",", " ", "a/b", "a,../b", "..", "a?key=1", "a:b"}) {
    INFO(models);
    CHECK(complaint({{"GUARDIAN_GEMINI_MODELS", models}}).find("GUARDIAN_GEMINI_MODELS") == 0);
  }
  CHECK(complaint({{"GEMINI_API_VERSION", "v1/../.."}}).find("GEMINI_API_VERSION") == 0);
  CHECK(complaint({{"GOOGLE_GEMINI_BASE_URL", "http://example.org"}}).find("GOOGLE_GEMINI_BASE_URL") == 0);
}

TEST_CASE("Vertex AI needs a project and a region, which make the address", "[adapters][gemini][settings]") {
  const GeminiSettings read = settings(vertex);
  CHECK(read.service == Service::vertex);
  CHECK_FALSE(has_credentials(read));
  CHECK(request_url(read, "m", "generateContent") ==
        "https://europe-west4-aiplatform.googleapis.com/v1/projects/ward-7/locations/europe-west4/publishers/google/"
        "models/m:generateContent");
  CHECK(settings(with(vertex, "GOOGLE_CLOUD_LOCATION", "global")).base_url == "https://aiplatform.googleapis.com");
  CHECK(settings(with(vertex, "GOOGLE_CLOUD_LOCATION", "eu")).base_url == "https://aiplatform.eu.rep.googleapis.com");
  CHECK(settings(with(vertex, "GOOGLE_VERTEX_BASE_URL", "https://proxy.example/v")).base_url ==
        "https://proxy.example/v");
  CHECK(has_credentials(settings(with(vertex, "GUARDIAN_GEMINI_TOKEN_FILE", "/run/token"))));
  CHECK(settings(with(vertex, "GUARDIAN_GEMINI_TOKEN_COMMAND", " gcloud auth  print-access-token ")).token_command ==
        std::vector<std::string>{"gcloud", "auth", "print-access-token"});

  CHECK(complaint(with(vertex, "GOOGLE_CLOUD_PROJECT", "")).find("GOOGLE_CLOUD_PROJECT") == 0);
  CHECK(complaint(with(vertex, "GOOGLE_CLOUD_PROJECT", "a/b")).find("GOOGLE_CLOUD_PROJECT") == 0);
  CHECK(complaint(with(vertex, "GOOGLE_CLOUD_LOCATION", "")).find("GOOGLE_CLOUD_LOCATION") == 0);
  CHECK(complaint(with(vertex, "GOOGLE_CLOUD_LOCATION", "evil.example/")).find("GOOGLE_CLOUD_LOCATION") == 0);
  CHECK(complaint(with(vertex, "GOOGLE_GENAI_USE_VERTEXAI", "perhaps")).find("GOOGLE_GENAI_USE_VERTEXAI") == 0);
  CHECK(settings(with(vertex, "GOOGLE_GENAI_USE_VERTEXAI", "False")).service == Service::developer);
}

TEST_CASE("only this machine is spoken to without TLS", "[adapters][gemini][settings]") {
  for (const char* url :
       {"https://example.org", "https://example.org:8443/base/path", "https://[2001:db8::1]:443", "http://127.0.0.1",
        "http://127.0.0.1:80/x", "http://127.255.3.4", "http://localhost:1", "http://[::1]:8099", "http://[::1]"}) {
    INFO(url);
    CHECK(is_allowed_url(url));
  }
  for (const char* url : {"",
                          "http://",
                          "https://",
                          "http://example.org",
                          "http://128.0.0.1",
                          "http://127.0.0.1.example.org",
                          "http://127.0.0.1@example.org",
                          "http://localhost@example.org/",
                          "http://localhost.example.org",
                          "http://127.1",
                          "http://0177.0.0.1",
                          "http://127.0.0.256",
                          "http://127.0.0",
                          "http://127.0.0.1.",
                          "http://[::1",
                          "http://[::2]",
                          "http://::1",
                          "http://localhost:",
                          "http://localhost:x",
                          "http://localhost:123456",
                          "ftp://localhost",
                          "file:///etc/passwd",
                          "HTTP://localhost",
                          "http:/localhost",
                          "//localhost",
                          "https://a b",
                          "https://a\r\nb",
                          "https://user:pass@example.org",
                          "https://example.org?x=1",
                          "https://example.org/#x",
                          "http://localhost\\@a.b",
                          "http://localhost%2eexample.org",
                          "https://[::1]x",
                          "https://a:1:2"}) {
    INFO(url);
    CHECK_FALSE(is_allowed_url(url));
  }
  CHECK(is_loopback("::1"));
  CHECK_FALSE(is_loopback("127..0.1"));
}
