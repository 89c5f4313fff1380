#pragma once
// A local server that speaks the Gemini API as the real one does (docs/fake-gemini.md), for demonstrations and tests.
// It needs no network and no key of Google's. Unscripted it answers as a well-behaved model; a script, or a scenario,
// makes it answer otherwise or fail.
//
// All members may be called from several threads. It serves on threads of its own, of which there are a bounded number,
// and keeps the newest requests, up to 256 MiB of them.

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/result.hpp"

namespace guardian::adapters {

struct FakeGeminiOptions {
  std::string host = "127.0.0.1";
  int port = 0;                       // 0: a free one
  std::filesystem::path script = {};  // JSON file of rules; empty: none
  std::string default_scenario = {};  // for requests that neither name one nor meet a rule; empty: well-behaved
};

// What a client sent, secrets and all: it is for tests.
struct RecordedRequest {
  std::string method;
  std::string path;  // with the query
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string agent;  // from the header x-guardian-agent, else from a first line "# Agent: <name>" of the system text
};

class FakeGemini {
 public:
  // Serves when it returns. Fails with invalid_input (script, scenario) or io_failure (the port is taken).
  [[nodiscard]] static core::Result<std::unique_ptr<FakeGemini>> start(FakeGeminiOptions options);
  ~FakeGemini();  // stops
  FakeGemini(const FakeGemini&) = delete;
  FakeGemini& operator=(const FakeGemini&) = delete;

  [[nodiscard]] int port() const;
  [[nodiscard]] std::string url() const;                        // "http://127.0.0.1:8099", no path
  [[nodiscard]] std::vector<RecordedRequest> requests() const;  // oldest first
  // For all following requests, in place of options.default_scenario. Empty: well-behaved. One that does not exist is
  // answered with 400. What a scenario counts (flaky:<n>) starts anew.
  void set_scenario(std::string scenario);
  void wait();  // until stopped
  void stop();  // ends open connections; returns when no request is being served any more

 private:
  struct Impl;
  explicit FakeGemini(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace guardian::adapters
