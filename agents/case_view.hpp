#pragma once
// What of a case a model may see, as text for a prompt, and the way back: words of it as the note has them,
// placeholders as what they stand for. Safe to read from several threads, but for `masked`, which adds to it.

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "agents/case_outline.hpp"
#include "agents/mask_lexicon.hpp"
#include "core/case.hpp"
#include "core/review.hpp"

namespace guardian::agents {

class CaseView {
 public:
  // The outline of the case that may be sent, masked, with the findings of the engine; see case_outline.hpp. `lexicon`
  // must outlive it.
  CaseView(const MaskLexicon& lexicon, const core::Case& subject, const core::Review& floor,
           OutlineOptions options = {});
  ~CaseView();
  CaseView(CaseView&&) noexcept;
  CaseView& operator=(CaseView&&) noexcept;

  [[nodiscard]] const std::string& text() const noexcept;
  // Whether the case has one and it may be sent.
  [[nodiscard]] bool has_note() const noexcept;
  // A quote of the masked note as the note itself has it; nothing when the masked note has not got it.
  [[nodiscard]] std::optional<std::string> original(std::string_view quote) const;
  // Further words of people (a question), masked with the placeholders of the case; without free text, the clinical
  // ones.
  [[nodiscard]] std::string masked(std::string_view words);
  // With every placeholder put back.
  [[nodiscard]] std::string unmasked(std::string_view words) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace guardian::agents
