// libFuzzer's entry: one program a target.

#include <cstddef>
#include <cstdint>

#include "tests/fuzz/targets.hpp"

// A law that does not hold ends as an exception that nobody catches, which libFuzzer keeps the input of.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const guardian::fuzz::Target* const target = guardian::fuzz::find_target(GUARDIAN_FUZZ_TARGET);
  const void* bytes = data;
  target->take({static_cast<const char*>(bytes), size});
  return 0;
}
