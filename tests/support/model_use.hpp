#pragma once
// A model for an orchestrator over the knowledge base that ships.

#include <memory>
#include <utility>

#include "runtime/orchestrator.hpp"
#include "tests/support/temporary_knowledge.hpp"

namespace guardian::tests {

inline runtime::ModelUse use(std::shared_ptr<agents::ModelClient> model) {
  static const auto lexicon =
      std::make_shared<const agents::MaskLexicon>(agents::MaskLexicon::build(*shipped_knowledge()));
  return {std::move(model), lexicon};
}

}  // namespace guardian::tests
