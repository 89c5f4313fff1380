#include "knowledge/condition_reader.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <unordered_map>

#include "knowledge/clinical_words.hpp"
#include "knowledge/gestation.hpp"
#include "knowledge/phrase_table.hpp"
#include "knowledge/spelling.hpp"
#include "knowledge/text.hpp"
#include "knowledge/word_list.hpp"

namespace guardian::knowledge {
namespace {

constexpr std::size_t shortest_corrected = 6;  // letters of the word that was meant
constexpr double event_is_over_days = 90.0;    // "GI bleed diagnosed 2015" is no bleed of today

// Words that say how a condition is, and name none.
constexpr std::string_view qualifiers =
    "well|controlled|poorly|stable|unstable|mild|moderate|severe|chronic|acute|diagnosed|dx|since|on|off|treated|"
    "treatment|diet|"
    "managed|management|stage|grade|class|type|ef|lvef|egfr|left|right|bilateral|current|currently|active|inactive|"
    "history|hx|h/o|of|previous|"
    "prior|past|year|years|yr|yrs|month|week|days|day|ago|known|with|without|complicated|complication|newly|new|recent|"
    "recently|longstanding|long|standing|"
    "unspecified|nos|essential|primary|unknown|date|age|aged|child|childhood|medication|meds|tablet|inhaler|under|"
    "review|follow|up|"
    "clinic|seen|by|the|a|an|in|at|for|to|and|or|is|was|has|had|patient|pt|no|not|nil|none|medical|surgical|"
    "significant|other|details|see|"
    "notes|remission|resolved|stopped|started|last|first|only|very|probable|possible|likely|rule|out|confirmed|"
    "suspected|family|"
    "symptom|symptomatic|asymptomatic|mildly|severely|moderately|persistent|intermittent|controlled|uncontrolled|"
    "partially|good|poor|control|"
    "regular|monitoring|monitored|daily|due|secondary|post|s/"
    "p|status|x|from|than|more|less|about|approx|both|side|sided|stent|"
    "january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|"
    "sep|sept|oct|nov|dec|"
    "score|pugh|child|nyha|gold|fev1|hba1c|bmi|bp|gestation|gravida|para|trimester|weeks|wks|wk|edd|mg|ml|min|mmol|l|"
    "pmh|pmhx|problem|illness|comorbidity|relevant|issue|background|previously|keep|nothing|n/"
    "a|na|nad|normal|otherwise|fit|healthy|deny|reported|per|self|insulin|oral|dependent|non|requiring|required|"
    "surgery|surgically|repaired";

bool is_letter(char c) { return c >= 'a' && c <= 'z'; }

// A part of the entry between commas and the like, as words [first, last).
struct Segment {
  std::size_t first = 0;
  std::size_t last = 0;
};

std::vector<Segment> segments_of(const ClinicalWords& words) {
  std::vector<Segment> segments;
  constexpr std::uint32_t parts = gap::boundary | gap::comma;
  Segment segment;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool conjunction = words.spelling(i) == "and";
    if ((i > segment.first && (words.before(i) & parts) != 0) || conjunction) {
      if (i > segment.first) segments.push_back({segment.first, i});
      segment.first = conjunction ? i + 1 : i;
    }
  }
  if (segment.first < words.size()) segments.push_back({segment.first, words.size()});
  return segments;
}

std::string without_doubles(std::string_view word) {
  std::string once;
  for (const char c : word) {
    if (once.empty() || once.back() != c) once.push_back(c);
  }
  return once;
}

// Whether one change is a slip of hand or ear; "arteritis" is no "arthritis" misspelt, "hypo" no "hyper".
bool is_slip(std::string_view written, std::string_view meant) {
  if (written.empty() || meant.empty() || written.front() != meant.front()) return false;
  const std::string once = without_doubles(written);
  for (const std::string_view prefix : {std::string_view("hyper"), std::string_view("hypo")}) {
    if ((once.substr(0, prefix.size()) == prefix) != (meant.substr(0, prefix.size()) == prefix)) return false;
  }
  std::size_t at = 0;
  while (at < written.size() && at < meant.size() && written[at] == meant[at]) ++at;
  if (written.size() != meant.size()) {
    // A letter left out, or one too many: beside the like of it, or a vowel, or a mute "h".
    if (written.size() < meant.size()) return true;
    const char extra = written[at];
    constexpr std::string_view weak = "aeiouyh";
    return (at > 0 && extra == written[at - 1]) || (at + 1 < written.size() && extra == written[at + 1]) ||
           weak.find(extra) != std::string_view::npos;
  }
  if (at >= written.size()) return true;
  if (at + 1 < written.size() && written[at] == meant[at + 1] && written[at + 1] == meant[at]) return true;
  constexpr std::array<std::string_view, 5> alike = {"aeiouy", "ckqsz", "td", "mn", "st"};
  for (const std::string_view group : alike) {
    if (group.find(written[at]) != std::string_view::npos && group.find(meant[at]) != std::string_view::npos)
      return true;
  }
  constexpr std::string_view rows[] = {"qwertyuiop", "asdfghjkl", "zxcvbnm"};
  for (const std::string_view row : rows) {
    const auto one = row.find(written[at]);
    const auto other = row.find(meant[at]);
    if (one != std::string_view::npos && other != std::string_view::npos &&
        (one > other ? one - other : other - one) == 1)
      return true;
  }
  return false;
}

enum class CodeSystem : std::uint8_t { none, icd10, snomed, other };

bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

bool looks_like_icd10(std::string_view code) {
  return code.size() >= 3 && code.size() <= 8 && is_letter(static_cast<char>(code[0] | 0x20)) && is_digit(code[1]) &&
         std::all_of(code.begin(), code.end(),
                     [](char c) { return is_digit(c) || c == '.' || (c >= 'A' && c <= 'Z') || is_letter(c); });
}

CodeSystem system_of(std::string_view written, std::string_view code) {
  const std::string system = lower_case(trimmed(written));
  if (system.empty()) {
    if (looks_like_icd10(code)) return CodeSystem::icd10;
    const bool digits = code.size() >= 6 && std::all_of(code.begin(), code.end(), is_digit);
    return digits ? CodeSystem::snomed : CodeSystem::none;
  }
  if (contains(system, "snomed") || contains(system, "sct") || contains(system, "113883.6.96"))
    return CodeSystem::snomed;
  if (contains(system, "icd10") || contains(system, "icd-10") || contains(system, "icd_10") ||
      contains(system, "icd 10") || contains(system, "113883.6.90") || contains(system, "113883.6.3"))
    return CodeSystem::icd10;
  return CodeSystem::other;
}

std::string icd10_key(std::string_view code) {
  std::string key;
  for (const char c : trimmed(code)) {
    if (c == '.' || c == ' ') continue;
    key.push_back(is_letter(c) ? static_cast<char>(c - 'a' + 'A') : c);
  }
  return key;
}

}  // namespace

struct ConditionReader::Impl {
  ClinicalLexicon names;
  Vocabulary name_words;                                      // all words of the names
  std::map<std::size_t, std::vector<std::string>> by_length;  // those that a misspelling may mean
  Vocabulary qualifier_words;
  std::map<std::string, std::vector<std::string>, std::less<>> icd10;
  std::map<std::string, std::vector<std::string>, std::less<>> snomed;
  std::unordered_map<std::string, std::string> history;
  std::unordered_map<std::string, std::vector<std::string>> parents;

  Impl(const ConditionTables& tables, std::span<const LexiconLabel> labels, const SymptomPatterns* patterns)
      : names(lexicon_of(tables, labels, patterns)) {
    std::set<std::string> long_words;
    for (const auto& [name, conditions] : tables.names) {
      const ClinicalWords words = clinical_words(name);
      for (std::size_t i = 0; i < words.size(); ++i) {
        name_words.add(words.spelling(i));
        if (words.spelling(i).size() >= shortest_corrected) long_words.insert(std::string(words.spelling(i)));
      }
    }
    for (const std::string& word : long_words) by_length[word.size()].push_back(word);
    for (const std::string_view word : split(qualifiers, "|")) {
      const ClinicalWords spelled_word = clinical_words(word);
      if (spelled_word.size() == 1) qualifier_words.add(spelled_word.spelling(0));
    }
    for (const ConditionCode& code : tables.codes) {
      if (code.system == "icd10") icd10[icd10_key(code.code)].push_back(code.condition);
      if (code.system == "snomed") snomed[code.code].push_back(code.condition);
    }
    for (const auto& [condition, lights] : tables.history) history[condition] = lights;
    for (const auto& [condition, parent] : tables.parents) parents[condition].push_back(parent);
  }

  static ClinicalLexicon lexicon_of(const ConditionTables& tables, std::span<const LexiconLabel> labels,
                                    const SymptomPatterns* patterns) {
    std::vector<LexiconEntry> entries;
    for (const auto& [name, conditions] : tables.names) entries.push_back({name, conditions});
    return ClinicalLexicon::build(entries, labels, patterns);
  }

  std::string in_past(const std::string& condition, bool listed = false) const {
    const auto row = history.find(condition);
    if (row == history.end() || row->second.empty()) return condition;
    if (row->second == "listed") return listed ? condition : std::string{};
    return row->second == "-" ? std::string{} : row->second;
  }

  std::span<const std::string> in_family(std::string_view name) const {
    return names.find("family history of " + std::string(name));
  }

  bool is_above(const std::string& upper, const std::string& lower, int depth = 0) const {
    if (upper == lower) return true;
    const auto row = parents.find(lower);
    if (row == parents.end() || depth > 20) return false;
    return std::any_of(row->second.begin(), row->second.end(),
                       [&](const std::string& parent) { return is_above(upper, parent, depth + 1); });
  }
  bool are_related(const std::string& one, const std::string& other) const {
    return is_above(one, other) || is_above(other, one) || in_past(one) == other || in_past(other) == one;
  }

  static void add(ConditionReading& reading, LitCondition lit) {
    for (LitCondition& known : reading.lit) {
      if (known.condition != lit.condition) continue;
      if (known.past && !lit.past) known = std::move(lit);
      return;
    }
    reading.lit.push_back(std::move(lit));
  }

  void take(ConditionReading& reading, const TextMention& mention) const {
    const bool lights = mention.assertion == Assertion::present || mention.assertion == Assertion::past;
    ConditionAside aside{{}, mention.assertion, mention.span, mention.quote, mention.cue};
    if (mention.assertion == Assertion::family) {
      for (const std::string& id : in_family(mention.quote))
        add(reading, {id, id, false, std::nullopt, mention.span, mention.quote, false});
    }
    for (const std::string& id : mention.ids) {
      if (!lights) {
        aside.conditions.push_back(id);
        continue;
      }
      std::string lit = mention.assertion == Assertion::past ? in_past(id, mention.listed) : id;
      bool past = mention.assertion == Assertion::past && !(mention.listed && lit == id);
      if (!past && mention.age_days.value_or(0) > event_is_over_days) {
        const std::string later = in_past(id);
        past = !later.empty() && later != id;
        if (past) lit = later;
      }
      if (lit.empty()) {
        aside.conditions.push_back(id);
        continue;
      }
      add(reading, {lit, id, past, mention.age_days, mention.span, mention.quote, false});
    }
    if (!aside.conditions.empty()) reading.aside.push_back(std::move(aside));
  }

  std::vector<std::string> near_words(std::string_view word) const {
    std::vector<std::string> near;
    for (std::size_t size = word.size() - 1; size <= word.size() + 1; ++size) {
      const auto row = by_length.find(size);
      if (row == by_length.end()) continue;
      for (const std::string& known : row->second) {
        if (known.front() == word.front() && spelling_distance(word, known, 1) == 1) near.push_back(known);
      }
    }
    return near;
  }

  // What a part of the entry means when one of its words is a misspelt one; nothing when that is not certain.
  std::optional<TextMention> corrected(std::string_view text, const ClinicalWords& words, const Segment& segment,
                                       const TextContext& context, ConditionNote& note) const {
    std::optional<TextMention> found;
    for (std::size_t i = segment.first; i < segment.last; ++i) {
      const std::string_view word = words.spelling(i);
      if (word.size() + 1 < shortest_corrected || word.size() > 40 || !std::all_of(word.begin(), word.end(), is_letter))
        continue;
      if (name_words.find(word) != unknown_word || qualifier_words.find(word) != unknown_word) continue;
      for (const std::string& meant : near_words(word)) {
        const std::size_t begin = words.words[i].begin;
        const std::size_t end = words.words[i].end;
        const std::string other = std::string(text.substr(0, begin)) + meant + std::string(text.substr(end));
        for (TextMention& mention : names.scan(other, context)) {
          if (mention.span.begin > begin || mention.span.end < begin + meant.size()) continue;
          if (found && found->ids != mention.ids) return std::nullopt;  // not unique
          if (found) break;
          if (!is_slip(word, meant)) return std::nullopt;
          note = {ConditionDoubt::spelling, std::string(text.substr(begin, end - begin)), meant};
          mention.span.end = mention.span.end - meant.size() + (end - begin);
          mention.quote = text.substr(mention.span.begin, mention.span.end - mention.span.begin);
          found = std::move(mention);
          break;
        }
      }
    }
    return found;
  }

  // Whether every word of a part is a number, a qualifier or a word of one letter.
  bool names_nothing(const ClinicalWords& words, const Segment& segment) const {
    for (std::size_t i = segment.first; i < segment.last; ++i) {
      const std::string_view word = words.spelling(i);
      if (word.size() == 1 || is_digit(word[0]) || word == "+ve" || word == "-ve") continue;
      if (qualifier_words.find(word) == unknown_word) return false;
    }
    return true;
  }

  void read_text(ConditionReading& reading, std::string_view text, const TextContext& context) const {
    const std::vector<TextMention> mentions = names.scan(text, context);
    for (const TextMention& mention : mentions) take(reading, mention);
    const ClinicalWords words = clinical_words(text);
    reading.gestation_weeks = gestation_weeks(text, words);
    bool said = !mentions.empty() || reading.gestation_weeks;
    for (const Segment& segment : segments_of(words)) {
      const std::size_t begin = words.words[segment.first].begin;
      const std::size_t end = words.words[segment.last - 1].end;
      const bool known = std::any_of(mentions.begin(), mentions.end(), [&](const TextMention& mention) {
        return mention.span.begin < end && mention.span.end > begin;
      });
      if (known) continue;
      const std::string part(text.substr(begin, end - begin));
      if (reading.gestation_weeks && gestation_weeks(part, clinical_words(part))) continue;
      if (const auto ids = names.find(part); !ids.empty()) {  // "hit", "pad": in a list no capitals are needed
        take(reading, {{ids.begin(), ids.end()}, {begin, end}, part, Assertion::present, std::nullopt, {}});
        said = true;
        continue;
      }
      if (looks_like_icd10(part)) {
        if (const auto ids = icd10_conditions(part); !ids.empty()) {
          for (const std::string& id : ids) add(reading, {id, id, false, std::nullopt, {begin, end}, part, true});
          said = true;
          continue;
        }
      }
      ConditionNote note;
      if (const auto mention = corrected(text, words, segment, context, note)) {
        take(reading, *mention);
        reading.notes.push_back(std::move(note));
        said = true;
        continue;
      }
      if (!names_nothing(words, segment)) reading.unrecognised.push_back(part);
    }
    if (!said && reading.unrecognised.empty() && !says_none(words)) reading.unrecognised.emplace_back(trimmed(text));
  }

  // "none", "nil significant", "n/a", "no PMH"; "fit and well", "otherwise healthy"
  static bool says_none(const ClinicalWords& words) {
    if (words.size() == 0) return true;
    static constexpr WordList none = {"none", "nil", "no", "n/a", "na", "nothing", "nad", "unknown"};
    static constexpr WordList well = {"healthy", "fit", "well"};
    return none.has(words.spelling(0)) || well.has(words.spelling(words.size() - 1)) ||
           none.has(words.spelling(words.size() - 1));
  }

  std::vector<std::string> icd10_conditions(std::string_view code) const {
    for (std::string key = icd10_key(code); !key.empty(); key.pop_back()) {
      if (const auto row = icd10.find(key); row != icd10.end()) return row->second;
    }
    return {};
  }

  std::vector<std::string> code_conditions(const core::CodedText& entry) const {
    switch (system_of(entry.system, trimmed(entry.code))) {
      case CodeSystem::icd10: return icd10_conditions(entry.code);
      case CodeSystem::snomed: {
        const auto row = snomed.find(trimmed(entry.code));
        return row == snomed.end() ? std::vector<std::string>{} : row->second;
      }
      case CodeSystem::none:
      case CodeSystem::other: return {};
    }
    return {};
  }

  void read_code(ConditionReading& reading, const core::CodedText& entry) const {
    if (trimmed(entry.code).empty()) return;
    const std::vector<std::string> ids = code_conditions(entry);
    const bool text_known = !reading.lit.empty() || !reading.aside.empty();
    if (ids.empty()) {
      if (text_known) {
        reading.notes.push_back({ConditionDoubt::unknown_code, entry.code, {}});
      } else if (reading.unrecognised.empty()) {
        reading.unrecognised.push_back(entry.code);
      }
      return;
    }
    if (!text_known) reading.unrecognised.clear();  // the code says what the words do not
    std::vector<std::string> named;
    for (const LitCondition& lit : reading.lit) {
      named.push_back(lit.condition);
      named.push_back(lit.named);
    }
    // A past one of the text is past by its code too.
    const bool past = !reading.lit.empty() && std::all_of(reading.lit.begin(), reading.lit.end(),
                                                          [](const LitCondition& lit) { return lit.past; });
    const std::optional<double> age = past ? reading.lit.front().age_days : std::nullopt;
    bool agrees = !text_known;
    for (const std::string& id : ids) {
      const bool related =
          std::any_of(named.begin(), named.end(), [&](const std::string& other) { return are_related(id, other); });
      // A past one that lights nothing: its code says no more.
      const bool past_aside = std::any_of(reading.aside.begin(), reading.aside.end(), [&](const ConditionAside& aside) {
        return aside.assertion == Assertion::past &&
               std::any_of(aside.conditions.begin(), aside.conditions.end(),
                           [&](const std::string& other) { return are_related(id, other); });
      });
      agrees = agrees || related || past_aside;
      if (past_aside) continue;
      const bool over = related && past;
      const std::string lit = over ? in_past(id) : id;
      if (!lit.empty()) add(reading, {lit, id, over, over ? age : std::nullopt, {}, entry.code, true});
    }
    if (!agrees)
      reading.notes.push_back({ConditionDoubt::code_disagrees, entry.text, entry.code + ": " + joined(ids, ", ")});
  }
};

ConditionReader ConditionReader::build(const ConditionTables& tables, std::span<const LexiconLabel> labels,
                                       const SymptomPatterns* patterns) {
  return ConditionReader(std::make_unique<Impl>(tables, labels, patterns));
}

ConditionReader::ConditionReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ConditionReader::ConditionReader(ConditionReader&&) noexcept = default;
ConditionReader& ConditionReader::operator=(ConditionReader&&) noexcept = default;
ConditionReader::~ConditionReader() = default;

const ClinicalLexicon& ConditionReader::lexicon() const { return impl_->names; }
std::string ConditionReader::in_past(const std::string& condition, bool listed) const {
  return impl_->in_past(condition, listed);
}
std::span<const std::string> ConditionReader::in_family(std::string_view name) const { return impl_->in_family(name); }

ConditionReading ConditionReader::read(const core::CodedText& entry, const TextContext& given) const {
  constexpr std::size_t most_bytes = 4096;  // of one entry; a longer one is a note in the wrong place
  TextContext context = given;
  context.is_list = true;
  ConditionReading reading;
  const std::string_view text = std::string_view(entry.text).substr(0, most_bytes);
  if (!trimmed(text).empty()) impl_->read_text(reading, text, context);
  if (entry.text.size() > most_bytes)
    reading.unrecognised.emplace_back(std::string_view(entry.text).substr(most_bytes, 80));
  impl_->read_code(reading, entry);
  return reading;
}

}  // namespace guardian::knowledge
