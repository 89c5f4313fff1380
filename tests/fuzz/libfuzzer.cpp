// libFuzzer's entry: one program a target, which knows no other, so that only what it needs is built.

#include <cstddef>
#include <cstdint>

#include "tests/fuzz/targets.hpp"

// A law that does not hold ends as an exception that nobody catches, which libFuzzer keeps the input of.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const void* bytes = data;
  guardian::fuzz::GUARDIAN_FUZZ_TARGET({static_cast<const char*>(bytes), size});
  return 0;
}
