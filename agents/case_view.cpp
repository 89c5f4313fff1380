#include "agents/case_view.hpp"

#include "agents/case_outline.hpp"
#include "prompts/catalog.hpp"

namespace guardian::agents {

struct CaseView::Impl {
  const MaskLexicon& lexicon;
  MaskTable table;
  std::string note;
  MaskedText masked;
  std::string text;
  bool free_text = true;
};

CaseView::CaseView(const MaskLexicon& lexicon, const core::Case& subject, const core::Review& floor,
                   OutlineOptions options)
    : impl_(std::make_unique<Impl>(
          Impl{lexicon, MaskTable(subject.as_of, subject.locale), {}, {}, {}, options.with_free_text})) {
  const CaseOutline sent = outline(subject, floor.findings, lexicon, impl_->table, options);
  if (options.with_free_text) {
    impl_->note = subject.note;
    impl_->masked = mask(subject.note, lexicon, impl_->table);
  }
  impl_->text = prompts::fenced(to_text(sent));
  if (floor.triage)
    impl_->text += "\nTriage of the engine: " + std::string(core::to_string(floor.triage->level)) + "\n";
}

CaseView::~CaseView() = default;
CaseView::CaseView(CaseView&&) noexcept = default;
CaseView& CaseView::operator=(CaseView&&) noexcept = default;

const std::string& CaseView::text() const noexcept { return impl_->text; }

bool CaseView::has_note() const noexcept { return !impl_->note.empty(); }

std::optional<std::string> CaseView::original(std::string_view quote) const {
  const std::size_t at = quote.empty() ? std::string::npos : impl_->masked.text.find(quote);
  if (at == std::string::npos) return std::nullopt;
  const knowledge::TextSpan span = impl_->masked.in_original({at, at + quote.size()});
  return impl_->note.substr(span.begin, span.end - span.begin);
}

std::string CaseView::masked(std::string_view words) {
  return impl_->free_text ? mask(words, impl_->lexicon, impl_->table).text
                          : clinical_words(words, impl_->lexicon, impl_->table);
}

std::string CaseView::unmasked(std::string_view words) const { return impl_->table.unmask(words); }

}  // namespace guardian::agents
