#include "knowledge/symptom_patterns.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <span>
#include <stdexcept>
#include <utility>

#include "knowledge/clinical_words.hpp"
#include "knowledge/text.hpp"

namespace guardian::knowledge {
namespace {

constexpr std::size_t usually_between = 4;
constexpr std::size_t usually_in_sentence = 12;
constexpr std::size_t longest_phrase = 6;  // words

// ---- the table

using Phrases = std::vector<std::string>;

class TableReader {
 public:
  core::Result<SymptomPatterns> read(std::string_view text) {
    std::size_t number = 0;
    for (const std::string_view raw : split(text, "\n")) {
      ++number;
      if (trimmed(raw).empty() || raw.front() == '#') continue;
      const std::string problem = read_line(raw);
      if (!problem.empty()) {
        return core::fail(core::ErrorCode::invalid_input,
                          "symptom_patterns: line " + std::to_string(number) + ": " + problem);
      }
    }
    return std::move(table_);
  }

 private:
  std::string read_line(std::string_view line) {
    const auto tab = line.find('\t');
    if (tab == std::string_view::npos) return "a tab is missing";
    const std::string_view left = trimmed(line.substr(0, tab));
    const std::string_view right = trimmed(line.substr(tab + 1));
    if (left.empty() || right.empty()) return "a cell is empty";
    return left.front() == '@' ? read_words(left.substr(1), right) : read_pattern(left, right);
  }

  std::string read_words(std::string_view name, std::string_view phrases) {
    const bool are_parts = name.ends_with('!');
    if (are_parts) name.remove_suffix(1);
    Phrases words;
    if (std::string problem = add_phrases(phrases, words); !problem.empty()) return problem;
    if (are_parts) table_.parts.insert(table_.parts.end(), words.begin(), words.end());
    if (name == "break" || name == "small") {
      for (const std::string& word : words) {
        if (clinical_words(word).size() != 1) return "'" + word + "' of @" + std::string(name) + " is not one word";
      }
      (name == "break" ? table_.breaks : table_.small) = std::move(words);
      return {};
    }
    return named_.emplace(name, std::move(words)).second ? "" : "@" + std::string(name) + " stands twice";
  }

  std::string add_phrases(std::string_view text, Phrases& words) const {
    if (trimmed(text).empty()) return "words are empty";
    for (const std::string_view phrase : split(text, "|")) {
      const std::string_view written = trimmed(phrase);
      if (written.empty()) return "words are empty";
      if (written.front() != '@') {
        if (split(written, " ").size() > longest_phrase) return "'" + std::string(written) + "' is too long";
        words.emplace_back(written);
        continue;
      }
      const auto known = named_.find(written.substr(1));
      if (known == named_.end()) return std::string(written) + " is not known here";
      words.insert(words.end(), known->second.begin(), known->second.end());
    }
    return {};
  }

  // A mark between two groups: one of ">", "~", "&", with the words that may stand between: "~6".
  struct Mark {
    SymptomPattern::Order order;
    std::size_t most_between;
  };
  static std::optional<Mark> mark_of(std::string_view word) {
    using enum SymptomPattern::Order;
    if (word.empty()) return std::nullopt;
    Mark mark{as_written, usually_between};
    if (word.front() == '~') {
      mark.order = either;
    } else if (word.front() == '&') {
      mark = {sentence, usually_in_sentence};
    } else if (word.front() != '>') {
      return std::nullopt;
    }
    if (word.size() == 1) return mark;
    const auto number = parse_number(word.substr(1));
    if (!number || *number < 0 || *number > 20) return std::nullopt;
    mark.most_between = static_cast<std::size_t>(*number);
    return mark;
  }

  std::string read_pattern(std::string_view conditions, std::string_view text) {
    SymptomPattern pattern;
    for (const std::string_view condition : split(conditions, "+")) pattern.conditions.emplace_back(trimmed(condition));
    std::string group;
    std::optional<Mark> mark;
    for (const std::string_view word : split(text, " ")) {
      if (word.empty()) continue;
      const auto next = mark_of(word);
      if (!next) {
        group += (group.empty() ? "" : " ") + std::string(word);
        continue;
      }
      if (mark && (mark->order != next->order || mark->most_between != next->most_between))
        return "the marks between the groups differ";
      mark = next;
      if (std::string problem = add_group(pattern, group); !problem.empty()) return problem;
      group.clear();
    }
    if (std::string problem = add_group(pattern, group); !problem.empty()) return problem;
    if (!mark) return "a pattern has two groups or more";
    pattern.order = mark->order;
    pattern.most_between = mark->most_between;
    if (pattern.order == SymptomPattern::Order::either && pattern.groups.size() != 2) return "~ is between two groups";
    table_.patterns.push_back(std::move(pattern));
    return {};
  }

  std::string add_group(SymptomPattern& pattern, const std::string& text) {
    Phrases words;
    if (std::string problem = add_phrases(text, words); !problem.empty()) return problem;
    const auto [known, is_new] = group_of_.emplace(text, table_.groups.size());
    if (is_new) table_.groups.push_back(std::move(words));
    pattern.groups.push_back(known->second);
    return {};
  }

  SymptomPatterns table_;
  std::map<std::string, Phrases, std::less<>> named_;
  std::map<std::string, std::size_t, std::less<>> group_of_;  // by its text
};

// ---- the search

constexpr std::uint32_t parts_sentence = gap::boundary | gap::query | gap::ticked | gap::unticked | gap::minus_mark;
constexpr std::uint32_t parts_clause = parts_sentence | gap::comma | gap::colon | gap::dash;

bool is_break(CueKind kind) {
  return kind == CueKind::negation || kind == CueKind::hypothetical || kind == CueKind::past ||
         kind == CueKind::family || kind == CueKind::relative || kind == CueKind::stop;
}

}  // namespace

core::Result<SymptomPatterns> parse_symptom_patterns(std::string_view text) { return TableReader().read(text); }

const SymptomPatterns& default_symptom_patterns() {
  static const SymptomPatterns patterns = [] {
    auto parsed = parse_symptom_patterns(default_symptom_patterns_text());
    if (!parsed) throw std::logic_error(parsed.error().message);
    return std::move(*parsed);
  }();
  return patterns;
}

PatternFinder::PatternFinder(const SymptomPatterns& patterns, Vocabulary& vocabulary) {
  const auto ids_of = [&](std::string_view phrase) {
    const ClinicalWords words = clinical_words(phrase);
    std::vector<WordId> ids;
    for (std::size_t i = 0; i < words.size(); ++i) ids.push_back(vocabulary.add(words.spelling(i)));
    return ids;
  };
  const auto number_of = [&](const std::string& phrase) {
    const auto known = phrases_.add(ids_of(phrase), static_cast<std::uint32_t>(groups_of_.size()));
    if (known) return static_cast<std::size_t>(*known);
    groups_of_.emplace_back();
    is_part_.push_back(0);
    return groups_of_.size() - 1;
  };
  for (const std::string& phrase : patterns.parts) is_part_[number_of(phrase)] = 1;
  for (std::size_t group = 0; group < patterns.groups.size(); ++group) {
    for (const std::string& phrase : patterns.groups[group]) {
      auto& groups = groups_of_[number_of(phrase)];
      if (groups.empty() || groups.back() != group) groups.push_back(group);
    }
  }
  by_first_.resize(patterns.groups.size());
  by_second_.resize(patterns.groups.size());
  for (const SymptomPattern& pattern : patterns.patterns) {
    by_first_[pattern.groups[0]].push_back(patterns_.size());
    if (pattern.order == SymptomPattern::Order::either) by_second_[pattern.groups[1]].push_back(patterns_.size());
    patterns_.push_back(pattern);
  }
  const auto words_of = [&](const std::vector<std::string>& words) {
    std::vector<WordId> all;
    for (const std::string& word : words) all.push_back(ids_of(word).front());
    std::sort(all.begin(), all.end());
    return all;
  };
  breaks_ = words_of(patterns.breaks);
  small_ = words_of(patterns.small);
}

// The search of one text.
class PatternFinder::Search {
 public:
  Search(const PatternFinder& finder, const MarkedText& text) : finder_(finder), text_(text), ids_(text.ids) {}

  std::vector<FoundPattern> run() {
    part_.assign(ids_.size(), 0);
    find_hits();
    if (hits_.size() < 2) return {};
    mark_words();
    for (std::size_t i = 0; i < hits_.size(); ++i) {
      for (const std::size_t pattern : finder_.by_first_[hits_[i].group]) {
        if (finder_.patterns_[pattern].order == SymptomPattern::Order::sentence) {
          take_sentence(pattern, i);
        } else {
          take_chain(pattern, i);
        }
      }
    }
    // Behind all that stand as written: "face swollen and leg pain" is no swollen leg.
    for (std::size_t i = 0; i < hits_.size(); ++i) {
      for (const std::size_t pattern : finder_.by_second_[hits_[i].group]) take_turned(pattern, i);
    }
    std::sort(found_.begin(), found_.end(), [](const FoundPattern& one, const FoundPattern& other) {
      return std::pair(one.first, one.pattern) < std::pair(other.first, other.pattern);
    });
    return std::move(found_);
  }

 private:
  struct Hit {
    std::size_t first;
    std::size_t last;
    std::size_t group;
  };

  void find_hits() {
    std::size_t end = 0;  // of the clause
    for (std::size_t i = 0; i < ids_.size(); ++i) {
      if (ids_[i] == unknown_word || !finder_.phrases_.starts(ids_[i])) continue;
      if (end <= i) {
        for (end = i + 1; end < ids_.size() && (text_.words.before(end) & parts_clause) == 0;) ++end;
      }
      for (auto match = finder_.phrases_.longest(ids_, i, end); match.words > 0;
           match = finder_.phrases_.longest(ids_, i, i + match.words - 1)) {
        for (const std::size_t group : finder_.groups_of_[match.phrase]) hits_.push_back({i, i + match.words, group});
        if (finder_.is_part_[match.phrase] != 0)
          std::fill_n(part_.begin() + static_cast<std::ptrdiff_t>(i), match.words, 1);
        if (match.words == 1) break;
      }
    }
  }

  void mark_words() {
    blocked_.assign(ids_.size(), 0);
    claimed_.assign(ids_.size(), 0);
    counted_.assign(ids_.size() + 1, 0);
    const auto is_one = [&](const std::vector<WordId>& of, WordId id) {
      return id != unknown_word && std::binary_search(of.begin(), of.end(), id);
    };
    for (std::size_t i = 0; i < ids_.size(); ++i) {
      counted_[i + 1] = counted_[i] + (is_one(finder_.small_, ids_[i]) ? 0 : 1);
      if (is_one(finder_.breaks_, ids_[i])) blocked_[i] = 1;
      const Cue* cue = text_.cue_at(i);
      if (cue == nullptr || !is_break(cue->kind) || text_.in_time[i] != 0) continue;
      for (std::size_t j = i; j < i + text_.cues[i].words && j < ids_.size(); ++j) blocked_[j] = 1;
    }
  }

  // How far words may stand from each other when none between them counts.
  static std::size_t reach(std::size_t most_between) { return 2 * most_between + 3; }

  // Whether a pattern goes over the words [from, to) to the word `to`.
  bool is_open(std::size_t from, std::size_t to, std::size_t most_between, std::uint32_t parts, bool over_parts) const {
    if (counted_[to] - counted_[from] > most_between) return false;
    for (std::size_t i = from; i < to; ++i) {
      if (blocked_[i] != 0 || (!over_parts && part_[i] != 0)) return false;
    }
    for (std::size_t i = from; i <= to; ++i) {
      if ((text_.words.before(i) & parts) != 0) return false;
    }
    return true;
  }

  // The nearest hit of a group behind `hit`.
  const Hit* next_hit(std::size_t i, std::size_t from, std::size_t group, std::size_t most_between) const {
    for (std::size_t j = i + 1; j < hits_.size() && hits_[j].first <= from + reach(most_between); ++j) {
      if (hits_[j].group == group && hits_[j].first >= from) return &hits_[j];
    }
    return nullptr;
  }

  void take_chain(std::size_t number, std::size_t i) {
    const SymptomPattern& pattern = finder_.patterns_[number];
    std::size_t end = hits_[i].last;
    std::vector<const Hit*> others;
    for (std::size_t g = 1; g < pattern.groups.size(); ++g) {
      const Hit* next = next_hit(i, end, pattern.groups[g], pattern.most_between);
      if (next == nullptr || !is_open(end, next->first, pattern.most_between, parts_clause, false)) return;
      others.push_back(next);
      end = next->last;
    }
    for (const Hit* hit : others) claim(*hit);
    claim(hits_[i]);
    found_.push_back({hits_[i].first, end, number});
  }

  void take_turned(std::size_t number, std::size_t i) {
    const SymptomPattern& pattern = finder_.patterns_[number];
    if (claimed_[hits_[i].first] != 0 && part_[hits_[i].first] == 0) return;
    const Hit* next = next_hit(i, hits_[i].last, pattern.groups[0], pattern.most_between);
    if (next == nullptr || !is_open(hits_[i].last, next->first, pattern.most_between, parts_clause, false)) return;
    found_.push_back({hits_[i].first, next->last, number});
  }

  // A hit of a group on either side of hit `i`, in its sentence.
  const Hit* near_hit(std::size_t i, std::size_t group, std::size_t most_between) const {
    const Hit& hit = hits_[i];
    for (std::size_t j = i + 1; j < hits_.size() && hits_[j].first <= hit.last + reach(most_between); ++j) {
      const Hit& other = hits_[j];
      if (other.group == group && other.first >= hit.last &&
          is_open(hit.last, other.first, most_between, parts_sentence, true))
        return &other;
    }
    for (std::size_t j = i; j-- > 0 && hits_[j].first + reach(most_between) + longest_phrase >= hit.first;) {
      const Hit& other = hits_[j];
      if (other.group == group && other.last <= hit.first &&
          is_open(other.last, hit.first, most_between, parts_sentence, true))
        return &other;
    }
    return nullptr;
  }

  void take_sentence(std::size_t number, std::size_t i) {
    const SymptomPattern& pattern = finder_.patterns_[number];
    std::size_t first = hits_[i].first;
    std::size_t last = hits_[i].last;
    for (std::size_t g = 1; g < pattern.groups.size(); ++g) {
      const Hit* nearest = near_hit(i, pattern.groups[g], pattern.most_between);
      if (nearest == nullptr) return;
      first = std::min(first, nearest->first);
      last = std::max(last, nearest->last);
    }
    found_.push_back({first, last, number});
  }

  void claim(const Hit& hit) {
    for (std::size_t i = hit.first; i < hit.last; ++i) claimed_[i] = 1;
  }

  const PatternFinder& finder_;
  const MarkedText& text_;
  std::span<const WordId> ids_;
  std::vector<Hit> hits_;             // by their first word
  std::vector<std::size_t> counted_;  // words that count before each
  std::vector<std::uint8_t> blocked_;
  std::vector<std::uint8_t> part_;
  std::vector<std::uint8_t> claimed_;
  std::vector<FoundPattern> found_;
};

std::vector<FoundPattern> PatternFinder::find(const MarkedText& text) const { return Search(*this, text).run(); }

}  // namespace guardian::knowledge
