#pragma once
// What targets are called with besides bytes: made once a process.

#include <filesystem>
#include <memory>
#include <string>

#include "knowledge/knowledge_base.hpp"

namespace guardian::fuzz {

[[nodiscard]] const std::shared_ptr<const knowledge::KnowledgeBase>& shipped_knowledge();

// A folder that ends with the process, in memory where the machine has such a place.
[[nodiscard]] const std::filesystem::path& scratch_folder();

void write_bytes(const std::filesystem::path& file, std::string_view bytes);

// What stands in `whole` after the changes that `bytes` tell: five bytes each, a place (from 0, modulo the size), a
// kind (mostly a byte that is put there; also a cut, or a piece that is copied there) and a value. So a few kept bytes
// stand for a large damaged file.
[[nodiscard]] std::string damaged(std::string whole, std::string_view bytes);

}  // namespace guardian::fuzz
