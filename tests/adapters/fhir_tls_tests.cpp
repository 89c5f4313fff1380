// The FHIR client over TLS: which certificates it believes.

#include <atomic>
#include <chrono>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <httplib.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <catch2/catch.hpp>

#include "adapters/fhir_client/fhir_client.hpp"
#include "adapters/gemini/curl_transport.hpp"
#include "adapters/http_fetch/http_getter.hpp"
#include "tests/support/temporary_knowledge.hpp"

using namespace guardian;
using namespace guardian::adapters::fhir_client;
using std::chrono::seconds;

namespace {

constexpr const char* patient = R"({"resourceType":"Patient","id":"1"})";

// A server whose certificate is signed by itself, for one name.
class TlsServer {
 public:
  explicit TlsServer(const std::string& name) {
    static const adapters::gemini::CurlGlobal curl;
    make_certificate(name);
    server_ = std::make_unique<httplib::SSLServer>(certificate_.get(), key_.get());
    REQUIRE(server_->is_valid());
    server_->Get(".*", [this](const httplib::Request&, httplib::Response& response) {
      ++requests_;
      response.set_content(patient, "application/fhir+json");
    });
    port_ = server_->bind_to_any_port("127.0.0.1");
    REQUIRE(port_ > 0);
    thread_ = std::thread([this] { server_->listen_after_bind(); });
    while (!server_->is_running()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  ~TlsServer() {
    server_->stop();
    thread_.join();
  }
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;

  [[nodiscard]] std::string host() const { return "localhost:" + std::to_string(port_); }
  [[nodiscard]] int requests() const { return requests_; }

  void write_certificate(const std::string& path) const {
    BIO* file = BIO_new_file(path.c_str(), "w");
    REQUIRE(file != nullptr);
    PEM_write_bio_X509(file, certificate_.get());
    BIO_free(file);
  }

 private:
  void make_certificate(const std::string& name) {
    X509* made = certificate_.get();
    X509_set_version(made, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(made), 1);
    X509_gmtime_adj(X509_getm_notBefore(made), -60);
    X509_gmtime_adj(X509_getm_notAfter(made), 3600);
    X509_set_pubkey(made, key_.get());
    X509_NAME* subject = X509_get_subject_name(made);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(name.c_str()), -1,
                               -1, 0);
    X509_set_issuer_name(made, subject);
    X509_EXTENSION* names = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, ("DNS:" + name).c_str());
    REQUIRE(names != nullptr);
    X509_add_ext(made, names, -1);
    X509_EXTENSION_free(names);
    REQUIRE(X509_sign(made, key_.get(), EVP_sha256()) > 0);
  }

  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_{EVP_EC_gen("P-256"), &EVP_PKEY_free};
  std::unique_ptr<X509, decltype(&X509_free)> certificate_{X509_new(), &X509_free};
  std::unique_ptr<httplib::SSLServer> server_;
  int port_ = 0;
  std::atomic<int> requests_{0};
  std::thread thread_;
};

FhirFault asked(const TlsServer& server, const std::string& ca_file) {
  auto policy = adapters::http_fetch::AddressPolicy::create({server.host()}, {});
  REQUIRE(policy);
  FhirClientSettings settings{std::move(*policy)};
  settings.ca_file = ca_file;
  FhirClient client(settings);
  const std::vector<std::string> queries{"Patient/1"};
  const auto deadline = std::chrono::steady_clock::now() + seconds(60);
  return client.fetch({"https://" + server.host() + "/fhir", "secret-access-token"}, queries, deadline).front().fault;
}

}  // namespace

TEST_CASE("a server is believed when somebody trusted vouches for its name", "[adapters][fhir_client]") {
  const tests::TemporaryFolder folder;
  const std::string ca_file = (folder.path() / "ca.pem").string();
  const TlsServer server("localhost");
  server.write_certificate(ca_file);
  CHECK(asked(server, ca_file) == FhirFault::none);
  CHECK(server.requests() == 1);
}

TEST_CASE("a certificate that nobody vouches for, or of another name, gets no token", "[adapters][fhir_client]") {
  const tests::TemporaryFolder folder;
  const std::string ca_file = (folder.path() / "ca.pem").string();
  const TlsServer unknown("localhost");
  CHECK(asked(unknown, "") == FhirFault::unreachable);
  CHECK(unknown.requests() == 0);
  const TlsServer other("ehr.example.org");
  other.write_certificate(ca_file);
  CHECK(asked(other, ca_file) == FhirFault::unreachable);
  CHECK(other.requests() == 0);
  CHECK(asked(unknown, (folder.path() / "missing.pem").string()) == FhirFault::unreachable);
}

TEST_CASE("a listed document comes over TLS from a server that is vouched for", "[adapters][http_fetch]") {
  const tests::TemporaryFolder folder;
  const std::string ca_file = (folder.path() / "ca.pem").string();
  const TlsServer server("localhost");
  server.write_certificate(ca_file);
  using adapters::http_fetch::listed_document_fetch;
  CHECK(listed_document_fetch(seconds(60), 1'000, ca_file)("https://" + server.host() + "/keys") ==
        std::string(patient));
  CHECK_FALSE(listed_document_fetch(seconds(60), 10, ca_file)("https://" + server.host() + "/keys"));
  const auto refused = listed_document_fetch(seconds(60), 1'000)("https://" + server.host() + "/keys");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message == "cannot fetch from https://" + server.host());
  CHECK_FALSE(listed_document_fetch(seconds(60), 1'000)("http://ehr.example.org/keys"));
}
