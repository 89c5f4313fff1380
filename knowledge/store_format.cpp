#include "knowledge/store_format.hpp"

#include <algorithm>
#include <memory>

#include <xxhash.h>

namespace guardian::knowledge::store_format {
namespace {

// The sum of a file from its start on.
class Sum {
 public:
  Sum() : state_(XXH3_createState(), &XXH3_freeState) { XXH3_128bits_reset(state_.get()); }
  Sum(const Sum& other) : state_(XXH3_createState(), &XXH3_freeState), end_(other.end_) {
    XXH3_copyState(state_.get(), other.state_.get());
  }
  Sum(Sum&&) noexcept = default;
  Sum& operator=(const Sum&) = delete;
  Sum& operator=(Sum&&) noexcept = default;
  ~Sum() = default;

  // Goes on to `end`; `bytes` are those of the file from `first` on, which was not passed yet.
  void go_on(std::span<const std::uint8_t> bytes, std::size_t first, std::size_t end) {
    if (end <= end_) return;
    XXH3_128bits_update(state_.get(), bytes.data() + (end_ - first), end - end_);
    end_ = end;
  }
  // Takes the bytes of a seal for zeros.
  void pass_seal() {
    const Seal zeros{};
    XXH3_128bits_update(state_.get(), zeros.data(), zeros.size());
    end_ += zeros.size();
  }
  [[nodiscard]] Seal seal() const {
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(state_.get()));
    Seal seal{};
    std::copy(std::begin(canonical.digest), std::end(canonical.digest), seal.begin());
    return seal;
  }

 private:
  std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> state_;
  std::size_t end_ = 0;
};

}  // namespace

Seal seal_of(std::span<const std::uint8_t> file, std::size_t position) {
  Sum sum;
  sum.go_on(file, 0, position);
  sum.pass_seal();
  sum.go_on(file, 0, file.size());
  return sum.seal();
}

bool seal_holds(std::size_t size, const ReadAt& read) {
  constexpr std::size_t piece = std::size_t{1} << 18U;  // stays in a cache of the processor
  // A mark that begins in a piece may end, with its seal, behind it.
  constexpr std::size_t ahead = seal_mark.size() + seal_size - 1;
  struct Candidate {
    Sum sum;
    Seal stated{};
  };
  Sum plain;
  std::vector<Candidate> candidates;
  std::vector<std::uint8_t> window(piece + ahead);
  std::size_t kept = 0;  // of the last window, that were ahead of its piece
  for (std::size_t first = 0; first < size; first += piece) {
    const std::size_t count = std::min(window.size(), size - first);
    if (kept < count && !read({window.data() + kept, count - kept}, first + kept)) return false;
    const std::span<const std::uint8_t> bytes(window.data(), count);
    const std::size_t end = first + std::min(piece, count);
    for (const std::size_t position : seal_positions(bytes)) {
      if (position - seal_mark.size() >= piece) continue;  // begins in the next one
      plain.go_on(bytes, first, first + position);
      Candidate& candidate = candidates.emplace_back(Candidate{plain, {}});
      candidate.sum.pass_seal();
      std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(position), seal_size, candidate.stated.begin());
    }
    plain.go_on(bytes, first, end);
    for (Candidate& candidate : candidates) candidate.sum.go_on(bytes, first, end);
    kept = count - (end - first);
    std::copy_n(bytes.end() - static_cast<std::ptrdiff_t>(kept), kept, window.begin());
  }
  return std::any_of(candidates.begin(), candidates.end(),
                     [](const Candidate& candidate) { return candidate.sum.seal() == candidate.stated; });
}

}  // namespace guardian::knowledge::store_format
