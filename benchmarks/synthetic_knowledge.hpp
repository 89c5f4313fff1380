#pragma once
// A knowledge base of the size that a large commercial one has, made up: for start-up times only.

#include <cstddef>
#include <filesystem>

namespace guardian::benchmarks {

// Writes a knowledge base of `ingredients` ingredients and `pairs` rules about two of them, with texts of usual length.
void write_synthetic_knowledge(const std::filesystem::path& file, std::size_t ingredients, std::size_t pairs);

}  // namespace guardian::benchmarks
