#include "knowledge/digest.hpp"

#include <vector>

#include <rapidcheck.h>
#include <catch2/catch.hpp>

using namespace guardian::knowledge;

// Vectors of FIPS 180-4 and the NIST example values.
TEST_CASE("SHA-256 gives the digests of the published vectors", "[knowledge][digest]") {
  CHECK(sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(sha256_hex("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrs"
                   "mnopqrstnopqrstu") == "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1");
  CHECK(sha256_hex(std::string(1'000'000, 'a')) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("text and bytes are hashed alike", "[knowledge][digest]") {
  const std::vector<std::uint8_t> bytes{'a', 'b', 'c'};
  Sha256 hash;
  hash.update(bytes);
  CHECK(to_hex(hash.finish()) == sha256_hex("abc"));
}

TEST_CASE("a digest that is finished leaves nothing in the next", "[knowledge][digest]") {
  Sha256 hash;
  hash.update(std::string_view("before"));
  static_cast<void>(hash.finish());
  hash.update(std::string_view("abc"));
  CHECK(to_hex(hash.finish()) == sha256_hex("abc"));
}

TEST_CASE("a zero byte is part of what is hashed", "[knowledge][digest]") {
  CHECK(sha256_hex(std::string("a\0b", 3)) != sha256_hex("a"));
  CHECK(sha256_hex(std::string(1, '\0')) == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
}

TEST_CASE("bytes given in pieces have the digest of the whole", "[knowledge][digest][property]") {
  CHECK(rc::check("pieces do not matter", [](const std::string& text) {
    const auto cut = *rc::gen::inRange<std::size_t>(0, text.size() + 1);
    Sha256 hash;
    hash.update(std::string_view(text).substr(0, cut));
    hash.update(std::string_view(text).substr(cut));
    RC_ASSERT(to_hex(hash.finish()) == sha256_hex(text));
  }));
}

TEST_CASE("a digest is written as 64 lower-case hex digits", "[knowledge][digest]") {
  Sha256Digest digest{};
  digest[0] = 0x0F;
  digest[1] = 0xA0;
  digest[31] = 0xFF;
  const std::string text = to_hex(digest);
  CHECK(text.size() == 64);
  CHECK(text.substr(0, 4) == "0fa0");
  CHECK(text.substr(62) == "ff");
  CHECK(text.find_first_not_of("0123456789abcdef") == std::string::npos);
}
