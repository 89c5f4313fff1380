#pragma once
// What every reader of a FHIR resource needs: codeable concepts, references, dates and plain text. Wrong types count as
// absent. Pure; texts point into the document that was read.

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/json/json_view.hpp"
#include "core/date.hpp"

namespace guardian::adapters::fhir {

// The time of a review, which ages count from.
struct ReviewTime {
  std::optional<core::Moment> moment;  // nothing: ages are not known
};

// Several members of an object in one pass; nothing for those that are not there.
template <std::size_t count>
[[nodiscard]] std::array<JsonView, count> pick(JsonView object, const std::array<std::string_view, count>& names) {
  std::array<JsonView, count> found;
  object.each_member([&](std::string_view name, JsonView value) {
    for (std::size_t i = 0; i < count; ++i) {
      if (names[i].size() != name.size() || names[i] != name) continue;
      if (!found[i].present()) found[i] = value;
      return;
    }
  });
  return found;
}

// A CodeableConcept; also a single one in a list's place, a bare code, and R5's {concept: ...}.
class CodeableConcept {
 public:
  explicit CodeableConcept(JsonView value);

  [[nodiscard]] bool present() const noexcept { return present_; }
  // The words of the person who chose it, else those of a coding: of the preferred system first.
  [[nodiscard]] std::string_view words(std::string_view preferred_system = {}) const;
  [[nodiscard]] std::string_view first_code() const;
  [[nodiscard]] bool has_code(std::initializer_list<std::string_view> codes) const;

  // visit(system, code, display) for each coding, until it gives true.
  template <class Visit>
  bool any_coding(Visit&& visit) const {
    if (!bare_code_.empty()) return visit(std::string_view{}, bare_code_, std::string_view{});
    bool found = false;
    codings_.each_entry([&](JsonView coding, std::size_t) {
      if (found) return;
      const auto [system, code, display] = pick<3>(coding, {"system", "code", "display"});
      found = visit(system.text_or(), code.text_or(), display.text_or());
    });
    return found;
  }

 private:
  bool present_ = false;
  std::string_view text_;
  std::string_view bare_code_;
  JsonView codings_;
};

// The first entry of a list; what is no list is its own first entry (STU3 remains).
[[nodiscard]] JsonView first_of(JsonView value);

// "MedicationRequest/123" of an absolute or versioned reference to it; other references as they are.
[[nodiscard]] std::string_view relative_reference(std::string_view reference) noexcept;
[[nodiscard]] std::string_view type_of_reference(std::string_view relative) noexcept;  // empty without one
[[nodiscard]] std::string_view id_of_reference(std::string_view relative) noexcept;
// The address of the server of an absolute reference, empty for others.
[[nodiscard]] std::string_view server_of_reference(std::string_view reference) noexcept;

// A FHIR date may stop at the year or the month; it then stands for the start, middle or end of it.
enum class Partial : std::uint8_t { start, middle, end };
[[nodiscard]] std::optional<core::Moment> moment_of(std::string_view date, Partial partial);

// Days from the moment to the review, negative ahead of it.
[[nodiscard]] std::optional<double> days_before(std::string_view date, Partial partial, const ReviewTime& now);

// Without control characters and blanks around it, at most as long as a name of a case may be.
[[nodiscard]] std::string plain_text(std::string_view text);
// The same, without the kind that SNOMED CT writes behind a name: "Hypertension (disorder)".
[[nodiscard]] std::string clinical_words(std::string_view text);

[[nodiscard]] std::string number_text(double value);

}  // namespace guardian::adapters::fhir
