#include "agents/explanation_words.hpp"

#include <array>

namespace guardian::agents {
namespace {

using core::FindingType;
using core::Severity;
using core::TriageLevel;

// In the order of the enumeration.
constexpr std::array<TypeWords, 21> type_words{{
    {FindingType::drug_drug, "The combination of {drugs}", "", "Taking {drugs} together", "with {name}", "", "", ""},
    {FindingType::cumulative, "The joint effect of {drugs}", "", "Taking {drugs} together", "with {name}", "", "", ""},
    {FindingType::washout, "The sequence of {drugs}, one of them stopped recently,", "",
     "Taking {drugs} so close to each other", "with {name}", "", "", ""},
    {FindingType::duplicate, "The duplication by {drugs}", "", "Doubling up on {drugs}", "with {name}", "", "",
     "Ask your doctor or pharmacist if you need more than one of this kind."},
    {FindingType::drug_allergy, "Giving {drugs} in spite of an allergy to {with}", "", "Taking {drugs} {with}",
     "with an allergy to {name}", "", "", ""},
    {FindingType::drug_disease, "Giving {drugs} to this patient ({with})", "", "Taking {drugs} {with}", "with {name}",
     "", "", ""},
    {FindingType::drug_lab, "Giving {drugs} at this result ({with})", "", "Taking {drugs} {with}",
     "with this test result ({name})", "", "", ""},
    {FindingType::drug_renal, "Giving {drugs} at this kidney function ({with})", "", "Taking {drugs} {with}",
     "with kidneys that do not work well", "", "", ""},
    {FindingType::drug_hepatic, "Giving {drugs} at this liver function ({with})", "", "Taking {drugs} {with}",
     "with a liver that does not work well", "", "", ""},
    {FindingType::dose, "The dose of {drugs}", "", "Taking {drugs} at this dose", "with {name}", "", "", ""},
    {FindingType::drug_age, "Giving {drugs} at this age", "", "Taking {drugs} at this age", "with {name}", "", "", ""},
    {FindingType::pregnancy, "Giving {drugs} in pregnancy ({with})", "", "Taking {drugs} {with}", "while pregnant", "",
     "", ""},
    {FindingType::lactation, "Giving {drugs} during breastfeeding ({with})", "", "Taking {drugs} {with}",
     "while breastfeeding", "", "", ""},
    {FindingType::drug_food, "The combination of {drugs}{and_with}", "", "Taking {drugs} {with}", "with {name}", "", "",
     ""},
    {FindingType::timing, "The timing of {drugs}{and_with}", "", "Taking {drugs} at the same time", "with {name}", "",
     "", "Ask your pharmacist how many hours to leave between them."},
    {FindingType::route, "The route of {drugs}", "", "Using {drugs} in this way", "with {name}", "", "", ""},
    {FindingType::monitoring, "The monitoring of {drugs}",
     "Treatment with {drugs} calls for a check of {with}, which was not found ({severity}).", "Taking {drugs}",
     "{name}", "Treatment with {drugs} calls for {with}.", "Without the test there could be {harms}.",
     "Ask your doctor when this test is due."},
    {FindingType::guideline, "The use of {drugs} against a guideline ({with})", "", "Taking {drugs} {with}",
     "with {name}", "", "", ""},
    {FindingType::look_alike, "The name of {drugs}", "The name of {drugs} is easily mistaken for another ({severity}).",
     "The name of {drugs}", "with {name}", "The name of {drugs} is easy to mix up with that of another medicine.",
     "A mix-up could cause {harms}.", "Check with your pharmacist that you have the right one."},
    {FindingType::unresolved, "The name {drugs}",
     "The name {drugs} was not resolved, so nothing about this medicine was checked ({severity}).", "The name {drugs}",
     "with {name}", "This check could not tell which medicine is meant by {drugs}, so it was not checked.", "",
     "Find the name on the package, and tell it to your doctor or pharmacist."},
    {FindingType::prompt_injection, "Text in the record",
     "Text in the record gives orders to a computer; it was not obeyed ({severity}).", "Some text in the record",
     "with {name}", "Some text in the record does not belong there.", "",
     "Your doctor or pharmacist should look at the record."},
}};

// Most severe last, as the enumeration.
constexpr std::array<SeverityWords, 4> severity_words{{
    {Severity::minor, "is a minor point", "is a minor point, and contraindicated", "is a small point to know about",
     "small point", "small points", "Bring it up at your next visit.", "Bring it up at your next visit."},
    {Severity::moderate, "is a moderate hazard: monitor or adjust", "is contraindicated (moderate hazard)",
     "needs some care", "point to watch", "points to watch", "Ask your doctor or pharmacist about it.",
     "Ask your doctor or pharmacist about it."},
    {Severity::major, "is a major hazard: avoid it or change the therapy", "is contraindicated (major hazard)",
     "can cause serious harm", "serious problem", "serious problems",
     "Talk it over with your doctor or pharmacist. Do not stop a medicine on your own.",
     "Talk it over with your doctor or pharmacist before you start {orders}."},
    {Severity::critical, "is a critical hazard: do not give it as it stands", "is contraindicated (critical hazard)",
     "can be very dangerous", "dangerous problem", "dangerous problems",
     "Ask a doctor or pharmacist what to do before the next dose. Do not stop a medicine on your own.",
     "Do not take the first dose of {orders} before a doctor or pharmacist tells you that it is safe."},
}};

// The times are those of core/triage_level.hpp.
constexpr std::array<LevelWords, 5> level_words{{
    {TriageLevel::routine, "at the next contact", "Talk about it at your next visit."},
    {TriageLevel::soon, "within three days", "Call your doctor or pharmacist within three days."},
    {TriageLevel::same_day, "today, within hours", "Call your doctor or pharmacist today."},
    {TriageLevel::urgent, "within the hour",
     "Speak to a doctor within the hour. If you cannot reach one, go to an emergency room."},
    {TriageLevel::emergency, "now: an emergency",
     "Get help now. Call your local emergency number, or go to the nearest emergency room."},
}};

constexpr std::array<std::string_view, 5> decisions{
    "clear: nothing was found that speaks against giving it", "info: for information", "caution: give with care",
    "escalate: needs a decision before it is given", "block: do not give as it stands"};

template <class Table, class Key>
constexpr bool is_in_order(const Table& table, Key Table::value_type::*key) {
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (static_cast<std::size_t>(table[i].*key) != i) return false;
  }
  return true;
}
static_assert(is_in_order(type_words, &TypeWords::type));
static_assert(is_in_order(severity_words, &SeverityWords::severity));
static_assert(is_in_order(level_words, &LevelWords::level));

}  // namespace

const TypeWords& words_of(core::FindingType type) { return type_words[static_cast<std::size_t>(type)]; }
const SeverityWords& words_of(core::Severity severity) { return severity_words[static_cast<std::size_t>(severity)]; }
const LevelWords& words_of(core::TriageLevel level) { return level_words[static_cast<std::size_t>(level)]; }
std::string_view decision_words(core::Decision decision) { return decisions[static_cast<std::size_t>(decision)]; }

}  // namespace guardian::agents
