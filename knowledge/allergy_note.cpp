#include "knowledge/allergy_note.hpp"

#include <algorithm>

#include "knowledge/allergy_story.hpp"
#include "knowledge/clinical_dates.hpp"
#include "knowledge/text.hpp"
#include "knowledge/word_list.hpp"

namespace guardian::knowledge {
namespace {

constexpr double days_of_year = 365.25;
constexpr double least_years = 0.1;  // ago, of a reaction that is of the past
constexpr std::uint32_t parts_items = gap::boundary | gap::comma;

// The labels of a note.
enum : std::uint32_t {
  allergy_to = 0,    // "allergic to": the substance follows
  allergy_word = 1,  // "allergy": it stands before, or a list follows
  allergy_none = 2   // "NKDA"
};
constexpr std::string_view label_phrases[] = {
    "allergic to|allergy to|hypersensitivity to|hypersensitive to|intolerant to|intolerant of|intolerance "
    "to|intolerance "
    "of|anaphylaxis to|anaphylactic to|anaphylactic reaction to|allergic reaction to|allergic rxn to|adverse reaction "
    "to|sensitivity "
    "to|sensitive to|anaphylaxis with|anaphylaxis after",
    "allergy|allergic|drug allergy|medication allergy|medicine allergy|known allergy|adr|allergy status|allergy "
    "adverse reaction|drug intolerance|medication intolerance|intolerance|intolerant",
    "nkda|nka|nkma|nil known allergy|no known drug allergy|no known allergy|no known medication allergy"};

// "hives after penicillin", "throat swelling when given Augmentin": a reaction that is told of a substance.
constexpr std::array<std::string_view, 15> told_reactions = {
    "hives",         "urticaria",       "rash",       "throat swelling", "facial swelling",
    "face swelling", "lip swelling",    "angioedema", "tongue swelling", "bronchospasm",
    "sjs",           "severe reaction", "dress",      "bad reaction",    "stevens johnson syndrome"};
constexpr std::array<std::string_view, 9> told_of = {
    "to", "with", "after", "from", "after taking", "from taking", "when taking", "when given", "after receiving"};

// Behind "Allergies:" and no substance.
constexpr WordList list_talk = {"reviewed", "see",       "chart",    "above",  "documented", "unchanged",
                                "updated",  "confirmed", "verified", "listed", "on",         "per",
                                "as",       "checked",   "noted",    "up",     "not",        "clinic"};
// Between a substance and its reaction.
constexpr WordList leads_to_reaction = {"with",      "cause",     "caused",   "causing", "gives", "gave",
                                        "giving",    "reaction",  "react",    "reacted", "get",   "gets",
                                        "got",       "which",     "leading",  "led",     "had",   "has",
                                        "developed", "resulting", "presumed", "severe",  "in",    "as"};
// The telling of something else begins.
constexpr WordList ends_reaction = {"presents", "presented", "presenting", "admitted",   "currently", "started",
                                    "given",    "now",       "today",      "but",        "who",       "seen",
                                    "came",     "here",      "complains",  "treated",    "switched",  "however",
                                    "on",       "takes",     "taking",     "prescribed", "plan",      "tolerated"};

// Finds what a note tells of allergies; lives for one call.
class NoteReading {
 public:
  NoteReading(const AllergyReader& reader, const ClinicalLexicon& allergens, const ClinicalLexicon& reactions,
              std::string_view note, const ScannedText& scanned, const TextContext& context,
              const DrugNames& drug_names)
      : reader_(reader),
        allergens_(allergens),
        reactions_(reactions),
        note_(note),
        scanned_(scanned),
        words_(scanned.words),
        context_(context),
        drug_names_(drug_names) {}

  NoteAllergies read() {
    for (const LabelMention& label : scanned_.labels) {
      if (label.label >= AllergyReader::label_count || label.first < read_to_) continue;
      if (label.assertion == Assertion::hypothetical || is_susceptibility(label) || is_asked(label)) continue;
      switch (label.label) {
        case allergy_to: read_to(label); break;
        case allergy_word: read_word(label); break;
        default: read_none(label); break;
      }
    }
    for (std::size_t i = 0; i < words_.size(); ++i) read_short_heading(i);
    for (const AllergyStory& story : find_allergy_stories(words_, reactions_, note_)) read_story(story);
    for (std::size_t i = 0; i < words_.size(); ++i) read_item(i);
    return std::move(result_);
  }

 private:
  // A substance of one to four words; `last` == `first`: none that is known.
  struct Substance {
    std::size_t first = 0;
    std::size_t last = 0;
    std::vector<std::string> ids;  // "-" alone: no drug
  };

  [[nodiscard]] std::string_view quote(std::size_t first, std::size_t last) const {
    const std::size_t begin = words_.words[first].begin;
    return note_.substr(begin, words_.words[last - 1].end - begin);
  }

  [[nodiscard]] std::vector<std::string> ids_of(std::size_t first, std::size_t last) const {
    const std::string_view written = quote(first, last);
    if (const auto known = allergens_.find(written); !known.empty()) return {known.begin(), known.end()};
    return drug_names_ ? drug_names_(written) : std::vector<std::string>{};
  }

  // The shortest that is known, and a longer one only where it means another: "codeine", "folic acid".
  [[nodiscard]] Substance substance_at(std::size_t first) const {
    Substance found{first, first, {}};
    for (std::size_t last = first + 1; last <= words_.size() && last <= first + 4; ++last) {
      if (last > first + 1 && (words_.before(last - 1) & parts_name) != 0) break;
      std::vector<std::string> ids = ids_of(first, last);
      if (ids.empty() || ids == found.ids) continue;
      found = {first, last, std::move(ids)};
    }
    return found;
  }

  // The longest that is known and ends before `last`.
  [[nodiscard]] Substance substance_before(std::size_t last) const {
    for (std::size_t size = std::min<std::size_t>(last, 3); size > 0; --size) {
      const std::size_t first = last - size;
      bool parted = false;
      for (std::size_t i = first + 1; i < last; ++i) parted = parted || (words_.before(i) & parts_name) != 0;
      if (parted || !begins_name(words_.spelling(first))) continue;
      if (auto ids = ids_of(first, last); !ids.empty()) return {first, last, std::move(ids)};
    }
    return {last, last, {}};
  }

  // "no", "drug", "reported" are answers or fillers of a list, and no substance here.
  [[nodiscard]] static bool begins_name(std::string_view word) {
    static constexpr WordList not_names = {
        "no", "nil", "none", "deny", "denied", "drug", "medication", "known",      "medicine", "any", "n/a",
        "na", "the", "and",  "or",   "of",     "has",  "reported",   "documented", "food",     "is",  "with"};
    return !not_names.has(word);
  }

  void read_none(const LabelMention& label) {
    if (label.assertion == Assertion::family) return;
    result_.none_known = true;
    tell(label.first, label.last);
  }

  void tell(std::size_t first, std::size_t last) {
    result_.told.push_back({words_.words[first].begin, words_.words[last - 1].end});
    read_to_ = std::max(read_to_, last);
  }

  // "penicillin allergy has been disproved", "delabelled"
  [[nodiscard]] bool is_disproved(std::size_t from) const {
    static constexpr WordList disproved = {"disproved", "delabelled", "delabeled", "refuted", "removed",
                                           "excluded",  "disproven",  "labelled",  "labeled", "debunked"};
    for (std::size_t i = from; i < words_.size() && i < from + 5; ++i) {
      if ((words_.before(i) & gap::boundary) != 0) return false;
      const bool labelled = words_.spelling(i).substr(0, 5) == "label";
      if (disproved.has(words_.spelling(i)) && (!labelled || words_.spelling(i - 1) == "de")) return true;
    }
    return false;
  }

  // "allergic to penicillin (rash), sulfa and codeine"
  void read_to(const LabelMention& label) {
    const bool counts = label.assertion != Assertion::absent && label.assertion != Assertion::family;
    std::size_t at = skip_fillers(label.last);
    bool any = false;
    while (at < words_.size()) {
      if (at > label.last && (words_.before(at) & gap::boundary) != 0) break;
      const Substance substance = substance_at(at);
      if (substance.ids.empty()) break;
      if (!any && words_.spelling(at) == "nothing") {
        static constexpr WordList exceptions = {"but", "except", "other", "apart"};
        if (at + 1 >= words_.size() || (words_.before(at + 1) & gap::boundary) != 0 ||
            !exceptions.has(words_.spelling(at + 1))) {
          if (counts) result_.none_known = true;
          tell(label.first, at + 1);
          return;
        }
        at += words_.spelling(at + 1) == "other" || words_.spelling(at + 1) == "apart" ? 3 : 2;
        continue;
      }
      any = true;
      at = read_tail(label, substance, counts, label.first);
      if (at < words_.size() && (words_.spelling(at) == "and" || words_.spelling(at) == "or") &&
          (words_.before(at) & gap::boundary) == 0)
        ++at;
      at = skip_fillers(at);
    }
    if (any || at >= words_.size() || is_named_reaction(label)) return;  // "rash with fever" names no allergen
    const bool speaks = (words_.before(at) & (gap::boundary | gap::comma)) == 0 && is_word(at);
    if (!counts) return;
    if (speaks && !list_talk.has(words_.spelling(at)) && begins_name(words_.spelling(at)))
      result_.unrecognised.emplace_back(quote(at, at + 1));
  }

  [[nodiscard]] bool is_word(std::size_t at) const {
    const char first = words_.spelling(at).front();
    return first >= 'a' && first <= 'z' && words_.spelling(at).size() > 2;
  }

  [[nodiscard]] std::size_t skip_fillers(std::size_t at) const {
    static constexpr WordList skipped = {"the", "any", "all",      "oral",    "iv",
                                         "a",   "an",  "multiple", "several", "following"};
    while (at < words_.size() && skipped.has(words_.spelling(at)) && (words_.before(at + 1) & gap::boundary) == 0) {
      if (substance_at(at).last > at + 1) return at;  // "all NSAIDs", "IV contrast" are names
      ++at;
    }
    return at;
  }

  // The reaction behind a substance ("(rash)", "- hives", "with swelling"); gives the word behind it.
  std::size_t read_tail(const LabelMention& label, const Substance& substance, bool counts, std::size_t told_from) {
    std::size_t at = std::max(substance.last, label.last);
    const std::size_t from = at;
    std::uint32_t gap = words_.before(at);
    const bool marked = (gap & (gap::open | gap::colon | gap::dash)) != 0 && (gap & gap::newline) == 0;
    std::size_t depth = (gap & gap::open) != 0 ? 1 : 0;
    const bool lead = at < words_.size() && (gap & parts_items) == 0 &&
                      (leads_to_reaction.has(words_.spelling(at)) || is_reaction_at(at));
    if (marked || lead) {
      for (; at < words_.size(); ++at) {
        gap = words_.before(at);
        if (at > from) {
          if ((gap & gap::close) != 0 && depth > 0 && --depth == 0) break;
          if ((gap & gap::open) != 0) ++depth;
          if ((gap & gap::boundary) != 0) break;
          if ((gap & gap::comma) != 0 && depth == 0 && !is_reaction_at(at)) break;
          if (depth == 0 && (words_.before(at + 1) & gap::colon) != 0 && !is_reaction_at(at)) break;  // "Meds: ..."
          if (depth == 0 && words_.spelling(at) == "and" && !is_reaction_at(at + 1)) break;
        }
        if (depth == 0 && ends_reaction.has(words_.spelling(at))) break;
      }
    }
    const std::size_t end = std::max(at, std::max(substance.last, label.last));
    const bool is_drug = substance.ids != std::vector<std::string>{"-"};
    const bool happening = std::any_of(scanned_.times.begin(), scanned_.times.end(), [&](const TimeWords& time) {
      return time.kind == TimeKind::now && time.first >= from && time.first <= end;
    });
    if (counts && is_drug && !is_disproved(from)) {
      core::Allergy entry{std::string(quote(substance.first, substance.last)), {}};
      if (is_named_reaction(label)) entry.reaction = quote(label.first, reaction_end(label));
      if (at > from) entry.reaction += (entry.reaction.empty() ? "" : ", ") + std::string(quote(from, at));
      AllergyReading read = reader_.read(entry, context_, drug_names_);
      const std::size_t first = std::min(substance.first, told_from);
      for (ReadAllergy& allergy : read.allergies) {
        if (label.age_days && !allergy.years && at == from) allergy.years = *label.age_days / days_of_year;
        allergy.assertion = Assertion::present;
        allergy.quote = quote(first, end);
        const bool closed = allergy.quote.find_first_of("([") != std::string::npos;
        if (const char behind = closing_behind(end); closed && behind != '\0') allergy.quote += behind;
        allergy.span = {words_.words[first].begin, words_.words[end - 1].end};
        result_.allergies.push_back(std::move(allergy));
      }
    }
    if (!happening && is_named_reaction(label)) {
      tell(substance.first, end);  // the anaphylaxis itself is read as what it is
    } else if (!happening) {
      tell(std::min(substance.first, told_from), end);
    } else {
      read_to_ = std::max(read_to_, end);
    }
    return end;
  }

  // "Her lips swelled after amoxicillin as a child": no word says allergy.
  void read_story(const AllergyStory& story) {
    const Substance substance = story.is_before ? substance_before(story.substance) : substance_at(story.substance);
    if (substance.ids.empty() || substance.ids == std::vector<std::string>{"-"}) return;
    const std::size_t first = std::min(story.first, substance.first);
    const std::size_t last = std::max(story.last, substance.last);
    const std::size_t begin = words_.words[first].begin;
    const bool is_told = std::any_of(result_.told.begin(), result_.told.end(), [&](const TextSpan& told) {
      return told.begin < words_.words[last - 1].end && begin < told.end;
    });
    if (is_told || is_disproved(last)) return;
    std::size_t end = last;  // with what follows: "as a child", "in 1998"
    constexpr std::size_t most_behind = 5;
    while (end < words_.size() && end < last + most_behind &&
           (words_.before(end) & (gap::boundary | gap::comma)) == 0 && !ends_reaction.has(words_.spelling(end)))
      ++end;
    core::Allergy entry{std::string(quote(substance.first, substance.last)),
                        std::string(quote(story.first, story.last))};
    if (end > last) entry.reaction += " " + std::string(quote(last, end));
    AllergyReading read = reader_.read(entry, context_, drug_names_);
    bool any = false;
    for (ReadAllergy& allergy : read.allergies) {
      const bool counts = allergy.grade != ReactionGrade::intolerance && allergy.grade != ReactionGrade::unknown;
      if (!counts) continue;
      any = true;
      allergy.assertion = Assertion::present;
      allergy.quote = quote(first, last);
      allergy.span = {begin, words_.words[last - 1].end};
      result_.allergies.push_back(std::move(allergy));
    }
    const bool past = std::any_of(scanned_.times.begin(), scanned_.times.end(), [&](const TimeWords& time) {
      return (time.kind == TimeKind::past || time.kind == TimeKind::point) && time.first >= first && time.first <= end;
    });
    // A reaction without a time may be going on: then it is a complaint too.
    if (any && past) tell(first, last);
  }

  [[nodiscard]] bool is_told(const TextSpan& span) const {
    return std::any_of(result_.told.begin(), result_.told.end(),
                       [&](const TextSpan& told) { return told.begin < span.end && span.begin < told.end; });
  }

  // Given against the reaction that is named beside it: "Benadryl - hives".
  [[nodiscard]] static bool is_remedy(const std::vector<std::string>& ids) {
    static constexpr WordList remedies = {
        "diphenhydramine", "cetirizine",     "loratadine",    "fexofenadine",       "hydroxyzine", "hydrocortisone",
        "prednisone",      "prednisolone",   "dexamethasone", "methylprednisolone", "epinephrine", "triamcinolone",
        "betamethasone",   "clobetasol",     "mometasone",    "famotidine",         "nystatin",    "clotrimazole",
        "permethrin",      "chlorphenamine", "miconazole",    "terbinafine",        "omalizumab",  "icatibant"};
    return std::any_of(ids.begin(), ids.end(), [&](const std::string& id) { return remedies.has(id); });
  }

  // "PCN - rash as child", "Penicillin: anaphylaxis 2010", "Sulfa (SJS)": an item of a list that nobody called one. Of
  // a medicine the reaction must be of the past: it may be what the medicine is given for, or a complaint of now.
  void read_item(std::size_t first) {
    const bool starts = first == 0 || (words_.before(first) & (gap::boundary | gap::comma)) != 0;
    if (!starts || first < read_to_) return;
    constexpr std::uint32_t joins = gap::dash | gap::colon | gap::open;
    std::size_t joint = first + 1;
    while (joint < first + 4 && (words_.before(joint) & (joins | parts_items)) == 0) ++joint;
    if ((words_.before(joint) & joins) == 0) return;
    const Substance substance = substance_at(first);
    if (substance.ids.empty() || substance.ids.front() == "-" || substance.last >= words_.size()) return;
    const std::uint32_t behind = words_.before(substance.last);
    const bool joined = (behind & joins) != 0 && (behind & parts_items) == 0;
    if (!joined || !is_reaction_at(substance.last)) return;
    std::size_t end = substance.last + 1;
    while (end < words_.size() && (words_.before(end) & parts_items) == 0) ++end;
    if (is_told({words_.words[first].begin, words_.words[end - 1].end}) || is_disproved(substance.last)) return;
    const AllergyReading read = reader_.read(
        {std::string(quote(first, substance.last)), std::string(quote(substance.last, end))}, context_, drug_names_);
    const bool is_word_of_allergies = !allergens_.find(quote(first, substance.last)).empty();
    const bool counts = std::all_of(read.allergies.begin(), read.allergies.end(), [&](const ReadAllergy& allergy) {
      return allergy.grade != ReactionGrade::intolerance && allergy.grade != ReactionGrade::unknown &&
             (is_word_of_allergies || allergy.years.value_or(0.0) >= least_years);
    });
    if (read.allergies.empty() || !counts || is_remedy(substance.ids)) return;
    LabelMention item;
    item.first = first;
    item.last = substance.last;
    static_cast<void>(read_tail(item, substance, true, first));
  }

  // "anaphylaxis to", "hives after": the label says the reaction.
  [[nodiscard]] bool is_named_reaction(const LabelMention& label) const {
    const std::string_view word = words_.spelling(label.first);
    if (word.substr(0, 7) == "anaphyl") return true;
    return std::any_of(told_reactions.begin(), told_reactions.end(), [&](std::string_view reaction) {
      const std::string_view first = reaction.substr(0, reaction.find(' '));
      return first == word || (first.back() == 's' && first.substr(0, first.size() - 1) == word);  // read as "hive"
    });
  }

  // Where the reaction of such a label ends and "after taking" begins.
  [[nodiscard]] std::size_t reaction_end(const LabelMention& label) const {
    static constexpr WordList behind = {"to", "with", "after", "from", "taking", "when", "given", "receiving"};
    std::size_t end = label.last;
    while (end > label.first + 1 && behind.has(words_.spelling(end - 1))) --end;
    return end;
  }

  [[nodiscard]] bool is_reaction_at(std::size_t at) const {
    for (std::size_t last = at + 1; last <= words_.size() && last <= at + 3; ++last) {
      if (last > at + 1 && (words_.before(last - 1) & parts_name) != 0) return false;
      if (!reactions_.find(quote(at, last)).empty()) return true;
    }
    return false;
  }

  // "PCN allergy - anaphylaxis", "Allergies: ...", "denies drug allergies"
  void read_word(const LabelMention& label) {
    const bool family = label.assertion == Assertion::family;
    if ((words_.before(label.first) & parts_name) == 0 && label.first > 0) {
      const Substance before = substance_before(label.first);
      if (!before.ids.empty() && before.first >= read_to_) {
        read_tail(label, before, !family && label.assertion != Assertion::absent, before.first);
        return;
      }
    }
    if (family) return;
    if (denies_all(label)) {
      result_.none_known = true;
      tell(label.first, label.last);
      return;
    }
    const std::uint32_t behind = words_.before(label.last);
    const bool starts_line = (words_.before(label.first) & gap::boundary) != 0 || label.first == 0;
    const bool is_list = (behind & (gap::colon | gap::dash)) != 0 || (starts_line && (behind & gap::newline) != 0);
    const bool bare_list = starts_line && (behind & parts_items) == 0 && label.last < words_.size() &&
                           words_.spelling(label.last - 1) == "allergy";  // "Allergies penicillin, codeine"
    if (label.last < words_.size() && (is_list || (bare_list && !substance_at(label.last).ids.empty())))
      read_list(label);
  }

  // "ALL: PCN (hives)". It is a leukemia too, so that what follows must be a word of allergies and no mere medicine.
  void read_short_heading(std::size_t first) {
    if (words_.spelling(first) != "all" || first + 1 >= words_.size() || first < read_to_) return;
    const bool starts = first == 0 || (words_.before(first) & gap::boundary) != 0;
    if (!starts || (words_.before(first + 1) & gap::colon) == 0 || quote(first, first + 1) != "ALL") return;
    const Substance substance = substance_at(first + 1);
    if (substance.ids.empty() || allergens_.find(quote(substance.first, substance.last)).empty()) return;
    LabelMention heading;
    heading.label = allergy_word;
    heading.first = first;
    heading.last = first + 1;
    read_list(heading);
  }

  // Whether a denial of any drug allergy stands before: "no known drug allergies", "denies allergies".
  [[nodiscard]] bool denies_all(const LabelMention& label) const {
    if (label.assertion != Assertion::absent) return false;
    static constexpr WordList between = {"known",  "any",  "drug", "medication", "medicine", "documented", "reported",
                                         "active", "true", "of",   "having",     "history",  "having",     "hx"};
    static constexpr WordList denials = {"no", "nil", "deny", "denies", "denied", "denying", "not", "without"};
    static constexpr WordList behind = {"and", "or", "known", "reported", "documented", "noted"};
    std::size_t at = label.first;
    while (at > 0 && between.has(words_.spelling(at - 1)) && (words_.before(at) & parts_items) == 0) --at;
    if (at > 0 && (words_.before(at) & parts_items) == 0 && denials.has(words_.spelling(at - 1))) {
      // "no allergies to", "no allergy clinic": of something
      return label.last >= words_.size() ||
             (words_.before(label.last) & (gap::list_end | gap::colon | gap::dash)) != 0 ||
             behind.has(words_.spelling(label.last));
    }
    return at == label.first && label.last < words_.size() && (words_.before(label.last) & gap::colon) != 0 &&
           denials.has(words_.spelling(label.last));
  }

  void read_list(const LabelMention& label) {
    const std::size_t first = label.last;
    const bool many_lines = (words_.before(first) & gap::newline) != 0;
    std::size_t last = first;
    std::size_t depth = 0;
    for (; last < words_.size(); ++last) {
      const std::uint32_t gap = words_.before(last);
      if ((gap & gap::close) != 0 && depth > 0) --depth;
      if (last > first) {
        if ((gap & gap::blank_line) != 0 || (gap & gap::question) != 0) break;
        if ((gap & gap::newline) != 0 && !many_lines) break;
        if ((gap & gap::sentence) != 0 && !many_lines && depth == 0) break;
      }
      if ((gap & gap::open) != 0) ++depth;
      // The heading of what follows: "Allergies: penicillin (rash) Medications: ..."
      if (depth == 0 && (words_.before(last + 1) & gap::colon) != 0 && last + 1 < words_.size() && !is_known(last)) {
        while (last > first && (words_.before(last) & (parts_items | gap::close)) == 0 && !is_known(last - 1)) --last;
        break;
      }
    }
    if (last == first) return;
    if (list_talk.has(words_.spelling(first)) && substance_at(first).ids.empty()) return;
    core::Allergy entry{std::string(quote(first, last)), {}};
    if (const char behind = closing_behind(last); behind != '\0') entry.text += behind;
    const AllergyReading read = reader_.read(entry, context_, drug_names_);
    for (ReadAllergy allergy : read.allergies) {
      if (allergy.assertion == Assertion::absent || allergy.assertion == Assertion::family) continue;
      const std::size_t begin = words_.words[first].begin;
      allergy.span = {begin + allergy.span.begin, begin + allergy.span.end};
      if (!allergy.reaction.empty()) allergy.quote += " (" + allergy.reaction + ")";
      result_.allergies.push_back(std::move(allergy));
    }
    result_.none_known = result_.none_known || (read.none_known && read.allergies.empty());
    result_.has_list = true;
    result_.unknown = result_.unknown || read.unknown;
    result_.unrecognised.insert(result_.unrecognised.end(), read.unrecognised.begin(), read.unrecognised.end());
    tell(label.first, last);
  }

  // "Did she get hives after penicillin?": what was asked and not answered is not known, and is said to be so.
  bool is_asked(const LabelMention& label) {
    if (label.assertion != Assertion::possible || (words_.before(label.first) & gap::query) != 0) return false;
    std::size_t end = label.last;
    while (end < words_.size() && (words_.before(end) & gap::boundary) == 0) ++end;
    if ((words_.before(end) & gap::question) == 0) return false;
    if (label.label == allergy_word && end == label.last && end < words_.size()) {  // "Any allergies? PCN - hives."
      static constexpr WordList none = {"no", "none", "nil", "deny", "denied", "nkda", "nka"};
      if (none.has(words_.spelling(end))) {
        result_.none_known = true;
        tell(label.first, end + 1);
        return true;
      }
      if (!substance_at(end).ids.empty()) {
        read_list(label);
        return true;
      }
    }
    result_.unrecognised.emplace_back(quote(label.first, end));
    tell(label.first, end);
    return true;
  }

  // "MRSA sensitive to doxycycline": what has grown is, and not the patient.
  [[nodiscard]] bool is_susceptibility(const LabelMention& label) const {
    static constexpr WordList of_culture = {
        "grew",         "grow",         "grows",         "grown",        "growing",     "growth",
        "culture",      "cultured",     "isolate",       "isolated",     "organism",    "bacteria",
        "bacterium",    "strain",       "pathogen",      "bug",          "mrsa",        "mssa",
        "vre",          "esbl",         "coli",          "klebsiella",   "pseudomonas", "staphylococcus",
        "staph",        "strep",        "streptococcus", "enterococcus", "proteus",     "candida",
        "msu",          "csu",          "swab",          "sputum",       "mcs",         "species",
        "spp",          "enterobacter", "haemophilus",   "aureus",       "serratia",    "acinetobacter",
        "coliform",     "bacillus",     "bacilli",       "cocci",        "pneumoniae",  "mycobacterium",
        "tuberculosis", "anaerobe"};
    const std::string_view last = words_.spelling(label.last - 1);
    const std::string_view said = words_.spelling(label.first);
    if (last != "to" || (said != "sensitive" && said != "sensitivity")) return false;
    for (std::size_t i = label.first; i > 0 && label.first - i < 12; --i) {
      // The full stop of "E. coli" begins no sentence.
      if (of_culture.has(words_.spelling(i - 1))) return true;
      if ((words_.before(i - 1) & gap::boundary) != 0) return false;
    }
    return false;
  }

  // Whether the name of a substance ends with this word, or it is a reaction.
  [[nodiscard]] bool is_known(std::size_t at) const {
    return is_reaction_at(at) || !substance_before(at + 1).ids.empty();
  }

  [[nodiscard]] char closing_behind(std::size_t last) const {
    const std::size_t end = words_.words[last - 1].end;
    return end < note_.size() && (note_[end] == ')' || note_[end] == ']') ? note_[end] : '\0';
  }

  static constexpr std::uint32_t parts_name =
      gap::boundary | gap::comma | gap::colon | gap::dash | gap::open | gap::close;

  const AllergyReader& reader_;
  const ClinicalLexicon& allergens_;
  const ClinicalLexicon& reactions_;
  std::string_view note_;
  const ScannedText& scanned_;
  const ClinicalWords& words_;
  const TextContext& context_;
  const DrugNames& drug_names_;
  NoteAllergies result_;
  std::size_t read_to_ = 0;  // words
};

}  // namespace

std::vector<LexiconLabel> allergy_labels() {
  std::vector<LexiconLabel> labels;
  for (std::uint32_t label = 0; label < AllergyReader::label_count; ++label) {
    for (const std::string_view phrase : split(label_phrases[label], "|"))
      labels.push_back({std::string(phrase), label});
  }
  for (const std::string_view reaction : told_reactions) {
    for (const std::string_view of : told_of)
      labels.push_back({std::string(reaction) + " " + std::string(of), allergy_to});
  }
  return labels;
}

NoteAllergies read_note_allergies(const AllergyReader& reader, const ClinicalLexicon& allergens,
                                  const ClinicalLexicon& reactions, std::string_view note, const ScannedText& scanned,
                                  const TextContext& context, const DrugNames& drug_names) {
  return NoteReading(reader, allergens, reactions, note, scanned, context, drug_names).read();
}

}  // namespace guardian::knowledge
