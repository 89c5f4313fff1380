// The explanation behind a card's link: the template at once, a model's words when it has written them. Over real
// sockets, with the stand-in for the model's service behind a real client.

#include <filesystem>
#include <fstream>
#include <thread>

#include "adapters/fake_gemini/fake_gemini.hpp"
#include "adapters/gemini/client.hpp"
#include "adapters/json/case_codec.hpp"
#include "adapters/json/case_writer.hpp"
#include "adapters/service/explanations.hpp"
#include "agents/explanation_template.hpp"
#include "tests/adapters/served.hpp"
#include "tests/support/model_use.hpp"

using namespace guardian::tests;
namespace adapters = guardian::adapters;
using adapters::service::Depth;
using adapters::service::ExplanationLimits;
using adapters::service::Explanations;
using adapters::service::ReviewDesk;

namespace {

// A model that writes one good sentence, about the worst finding.
const Json good_words{
    {"rules",
     Json::array(
         {{{"match", {{"agent", "explanation"}}},
           {"reply",
            {{"json",
              {{"sections",
                Json::array(
                    {{{"section", "F1"},
                      {"audience", "clinician"},
                      {"claims", Json::array({{{"kind", "effect"},
                                               {"sources", Json::array({"F1.clinician.effect"})},
                                               {"text", "Bleeding is the danger to look out for."}}})}}})}}}}}}})}};

std::unique_ptr<adapters::FakeGemini> model_server(const std::string& scenario) {
  const TemporaryFolder folder;
  adapters::FakeGeminiOptions options;
  options.default_scenario = scenario;
  if (scenario.empty()) {
    options.script = folder.path() / "script.json";
    std::ofstream(options.script) << good_words.dump();
  }
  auto started = adapters::FakeGemini::start(options);
  REQUIRE(started.has_value());
  return std::move(*started);
}

guardian::runtime::ModelUse model_of(const adapters::FakeGemini& server) {
  adapters::gemini::GeminiSettings settings;
  settings.base_url = server.url();
  settings.api_key = "key";
  return use(std::make_shared<adapters::gemini::GeminiClient>(settings));
}

// Calls the hook, and gives the address of the review that its cards lead to.
std::string reviewed(const Served& service, const std::string& instance) {
  Json request = order_sign();
  request["hookInstance"] = instance;
  const auto reply = service.post("/cds-services/guardian-order-sign", request.dump());
  REQUIRE(reply->status == 200);
  const std::string link = Json::parse(reply->body).at("cards").at(0).at("links").at(0).at("url");
  const auto at = link.find("?review=");
  REQUIRE(at != std::string::npos);
  return "/v1/reviews/" + link.substr(at + 8);
}

struct Looked {
  std::string by;
  Json review;
};

Looked look(const Served& service, const std::string& address) {
  const auto reply = service.get(address);
  REQUIRE(reply->status == 200);
  return {reply->get_header_value("Guardian-Explanation"), Json::parse(reply->body)};
}

Looked looked_until_written(const Served& service, const std::string& address) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  Looked seen = look(service, address);
  while (seen.by == "pending" && std::chrono::steady_clock::now() < until) {
    CHECK(seen.review.at("explanation").at("by") == "template");
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    seen = look(service, address);
  }
  return seen;
}

constexpr const char* first_call = "214c1485-1184-52aa-9f75-943a444c2245";

}  // namespace

TEST_CASE("a card's review has the template's words at once and a model's when it has written, once",
          "[adapters][service][explanation]") {
  const auto server = model_server({});
  auto desk = ReviewDesk::open(shipped_knowledge(), {});
  REQUIRE(desk);
  auto decoded = adapters::decode_case(two_medicines().dump());
  REQUIRE(decoded.value);
  static_cast<void>(adapters::number_entries(*decoded.value));
  ExplanationLimits limits;
  limits.release_uncertified = true;
  Explanations explanations(model_of(*server), limits);
  const auto made = [&](const std::string& as_of) {
    guardian::core::Case subject = *decoded.value;
    subject.as_of = as_of;
    const auto answer = (*desk)->review(subject, Depth::findings);
    REQUIRE(answer);
    CHECK_FALSE(answer->review->explanation);
    return *(*desk)->kept(answer->id);
  };
  const auto kept = made("2026-11-02T08:00:00Z");
  CHECK(server->requests().empty());  // no hook waits for a model

  const auto first = explanations.of(kept, shipped_knowledge());
  CHECK(first.by == "pending");
  CHECK(*first.review->explanation == guardian::agents::explain(*kept.review));
  const auto written = [&](const adapters::service::KeptReview& of) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    auto shown = explanations.of(of, shipped_knowledge());
    while (shown.by == "pending" && std::chrono::steady_clock::now() < until) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      shown = explanations.of(of, shipped_knowledge());
    }
    return shown;
  };
  const auto seen = written(kept);
  for (const auto& report : seen.review->agents) {
    for (const std::string& why : report.refused) UNSCOPED_INFO(why);
  }
  REQUIRE(seen.by == "model");
  CHECK(seen.review->explanation->by == "model");
  CHECK(seen.review->explanation->released);
  CHECK(guardian::core::unsaid(*seen.review->explanation).empty());
  CHECK(seen.review->findings == kept.review->findings);
  CHECK(seen.review->triage == kept.review->triage);
  const std::size_t asked = server->requests().size();
  CHECK(asked >= 1);
  for (const auto& request : server->requests()) CHECK(request.agent == "explanation");

  // The same orders a minute later say the same: nobody is asked again, and the audit is of this review.
  const auto later = written(made("2026-11-02T08:01:00Z"));
  CHECK(later.by == "model");
  CHECK(later.review->explanation == seen.review->explanation);
  CHECK(later.review->audit->input != seen.review->audit->input);
  CHECK(server->requests().size() == asked);
}

TEST_CASE("a model's words that no certificate covers are withheld from a card's review",
          "[adapters][service][explanation]") {
  const auto server = model_server({});
  const Served service(demo_settings(), model_of(*server));
  const std::string address = reviewed(service, first_call);
  const Looked seen = looked_until_written(service, address);
  CHECK(seen.by == "template");
  CHECK(seen.review.at("explanation").at("by") == "template");
  CHECK(seen.review.at("explanation").at("released") == false);
  const std::size_t asked = server->requests().size();
  CHECK(asked >= 1);
  CHECK(look(service, address).by == "template");  // and the model is not asked again
  CHECK(server->requests().size() == asked);
}

TEST_CASE("a service that is set to release it shows a model's text without a certificate, and says so",
          "[adapters][service][explanation]") {
  const auto server = model_server({});
  auto settings = demo_settings();
  settings.release_uncertified = true;
  const Served service(settings, model_of(*server));
  const Looked seen = looked_until_written(service, reviewed(service, first_call));
  CHECK(seen.by == "model");
  CHECK(seen.review.at("explanation").at("by") == "model");
  CHECK(seen.review.at("explanation").at("released") == true);
  CHECK(seen.review.at("audit").at("reasons").dump().find("not-certified") != std::string::npos);
  CHECK(Json::parse(service.get("/readyz")->body).at("model").at("text") == "released-uncertified");
  const auto whole = service.post("/v1/review", two_medicines().dump());
  REQUIRE(whole->status == 200);
  CHECK(Json::parse(whole->body).at("explanation").at("by") == "model");
  const Served withholding(demo_settings(), model_of(*server));
  CHECK(Json::parse(withholding.get("/readyz")->body).at("model").at("text") == "withheld-until-certified");
}

TEST_CASE("while a model fails, the template's words stand and the review says so",
          "[adapters][service][explanation]") {
  const auto server = model_server("401");
  const Served service(demo_settings(), model_of(*server));
  const std::string address = reviewed(service, first_call);
  const Json findings = look(service, address).review.at("findings");
  const Looked seen = looked_until_written(service, address);
  CHECK(seen.by == "template");
  CHECK(seen.review.at("explanation").at("by") == "template");
  CHECK(seen.review.at("findings") == findings);
  CHECK(seen.review.at("degradations").dump().find("explanation") != std::string::npos);
}

TEST_CASE("without a model a card's review has the template's words, and a whole review its own",
          "[adapters][service][explanation]") {
  const Served service(demo_settings());
  const Looked seen = look(service, reviewed(service, first_call));
  CHECK(seen.by == "template");
  CHECK(seen.review.at("explanation").at("by") == "template");
  const auto whole = service.post("/v1/review", two_medicines().dump());
  REQUIRE(whole->status == 200);
  CHECK(service.get(whole->get_header_value("Location"))->body == whole->body);
}

TEST_CASE("a review that could not be recorded gets no words", "[adapters][service][explanation]") {
  const TemporaryFolder folder;
  auto settings = demo_settings();
  std::filesystem::create_directory(folder.path() / "ledger.db");  // no file can stand there
  settings.ledger = adapters::LedgerSettings{folder.path() / "ledger.db", {}, true};
  const auto server = model_server({});
  const Served service(settings, model_of(*server));
  const Looked seen = look(service, reviewed(service, first_call));
  CHECK(seen.by == "none");
  CHECK(seen.review.value("explanation", Json()).is_null());
  CHECK(server->requests().empty());
}
