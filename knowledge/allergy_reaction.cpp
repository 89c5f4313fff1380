#include "knowledge/allergy_reaction.hpp"

#include <algorithm>
#include <optional>
#include <string>

#include "knowledge/reaction_grade.hpp"
#include "knowledge/word_list.hpp"

namespace guardian::knowledge {
namespace {

constexpr std::size_t longest_name = 3;  // words of a substance
constexpr std::uint32_t parts = gap::boundary | gap::comma | gap::colon;

// Between a reaction and its drug.
constexpr WordList causes = {"from",    "to",  "by",   "secondary", "due",       "caused",
                             "induced", "2/2", "post", "given",     "triggered", "related"};
constexpr WordList behind_it = {"after", "following"};
// Between a drug and its reaction.
constexpr WordList joins = {"induced", "associated", "related", "caused"};
// An organ that a dose has harmed, or a habit, is no allergy.
constexpr WordList harms = {"overdose",   "toxicity",   "poisoning",    "excess", "abuse",
                            "dependence", "withdrawal", "intoxication", "od"};

class Finder {
 public:
  Finder(const ClinicalLexicon& allergens, const ClinicalLexicon& reactions, std::string_view text,
         const TextContext& context, const DrugNames& drug_names,
         const std::function<bool(std::string_view)>& is_condition)
      : allergens_(allergens),
        reactions_(reactions),
        text_(text),
        context_(context),
        drug_names_(drug_names),
        is_condition_(is_condition),
        words_(clinical_words(text)) {}

  std::vector<core::Allergy> find() {
    std::vector<core::Allergy> found;
    for (std::size_t i = 0; i < words_.size(); ++i) {
      if (harms.has(words_.spelling(i))) return found;
    }
    for (const TextMention& mention : reactions_.scan(text_, context_)) {
      if (mention.assertion != Assertion::present && mention.assertion != Assertion::past) continue;
      const auto grade = worst(mention);
      if (!grade || *grade == ReactionGrade::intolerance || *grade == ReactionGrade::unknown) continue;
      std::size_t first = 0;
      while (first < words_.size() && words_.words[first].begin < mention.span.begin) ++first;
      std::size_t last = first;
      while (last < words_.size() && words_.words[last].end <= mention.span.end) ++last;
      std::string drug = behind(last, *grade);
      if (drug.empty()) drug = before(first, *grade);
      if (!drug.empty()) found.push_back({std::move(drug), mention.quote});
    }
    return found;
  }

 private:
  static std::optional<ReactionGrade> worst(const TextMention& mention) {
    std::optional<ReactionGrade> grade;
    for (const std::string& id : mention.ids) {
      if (const auto of = reaction_grade(id); of && (!grade || *of < *grade)) grade = of;
    }
    return grade;
  }

  [[nodiscard]] bool joined(std::size_t at) const { return at < words_.size() && (words_.before(at) & parts) == 0; }

  // "asthma with salbutamol", "urticaria with cetirizine" are treated, and an organ fails after many a drug that is
  // innocent: there only a word for the cause counts.
  std::string behind(std::size_t at, ReactionGrade grade) const {
    const bool only_cause = grade == ReactionGrade::organ || grade == ReactionGrade::bronchospasm;
    const bool grave = grade == ReactionGrade::anaphylaxis || grade == ReactionGrade::angioedema ||
                       grade == ReactionGrade::severe_cutaneous;
    bool linked = false;
    for (; joined(at); ++at) {
      const std::string_view word = words_.spelling(at);
      const bool cause = causes.has(word) || (!only_cause && behind_it.has(word)) || (grave && word == "with");
      if (!cause) break;
      linked = true;
    }
    if (!linked || !joined(at)) return {};
    for (std::size_t last = std::min(at + longest_name, words_.size()); last > at; --last) {
      if (std::string name = substance(at, last); !name.empty()) return name;
    }
    return {};
  }

  std::string before(std::size_t at, ReactionGrade grade) const {
    if (at == 0 || !joined(at)) return {};
    std::size_t last = at;
    const bool caused = joins.has(words_.spelling(last - 1));
    if (caused) --last;
    if (!caused && grade == ReactionGrade::bronchospasm) return {};
    if (last == 0 || !joined(last)) return {};
    for (std::size_t first = last - std::min(last, longest_name); first < last; ++first) {
      if (std::string name = substance(first, last); !name.empty()) return name;
    }
    return {};
  }

  std::string substance(std::size_t first, std::size_t last) const {
    for (std::size_t i = first + 1; i < last; ++i) {
      if (!joined(i)) return {};
    }
    // Habits, and what a hormone does to all who take it.
    static constexpr WordList excluded = {"alcohol", "ethanol",        "etoh",          "tobacco",
                                          "steroid", "corticosteroid", "glucocorticoid"};
    if (excluded.has(words_.spelling(first))) return {};
    const std::size_t begin = words_.words[first].begin;
    const std::string name(text_.substr(begin, words_.words[last - 1].end - begin));
    if (is_condition_(name)) return {};
    const auto known = allergens_.find(name);
    if (!known.empty()) return known.front() == "-" ? std::string{} : name;
    return drug_names_ && !drug_names_(name).empty() ? name : std::string{};
  }

  const ClinicalLexicon& allergens_;
  const ClinicalLexicon& reactions_;
  std::string_view text_;
  const TextContext& context_;
  const DrugNames& drug_names_;
  const std::function<bool(std::string_view)>& is_condition_;
  ClinicalWords words_;
};

}  // namespace

std::vector<core::Allergy> reactions_with_drug(const ClinicalLexicon& allergens, const ClinicalLexicon& reactions,
                                               std::string_view text, const TextContext& context,
                                               const DrugNames& drug_names,
                                               const std::function<bool(std::string_view)>& is_condition) {
  return Finder(allergens, reactions, text, context, drug_names, is_condition).find();
}

}  // namespace guardian::knowledge
