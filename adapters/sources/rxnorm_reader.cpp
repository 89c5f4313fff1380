// RxNorm in its Rich Release Format: RXNCONSO (names of concepts), RXNREL (what is made of what), RXNSAT (attributes).
// Only rows of RxNorm itself count, not those of its source vocabularies, and none that is suppressed. A row of RXNREL
// is read by the types of its two concepts, whichever stands first: it leads from the more special to the simpler one.

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "adapters/sources/line_reader.hpp"
#include "knowledge/text.hpp"

namespace guardian::adapters::sources {
namespace {

// The simpler comes first; ingredients are what everything is made of in the end.
enum class TermType : std::uint8_t { in, pin, min, scdc, bn, sbdc, scd, sbd, gpck, bpck };

struct TypeWord {
  std::string_view word;
  TermType type;
};
constexpr std::array<TypeWord, 10> type_words{{{"IN", TermType::in},
                                               {"PIN", TermType::pin},
                                               {"MIN", TermType::min},
                                               {"SCDC", TermType::scdc},
                                               {"BN", TermType::bn},
                                               {"SBDC", TermType::sbdc},
                                               {"SCD", TermType::scd},
                                               {"SBD", TermType::sbd},
                                               {"GPCK", TermType::gpck},
                                               {"BPCK", TermType::bpck}}};

std::optional<TermType> type_of(std::string_view word) {
  for (const TypeWord& known : type_words) {
    if (known.word == word) return known.type;
  }
  return std::nullopt;
}

// Relations that say what a concept is made of, in both directions.
constexpr std::array<std::string_view, 14> made_of{
    "has_ingredient", "ingredient_of", "has_ingredients", "ingredients_of", "has_part", "part_of",  "consists_of",
    "constitutes",    "has_tradename", "tradename_of",    "has_form",       "form_of",  "contains", "contained_in"};

// Fields of a row, each ended by '|', as the rows of RRF are.
std::vector<std::string_view> fields_of(std::string_view line) {
  std::vector<std::string_view> fields;
  for (auto bar = line.find('|'); bar != std::string_view::npos; bar = line.find('|')) {
    fields.push_back(line.substr(0, bar));
    line.remove_prefix(bar + 1);
  }
  if (!line.empty()) fields.push_back(line);
  return fields;
}

bool is_code(std::string_view text) {
  return !text.empty() && text.size() <= 8 && text.find_first_not_of("0123456789") == std::string_view::npos;
}

struct Concept {
  TermType type = TermType::in;
  std::string name;
  std::string place;
  std::vector<std::pair<std::string, std::string>> synonyms;  // with their place
  std::vector<std::uint32_t> made_of;                         // codes
};

class RxNormReader {
 public:
  RxNormReader(OnError on_error, knowledge::ImportedContent& content) : content_(content), bad_(on_error, content) {}

  // RXNCONSO.RRF first, for the others speak of its concepts.
  core::Result<bool> read(const std::filesystem::path& file, std::string_view kind) {
    LineReader lines(file);
    if (!lines.is_open()) return cannot_read(file);
    const std::size_t width = kind == "RXNCONSO" ? 18 : kind == "RXNREL" ? 16 : 13;
    while (lines.next()) {
      if (lines.line().empty()) continue;
      ++content_.rows_read;
      if (!read_row(lines, kind, width)) return core::fail(bad_.error());
    }
    if (lines.failed()) return cannot_read(file);
    return true;
  }

  void finish() {
    std::vector<std::uint32_t> codes;
    for (const auto& [code, one] : concepts_) codes.push_back(code);
    std::sort(codes.begin(), codes.end());
    for (const std::uint32_t code : codes) {
      const Concept& one = concepts_.at(code);
      if (one.name.empty()) continue;  // only synonyms of it were there
      if (only_animals_.contains(code) && !humans_.contains(code)) {
        content_.left_out.push_back({one.place, one.name, "a product for animals only"});
        continue;
      }
      write(code, one);
    }
  }

 private:
  bool read_row(const LineReader& lines, std::string_view kind, std::size_t width) {
    if (lines.too_long()) return bad_.skip(lines.place(), "", "the line is too long");
    const auto fields = fields_of(lines.line());
    if (fields.size() != width) {
      return bad_.skip(lines.place(), "", std::to_string(fields.size()) + " fields, expected " + std::to_string(width));
    }
    if (kind == "RXNCONSO") return read_name(lines, fields);
    return kind == "RXNREL" ? read_relation(lines, fields) : read_attribute(lines, fields);
  }

  std::optional<std::uint32_t> code(std::string_view field) const {
    if (!is_code(field)) return std::nullopt;
    return static_cast<std::uint32_t>(std::stoul(std::string(field)));
  }

  // RXCUI 0, SAB 11, TTY 12, STR 14, SUPPRESS 16.
  bool read_name(const LineReader& lines, const std::vector<std::string_view>& fields) {
    if (fields[11] != "RXNORM") return true;
    if (fields[16] != "N") {
      if (fields[16].empty()) return bad_.skip(lines.place(), "SUPPRESS", "is empty");
      return true;
    }
    const auto number = code(fields[0]);
    if (!number) return bad_.skip(lines.place(), "RXCUI", "`" + std::string(fields[0]) + "` is no code");
    const std::string_view text = knowledge::trimmed(fields[14]);
    if (text.empty()) return bad_.skip(lines.place(), "STR", "is empty");
    if (!is_utf8(text)) return bad_.skip(lines.place(), "STR", "is not UTF-8");
    const auto type = type_of(fields[12]);
    if (type) {
      Concept& one = concepts_[*number];
      if (one.name.empty()) {
        one.type = *type;
        one.name = std::string(text);
        one.place = lines.place();
      }
    } else if (fields[12] == "SY" || fields[12] == "TMSY") {
      concepts_[*number].synonyms.emplace_back(std::string(text), lines.place());
    }
    return true;
  }

  // RXCUI1 0, RXCUI2 4, RELA 7, SAB 10, SUPPRESS 14. Rows between atoms have no RXCUI.
  bool read_relation(const LineReader& lines, const std::vector<std::string_view>& fields) {
    if (fields[10] != "RXNORM" || std::find(made_of.begin(), made_of.end(), fields[7]) == made_of.end()) return true;
    if ((fields[0].empty() && fields[4].empty()) || (fields[14] != "N" && !fields[14].empty())) return true;
    const auto one = code(fields[0]);
    const auto other = code(fields[4]);
    if (!one) return bad_.skip(lines.place(), "RXCUI1", "`" + std::string(fields[0]) + "` is no code");
    if (!other) return bad_.skip(lines.place(), "RXCUI2", "`" + std::string(fields[4]) + "` is no code");
    const auto first = concepts_.find(*one);
    const auto second = concepts_.find(*other);
    if (first == concepts_.end() || second == concepts_.end()) return true;  // of what is suppressed or not wanted
    if (first->second.name.empty() || second->second.name.empty()) return true;
    if (first->second.type > second->second.type) first->second.made_of.push_back(*other);
    if (second->second.type > first->second.type) second->second.made_of.push_back(*one);
    return true;
  }

  // RXCUI 0, ATN 8, SAB 9, SUPPRESS 11.
  bool read_attribute(const LineReader& lines, const std::vector<std::string_view>& fields) {
    const bool animal = fields[8] == "RXN_VET_DRUG";
    if (fields[9] != "RXNORM" || (!animal && fields[8] != "RXN_HUMAN_DRUG") || fields[11] != "N") return true;
    const auto number = code(fields[0]);
    if (!number) return bad_.skip(lines.place(), "RXCUI", "`" + std::string(fields[0]) + "` is no code");
    (animal ? only_animals_ : humans_).insert(*number);
    return true;
  }

  // A brand name stands among the parts of a branded drug; what it is made of is that of the brand, not of the drug.
  [[nodiscard]] static bool leads_down(TermType from, TermType to) {
    return to != TermType::bn || from == TermType::bn;
  }

  // The ingredients that a concept comes down to. The types fall with every step, so that it ends.
  void collect(std::uint32_t number, std::set<std::uint32_t>& ingredients) const {
    const Concept& one = concepts_.at(number);
    if (one.type == TermType::in) {
      ingredients.insert(number);
      return;
    }
    for (const std::uint32_t part : one.made_of) {
      if (leads_down(one.type, concepts_.at(part).type)) collect(part, ingredients);
    }
  }

  void write(std::uint32_t number, const Concept& one) {
    std::set<std::uint32_t> codes;
    collect(number, codes);
    if (codes.empty()) {
      content_.left_out.push_back({one.place, one.name, "no ingredient leads to it"});
      return;
    }
    std::vector<std::string> ingredients;
    for (const std::uint32_t ingredient : codes) ingredients.push_back(concepts_.at(ingredient).name);
    content_.codes.push_back({std::to_string(number), one.name, ingredients, one.place});
    const bool substance = one.type == TermType::in || one.type == TermType::pin;
    if (one.type == TermType::pin || one.type == TermType::bn)
      content_.names.push_back({one.name, one.type == TermType::bn ? "brand" : "synonym", ingredients, one.place});
    if (!substance && one.type != TermType::bn) return;
    for (const auto& [synonym, place] : one.synonyms)
      content_.names.push_back({synonym, one.type == TermType::bn ? "brand" : "synonym", ingredients, place});
  }

  knowledge::ImportedContent& content_;
  BadRows bad_;
  std::unordered_map<std::uint32_t, Concept> concepts_;
  std::unordered_set<std::uint32_t> only_animals_;
  std::unordered_set<std::uint32_t> humans_;
};

}  // namespace

core::Result<knowledge::ImportedContent> read_rxnorm(const std::vector<std::filesystem::path>& files,
                                                     OnError on_error) {
  std::map<std::string, std::filesystem::path> by_kind;
  for (const auto& file : files) {
    const std::string kind = file.stem().string();
    const bool known = kind == "RXNCONSO" || kind == "RXNREL" || kind == "RXNSAT";
    if (!known || !by_kind.emplace(kind, file).second)
      return core::fail(core::ErrorCode::invalid_input,
                        file.filename().string() +
                            (known ? ": is given twice" : ": is none of RXNCONSO.RRF, RXNREL.RRF and RXNSAT.RRF"));
  }
  for (const char* needed : {"RXNCONSO", "RXNREL"}) {
    if (!by_kind.contains(needed))
      return core::fail(core::ErrorCode::invalid_input, std::string(needed) + ".RRF is needed");
  }
  knowledge::ImportedContent content;
  RxNormReader reader(on_error, content);
  for (const char* kind : {"RXNCONSO", "RXNREL", "RXNSAT"}) {
    const auto file = by_kind.find(kind);
    if (file == by_kind.end()) continue;
    if (auto read = reader.read(file->second, kind); !read) return core::fail(read.error());
  }
  reader.finish();
  return content;
}

}  // namespace guardian::adapters::sources
