#include "tests/fuzz/shipped.hpp"

#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

namespace guardian::fuzz {
namespace {

namespace fs = std::filesystem;

class Scratch {
 public:
  Scratch() {
    const fs::path memory = "/dev/shm";
    std::string name =
        ((fs::is_directory(memory) ? memory : fs::temp_directory_path()) / "guardian-fuzz-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = name;
  }
  ~Scratch() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

}  // namespace

const std::shared_ptr<const knowledge::KnowledgeBase>& shipped_knowledge() {
  static const auto base = [] {
    auto opened = knowledge::KnowledgeBase::open(GUARDIAN_SHIPPED_KB);
    if (!opened) throw std::runtime_error(opened.error().message);
    return std::move(*opened);
  }();
  return base;
}

const fs::path& scratch_folder() {
  static const Scratch scratch;
  return scratch.path();
}

void write_bytes(const fs::path& file, std::string_view bytes) {
  std::ofstream stream(file, std::ios::binary | std::ios::trunc);
  stream.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!stream.flush()) throw std::runtime_error("a scratch file cannot be written");
}

std::string damaged(std::string whole, std::string_view bytes) {
  const auto byte = [&](std::size_t at) { return static_cast<std::uint8_t>(bytes[at]); };
  for (std::size_t at = 0; at + 5 <= bytes.size() && !whole.empty(); at += 5) {
    const std::size_t place =
        (std::size_t{byte(at)} << 16U | std::size_t{byte(at + 1)} << 8U | byte(at + 2)) % whole.size();
    const std::uint8_t value = byte(at + 4);
    switch (byte(at + 3)) {
      case 1: whole.resize(place); break;
      case 2: {
        const std::string piece = whole.substr(std::size_t{value} * 64 % whole.size(), 64);
        for (std::size_t i = 0; i < piece.size() && place + i < whole.size(); ++i) whole[place + i] = piece[i];
        break;
      }
      default: whole[place] = static_cast<char>(value);
    }
  }
  return whole;
}

}  // namespace guardian::fuzz
