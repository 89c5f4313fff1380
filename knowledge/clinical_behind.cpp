// What is said behind a name: "was ruled out", "- nil", "risk", "(mother)".

#include <optional>

#include "knowledge/clinical_context.hpp"

#include "knowledge/word_list.hpp"

namespace guardian::knowledge {
namespace {

class Behind {
 public:
  Behind(const MarkedText& text, std::span<const NamedWords> names, std::size_t position)
      : text_(text), words_(text.words), names_(names), next_name_(position + 1), at_(names[position].last) {}

  CueBehind find() {
    for (std::size_t step = 0; step < 12; ++step) {
      const std::uint32_t gap = words_.before(at_);
      const bool direct = passed_ == 0 && !listed_;
      if (direct && (gap & (gap::minus_mark | gap::plus_mark)) != 0)
        return {(gap & gap::minus_mark) != 0 ? PostKind::absent : PostKind::present, at_, at_};
      if (direct && (gap & gap::question) != 0) return answer();
      if ((gap & (gap::boundary | gap::query | gap::ticked | gap::unticked)) != 0 || at_ >= text_.size()) return {};
      if ((gap & gap::comma) != 0) {
        comma_ = true;
        open_commas_ = true;
      }
      if ((gap & gap::colon) != 0) colon_ = true;
      if (next_name_ < names_.size() && names_[next_name_].first == at_) {
        if (!pass_listed_name(gap)) return {};
        continue;
      }
      const Cue* cue = text_.cue_at(at_);
      const std::size_t length = cue != nullptr ? text_.cues[at_].words : 1;
      if (cue != nullptr && is_in_relative(length)) return {PostKind::family, at_, at_ + length + 1};
      if (cue != nullptr && cue->post != PostKind::none) {
        if (const auto found = take(*cue, length)) return *found;
        at_ += length;
        continue;
      }
      if (cue != nullptr && (cue->kind == CueKind::conjunction_and || cue->kind == CueKind::conjunction_or)) {
        const std::size_t next = at_ + length;
        if (next_name_ >= names_.size() || names_[next_name_].first != next || passed_ > 0) return {};
        open_commas_ = false;
        joined_ = true;
        at_ = next;
        continue;
      }
      if (cue != nullptr && cue->kind != CueKind::link) return {};
      if (++passed_ > 3) return {};
      at_ += length;
    }
    return {};
  }

 private:
  bool pass_listed_name(std::uint32_t gap) {
    if (passed_ > 0 || (!joined_ && (gap & (gap::comma | gap::slash)) == 0)) return false;
    at_ = names_[next_name_].last;
    ++next_name_;
    listed_ = true;
    joined_ = false;
    return true;
  }

  // "PE?" alone is a doubt; "Chest pain? No." is answered.
  CueBehind answer() const {
    if (at_ < text_.size() && (words_.before(at_) & (gap::blank_line)) == 0) {
      const std::string_view word = words_.spelling(at_);
      if (word == "yes" || word == "y" || word == "+ve") return {PostKind::present, at_, at_ + 1};
      const Cue* cue = text_.cue_at(at_);
      const bool denies = cue != nullptr && (cue->kind == CueKind::negation || cue->post == PostKind::absent) &&
                          ends_here(at_ + text_.cues[at_].words);
      if (denies || word == "deny" || word == "denied") return {PostKind::absent, at_, at_ + 1};
    }
    return {PostKind::doubt, at_, at_};
  }

  bool ends_here(std::size_t at) const {
    return at >= text_.size() || (words_.before(at) & (gap::list_end | gap::colon | gap::dash)) != 0;
  }

  // Whether the cue before `at` belongs to a name that starts there.
  bool is_name(std::size_t at) const {
    return next_name_ < names_.size() && names_[next_name_].first == at && !ends_here(at);
  }

  // "in her mother", "(father)"
  bool is_in_relative(std::size_t length) const {
    std::size_t at = at_;
    if (words_.spelling(at) == "in") {
      at += length;
      static constexpr WordList owners = {"his", "her", "the", "their", "patient", "pt", "both"};
      if (at < text_.size() && owners.has(words_.spelling(at))) ++at;
    } else if ((words_.before(at) & gap::open) == 0) {
      return false;
    }
    const Cue* cue = text_.cue_at(at);
    return cue != nullptr && cue->kind == CueKind::relative;
  }

  std::optional<CueBehind> take(const Cue& cue, std::size_t length) {
    const std::size_t next = at_ + length;
    const CueBehind nothing;
    const CueBehind found{cue.post, at_, next};
    if (open_commas_ && listed_ && cue.post != PostKind::filler) return nothing;  // "cough, PE ruled out"
    switch (cue.post) {
      case PostKind::none: return nothing;
      case PostKind::filler: return std::nullopt;
      case PostKind::absent:
        if (passed_ > 0 || is_name(next) || is_free_of(next)) return nothing;
        if (is_short_denial(words_.spelling(at_)) && length == 1) {
          const bool none = words_.spelling(at_) == "none" || (words_.spelling(at_) == "nil" && colon_);
          if (!none && !ends_here(next)) return nothing;
        }
        if (words_.spelling(at_) == "free" && next < text_.size() && text_.in_time[next] != 0)
          return CueBehind{PostKind::past, at_, next};
        return found;
      case PostKind::absent_strong:
      case PostKind::past: return is_name(next) ? nothing : found;
      case PostKind::doubt: {
        const std::string_view word = words_.spelling(at_);
        const bool links = word == "vs" || word == "versus";
        if (passed_ > 0 || (is_name(next) && !links) || (comma_ && !links && !ends_here(next))) return nothing;
        return found;
      }
      case PostKind::unlikely:
        // "low" of something else: "concern for PE, low back pain"
        if (passed_ > 0 || comma_ || is_name(next)) return nothing;
        if (!ends_here(next) && (words_.before(next) & gap::comma) == 0 && text_.cue_at(next) == nullptr)
          return nothing;
        return found;
      case PostKind::hypothetical:
        if (passed_ > 0 || comma_ || colon_ || (words_.before(at_) & gap::dash) != 0) return nothing;
        return of_test(next, found);
      case PostKind::family: return found;
      case PostKind::present: return passed_ > 0 || is_name(next) ? nothing : found;
    }
    return nothing;
  }

  bool is_free_of(std::size_t next) const {
    return words_.spelling(at_) == "free" && next < text_.size() &&
           (words_.spelling(next) == "of" || words_.spelling(next) == "from");
  }

  // A test or screen says nothing of the patient unless its result follows.
  CueBehind of_test(std::size_t next, const CueBehind& test) const {
    for (std::size_t at = next; at < text_.size() && at < next + 4;) {
      if ((words_.before(at) & (gap::boundary | gap::comma)) != 0) break;
      const Cue* cue = text_.cue_at(at);
      if (cue == nullptr) {
        const std::string_view word = words_.spelling(at);
        if (word == "positive") return {PostKind::present, at, at + 1};
        break;
      }
      const std::size_t length = text_.cues[at].words;
      if (cue->post == PostKind::absent || cue->post == PostKind::absent_strong || cue->post == PostKind::present)
        return {cue->post, at, at + length};
      if (cue->post != PostKind::filler) break;
      at += length;
    }
    return test;
  }

  const MarkedText& text_;
  const ClinicalWords& words_;
  std::span<const NamedWords> names_;
  std::size_t next_name_;
  std::size_t at_;
  std::size_t passed_ = 0;  // words of no part in it
  bool listed_ = false;     // another name of the list was passed
  bool joined_ = false;     // by the "and" just passed
  bool comma_ = false;
  bool open_commas_ = false;  // commas that no "and" has closed to a list
  bool colon_ = false;
};

}  // namespace

CueBehind cue_behind(const MarkedText& text, std::span<const NamedWords> names, std::size_t position) {
  return Behind(text, names, position).find();
}

}  // namespace guardian::knowledge
