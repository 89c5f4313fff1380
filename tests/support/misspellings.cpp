#include "tests/support/misspellings.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "knowledge/spelling.hpp"

namespace guardian::tests {
namespace {

bool is_letter(char c) { return c >= 'a' && c <= 'z'; }

// Keys that touch one another, each with its row below and above.
std::string_view keys_beside(char c) {
  constexpr std::array<std::string_view, 26> beside{
      "qwsz", "vghn", "xdfv", "serfcx", "wsdr", "drtgvc", "ftyhbv", "gyujnb", "ujko", "huikmn", "jiolm", "kop",  "njk",
      "bhjm", "iklp", "ol",   "wa",     "edft", "awedxz", "rfgy",   "yhji",   "cfgb", "qase",   "zsdc",  "tghu", "asx"};
  return beside[static_cast<std::size_t>(c - 'a')];
}

// Letters that are heard for one another.
std::string_view heard_as(char c) {
  switch (c) {
    case 'a': return "eiou";
    case 'e': return "aiy";
    case 'i': return "eay";
    case 'o': return "au";
    case 'u': return "ao";
    case 'y': return "ie";
    case 'c': return "ks";
    case 'k': return "c";
    case 's': return "cz";
    case 'z': return "s";
    case 'x': return "zs";
    case 'f': return "v";
    case 'v': return "fb";
    case 'b': return "pv";
    case 'p': return "b";
    case 'd': return "t";
    case 't': return "d";
    case 'g': return "jk";
    case 'j': return "g";
    case 'm': return "n";
    case 'n': return "m";
    case 'l': return "r";
    case 'r': return "l";
    default: return {};
  }
}

// The places of letters that may go wrong: those in words of three letters or more.
std::vector<std::size_t> open_places(std::string_view name) {
  std::vector<std::size_t> places;
  for (std::size_t at = 0; at < name.size();) {
    const std::size_t end = std::min(name.find(' ', at), name.size());
    const std::string_view word = name.substr(at, end - at);
    if (word.size() >= 3 && std::all_of(word.begin(), word.end(), is_letter)) {
      for (std::size_t i = at; i < end; ++i) places.push_back(i);
    }
    at = end + 1;
  }
  return places;
}

Slip draw_slip(SlipSource& source) {
  struct Weight {
    Slip slip;
    std::size_t percent;
  };
  constexpr std::array<Weight, slip_count> weights{{{Slip::left_out, 26},
                                                    {Slip::doubled, 12},
                                                    {Slip::put_in, 12},
                                                    {Slip::other_key, 12},
                                                    {Slip::other_sound, 12},
                                                    {Slip::other_letter, 6},
                                                    {Slip::swapped, 14},
                                                    {Slip::ending, 6}}};
  std::size_t drawn = source.below(100);
  for (const Weight& weight : weights) {
    if (drawn < weight.percent) return weight.slip;
    drawn -= weight.percent;
  }
  return Slip::left_out;
}

char draw(std::string_view from, SlipSource& source) {
  return from.empty() ? static_cast<char>('a' + source.below(26)) : from[source.below(from.size())];
}

std::string with_slip(std::string name, Slip slip, SlipSource& source) {
  const std::vector<std::size_t> places = open_places(name);
  if (places.empty()) return name;
  const std::size_t at = places[source.below(places.size())];
  switch (slip) {
    case Slip::left_out: name.erase(at, 1); break;
    case Slip::doubled: name.insert(at, 1, name[at]); break;
    case Slip::put_in: {  // the finger hits a second key beside the one that was meant; seldom any letter
      const char extra = draw(source.below(4) == 0 ? std::string_view{} : keys_beside(name[at]), source);
      name.insert(at + source.below(2), 1, extra);
      break;
    }
    case Slip::other_key: name[at] = draw(keys_beside(name[at]), source); break;
    case Slip::other_sound: name[at] = draw(heard_as(name[at]), source); break;
    case Slip::other_letter: name[at] = draw({}, source); break;
    case Slip::swapped:
      if (at + 1 < name.size() && is_letter(name[at + 1])) std::swap(name[at], name[at + 1]);
      break;
    case Slip::ending: name.erase(places.back(), 1); break;
  }
  return name;
}

}  // namespace

std::string_view to_string(Slip slip) noexcept {
  constexpr std::array<std::string_view, slip_count> names{"left out",    "doubled",      "put in",  "other key",
                                                           "other sound", "other letter", "swapped", "ending"};
  return names[static_cast<std::size_t>(slip)];
}

std::uint64_t SlipSource::next() noexcept {  // SplitMix64 (Steele, Lea and Flood 2014)
  state_ += 0x9E3779B97F4A7C15U;
  std::uint64_t mixed = state_;
  mixed = (mixed ^ mixed >> 30U) * 0xBF58476D1CE4E5B9U;
  mixed = (mixed ^ mixed >> 27U) * 0x94D049BB133111EBU;
  return mixed ^ mixed >> 31U;
}

std::size_t SlipSource::below(std::size_t bound) noexcept {
  return bound == 0 ? 0 : static_cast<std::size_t>(next() % bound);
}

std::vector<Misspelling> misspellings(std::string_view name, int edits, std::size_t count, SlipSource& source) {
  std::vector<Misspelling> made;
  const std::size_t most_tries = 40 * count;
  for (std::size_t tries = 0; made.size() < count && tries < most_tries; ++tries) {
    Misspelling one{std::string(name), Slip::left_out};
    for (int i = 0; i < edits; ++i) {
      // A second slip may undo the first: the distance is checked below.
      one.last = draw_slip(source);
      one.text = with_slip(std::move(one.text), one.last, source);
    }
    const bool fresh =
        std::none_of(made.begin(), made.end(), [&](const Misspelling& other) { return other.text == one.text; });
    if (fresh && knowledge::spelling_distance(one.text, name, edits) == edits) made.push_back(std::move(one));
  }
  return made;
}

}  // namespace guardian::tests
