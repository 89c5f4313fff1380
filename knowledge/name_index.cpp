#include "knowledge/name_index.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <bitset>
#include <numeric>
#include <unordered_map>

#include "knowledge/order_words.hpp"
#include "knowledge/spelling.hpp"
#include "knowledge/text.hpp"
#include "knowledge/text_map.hpp"
#include "knowledge/word_list.hpp"

namespace guardian::knowledge {
namespace {

constexpr std::size_t shortest_compact = 6;

struct Slice {
  std::size_t first = 0;
  std::size_t count = 0;
};

// Which characters a spelling has once, and which twice: an edit changes at most two of these bits.
std::uint64_t character_bits(std::string_view text) {
  std::uint64_t once = 0;
  std::uint64_t twice = 0;
  for (const char c : text) {
    std::uint64_t bit = 0;
    if (c >= 'a' && c <= 'z') bit = std::uint64_t{1} << static_cast<unsigned>(c - 'a');
    if (c >= '0' && c <= '9') bit = std::uint64_t{1} << (26U + static_cast<unsigned>(c - '0') % 6U);
    twice |= once & bit;
    once |= bit;
  }
  return once | twice << 32U;
}

// The spelling without the blanks between letters; those beside a digit part numbers and stay. Empty when it is too
// short.
std::string compact(std::string_view normalised) {
  const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
  std::string text;
  for (std::size_t i = 0; i < normalised.size(); ++i) {
    const bool between_letters = normalised[i] == ' ' && i > 0 && i + 1 < normalised.size() &&
                                 is_letter(normalised[i - 1]) && is_letter(normalised[i + 1]);
    if (!between_letters) text.push_back(normalised[i]);
  }
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), is_letter)) < shortest_compact ? std::string{}
                                                                                                         : text;
}

// Of the first letters of a word, with how many they are; other beginnings may share it.
std::size_t place_of_beginning(std::string_view word, std::size_t letters) {
  std::size_t place = letters;
  for (const char c : word.substr(0, letters)) place = place * 31 + static_cast<unsigned char>(c);
  return place % 65536;
}

NameKind parse_kind(std::string_view kind) {
  if (kind == "synonym") return NameKind::synonym;
  if (kind == "brand") return NameKind::brand;
  if (kind == "abbreviation") return NameKind::abbreviation;
  return NameKind::ambiguous;  // also for a word we do not know: it never resolves by itself
}

std::vector<std::string> country_codes(std::string_view cell) {
  std::vector<std::string> codes;
  for (const std::string_view code : split(cell, " ")) {
    if (!code.empty()) codes.emplace_back(code);
  }
  return codes;
}

bool has_letter(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

bool same_meaning(const NameEntry& one, const NameEntry& other) {
  return one.kind == other.kind && one.ingredients == other.ingredients && one.route == other.route &&
         one.countries == other.countries && one.strengths == other.strengths;
}

}  // namespace

namespace {

struct Meaning {
  std::string key;
  NameEntry entry;
};

// "Trokendi" is "Trokendi XR", which is sold in no other form: a brand that is known only with the letters of its
// release is also known without them, as RxNorm and people write it, when all brands of that beginning agree.
void add_shortened_brands(std::vector<Meaning>& meanings) {
  static constexpr WordList releases = {"er", "xr", "xl", "sr", "cr", "la", "cd", "cc", "xt"};
  constexpr std::size_t shortest = 5;
  std::unordered_map<std::string, std::vector<const Meaning*>> by_first;  // word: all names that begin with it
  for (const Meaning& one : meanings) by_first[one.key.substr(0, one.key.find(' '))].push_back(&one);
  std::vector<Meaning> shortened;
  for (const auto& group : by_first) {
    const std::string& first = group.first;
    const std::vector<const Meaning*>& names = group.second;
    if (first.size() < shortest || role_of(first) != WordRole::none) continue;
    const Meaning& model = *names.front();
    const bool agree = std::all_of(names.begin(), names.end(), [&](const Meaning* one) {
      const std::string_view rest = std::string_view(one->key).substr(std::min(first.size() + 1, one->key.size()));
      return one->entry.kind == NameKind::brand && releases.has(rest) &&
             one->entry.ingredients == model.entry.ingredients && one->entry.countries == model.entry.countries;
    });
    if (!agree) continue;
    Meaning short_one{first, model.entry};
    short_one.entry.name = model.entry.name.substr(0, first.size());
    shortened.push_back(std::move(short_one));
  }
  // The order of a hash table is no order.
  std::sort(shortened.begin(), shortened.end(), [](const Meaning& a, const Meaning& b) { return a.key < b.key; });
  std::move(shortened.begin(), shortened.end(), std::back_inserter(meanings));
}

// Most names are plain words; for them the rules of spelled() come to this. False for any other character.
bool plain_name(std::string_view text, std::string& name) {
  name.reserve(text.size());
  for (const char c : text) {
    const bool upper = c >= 'A' && c <= 'Z';
    if (upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
      name.push_back(upper ? static_cast<char>(c - 'A' + 'a') : c);
    } else if (c == ' ' || c == '-') {
      if (!name.empty() && name.back() != ' ') name.push_back(' ');
    } else {
      return false;
    }
  }
  if (!name.empty() && name.back() == ' ') name.pop_back();
  return true;
}

}  // namespace

std::string normalised_name(std::string_view text) {
  std::string name;
  if (plain_name(text, name)) return name;
  name.clear();
  for (const SpelledWord& word : spelled(text).words) {
    if (!name.empty()) name.push_back(' ');
    name += word.text;
  }
  return name;
}

struct NameIndex::Impl {
  struct Key {
    std::string_view text;
    std::uint64_t bits = 0;
  };

  std::vector<NameEntry> entries;   // all meanings of a name side by side
  std::vector<std::string> sorted;  // normalised names in byte order; their views stand in the maps below
  std::unordered_map<std::string_view, Slice, TextHash> slices;  // by normalised name
  TextMap<std::string_view> apart;  // compact spelling to the one normalised name that has it
  TextMap<Slice> codes;
  std::vector<std::size_t> with_strengths;       // entries of combinations
  std::vector<std::string> without_blanks;       // the same without blanks, in byte order of their own
  std::array<std::size_t, 257> by_first_byte{};  // where those of each first byte begin
  std::bitset<65536> beginnings;                 // of these: a place for each first three and first four letters
  std::vector<std::vector<Key>> by_length;       // keys that a misspelling may mean
  TextMap<std::vector<std::string>> lookalikes;  // each pair both ways
  TextMap<std::string> classes;                  // normalised name or title, also in the plural, to the title
  std::size_t most_words = 1;

  void add_class(std::string_view name, std::string_view title) {
    const std::string key = normalised_name(name);
    if (!has_letter(key)) return;
    classes.emplace(key, title);
    classes.emplace(key.back() == 'y' ? key.substr(0, key.size() - 1) + "ies" : key + "s", title);
  }
};

NameIndex::NameIndex(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
NameIndex::NameIndex(NameIndex&&) noexcept = default;
NameIndex& NameIndex::operator=(NameIndex&&) noexcept = default;
NameIndex::~NameIndex() = default;

NameIndex NameIndex::build(const KnowledgeTables& tables, const ConceptGraph& graph) {
  auto impl = std::make_unique<Impl>();
  std::vector<Meaning> meanings;
  meanings.reserve(graph.ingredient_count() + tables.names.size());
  const auto add = [&](NameEntry entry) {
    std::string key = normalised_name(entry.name);
    if (has_letter(key) && !entry.ingredients.empty()) meanings.push_back({std::move(key), std::move(entry)});
  };

  for (std::size_t i = 0; i < graph.ingredient_count(); ++i) {
    const auto index = static_cast<IngredientIndex>(i);
    NameEntry entry;
    entry.name = graph.ingredient_name(index);
    entry.ingredients = {index};
    if (i < tables.ingredients.size() && !tables.ingredients[i].rxcui.empty()) {
      const bool first = impl->codes.emplace(tables.ingredients[i].rxcui, Slice{impl->entries.size(), 1}).second;
      if (first) impl->entries.push_back(entry);
    }
    add(std::move(entry));
  }
  for (const NameRow& row : tables.names) {
    NameEntry entry{row.name, parse_kind(row.kind), {}, row.route, country_codes(row.countries), row.strengths};
    bool whole = true;  // a name of which a part is not known would hide that part
    for (const std::string& ingredient : row.ingredients) {
      const auto index = graph.ingredient(ingredient);
      whole = whole && index.has_value();
      if (index) entry.ingredients.push_back(*index);
    }
    if (whole) add(std::move(entry));
  }

  for (const CodeRow& row : tables.codes) {
    NameEntry entry{row.name, NameKind::brand, {}, {}, {}, {}};
    bool whole = !row.ingredients.empty();
    for (const std::string& ingredient : row.ingredients) {
      const auto index = graph.ingredient(ingredient);
      whole = whole && index.has_value();
      if (index) entry.ingredients.push_back(*index);
    }
    if (whole && impl->codes.emplace(row.code, Slice{impl->entries.size(), 1}).second)
      impl->entries.push_back(std::move(entry));
  }

  add_shortened_brands(meanings);

  // The meanings of a name side by side, in the order of the tables.
  std::vector<std::uint32_t> order(meanings.size());
  for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    const int compared = meanings[a].key.compare(meanings[b].key);
    return compared != 0 ? compared < 0 : a < b;
  });
  TextMap<std::string_view>& apart = impl->apart;
  apart.reserve(meanings.size());
  impl->slices.reserve(meanings.size());
  impl->sorted.reserve(meanings.size());  // so that views of names stay good
  impl->without_blanks.reserve(meanings.size());
  impl->entries.reserve(impl->entries.size() + meanings.size());
  for (std::size_t at = 0; at < order.size();) {
    const std::string& key = impl->sorted.emplace_back(meanings[order[at]].key);
    std::vector<NameEntry> known;
    for (; at < order.size() && meanings[order[at]].key == key; ++at) {
      NameEntry& entry = meanings[order[at]].entry;
      const bool twice =
          std::any_of(known.begin(), known.end(), [&](const NameEntry& other) { return same_meaning(entry, other); });
      if (!twice) known.push_back(std::move(entry));
    }
    impl->slices.emplace(key, Slice{impl->entries.size(), known.size()});
    impl->most_words =
        std::max(impl->most_words, 1 + static_cast<std::size_t>(std::count(key.begin(), key.end(), ' ')));
    const std::string together = compact(key);
    if (!together.empty()) {
      const auto [shared, fresh] = apart.emplace(together, key);
      if (!fresh) shared->second = {};
    }
    // A misspelt abbreviation cannot be told from another one.
    const bool spelled_out = std::any_of(known.begin(), known.end(),
                                         [](const NameEntry& entry) { return entry.kind != NameKind::abbreviation; });
    if (spelled_out && key.size() >= 5) {
      if (impl->by_length.size() <= key.size()) impl->by_length.resize(key.size() + 1);
      impl->by_length[key.size()].push_back({key, character_bits(key)});
    }
    for (std::size_t i = 0; i < known.size(); ++i) {
      const bool combination = known[i].ingredients.size() > 1 && known[i].kind != NameKind::ambiguous;
      if (combination && !known[i].strengths.empty()) impl->with_strengths.push_back(impl->entries.size() + i);
    }
    std::move(known.begin(), known.end(), std::back_inserter(impl->entries));
  }
  std::erase_if(apart, [](const auto& entry) { return entry.second.empty(); });
  for (const std::string& key : impl->sorted) {
    std::string& plain = impl->without_blanks.emplace_back(key);
    std::erase(plain, ' ');
  }
  std::sort(impl->without_blanks.begin(), impl->without_blanks.end());
  for (const std::string& plain : impl->without_blanks)
    ++impl->by_first_byte[static_cast<unsigned char>(plain[0]) + 1U];
  std::partial_sum(impl->by_first_byte.begin(), impl->by_first_byte.end(), impl->by_first_byte.begin());
  for (const std::string& plain : impl->without_blanks) {
    if (plain.size() >= 3) impl->beginnings.set(place_of_beginning(plain, 3));
    if (plain.size() >= 4) impl->beginnings.set(place_of_beginning(plain, 4));
  }
  for (const auto& [one, other] : tables.lookalikes) {
    const std::string first = normalised_name(one);
    const std::string second = normalised_name(other);
    impl->lookalikes[first].push_back(second);
    impl->lookalikes[second].push_back(first);
  }
  for (auto& [name, others] : impl->lookalikes) {
    std::sort(others.begin(), others.end());
    others.erase(std::unique(others.begin(), others.end()), others.end());
  }
  for (const ConceptTables::Named& drug_class : tables.concepts.classes) {
    const std::string_view title = drug_class.title.empty() ? drug_class.name : drug_class.title;
    impl->add_class(drug_class.name, title);
    impl->add_class(title, title);
  }
  return NameIndex(std::move(impl));
}

std::span<const NameEntry> NameIndex::find(std::string_view normalised) const {
  auto at = impl_->slices.find(normalised);
  if (at == impl_->slices.end()) {
    if (normalised.size() < shortest_compact) return {};
    const auto together = impl_->apart.find(compact(normalised));
    if (together == impl_->apart.end()) return {};
    at = impl_->slices.find(together->second);
  }
  return std::span(impl_->entries).subspan(at->second.first, at->second.count);
}

std::span<const NameEntry> NameIndex::find_code(std::string_view rxcui) const {
  const auto at = impl_->codes.find(rxcui);
  if (at == impl_->codes.end()) return {};
  return std::span(impl_->entries).subspan(at->second.first, at->second.count);
}

std::vector<const NameEntry*> NameIndex::products_of(std::span<const IngredientIndex> ingredients) const {
  std::vector<const NameEntry*> products;
  for (const std::size_t at : impl_->with_strengths) {
    const NameEntry& entry = impl_->entries[at];
    if (std::is_permutation(entry.ingredients.begin(), entry.ingredients.end(), ingredients.begin(), ingredients.end()))
      products.push_back(&entry);
  }
  return products;
}

std::size_t NameIndex::longest_match(std::span<const std::string> words, std::size_t from) const {
  if (from >= words.size()) return 0;
  const std::size_t most = std::min(words.size() - from, impl_->most_words + 2);  // words may be written apart
  std::string text;
  std::string plain;
  std::size_t longest = 0;
  if (words[from].empty()) return 0;
  const auto byte = static_cast<unsigned char>(words[from].front());
  const auto begin = impl_->without_blanks.begin();
  auto first = begin + static_cast<std::ptrdiff_t>(impl_->by_first_byte[byte]);
  const auto last = begin + static_cast<std::ptrdiff_t>(impl_->by_first_byte[byte + 1U]);
  for (std::size_t count = 1; count <= most; ++count) {
    if (count > 1) text.push_back(' ');
    text += words[from + count - 1];
    plain += words[from + count - 1];
    // Where no name begins with these letters, however they are spaced, no longer text is a name; most words of an
    // order begin none, and their first letters say so.
    const std::size_t letters = std::min<std::size_t>(plain.size(), 4);
    if (letters >= 3 && !impl_->beginnings.test(place_of_beginning(plain, letters))) break;
    first = std::lower_bound(first, last, plain);
    if (first == last || !first->starts_with(plain)) break;
    if (has_letter(text) && !find(text).empty()) longest = count;
  }
  return longest;
}

std::vector<NearName> NameIndex::near(std::string_view normalised, int max_distance) const {
  std::vector<NearName> found;
  if (max_distance < 0 || normalised.empty()) return found;
  const auto reach = static_cast<std::size_t>(max_distance);
  const std::uint64_t bits = character_bits(normalised);
  const SpellingDistances distances(normalised);
  const bool in_bits = normalised.size() <= SpellingDistances::longest;
  const std::size_t shortest = normalised.size() > reach ? normalised.size() - reach : 0;
  for (std::size_t length = shortest; length <= normalised.size() + reach && length < impl_->by_length.size();
       ++length) {
    for (const Impl::Key& key : impl_->by_length[length]) {
      // What one has and the other has not: an edit takes away at most one letter and puts in one.
      if (std::popcount(key.bits & ~bits) > max_distance || std::popcount(bits & ~key.bits) > max_distance) continue;
      const int distance = in_bits ? distances.to(key.text) : spelling_distance(key.text, normalised, max_distance);
      if (distance > max_distance) continue;
      const auto longer = static_cast<double>(std::max(key.text.size(), normalised.size()));
      found.push_back({std::string(key.text), distance, std::max(0.0, 1.0 - static_cast<double>(distance) / longer)});
    }
  }
  std::sort(found.begin(), found.end(), [](const NearName& left, const NearName& right) {
    if (left.distance != right.distance) return left.distance < right.distance;
    if (left.score > right.score || right.score > left.score) return left.score > right.score;
    return left.key < right.key;
  });
  return found;
}

std::vector<std::string> NameIndex::longer_names(std::string_view normalised) const {
  const std::string prefix = std::string(normalised) + " ";
  std::vector<std::string> names;
  for (auto at = std::lower_bound(impl_->sorted.begin(), impl_->sorted.end(), prefix);
       at != impl_->sorted.end() && at->starts_with(prefix); ++at) {
    names.push_back(*at);
  }
  return names;
}

bool NameIndex::are_lookalikes(std::string_view one, std::string_view other) const {
  const auto others = lookalikes_of(one);
  return std::binary_search(others.begin(), others.end(), other);
}

std::span<const std::string> NameIndex::lookalikes_of(std::string_view normalised) const {
  const auto at = impl_->lookalikes.find(normalised);
  return at == impl_->lookalikes.end() ? std::span<const std::string>{} : std::span<const std::string>(at->second);
}

std::string_view NameIndex::class_title(std::string_view normalised) const {
  const auto at = impl_->classes.find(normalised);
  return at == impl_->classes.end() ? std::string_view{} : std::string_view(at->second);
}

std::size_t NameIndex::size() const noexcept { return impl_->slices.size(); }

}  // namespace guardian::knowledge
