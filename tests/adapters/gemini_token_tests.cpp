#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "adapters/gemini/bearer_token.hpp"
#include "adapters/gemini/child_output.hpp"
#include "adapters/gemini/client.hpp"

namespace {

using namespace std::chrono_literals;
using guardian::adapters::gemini::BearerToken;
using guardian::adapters::gemini::ClientEffects;
using guardian::adapters::gemini::GeminiClient;
using guardian::adapters::gemini::GeminiSettings;
using guardian::adapters::gemini::HttpReply;
using guardian::adapters::gemini::HttpRequest;
using guardian::adapters::gemini::HttpTransport;
using guardian::adapters::gemini::output_of;
using guardian::adapters::gemini::read_printed_token;
using guardian::adapters::gemini::Service;
using guardian::adapters::gemini::TransportFault;
using Clock = std::chrono::steady_clock;
using Strings = std::vector<std::string>;

std::optional<std::string> run(const Strings& words, std::chrono::milliseconds patience = 60s,
                               std::stop_token stop = {}) {
  return output_of(words, 1000, Clock::now() + patience, stop);
}

class TokenFile {
 public:
  TokenFile() {
    std::string pattern = (std::filesystem::temp_directory_path() / "guardian-token-XXXXXX").string();
    const int number = ::mkstemp(pattern.data());
    REQUIRE(number >= 0);
    ::close(number);
    path_ = pattern;
  }
  ~TokenFile() { std::filesystem::remove(path_); }
  TokenFile(const TokenFile&) = delete;
  TokenFile& operator=(const TokenFile&) = delete;
  void write(const std::string& text) const { std::ofstream(path_) << text; }
  [[nodiscard]] std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

std::string token_of(BearerToken& source) {
  const auto token = source.get(Clock::now() + 60s, {});
  return token ? *token : token.error().message;
}

GeminiSettings vertex_settings() {
  GeminiSettings settings;
  settings.service = Service::vertex;
  settings.project = "p";
  settings.location = "global";
  settings.models = {"m"};
  return settings;
}

// Takes one token and no other.
class Gate : public HttpTransport {
 public:
  explicit Gate(std::string token, int& requests) : wanted_("Authorization: Bearer " + token), requests_(requests) {}
  HttpReply post(const HttpRequest& request) override {
    ++requests_;
    const auto& headers = request.headers;
    if (std::find(headers.begin(), headers.end(), wanted_) == headers.end()) return {TransportFault::none, 401, ""};
    return {TransportFault::none, 200,
            R"({"candidates":[{"content":{"parts":[{"text":"fine"}]},"finishReason":"STOP"}]})"};
  }

 private:
  std::string wanted_;
  int& requests_;
};

}  // namespace

TEST_CASE("a program runs without a shell, within its time and size", "[adapters][gemini][token]") {
  CHECK(run({"echo", "a; echo $HOME", "*"}) == "a; echo $HOME *\n");
  CHECK_FALSE(run({}));
  CHECK_FALSE(run({"no-such-program-of-any-kind"}));
  CHECK_FALSE(run({"false"}));
  CHECK_FALSE(run({"sh", "-c", "yes"}));
  CHECK(run({"cat"}) == "");  // it has nothing to read
  const auto begin = Clock::now();
  CHECK_FALSE(run({"sleep", "60"}, 100ms));
  CHECK_FALSE(run({"sh", "-c", "sleep 60 & sleep 60"}, 100ms));
  CHECK_FALSE(run({"sh", "-c", "exec >&-; sleep 60"}, 100ms));  // says that it is done, and is not
  std::stop_source stop;
  stop.request_stop();
  CHECK_FALSE(run({"sleep", "60"}, 60s, stop.get_token()));
  CHECK(Clock::now() - begin < 30s);  // each of them would take a minute
}

TEST_CASE("a token is read bare or out of JSON, and is nothing else", "[adapters][gemini][token]") {
  CHECK(read_printed_token("  ya29.a0-_~+/=\n").token == "ya29.a0-_~+/=");
  CHECK(read_printed_token(R"({"access_token":"abc","expires_in":1800,"token_type":"Bearer"})").token == "abc");
  CHECK(read_printed_token(R"({"access_token":"abc","expires_in":1800})").lifetime == 1800s);
  CHECK(read_printed_token(R"({"access_token":"abc","expires_in":1e30})").lifetime == 3600s);
  for (const char* text : {"", "\n", "a b", "a\r\nHost: x", "{}", "{", R"({"access_token":7})",
                           R"({"access_token":"a\nb"})", "ERROR: (gcloud) not logged in"}) {
    INFO(text);
    CHECK(read_printed_token(text).token.empty());
  }
}

TEST_CASE("a token file is read again when it changes", "[adapters][gemini][token]") {
  const TokenFile file;
  GeminiSettings settings = vertex_settings();
  settings.token_file = file.path();
  BearerToken source(settings);
  CHECK(token_of(source) == "the token file cannot be read");
  file.write("one\n");
  CHECK(token_of(source) == "one");
  file.write("two\n");
  CHECK(token_of(source) == "two");
  file.write("not a token");
  CHECK(token_of(source) == "the token file holds no token");
}

TEST_CASE("a printed token is kept until shortly before it expires, or is refused", "[adapters][gemini][token]") {
  const TokenFile file;
  GeminiSettings settings = vertex_settings();
  settings.token_command = {"cat", file.path()};
  auto now = Clock::now();
  BearerToken source(settings, [&now] { return now; });
  CHECK(token_of(source) == "the token command printed no token");
  file.write(R"({"access_token":"one","expires_in":600})");
  CHECK(token_of(source) == "one");
  file.write("two");
  now += 539s;
  CHECK(token_of(source) == "one");
  now += 2s;
  CHECK(token_of(source) == "two");
  file.write("three");
  source.rejected("one");
  CHECK(token_of(source) == "two");
  source.rejected("two");
  CHECK(token_of(source) == "three");
}

TEST_CASE("a token that the service refuses is renewed once", "[adapters][gemini][token]") {
  const TokenFile file;
  file.write("old");
  GeminiSettings settings = vertex_settings();
  settings.token_command = {"cat", file.path()};
  int requests = 0;
  GeminiClient client(settings, std::make_unique<Gate>("new", requests), {});
  guardian::agents::ModelRequest request;
  request.turns = {guardian::agents::UserText{"question"}};
  const auto ask = [&] { return client.generate(request, {Clock::now() + 60s, {}, {}}); };

  const auto refused = ask();
  REQUIRE(std::holds_alternative<guardian::agents::ModelFailure>(refused));
  CHECK(std::get<guardian::agents::ModelFailure>(refused).http_status == 401);
  CHECK(requests == 1);  // the same token again would say nothing new
  CHECK(std::get<guardian::agents::ModelFailure>(ask()).http_status == 401);
  file.write("new");
  CHECK(std::holds_alternative<guardian::agents::ModelReply>(ask()));

  file.write("not a token");
  GeminiClient without(settings, std::make_unique<Gate>("new", requests), {});
  const auto unavailable = without.generate(request, {Clock::now() + 60s, {}, {}});
  CHECK(std::get<guardian::agents::ModelFailure>(unavailable).kind == guardian::agents::ModelFailureKind::unavailable);
}
