#include "knowledge/reaction_grade.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace guardian::knowledge {
namespace {

constexpr std::array<std::pair<std::string_view, ReactionGrade>, 9> grade_names = {
    {{"anaphylaxis", ReactionGrade::anaphylaxis},
     {"angioedema", ReactionGrade::angioedema},
     {"bronchospasm", ReactionGrade::bronchospasm},
     {"severe_cutaneous", ReactionGrade::severe_cutaneous},
     {"organ", ReactionGrade::organ},
     {"urticaria", ReactionGrade::urticaria},
     {"rash", ReactionGrade::rash},
     {"intolerance", ReactionGrade::intolerance},
     {"unknown", ReactionGrade::unknown}}};

}  // namespace

std::string_view to_string(ReactionGrade grade) noexcept { return grade_names[static_cast<std::size_t>(grade)].first; }

std::optional<ReactionGrade> reaction_grade(std::string_view name) noexcept {
  for (const auto& [known, grade] : grade_names) {
    if (known == name) return grade;
  }
  return std::nullopt;
}

}  // namespace guardian::knowledge
