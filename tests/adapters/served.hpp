#pragma once
// A service behind real sockets, on a free port of this machine, and what tests ask of it.

#include <httplib.h>

#include "tests/adapters/service_calls.hpp"

namespace guardian::tests {

struct Served {
  TestService made;

  explicit Served(adapters::service::ServiceSettings settings) : made(service_of(on_free_port(std::move(settings)))) {
    const auto started = made.service->start();
    REQUIRE(started);
  }

  Served(adapters::service::ServiceSettings settings, runtime::ModelUse model) {
    adapters::service::ServicePorts ports;
    ports.log = [](const std::string&) {};
    ports.now = [] { return std::string(service_time); };
    ports.open_knowledge = [] { return knowledge::KnowledgeBase::open(GUARDIAN_SHIPPED_KB); };
    auto service = adapters::service::Service::create(on_free_port(std::move(settings)), shipped_knowledge(),
                                                      std::move(model), std::move(ports));
    REQUIRE(service);
    made.service = std::move(*service);
    REQUIRE(made.service->start());
  }

  static adapters::service::ServiceSettings on_free_port(adapters::service::ServiceSettings settings) {
    settings.port = 0;
    settings.public_url.clear();
    return settings;
  }

  // A connection of its own.
  [[nodiscard]] std::unique_ptr<httplib::Client> client() const {
    auto made_client = std::make_unique<httplib::Client>(made.service->url());
    made_client->set_read_timeout(60, 0);
    return made_client;
  }

  [[nodiscard]] httplib::Result post(const std::string& path, const std::string& body,
                                     const httplib::Headers& headers = {},
                                     const std::string& type = "application/json") const {
    auto result = client()->Post(path.c_str(), headers, body, type.c_str());
    REQUIRE(result);
    return result;
  }
  [[nodiscard]] httplib::Result get(const std::string& path, const httplib::Headers& headers = {}) const {
    auto result = client()->Get(path.c_str(), headers);
    REQUIRE(result);
    return result;
  }
};

inline Json two_medicines() {
  return {{"id", "C-1"},
          {"as_of", "2026-11-02T08:00:00Z"},
          {"patient", {{"age", 71}, {"sex", "F"}}},
          {"medications", Json::array({{{"text", "warfarin 5 mg daily"}}})},
          {"orders", Json::array({{{"text", "ibuprofen 400 mg three times a day"}}})}};
}

}  // namespace guardian::tests
