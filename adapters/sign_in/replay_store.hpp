#pragma once
// The ids of tokens that have been accepted, until they expire: a token is good for one call. Bounded for each issuer.
// In memory: a restart forgets (docs/sign-in.md says what that means). Safe to call from several threads.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace guardian::adapters::sign_in {

enum class Admission : std::uint8_t {
  fresh,     // kept from now on
  replayed,  // it is kept already
  full       // the issuer has too many that are alive: forgetting one would let it be replayed
};

class ReplayStore {
 public:
  explicit ReplayStore(std::size_t most_per_issuer);
  ~ReplayStore();

  // `until` and `now` in seconds since 1970: a token that is alive at `now` and no longer at `until`.
  [[nodiscard]] Admission admit(std::string_view issuer, std::string_view token_id, std::int64_t until,
                                std::int64_t now);

  [[nodiscard]] std::size_t size() const;  // of all issuers

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace guardian::adapters::sign_in
