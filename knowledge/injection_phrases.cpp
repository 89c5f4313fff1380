#include "knowledge/injection_phrases.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>

#include "knowledge/injection_letters.hpp"
#include "knowledge/text.hpp"

namespace guardian::knowledge {
namespace {

constexpr std::size_t most_of_many = 6;
constexpr std::size_t look_back = 8;     // words in which somebody is named who was told
constexpr std::size_t most_steps = 400;  // of one phrase at one word: hostile texts end here
constexpr std::size_t most_members = 4096;

std::vector<std::string_view> cells_of(std::string_view line) {
  std::vector<std::string_view> cells;
  for (;;) {
    const auto at = line.find('\t');
    cells.push_back(trimmed(line.substr(0, at)));
    if (at == std::string_view::npos) return cells;
    line.remove_prefix(at + 1);
  }
}

std::string rot13(std::string_view word) {
  std::string turned(word);
  for (char& c : turned) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>('a' + (c - 'a' + 13) % 26);
  }
  return turned;
}

// The hashes of the words that a written one has: one, or one for each ideogram.
std::vector<WordHash> hashes_of(std::string_view text) {
  std::vector<WordHash> words;
  WordHash hash;
  bool open = false;
  const auto close = [&] {
    if (open) words.push_back(hash);
    hash = {};
    open = false;
  };
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = code_point_at(text, at);
    at += point.bytes;
    const Letter letter = point.valid ? letter_of(point.value) : Letter{};
    switch (letter.kind) {
      case LetterClass::separator: close(); break;
      case LetterClass::nothing: break;
      case LetterClass::ideogram: close(); [[fallthrough]];
      case LetterClass::letter:
      case LetterClass::digit:
        hash.add(letter.letter);
        open = true;
        if (letter.kind == LetterClass::ideogram) close();
        break;
    }
  }
  close();
  return words;
}

}  // namespace

class InjectionPhraseReader {
 public:
  core::Result<InjectionPhrases> read(std::string_view text, std::string_view name) {
    std::size_t number = 0;
    bool header = false;
    // Sets first: a phrase may name one that stands below it.
    std::vector<std::pair<std::size_t, std::vector<std::string_view>>> rows;
    while (!text.empty()) {
      const auto end = text.find('\n');
      const std::string_view line = text.substr(0, end);
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
      ++number;
      if (trimmed(line).empty() || line.substr(0, 2) == "# ") continue;
      auto cells = cells_of(line);
      cells.resize(std::max<std::size_t>(cells.size(), 4));
      if (header) rows.emplace_back(number, std::move(cells));
      header = true;
    }
    for (const auto& [line, cells] : rows) {
      if (cells[0] == "set" && !add_set(cells[1], cells[3]))
        return wrong(name, line, "a word of a set is not one word");
    }
    for (const auto& [line, cells] : rows) {
      if (cells[0] == "set") continue;
      if (std::string problem = add_row(cells); !problem.empty()) return wrong(name, line, problem);
    }
    return finish();
  }

 private:
  using Item = InjectionPhrases::Item;
  using Start = InjectionPhrases::Start;

  static tl::unexpected<core::Error> wrong(std::string_view name, std::size_t line, const std::string& what) {
    return core::fail(core::ErrorCode::invalid_input, std::string(name) + ":" + std::to_string(line) + ": " + what);
  }

  std::uint16_t word_id(WordHash hash) {
    return ids_.emplace(hash.value, static_cast<std::uint16_t>(ids_.size() + first_id)).first->second;
  }

  std::uint16_t set_id(const std::string& name) {
    return sets_.emplace(name, static_cast<std::uint16_t>(sets_.size())).first->second;
  }

  bool add_set(std::string_view name, std::string_view words) {
    const std::uint16_t set = set_id(std::string(name));
    content_.resize(sets_.size());
    for (const std::string_view word : split(words, " ")) {
      const auto hashes = hashes_of(word);
      if (hashes.size() != 1 || ids_.size() > most_members) return false;
      content_[set].push_back(word_id(hashes.front()));
      words_of_[std::string(name)].emplace_back(word);
    }
    return true;
  }

  // What is wrong with a row; empty when nothing is.
  std::string add_row(const std::vector<std::string_view>& cells) {
    static const std::map<std::string_view, InjectionKind> kinds{{"instruction", InjectionKind::instruction},
                                                                 {"markup", InjectionKind::markup},
                                                                 {"reply", InjectionKind::reply}};
    static const std::map<std::string_view, Start> starts{
        {"any", Start::any}, {"order", Start::order}, {"clause", Start::clause}};
    if (cells[0] == "literal") {
      const auto kind = kinds.find(cells[1]);
      if (kind == kinds.end() || cells[3].size() < 3) return "a literal has a kind and at least three characters";
      phrases_.literals_[static_cast<unsigned char>(cells[3].front())].push_back({lower_case(cells[3]), kind->second});
      return {};
    }
    if (cells[0] == "disguise") {
      for (const std::string& word : words_of_[std::string(cells[1])]) disguise(word);
      return {};
    }
    const auto kind = kinds.find(cells[0]);
    const auto start = starts.find(cells[2]);
    if (kind == kinds.end() || start == starts.end()) return "the kind or the beginning is not known";
    InjectionPhrases::Pattern pattern{kind->second, start->second, {}};
    for (const std::string_view element : split(cells[3], " ")) {
      if (std::string problem = add_element(element, pattern); !problem.empty()) return problem;
    }
    if (pattern.elements.empty() || pattern.elements.front().item != Item::one) return "a phrase begins with a word";
    phrases_.patterns_.push_back(std::move(pattern));
    return {};
  }

  std::string add_element(std::string_view element, InjectionPhrases::Pattern& pattern) {
    if (element.empty()) return {};
    if (element == ":") {
      pattern.elements.push_back({Item::colon, 0});
      return {};
    }
    if (element == "$") {
      pattern.elements.push_back({Item::end, 0});
      return {};
    }
    if (element.front() == '_') {
      const auto most = parse_number(element.substr(1));
      if (!most || *most < 1 || *most > 4) return "a gap has one to four words";
      pattern.elements.push_back({Item::gap, static_cast<std::uint16_t>(*most)});
      return {};
    }
    Item item = Item::one;
    if (element.front() == '!') {
      item = Item::not_next;
      element.remove_prefix(1);
    } else if (element.back() == '?') {
      item = Item::optional;
      element.remove_suffix(1);
    } else if (element.back() == '*') {
      item = Item::many;
      element.remove_suffix(1);
    }
    if (element.size() > 2 && element.front() == '<') {
      const std::string name(element.substr(1, element.size() - 2));
      if (sets_.count(name) == 0) return "`" + name + "` is not a set";
      pattern.elements.push_back({item, set_id(name)});
      return {};
    }
    for (const WordHash& hash : hashes_of(element)) {
      const std::uint16_t set = set_id("=" + std::to_string(hash.value));
      content_.resize(sets_.size());
      content_[set] = {word_id(hash)};
      pattern.elements.push_back({item, set});
    }
    return {};
  }

  void disguise(const std::string& word) {
    if (word.size() < 4) return;  // too like other words
    for (const WordHash& hash : hashes_of(rot13(word))) disguises_.emplace(hash.value, InjectionPhrases::rot13_word);
    for (const WordHash& hash : hashes_of(std::string(word.rbegin(), word.rend())))
      disguises_.emplace(hash.value, InjectionPhrases::backward_word);
  }

  core::Result<InjectionPhrases> finish() {
    for (const char* name : {"addressee", "reported", "person", "aux", "lead", "not"}) {
      if (sets_.count(name) == 0)
        return core::fail(core::ErrorCode::invalid_input, "the set `" + std::string(name) + "` is missing");
    }
    phrases_.addressee_ = sets_.at("addressee");
    phrases_.reported_ = sets_.at("reported");
    phrases_.person_ = sets_.at("person");
    phrases_.aux_ = sets_.at("aux");
    phrases_.lead_ = sets_.at("lead");
    phrases_.not_ = sets_.at("not");
    phrases_.words_ = ids_.size() + first_id;
    phrases_.members_.assign(sets_.size() * phrases_.words_, 0);
    for (std::size_t set = 0; set < content_.size(); ++set) {
      for (const std::uint16_t id : content_[set]) phrases_.members_[set * phrases_.words_ + id] = 1;
    }
    phrases_.by_first_.resize(phrases_.words_);
    for (std::size_t i = 0; i < phrases_.patterns_.size(); ++i) {
      for (const std::uint16_t id : content_[phrases_.patterns_[i].elements.front().set])
        phrases_.by_first_[id].push_back(static_cast<std::uint16_t>(i));
    }
    ids_.insert(disguises_.begin(), disguises_.end());
    for (const auto& patterns : phrases_.by_first_) phrases_.starts_.push_back(patterns.empty() ? 0 : 1);
    unsigned bits = 4;
    while ((std::size_t{1} << bits) < ids_.size() * 2) ++bits;
    phrases_.slots_.resize(std::size_t{1} << bits);
    phrases_.tags_.resize(phrases_.slots_.size());
    phrases_.shift_ = 64 - bits;
    for (const auto& [hash, id] : ids_) {
      const std::uint64_t mixed = InjectionPhrases::mix(hash);
      std::size_t slot = mixed >> phrases_.shift_;
      while (phrases_.tags_[slot] != 0) slot = (slot + 1) & (phrases_.slots_.size() - 1);
      phrases_.slots_[slot] = {hash, id};
      phrases_.tags_[slot] = InjectionPhrases::tag_of(mixed);
    }
    return std::move(phrases_);
  }

  static constexpr std::uint16_t first_id = 3;  // behind the words in disguise
  InjectionPhrases phrases_;
  std::map<std::uint64_t, std::uint16_t> ids_;
  std::map<std::uint64_t, std::uint16_t> disguises_;
  std::map<std::string, std::uint16_t> sets_;
  std::vector<std::vector<std::uint16_t>> content_;
  std::map<std::string, std::vector<std::string>> words_of_;
};

core::Result<InjectionPhrases> InjectionPhrases::parse(std::string_view text, std::string_view name) {
  return InjectionPhraseReader().read(text, name);
}

// One try of one pattern.
struct InjectionPhrases::Walk {
  const std::vector<InjectionWord>& words;
  const Pattern& pattern;
  std::size_t steps = 0;
  std::size_t behind_colon = 0;  // the word that a colon of the pattern stands before
};

// The word behind the phrase, or 0 when the rest of the pattern does not fit.
std::size_t InjectionPhrases::walk(Walk& walk, std::size_t element, std::size_t at) const {
  if (++walk.steps > most_steps) return 0;
  if (element == walk.pattern.elements.size()) return at;
  const auto& words = walk.words;
  const Element& wanted = walk.pattern.elements[element];
  // A phrase stays within its sentence, and passes a colon only where it says so.
  const auto goes_on = [&](std::size_t next) {
    if (next >= words.size() || words[next].sentence) return false;
    return !words[next].colon || next == walk.behind_colon;
  };
  switch (wanted.item) {
    case Item::one: return goes_on(at) && in(words[at].id, wanted.set) ? this->walk(walk, element + 1, at + 1) : 0;
    case Item::optional:
      if (goes_on(at) && in(words[at].id, wanted.set)) {
        if (const std::size_t end = this->walk(walk, element + 1, at + 1); end != 0) return end;
      }
      return this->walk(walk, element + 1, at);
    case Item::many: {
      std::size_t last = at;
      while (last - at < most_of_many && goes_on(last) && in(words[last].id, wanted.set)) ++last;
      for (;; --last) {
        if (const std::size_t end = this->walk(walk, element + 1, last); end != 0) return end;
        if (last == at) return 0;
      }
    }
    case Item::gap: {
      for (std::size_t passed = 0; passed <= wanted.set; ++passed) {
        if (const std::size_t end = this->walk(walk, element + 1, at + passed); end != 0) return end;
        if (!goes_on(at + passed)) return 0;
      }
      return 0;
    }
    case Item::colon:
      if (at >= words.size() || !words[at].colon) return 0;
      walk.behind_colon = at;
      return this->walk(walk, element + 1, at);
    case Item::not_next: return goes_on(at) && in(words[at].id, wanted.set) ? 0 : this->walk(walk, element + 1, at);
    case Item::end: return at >= words.size() || words[at].sentence ? this->walk(walk, element + 1, at) : 0;
  }
  return 0;
}

// Not what is told of somebody. Who is spoken to ("you", "AI") nearer to the word than anybody else settles it.
bool InjectionPhrases::is_order(const std::vector<InjectionWord>& words, std::size_t at) const {
  if (at == 0 || words[at].sentence || words[at].colon) return true;
  const std::uint16_t before = words[at - 1].id;
  if (in(before, not_)) return false;
  if (in(before, person_) && !words[at].clause) return false;
  if (!in(before, aux_) && !words[at].clause) return true;
  for (std::size_t i = at; i > 0 && at - i < look_back; --i) {
    const std::uint16_t id = words[i - 1].id;
    if (in(id, addressee_)) return true;
    if (in(id, reported_)) {  // "you are told to"
      const auto spoken_to = [&](std::size_t back) { return i > back && in(words[i - 1 - back].id, addressee_); };
      return spoken_to(1) || spoken_to(2);
    }
    if (in(id, person_)) return false;
    if (words[i - 1].sentence) break;
  }
  return true;
}

bool InjectionPhrases::begins_clause(const std::vector<InjectionWord>& words, std::size_t at) const {
  return at == 0 || words[at].sentence || words[at].colon || words[at].clause || in(words[at - 1].id, lead_);
}

InjectionPhrases::Found InjectionPhrases::match(const std::vector<InjectionWord>& words, std::size_t at) const {
  Found best;
  for (const std::uint16_t number : by_first_[words[at].id]) {
    const Pattern& pattern = patterns_[number];
    switch (pattern.start) {
      case Start::any: break;
      case Start::clause:
        if (!begins_clause(words, at)) continue;
        [[fallthrough]];
      case Start::order:
        if (!is_order(words, at)) continue;
        break;
    }
    Walk attempt{words, pattern};
    const std::size_t end = walk(attempt, 1, at + 1);
    if (end > at + best.words) best = {end - at, pattern.kind};
  }
  return best;
}

const InjectionPhrases& injection_phrases() {
  static const InjectionPhrases phrases = [] {
    auto parsed = InjectionPhrases::parse(default_injection_phrases_text(), "injection_phrases.tsv");
    if (!parsed) throw std::logic_error(parsed.error().message);  // a test reads the file: a defect of the build
    return std::move(*parsed);
  }();
  return phrases;
}

}  // namespace guardian::knowledge
