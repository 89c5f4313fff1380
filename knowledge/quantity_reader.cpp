#include "knowledge/quantity_reader.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "knowledge/quantity_name.hpp"
#include "knowledge/quantity_units.hpp"
#include "knowledge/result_text.hpp"
#include "knowledge/text.hpp"
#include "knowledge/text_map.hpp"
#include "knowledge/unit_text.hpp"

namespace guardian::knowledge {
namespace {

using core::ErrorCode;

constexpr std::size_t most_words = 40;  // the longest LOINC names have half of that

std::vector<std::string> words_of(std::string_view key) {
  std::vector<std::string> words;
  for (const std::string_view word : split(key, " ")) words.emplace_back(word);
  return words;
}

struct Meaning {
  std::string quantity;
  std::string substance;
};

// A number with the unit that was written beside it, in the name, or in the text of the result.
struct Measurement {
  double number = 0.0;
  std::string unit;      // as written
  std::string unit_key;  // normalised; empty when none is stated
};

}  // namespace

// The word behind "as " at the start of a note.
std::string substance_of(const QuantityName& row) {
  if (row.note.substr(0, 3) != "as ") return {};
  const std::string_view rest = std::string_view(row.note).substr(3);
  return lower_case(rest.substr(0, std::min(rest.find_first_of(" :;,."), rest.size())));
}

struct QuantityReader::Impl {
  TextMap<KnownQuantity> quantities;
  TextMap<Meaning> names;
  TextMap<std::string> unit_keys;  // of the units as the tables write them, which most results do too

  [[nodiscard]] const KnownQuantity* find(std::string_view quantity) const {
    const auto found = quantities.find(quantity);
    return found == quantities.end() ? nullptr : &found->second;
  }
  [[nodiscard]] std::string unit_key(std::string_view written) const {
    const auto known = unit_keys.find(written);
    return known == unit_keys.end() ? normalised_unit(written) : known->second;
  }
  [[nodiscard]] core::Result<bool> add(const QuantityDefinition& definition);
  [[nodiscard]] core::Result<bool> add(const QuantityUnit& row);
  [[nodiscard]] core::Result<bool> add(const QuantityUnstated& row);
  [[nodiscard]] core::Result<bool> add(const QuantityName& row);
  [[nodiscard]] const Meaning* meaning_of(const std::vector<std::string>& words, bool& earlier) const;
  [[nodiscard]] std::variant<Measurement, UnitRefusal> measurement_of(const core::LabResult& lab,
                                                                      const std::string& unit_in_name) const;
};

core::Result<bool> QuantityReader::Impl::add(const QuantityDefinition& definition) {
  if (!std::isfinite(definition.low) || !std::isfinite(definition.high) || definition.low >= definition.high) {
    return core::fail(ErrorCode::invalid_input, "quantity " + definition.name + ": its limits are not low and high");
  }
  KnownQuantity quantity;
  quantity.definition = definition;
  quantity.units.push_back(known_unit({definition.name, definition.unit, 1.0, 0.0}));
  quantity.unstated_low = definition.low;
  quantity.unstated_high = definition.high;
  if (!quantities.emplace(definition.name, std::move(quantity)).second) {
    return core::fail(ErrorCode::invalid_input, "quantity " + definition.name + " stands twice");
  }
  return true;
}

core::Result<bool> QuantityReader::Impl::add(const QuantityUnit& row) {
  const auto found = quantities.find(row.quantity);
  const std::string place = "unit " + row.unit + " of " + row.quantity;
  if (found == quantities.end()) return core::fail(ErrorCode::invalid_input, place + ": there is no such quantity");
  if (!std::isfinite(row.factor) || row.factor <= 0.0 || !std::isfinite(row.offset)) {
    return core::fail(ErrorCode::invalid_input, place + ": the factor is not a positive number");
  }
  KnownUnit unit = known_unit(row);
  std::vector<KnownUnit>& units = found->second.units;
  const auto same = std::find_if(units.begin(), units.end(), [&](const KnownUnit& other) {
    return other.key == unit.key && other.substance == unit.substance;
  });
  if (same == units.end()) {
    units.push_back(std::move(unit));
  } else if (same->factor != unit.factor || same->offset != unit.offset) {
    return core::fail(ErrorCode::invalid_input, place + ": has another factor as " + same->written);
  }
  return true;
}

core::Result<bool> QuantityReader::Impl::add(const QuantityUnstated& row) {
  const auto found = quantities.find(row.quantity);
  const std::string place = "number without a unit of " + row.quantity;
  if (found == quantities.end()) return core::fail(ErrorCode::invalid_input, place + ": there is no such quantity");
  KnownQuantity& quantity = found->second;
  if (!(row.low < row.high)) return core::fail(ErrorCode::invalid_input, place + ": its limits are not low and high");
  quantity.unstated_low = row.low;
  quantity.unstated_high = row.high;
  for (const std::string& unit : row.units) {
    const KnownUnit wanted = known_unit({row.quantity, unit, 1.0, 0.0});
    const KnownUnit* known = quantity.find(wanted.key, wanted.substance);
    if (known == nullptr || known->substance != wanted.substance) {
      return core::fail(ErrorCode::invalid_input, place + ": there is no unit " + unit);
    }
    quantity.unstated_units.emplace(wanted.key, wanted.substance);
  }
  return true;
}

core::Result<bool> QuantityReader::Impl::add(const QuantityName& row) {
  const std::string place = "name " + row.name;
  if (find(row.quantity) == nullptr) return core::fail(ErrorCode::invalid_input, place + ": there is no such quantity");
  const std::string key = normalised_quantity_name(row.name);
  if (key.empty()) return core::fail(ErrorCode::invalid_input, place + " has no letters");
  Meaning meaning{row.quantity, substance_of(row)};
  const auto [found, is_new] = names.emplace(key, meaning);
  if (!is_new && (found->second.quantity != meaning.quantity || found->second.substance != meaning.substance)) {
    return core::fail(ErrorCode::invalid_input, place + " means " + found->second.quantity + " too");
  }
  return true;
}

// Takes harmless words off both ends, as few as it needs, until the rest is a name.
const Meaning* QuantityReader::Impl::meaning_of(const std::vector<std::string>& words, bool& earlier) const {
  if (words.size() > most_words) return nullptr;
  const auto droppable = [](const std::string& word) { return is_harmless_beside_a_test(word) || says_earlier(word); };
  const auto first_kept = std::find_if_not(words.begin(), words.end(), droppable);
  const auto last_kept = std::find_if_not(words.rbegin(), words.rend(), droppable).base();
  for (auto dropped = std::ptrdiff_t{0}; dropped < std::ssize(words); ++dropped) {
    for (auto front = std::ptrdiff_t{0}; front <= dropped; ++front) {
      const auto begin = words.begin() + front;
      const auto end = words.end() - (dropped - front);
      if (begin > first_kept || end < last_kept) continue;
      const auto found = names.find(joined({begin, end}, " "));
      if (found == names.end()) continue;
      earlier = std::any_of(words.begin(), begin, says_earlier) || std::any_of(end, words.end(), says_earlier);
      return &found->second;
    }
  }
  return nullptr;
}

std::string_view to_string(LabRefusalReason reason) noexcept {
  switch (reason) {
    case LabRefusalReason::unknown_name: return "unknown_name";
    case LabRefusalReason::unknown_unit: return "unknown_unit";
    case LabRefusalReason::unit_unclear: return "unit_unclear";
    case LabRefusalReason::implausible: return "implausible";
    case LabRefusalReason::not_a_number: return "not_a_number";
    case LabRefusalReason::only_a_limit: return "only_a_limit";
    case LabRefusalReason::in_the_future: return "in_the_future";
  }
  return "unknown_name";
}

QuantityReader::QuantityReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
QuantityReader::QuantityReader(QuantityReader&&) noexcept = default;
QuantityReader& QuantityReader::operator=(QuantityReader&&) noexcept = default;
QuantityReader::~QuantityReader() = default;

core::Result<QuantityReader> QuantityReader::build(const QuantityTables& tables) {
  auto impl = std::make_unique<Impl>();
  const auto add_all = [&](const auto& rows) -> core::Result<bool> {
    for (const auto& row : rows) {
      if (auto added = impl->add(row); !added) return added;
    }
    return true;
  };
  if (auto added = add_all(tables.quantities); !added) return core::fail(added.error());
  if (auto added = add_all(tables.units); !added) return core::fail(added.error());
  if (auto added = add_all(tables.unstated); !added) return core::fail(added.error());
  if (auto added = add_all(tables.names); !added) return core::fail(added.error());
  for (const auto& [name, quantity] : impl->quantities) {
    for (const KnownUnit& unit : quantity.units)
      impl->unit_keys.try_emplace(unit.written, normalised_unit(unit.written));
  }
  return QuantityReader(std::move(impl));
}

const QuantityDefinition* QuantityReader::find(std::string_view quantity) const {
  const KnownQuantity* found = impl_->find(quantity);
  return found == nullptr ? nullptr : &found->definition;
}

std::optional<NamedQuantity> QuantityReader::quantity_of(std::string_view name) const {
  const auto named = [&](std::string_view text) -> std::optional<NamedQuantity> {
    bool earlier = false;
    const Meaning* meaning = impl_->meaning_of(words_of(normalised_quantity_name(text)), earlier);
    if (meaning == nullptr) return std::nullopt;
    return NamedQuantity{find(meaning->quantity), meaning->substance, {}, earlier};
  };
  if (auto whole = named(name)) return whole;

  // "Potassium (mmol/L)", "Glucose [mg/dL]", "Creatinine, mg/dL", "HbA1c %": the last part may be a unit, or another
  // name of the same.
  std::string_view text = trimmed(name);
  std::string_view unit;
  if (!text.empty() && (text.back() == ')' || text.back() == ']')) {
    const std::size_t open = text.rfind(text.back() == ')' ? '(' : '[');
    if (open == std::string_view::npos) return std::nullopt;
    unit = text.substr(open + 1, text.size() - open - 2);
    text = text.substr(0, open);
  } else {
    const std::size_t part = text.find_last_of(" ,");
    if (part == std::string_view::npos) return std::nullopt;
    unit = text.substr(part + 1);
    text = text.substr(0, part);
  }
  auto base = named(text);
  if (!base) return std::nullopt;
  const auto other_name = named(unit);  // "Potassium (K)"
  if (other_name && other_name->definition == base->definition && other_name->substance == base->substance) return base;
  const std::string key = impl_->unit_key(unit);
  if (key.empty() || impl_->find(base->definition->name)->find(key, base->substance) == nullptr) return std::nullopt;
  base->unit = std::string(unit);
  return base;
}

std::optional<double> QuantityReader::to_canonical(std::string_view quantity, double value,
                                                   std::string_view unit) const {
  const KnownQuantity* found = impl_->find(quantity);
  if (found == nullptr) return std::nullopt;
  const KnownUnit wanted = known_unit({std::string(quantity), std::string(unit), 1.0, 0.0});
  const KnownUnit* known = found->find(wanted.key, wanted.substance);
  return known == nullptr ? std::nullopt : std::optional<double>(known->canonical(value));
}

std::optional<double> QuantityReader::from_canonical(std::string_view quantity, double value,
                                                     std::string_view unit) const {
  const KnownQuantity* found = impl_->find(quantity);
  if (found == nullptr) return std::nullopt;
  const KnownUnit wanted = known_unit({std::string(quantity), std::string(unit), 1.0, 0.0});
  const KnownUnit* known = found->find(wanted.key, wanted.substance);
  return known == nullptr ? std::nullopt : std::optional<double>((value - known->offset) / known->factor);
}

std::vector<std::string> QuantityReader::units_of(std::string_view quantity) const {
  std::vector<std::string> written;
  if (const KnownQuantity* found = impl_->find(quantity)) {
    for (const KnownUnit& unit : found->units) written.push_back(unit.written);
  }
  return written;
}

std::variant<Measurement, UnitRefusal> QuantityReader::Impl::measurement_of(const core::LabResult& lab,
                                                                            const std::string& unit_in_name) const {
  Measurement measurement;
  measurement.unit = lab.unit;
  measurement.unit_key = unit_key(lab.unit);
  if (const double* given = std::get_if<double>(&lab.value)) {
    if (!std::isfinite(*given)) return UnitRefusal{LabRefusalReason::not_a_number, "the result is not a number"};
    measurement.number = *given;
  } else {
    const std::string& text = std::get<std::string>(lab.value);
    const ResultText result = read_result_text(text);
    if (result.kind == ResultKind::limit) {
      return UnitRefusal{LabRefusalReason::only_a_limit, quoted_words(text) + " is only a limit"};
    }
    if (result.kind == ResultKind::no_number) {
      return UnitRefusal{LabRefusalReason::not_a_number,
                         trimmed(text).empty() ? "there is no result" : quoted_words(text) + " is no number"};
    }
    measurement.number = result.number;
    std::string own = unit_key(result.unit);
    if (!own.empty() && !measurement.unit_key.empty() && own != measurement.unit_key) {
      return UnitRefusal{LabRefusalReason::unit_unclear,
                         "two units are stated, " + quoted_words(result.unit) + " and " + quoted_words(lab.unit)};
    }
    if (!own.empty()) {
      measurement.unit = result.unit;
      measurement.unit_key = std::move(own);
    }
  }
  if (measurement.unit_key.empty()) {
    measurement.unit = unit_in_name;
    measurement.unit_key = unit_key(unit_in_name);
  }
  return measurement;
}

LabReading QuantityReader::read(const core::LabResult& lab, const AsOf& as_of) const {
  const auto named = quantity_of(lab.name);
  if (!named) {
    return LabRefusal{LabRefusalReason::unknown_name, {}, "the test " + quoted_words(lab.name) + " is not known"};
  }
  return read(*named, lab, as_of);
}

LabReading QuantityReader::read(const NamedQuantity& named, const core::LabResult& lab, const AsOf& as_of) const {
  const KnownQuantity& quantity = *impl_->find(named.definition->name);
  const QuantityDefinition& definition = quantity.definition;
  const auto refused = [&](const UnitRefusal& refusal) {
    return LabRefusal{refusal.reason, definition.name, definition.title + ": " + refusal.message};
  };

  const auto measurement = impl_->measurement_of(lab, named.unit);
  if (const auto* refusal = std::get_if<UnitRefusal>(&measurement)) return refused(*refusal);
  const Measurement& measured = std::get<Measurement>(measurement);
  const bool has_unit = !measured.unit_key.empty();
  const auto canonical =
      has_unit ? quantity.value_in_unit(measured.number, measured.unit, measured.unit_key, named.substance)
               : quantity.value_without_unit(measured.number, named.substance);
  if (const auto* refusal = std::get_if<UnitRefusal>(&canonical)) return refused(*refusal);

  LabValue value;
  value.quantity = definition.name;
  value.unit = definition.unit;
  value.value = std::get<double>(canonical);
  value.unit_assumed = !has_unit && quantity.units.size() > 1;
  if (value.unit_assumed) value.unit_taken = quantity.unit_taken(measured.number, value.value, named.substance);
  value.age = read_result_age(lab.when, as_of);
  if (value.age.kind == AgeKind::future) {
    return refused({LabRefusalReason::in_the_future, quoted_words(lab.when) + " is after the review"});
  }
  // "baseline creatinine" is no present value even when nothing is said about its time.
  if (named.earlier && value.age.kind != AgeKind::known) value.age = {AgeKind::earlier, std::nullopt};
  return value;
}

}  // namespace guardian::knowledge
