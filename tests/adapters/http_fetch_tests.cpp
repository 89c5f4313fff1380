#include <memory>
#include <string>
#include <vector>

#include <curl/curl.h>
#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include "adapters/http_fetch/address_policy.hpp"
#include "adapters/http_fetch/url.hpp"

using namespace guardian;
using namespace guardian::adapters::http_fetch;

namespace {

AddressPolicy policy_of(const std::vector<std::string>& hosts, const std::vector<std::string>& networks = {}) {
  auto made = AddressPolicy::create(hosts, networks);
  if (!made) FAIL(made.error().message);
  return std::move(*made);
}

Url url_of(const std::string& text) {
  const auto url = parse_url(text);
  INFO(text);
  REQUIRE(url);
  return *url;
}

IpAddress address_of(const std::string& text) {
  const auto address = parse_ip_address(text);
  INFO(text);
  REQUIRE(address);
  return *address;
}

// What libcurl makes of a URL: "scheme|host|port|path?query"; empty when it refuses it.
std::string as_curl_reads(const std::string& text) {
  const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> handle(curl_url(), &curl_url_cleanup);
  if (curl_url_set(handle.get(), CURLUPART_URL, text.c_str(), CURLU_PATH_AS_IS) != CURLUE_OK) return "";
  const auto part = [&](CURLUPart which) {
    char* found = nullptr;
    if (curl_url_get(handle.get(), which, &found, CURLU_DEFAULT_PORT) != CURLUE_OK) return std::string();
    std::string copy(found);
    curl_free(found);
    return copy;
  };
  const std::string query = part(CURLUPART_QUERY);
  return part(CURLUPART_SCHEME) + "|" + part(CURLUPART_HOST) + "|" + part(CURLUPART_PORT) + "|" + part(CURLUPART_PATH) +
         (query.empty() ? "" : "?" + query) + "|" + part(CURLUPART_USER) + part(CURLUPART_PASSWORD) +
         part(CURLUPART_FRAGMENT);
}

}  // namespace

TEST_CASE("a URL is taken apart into what is connected to and what is asked", "[adapters][http_fetch]") {
  CHECK(url_of("HTTPS://EHR.Example.org/fhir/R4?_count=5") == Url{true, "ehr.example.org", 443, "/fhir/R4?_count=5"});
  CHECK(url_of("http://127.0.0.1:8080") == Url{false, "127.0.0.1", 8080, "/"});
  CHECK(url_of("https://[2001:DB8::1]:8443/a") == Url{true, "[2001:db8::1]", 8443, "/a"});
  CHECK(url_of("https://a.example?x=1") == Url{true, "a.example", 443, "/?x=1"});
  CHECK(to_text(url_of("https://a.example:443/b")) == "https://a.example/b");
  CHECK(to_text(url_of("https://a.example:80/b")) == "https://a.example:80/b");
  CHECK(url_of("https://a.example/Observation?code=http://loinc.org|8480-6").target ==
        "/Observation?code=http://loinc.org%7C8480-6");
}

TEST_CASE("what URL readers disagree about is refused", "[adapters][http_fetch]") {
  for (const char* text : {"",
                           "a.example",
                           "//a.example",
                           "ftp://a.example",
                           "file:///etc/passwd",
                           "gopher://a.example",
                           "https://",
                           "https:///a",
                           "https://user@a.example",
                           "https://user:word@a.example",
                           "https://good.example@evil.example",
                           "https://a.example#b",
                           "https://a.example\\@evil.example",
                           "https://a.example:0",
                           "https://a.example:65536",
                           "https://a.example:",
                           "https://a.example:8o",
                           "https://a .example",
                           "https://a.example/\n",
                           "https://a.example\r",
                           "https://\xc3\xa4.example",
                           "https://a%2eexample",
                           "https://.a.example",
                           "https://a..example",
                           "https://a.example.",
                           "https://[::1",
                           "https://[1.2.3.4]",
                           "https://[fe80::1%25eth0]",
                           "https://0x7f.0.0.1",
                           "https://0x7f000001",
                           "https://2130706433",
                           "https://127.1",
                           "https://0177.0.0.1",
                           "https://1.2.3.4.5",
                           "https://256.1.1.1",
                           "https://a.example/fhir/../admin",
                           "https://a.example/fhir/%2E%2e/admin",
                           "https://a.example/.",
                           "https://a.example/x/.%2e"}) {
    INFO(text);
    CHECK_FALSE(parse_url(text));
  }
  CHECK_FALSE(parse_url("https://a.example/" + std::string(5'000, 'a')));
  CHECK(parse_url("https://a.example/a..b/...c?x=/../"));
}

TEST_CASE("whatever is accepted, libcurl reads the same", "[adapters][http_fetch][property]") {
  const auto agree = [](const std::string& text) {
    const auto url = parse_url(text);
    if (!url) return;
    const std::string expected = std::string(url->encrypted ? "https" : "http") + "|" + url->host + "|" +
                                 std::to_string(url->port) + "|" + url->target + "|";
    // An empty query keeps its mark for us, and not for it.
    std::string read = as_curl_reads(to_text(*url));
    if (url->target.find('?') == url->target.size() - 1) read.insert(read.size() - 1, "?");
    RC_ASSERT(read == expected);
    RC_ASSERT(parse_url(to_text(*url)) == url);
  };
  CHECK(rc::check("of pieces that URLs are made of", [&] {
    static const std::vector<std::string> pieces{"https://",  "http://",   "a.example", "EHR.Example.org",
                                                 "127.0.0.1", "localhost", "[::1]",     "[2001:db8::1]",
                                                 "1.2",       ":",         "/",         "8443",
                                                 "443",       "80",        "0",         "@",
                                                 "?",         "#",         "%2e",       "%00",
                                                 "..",        ".",         "|",         "=",
                                                 "&",         "fhir",      "\\",        " ",
                                                 "//",        ";",         "x",         "-",
                                                 "0x7f"};
    std::string text = *rc::gen::element<std::string>("https://", "http://");
    for (int count = *rc::gen::inRange(1, 8); count > 0; --count) {
      text += pieces[*rc::gen::inRange<std::size_t>(0, pieces.size())];
    }
    agree(text);
  }));
  CHECK(rc::check("of a usual URL with one character changed", [&] {
    std::string text = "https://ehr.example.org:8443/fhir/R4/Observation?code=http://loinc.org%7C8480-6&_count=5";
    text[*rc::gen::inRange<std::size_t>(0, text.size())] = static_cast<char>(*rc::gen::inRange(1, 256));
    agree(text);
  }));
}

TEST_CASE("addresses inside networks are not public", "[adapters][http_fetch]") {
  for (const char* text : {"0.0.0.0",
                           "10.0.0.1",
                           "10.255.255.255",
                           "100.64.0.1",
                           "100.127.255.255",
                           "100.100.100.200",
                           "127.0.0.1",
                           "127.255.255.254",
                           "169.254.169.254",
                           "172.16.0.1",
                           "172.31.255.255",
                           "192.0.0.192",
                           "192.0.2.1",
                           "192.168.1.1",
                           "198.18.0.1",
                           "198.19.255.255",
                           "198.51.100.1",
                           "203.0.113.1",
                           "224.0.0.1",
                           "239.255.255.255",
                           "255.255.255.255",
                           "168.63.129.16",
                           "::",
                           "::1",
                           "::ffff:127.0.0.1",
                           "::ffff:10.1.2.3",
                           "::ffff:a9fe:a9fe",
                           "::7f00:1",
                           "64:ff9b::a00:1",
                           "64:ff9b:1::1",
                           "100::1",
                           "fc00::1",
                           "fd00:ec2::254",
                           "fe80::1",
                           "febf::1",
                           "fec0::1",
                           "ff02::1",
                           "2001::1",
                           "2001:db8::1",
                           "2002:7f00:1::",
                           "2002:a9fe:a9fe::1",
                           "3fff::1",
                           "4000::1"}) {
    INFO(text);
    CHECK_FALSE(is_public(address_of(text)));
  }
  for (const char* text :
       {"1.1.1.1",         "9.255.255.255",   "11.0.0.0",        "100.63.255.255", "100.128.0.0",
        "126.255.255.255", "128.0.0.1",       "169.253.255.255", "169.255.0.0",    "172.15.255.255",
        "172.32.0.0",      "192.167.255.255", "192.169.0.0",     "198.17.255.255", "198.20.0.0",
        "223.255.255.255", "168.63.129.17",   "2606:4700::1111", "2a00:1450::1",   "::ffff:8.8.8.8"}) {
    INFO(text);
    CHECK(is_public(address_of(text)));
  }
}

TEST_CASE("only hosts on the list are permitted, with their port, over TLS", "[adapters][http_fetch]") {
  const AddressPolicy policy = policy_of({"EHR.example.org", "test.example.org:8443", "localhost:8080", "10.1.2.3"});
  for (const char* good : {"https://ehr.example.org/fhir", "https://test.example.org:8443",
                           "http://localhost:8080/fhir", "https://localhost:8080", "https://10.1.2.3"}) {
    INFO(good);
    CHECK(policy.permits(url_of(good)));
  }
  for (const char* bad :
       {"http://ehr.example.org", "https://ehr.example.org:8443", "https://test.example.org",
        "https://ehr.example.org.evil.example", "https://evil-ehr.example.org", "https://a.ehr.example.org",
        "http://localhost", "http://127.0.0.1:8080", "http://10.1.2.3", "https://10.1.2.4"}) {
    INFO(bad);
    CHECK_FALSE(policy.permits(url_of(bad)));
  }
  CHECK_FALSE(policy_of({}).permits(url_of("https://ehr.example.org")));
}

TEST_CASE("a listed name that resolves into a network is refused unless the network is listed",
          "[adapters][http_fetch]") {
  const Url url = url_of("https://ehr.example.org/fhir");
  const AddressPolicy strict = policy_of({"ehr.example.org"});
  CHECK(strict.permits(url, address_of("93.184.216.34")));
  for (const char* inside : {"10.20.1.1", "127.0.0.1", "169.254.169.254", "::1", "::ffff:10.20.1.1", "fd12::1"}) {
    INFO(inside);
    CHECK_FALSE(strict.permits(url, address_of(inside)));
  }
  const AddressPolicy hospital = policy_of({"ehr.example.org"}, {"10.20.0.0/16", "fd12::/16"});
  CHECK(hospital.permits(url, address_of("10.20.255.1")));
  CHECK(hospital.permits(url, address_of("::ffff:10.20.1.1")));
  CHECK(hospital.permits(url, address_of("fd12:3::4")));
  CHECK_FALSE(hospital.permits(url, address_of("10.21.0.1")));
  CHECK_FALSE(hospital.permits(url, address_of("fd13::1")));
  CHECK_FALSE(hospital.permits(url, address_of("169.254.169.254")));
  CHECK_FALSE(hospital.permits(url_of("https://other.example.org"), address_of("10.20.255.1")));
}

TEST_CASE("a host that is listed as an address needs no network", "[adapters][http_fetch]") {
  const AddressPolicy policy = policy_of({"10.1.2.3", "localhost:8080"});
  CHECK(policy.permits(url_of("https://10.1.2.3"), address_of("10.1.2.3")));
  CHECK(policy.permits(url_of("http://localhost:8080"), address_of("::1")));
  CHECK(policy.permits(url_of("http://localhost:8080"), address_of("127.0.0.1")));
  // Without TLS the address must be this machine, whatever the name resolves to.
  CHECK_FALSE(policy.permits(url_of("http://localhost:8080"), address_of("93.184.216.34")));
}

TEST_CASE("a list with an entry that is none says which", "[adapters][http_fetch]") {
  for (const char* host :
       {"", "https://a.example", "a.example/", "a.example/fhir", "user@a.example", "*.example", "a b"}) {
    INFO(host);
    const auto made = AddressPolicy::create({"good.example", host}, {});
    REQUIRE_FALSE(made);
    CHECK(made.error().message == std::string("an allowed host must be a host, or host:port: ") + host);
  }
  for (const char* network :
       {"", "10.0.0.0/33", "10.0.0.0/", "10.0.0/8", "fd00::/129", "hospital", "10.0.0.0/8x", "10.0.0.0/-1"}) {
    INFO(network);
    CHECK_FALSE(AddressPolicy::create({}, {"10.0.0.0/8", network}));
  }
}
