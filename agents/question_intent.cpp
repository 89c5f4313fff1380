#include "agents/question_intent.hpp"

#include <algorithm>
#include <array>

#include "knowledge/finding_words.hpp"
#include "knowledge/manifestations.hpp"
#include "knowledge/medicine_names.hpp"
#include "knowledge/name_index.hpp"
#include "knowledge/resolver.hpp"
#include "knowledge/text.hpp"

namespace guardian::agents {
namespace {

using knowledge::KnowledgeBase;

struct Phrase {
  std::string_view words;
  Intent intent;
};

// The first that occurs decides, so what is said of more than one kind stands behind what is said of one. In lower
// case, apostrophes dropped.
constexpr std::array phrases = {
    Phrase{"be a drug", Intent::cause},
    Phrase{"be a medicine", Intent::cause},
    Phrase{"be a medication", Intent::cause},
    Phrase{"be one of the medicines", Intent::cause},
    Phrase{"be one of her medicines", Intent::cause},
    Phrase{"be one of his medicines", Intent::cause},
    Phrase{"be the medicines", Intent::cause},
    Phrase{"be the medication", Intent::cause},
    Phrase{"be the drugs", Intent::cause},
    Phrase{"be drug related", Intent::cause},
    Phrase{"drug induced", Intent::cause},
    Phrase{"side effect", Intent::cause},
    Phrase{"side effects", Intent::cause},
    Phrase{"adverse reaction", Intent::cause},
    Phrase{"adverse effect", Intent::cause},
    Phrase{"cause", Intent::cause},
    Phrase{"causes", Intent::cause},
    Phrase{"caused", Intent::cause},
    Phrase{"causing", Intent::cause},
    Phrase{"culprit", Intent::cause},
    Phrase{"to blame", Intent::cause},
    Phrase{"responsible for", Intent::cause},
    Phrase{"from a medicine", Intent::cause},
    Phrase{"from a drug", Intent::cause},
    Phrase{"from the medicines", Intent::cause},
    Phrase{"due to a drug", Intent::cause},
    Phrase{"due to a medicine", Intent::cause},
    Phrase{"what should we do", Intent::plan},
    Phrase{"what should i do", Intent::plan},
    Phrase{"what do we do", Intent::plan},
    Phrase{"what do i do", Intent::plan},
    Phrase{"what can we do", Intent::plan},
    Phrase{"what can i do", Intent::plan},
    Phrase{"what to do", Intent::plan},
    Phrase{"what can be done", Intent::plan},
    Phrase{"what would you change", Intent::plan},
    Phrase{"what should be changed", Intent::plan},
    Phrase{"what can we change", Intent::plan},
    Phrase{"how do i fix", Intent::plan},
    Phrase{"how do we fix", Intent::plan},
    Phrase{"how can we fix", Intent::plan},
    Phrase{"plan", Intent::plan},
    Phrase{"alternative", Intent::plan},
    Phrase{"alternatives", Intent::plan},
    Phrase{"how urgent", Intent::urgency},
    Phrase{"how soon", Intent::urgency},
    Phrase{"urgency", Intent::urgency},
    Phrase{"urgent", Intent::urgency},
    Phrase{"triage", Intent::urgency},
    Phrase{"emergency", Intent::urgency},
    Phrase{"switch", Intent::swap},
    Phrase{"swap", Intent::swap},
    Phrase{"replace", Intent::swap},
    Phrase{"instead of", Intent::swap},
    Phrase{"change from", Intent::swap},
    Phrase{"what dose", Intent::dose},
    Phrase{"which dose", Intent::dose},
    Phrase{"dose of", Intent::dose},
    Phrase{"dosing", Intent::dose},
    Phrase{"dose", Intent::dose},
    Phrase{"how much", Intent::dose},
    Phrase{"how many mg", Intent::dose},
    Phrase{"kidney", Intent::dose},
    Phrase{"kidneys", Intent::dose},
    Phrase{"renal", Intent::dose},
    Phrase{"egfr", Intent::dose},
    Phrase{"crcl", Intent::dose},
    Phrase{"creatinine clearance", Intent::dose},
    Phrase{"stop", Intent::stop},
    Phrase{"stopping", Intent::stop},
    Phrase{"stopped", Intent::stop},
    Phrase{"without", Intent::stop},
    Phrase{"discontinue", Intent::stop},
    Phrase{"hold", Intent::stop},
    Phrase{"take away", Intent::stop},
    Phrase{"take off", Intent::stop},
    Phrase{"remove", Intent::stop},
    Phrase{"why", Intent::why},
    Phrase{"explain", Intent::why},
    Phrase{"how come", Intent::why},
    Phrase{"mechanism", Intent::why},
    Phrase{"what is the evidence", Intent::why},
    Phrase{"reason", Intent::why},
    Phrase{"interact", Intent::pair},
    Phrase{"interacts", Intent::pair},
    Phrase{"interaction between", Intent::pair},
    Phrase{"together", Intent::pair},
    Phrase{"combine", Intent::pair},
    Phrase{"combined", Intent::pair},
    Phrase{"mix", Intent::pair},
    Phrase{"add", Intent::add},
    Phrase{"adding", Intent::add},
    Phrase{"start", Intent::add},
    Phrase{"starting", Intent::add},
    Phrase{"begin", Intent::add},
    Phrase{"give", Intent::add},
    Phrase{"given", Intent::add},
    Phrase{"prescribe", Intent::add},
    Phrase{"use", Intent::add},
    Phrase{"take", Intent::add},
    Phrase{"have", Intent::add},
    Phrase{"safe", Intent::add},
    Phrase{"ok", Intent::add},
    Phrase{"okay", Intent::add},
    Phrase{"all right", Intent::add},
    Phrase{"contraindicated", Intent::add},
    Phrase{"tell me about", Intent::about},
    Phrase{"look up", Intent::about},
    Phrase{"what kind of", Intent::about},
};

// That leave no doubt that no single medicine is asked about.
constexpr std::array whole_case = {std::string_view("what is wrong"),  std::string_view("whats wrong"),
                                   std::string_view("anything wrong"), std::string_view("problems"),
                                   std::string_view("problem"),        std::string_view("issues"),
                                   std::string_view("findings"),       std::string_view("summary"),
                                   std::string_view("summarize"),      std::string_view("any interactions"),
                                   std::string_view("interactions"),   std::string_view("this list"),
                                   std::string_view("the list"),       std::string_view("these medicines"),
                                   std::string_view("her medicines"),  std::string_view("his medicines"),
                                   std::string_view("the medicines"),  std::string_view("this case"),
                                   std::string_view("worry about"),    std::string_view("biggest risk"),
                                   std::string_view("dangers"),        std::string_view("risks"),
                                   std::string_view("everything"),     std::string_view("this patient")};

constexpr std::array flagged = {std::string_view("flagged"), std::string_view("flag"),    std::string_view("alert"),
                                std::string_view("finding"), std::string_view("warning"), std::string_view("critical"),
                                std::string_view("major"),   std::string_view("blocked")};
constexpr std::array ordering = {std::string_view("give"),           std::string_view("start"),
                                 std::string_view("order"),          std::string_view("prescribe"),
                                 std::string_view("put her"),        std::string_view("put him"),
                                 std::string_view("put them"),       std::string_view("write"),
                                 std::string_view("lets give"),      std::string_view("lets start"),
                                 std::string_view("please give"),    std::string_view("please start"),
                                 std::string_view("please order"),   std::string_view("please prescribe"),
                                 std::string_view("i want to give"), std::string_view("i would like to start")};
constexpr std::array following = {std::string_view("and"), std::string_view("what about"),
                                  std::string_view("how about"), std::string_view("or")};
constexpr std::array pointing = {std::string_view("it"), std::string_view("that"), std::string_view("this one"),
                                 std::string_view("them")};
constexpr std::array examples = {std::string_view("Can I add ibuprofen?"),
                                 std::string_view("Is fluconazole safe with warfarin?"),
                                 std::string_view("What if we stop the aspirin?"),
                                 std::string_view("Switch simvastatin to pravastatin"),
                                 std::string_view("What dose of enoxaparin?"),
                                 std::string_view("Could the cough be a drug?"),
                                 std::string_view("Why is warfarin flagged?"),
                                 std::string_view("What should we do?"),
                                 std::string_view("How urgent is this?"),
                                 std::string_view("What is wrong with this list?"),
                                 std::string_view("Tell me about Entresto"),
                                 std::string_view("Give her Tylenol 650 mg every six hours by mouth as needed")};

// " could it be a drug ": lower case, one blank around each word, what is no letter or digit a blank.
std::string padded(std::string_view text) {
  std::string plain = " ";
  for (const char c : knowledge::lower_case(text)) {
    if (c == '\'') continue;
    const bool of_word =
        (c >= 'a' && c <= 'z') || knowledge::is_digit(c) || (static_cast<unsigned char>(c) & 0x80U) != 0;
    if (of_word)
      plain.push_back(c);
    else if (plain.back() != ' ')
      plain.push_back(' ');
  }
  if (plain.back() != ' ') plain.push_back(' ');
  return plain;
}

std::size_t place_of(const std::string& plain, std::string_view words) {
  return plain.find(" " + std::string(words) + " ");
}
bool has(const std::string& plain, std::string_view words) { return place_of(plain, words) != std::string::npos; }
template <class List>
bool has_any(const std::string& plain, const List& list) {
  return std::any_of(list.begin(), list.end(), [&](std::string_view words) { return has(plain, words); });
}
template <class List>
bool begins_with_any(const std::string& plain, const List& list) {
  return std::any_of(list.begin(), list.end(), [&](std::string_view words) { return place_of(plain, words) == 0; });
}

class Reader {
 public:
  Reader(const KnowledgeBase& base, std::string_view question, std::string_view locale,
         std::span<const std::string> in_case, const QuestionReading* before)
      : base_(base),
        question_(question),
        locale_(locale),
        in_case_(in_case),
        before_(before),
        plain_(padded(question)) {}

  QuestionReading read() {
    find_medicines();
    find_groups();
    reading_.intent = intent();
    const bool wants_one = reading_.intent == Intent::add || reading_.intent == Intent::stop ||
                           reading_.intent == Intent::dose || reading_.intent == Intent::about ||
                           reading_.intent == Intent::pair || reading_.intent == Intent::swap;
    if (wants_one && reading_.medicines.empty()) point_back();
    if (wants_one && reading_.medicines.empty() && reading_.groups.empty()) read_unknown_name();
    return std::move(reading_);
  }

 private:
  void find_medicines() {
    for (const knowledge::MentionedMedicine& found : knowledge::medicines_named(base_, question_)) {
      QuestionMedicine medicine;
      medicine.words = found.words;
      medicine.ingredients = found.ingredients;
      if (medicine.ingredients.empty()) add_candidates(medicine);
      medicine.in_case = is_in_case(medicine.ingredients);
      const bool again = std::any_of(reading_.medicines.begin(), reading_.medicines.end(), [&](const auto& other) {
        return !medicine.ingredients.empty() && other.ingredients == medicine.ingredients;
      });
      if (!again) reading_.medicines.push_back(std::move(medicine));
    }
  }

  bool is_in_case(const std::vector<knowledge::IngredientIndex>& ingredients) const {
    return !ingredients.empty() && std::all_of(ingredients.begin(), ingredients.end(), [&](auto index) {
      return std::find(in_case_.begin(), in_case_.end(), base_.graph().ingredient_name(index)) != in_case_.end();
    });
  }

  void add_candidates(QuestionMedicine& medicine) const {
    constexpr std::size_t most = 5;
    for (const auto& meaning :
         knowledge::resolve(base_, {medicine.words, {}, {}, std::string(locale_)}).interpretations) {
      if (medicine.candidates.size() < most) medicine.candidates.push_back(meaning.name);
    }
  }

  void find_groups() {
    for (const std::string_view word : knowledge::split(knowledge::trimmed(plain_), " ")) {
      std::string_view title = base_.names().class_title(word);
      if (title.empty() && word.size() > 3 && word.back() == 's')
        title = base_.names().class_title(word.substr(0, word.size() - 1));
      if (!title.empty()) reading_.groups.emplace_back(title);
    }
  }

  bool names_something_seen() const { return !knowledge::manifestations_in(base_, question_, {}, nullptr).empty(); }

  Intent intent() const {
    const bool asks = question_.find('?') != std::string_view::npos;
    if (!asks && begins_with_any(plain_, ordering) && !has_any(plain_, whole_case)) return Intent::order;
    for (const Phrase& phrase : phrases) {
      if (!has(plain_, phrase.words)) continue;
      return refined(phrase.intent);
    }
    if (before_ != nullptr && !reading_.medicines.empty() && begins_with_any(plain_, following)) return before_->intent;
    if (reading_.medicines.empty() && has_any(plain_, whole_case)) return Intent::overview;
    if (!reading_.medicines.empty() && has(plain_, "what is")) return Intent::about;
    if (reading_.medicines.size() > 1) return Intent::pair;
    if (names_something_seen()) return Intent::cause;
    if (reading_.medicines.size() == 1) return reading_.medicines.front().in_case ? Intent::why : Intent::add;
    return Intent::unknown;
  }

  // The same words are said of several things.
  Intent refined(Intent intent) const {
    const std::size_t named = reading_.medicines.size();
    // "Could the lisinopril cause an interaction with ...?"
    if (intent == Intent::cause && named > 1 && !names_something_seen()) return Intent::pair;
    if (intent == Intent::why && !has_any(plain_, flagged) && names_something_seen()) return Intent::cause;
    // "Which of these can I stop?" asks for the plan.
    const bool asks_which = has(plain_, "which") || (has(plain_, "what") && !has(plain_, "what if"));
    if (intent == Intent::stop && named == 0 && asks_which) return Intent::plan;
    if (intent == Intent::swap && named < 2) return named == 1 ? Intent::plan : intent;
    if (intent == Intent::plan && named > 0 && has(plain_, "plan")) return Intent::add;  // "we plan to give X"
    if (intent != Intent::add && intent != Intent::pair) return intent;
    if (named == 0 && has_any(plain_, whole_case)) return Intent::overview;
    // "Can I add X to Y": Y is in the case; "is X safe with Y": the pair is asked about.
    const bool pair = has(plain_, "with") || has(plain_, "and") || has(plain_, "together") || intent == Intent::pair;
    if (named > 1 && pair) return Intent::pair;
    if (named > 0) return Intent::add;
    return intent == Intent::pair ? Intent::overview : intent;
  }

  // "Is it safe?": what was spoken of last.
  void point_back() {
    if (before_ != nullptr && has_any(plain_, pointing)) reading_.medicines = before_->medicines;
  }

  // What stands where the medicine would: it may be misspelt.
  void read_unknown_name() {
    static constexpr std::array small = {
        std::string_view("can"),    std::string_view("i"),     std::string_view("we"),    std::string_view("she"),
        std::string_view("he"),     std::string_view("her"),   std::string_view("him"),   std::string_view("the"),
        std::string_view("a"),      std::string_view("an"),    std::string_view("some"),  std::string_view("is"),
        std::string_view("it"),     std::string_view("to"),    std::string_view("of"),    std::string_view("what"),
        std::string_view("if"),     std::string_view("for"),   std::string_view("my"),    std::string_view("patient"),
        std::string_view("please"), std::string_view("would"), std::string_view("could"), std::string_view("should"),
        std::string_view("be"),     std::string_view("with"),  std::string_view("and"),   std::string_view("in"),
        std::string_view("on"),     std::string_view("this"),  std::string_view("that"),  std::string_view("do"),
        std::string_view("does"),   std::string_view("are"),   std::string_view("his"),   std::string_view("their")};
    std::string rest = plain_;
    for (const Phrase& phrase : phrases) {
      const auto at = place_of(rest, phrase.words);
      if (at != std::string::npos) rest.erase(at + 1, phrase.words.size() + 1);
    }
    for (const std::string_view word : knowledge::split(knowledge::trimmed(rest), " ")) {
      constexpr std::size_t shortest = 4;
      if (word.size() < shortest || std::find(small.begin(), small.end(), word) != small.end()) continue;
      const auto resolution = knowledge::resolve(base_, {std::string(word), {}, {}, std::string(locale_)});
      QuestionMedicine medicine;
      medicine.words = std::string(word);
      constexpr std::size_t most = 5;
      for (const auto& meaning : resolution.interpretations) {
        if (medicine.candidates.size() < most) medicine.candidates.push_back(meaning.name);
      }
      if (medicine.candidates.empty()) continue;
      reading_.medicines.push_back(std::move(medicine));
      return;
    }
  }

  const KnowledgeBase& base_;
  std::string_view question_;
  std::string_view locale_;
  std::span<const std::string> in_case_;
  const QuestionReading* before_;
  std::string plain_;
  QuestionReading reading_;
};

}  // namespace

std::string_view to_string(Intent intent) noexcept {
  switch (intent) {
    case Intent::unknown: return "";
    case Intent::add: return "add";
    case Intent::pair: return "pair";
    case Intent::stop: return "stop";
    case Intent::swap: return "swap";
    case Intent::dose: return "dose";
    case Intent::cause: return "cause";
    case Intent::why: return "why";
    case Intent::plan: return "plan";
    case Intent::order: return "order";
    case Intent::about: return "about";
    case Intent::overview: return "overview";
    case Intent::urgency: return "urgency";
  }
  return "";
}

std::span<const std::string_view> what_can_be_asked() { return examples; }

QuestionReading read_question(const KnowledgeBase& base, std::string_view question, std::string_view locale,
                              std::span<const std::string> in_case, const QuestionReading* before) {
  return Reader(base, question, locale, in_case, before).read();
}

}  // namespace guardian::agents
