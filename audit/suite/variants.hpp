#pragma once
// The same two medicines as other people write them: other names and brands, slips of one letter, whole orders, among
// further medicines, in any order. Each variant of a row expects what the row expects. Pure; the same seed, rows and
// knowledge base give the same variants on every machine.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "audit/suite/expectation.hpp"
#include "knowledge/knowledge_base.hpp"

namespace guardian::audit::suite {

struct VariantOptions {
  std::size_t per_row = 25;
  std::uint64_t seed = 1;
  std::size_t most_extras = 8;      // further medicines in one list
  std::string locale = "US";        // that decides brands
  std::vector<std::string> extras;  // names of further medicines; empty: none are added
};

struct VariantSet {
  Suite suite;  // named "variants"; the category is the kind of change
  // Slips of one letter that were tried, and those that the knowledge base reads. One that it leaves open is no
  // variant: a doubtful name is to be asked for. One that it reads as another medicine is, and will be missed.
  std::size_t slips = 0;
  std::size_t slips_read = 0;
};

// Of each row of two medicines without a patient that asks for a least severity, `per_row` variants. A row whose own
// names are not read gives none: it is missed by itself.
[[nodiscard]] VariantSet variants(const knowledge::KnowledgeBase& base, std::span<const Suite> suites,
                                  const VariantOptions& options);

}  // namespace guardian::audit::suite
