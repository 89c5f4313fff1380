#pragma once
// Reads the laboratory results of a case: which quantity the name means, its value in the one unit that rules are
// written in, and how old it is; or a typed reason why it is not read. It refuses rather than guesses: a value that no
// patient has, a unit that is not one of the quantity, and a number without a unit that would mean different things.
// Immutable; safe to read from several threads. Pure.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/case.hpp"
#include "core/result.hpp"
#include "knowledge/result_age.hpp"

namespace guardian::knowledge {

struct QuantityDefinition {
  std::string name;   // "potassium"
  std::string kind;   // lab, vital, measure, attribute
  std::string title;  // "potassium", as a sentence names it
  std::string unit;   // the one that rules are written in
  double low = 0.0;   // the limits of the plausible, both included
  double high = 0.0;
  std::optional<double> stale_days;
  std::string stands_in;
};

// A name as laboratories write it. A note that begins with "as " and one word ("as urea: ...") says that the number is
// of another substance, so that a unit `X as urea` is meant where there is one.
struct QuantityName {
  std::string name;
  std::string quantity;
  std::string note;
};

// canonical = value x factor + offset
struct QuantityUnit {
  std::string quantity;
  std::string unit;  // "mg/dL", "mg/dL as urea"
  double factor = 1.0;
  double offset = 0.0;
};

// What a number without a unit may be: one of these units, with the canonical value in these limits. A quantity that
// has no row may be in any of its units, anywhere within the plausible.
struct QuantityUnstated {
  std::string quantity;
  std::vector<std::string> units;
  double low = 0.0;
  double high = 0.0;
};

struct QuantityTables {
  std::vector<QuantityDefinition> quantities;
  std::vector<QuantityName> names;
  std::vector<QuantityUnit> units;
  std::vector<QuantityUnstated> unstated;
};

// A result that was read.
struct LabValue {
  std::string quantity;
  double value = 0.0;         // in the unit of the quantity
  std::string unit;           // that unit
  bool unit_assumed = false;  // none was written, and one of several was taken
  ResultAge age;
  std::string unit_taken{};  // of these the one, where the number is no absurd one in another either; else empty

  friend bool operator==(const LabValue&, const LabValue&) = default;
};

enum class LabRefusalReason : std::uint8_t {
  unknown_name,
  unknown_unit,
  unit_unclear,  // none is stated and several are possible, or two are stated
  implausible,
  not_a_number,  // "pending", "positive", "120/80", "1,234"
  only_a_limit,  // "<0.2", ">90"
  in_the_future
};

[[nodiscard]] std::string_view to_string(LabRefusalReason reason) noexcept;

// `message` is in plain words and says no more about the patient than the result itself.
struct LabRefusal {
  LabRefusalReason reason = LabRefusalReason::unknown_name;
  std::string quantity;  // empty when the name is not known
  std::string message;

  friend bool operator==(const LabRefusal&, const LabRefusal&) = default;
};

using LabReading = std::variant<LabValue, LabRefusal>;

// The substance that the note of a row says; empty when it says none.
[[nodiscard]] std::string substance_of(const QuantityName& row);

// What the name of a result means.
struct NamedQuantity {
  const QuantityDefinition* definition = nullptr;
  std::string_view substance;  // "urea": see QuantityName; else empty
  std::string unit;            // written in the name, "Potassium (mmol/L)"; else empty
  bool earlier = false;        // "baseline creatinine"
};

class QuantityReader {
 public:
  // Fails on a name or unit of a quantity that is not defined, a name with two meanings, a factor that is not a
  // positive number, limits the wrong way round, or a canonical unit whose factor is not 1.
  [[nodiscard]] static core::Result<QuantityReader> build(const QuantityTables& tables);
  QuantityReader(QuantityReader&&) noexcept;
  QuantityReader& operator=(QuantityReader&&) noexcept;
  ~QuantityReader();

  [[nodiscard]] LabReading read(const core::LabResult& lab, const AsOf& as_of) const;
  // The same when it is known what the name means; `lab.name` is not looked at.
  [[nodiscard]] LabReading read(const NamedQuantity& named, const core::LabResult& lab, const AsOf& as_of) const;

  // The quantity a name means, with "serum", "plasma", "level" and the like around it or not. Words that make another
  // quantity of it (urine, ionized, free, direct) are never dropped: such a name is known or it is not.
  [[nodiscard]] std::optional<NamedQuantity> quantity_of(std::string_view name) const;

  // Nothing when there is no such quantity.
  [[nodiscard]] const QuantityDefinition* find(std::string_view quantity) const;

  // From a unit of the quantity to its canonical one and back; nothing when it is not one of its units. No limits are
  // checked here. The canonical value is rounded to ten digits, so that 100.4 F is 38 C and not a trifle more.
  [[nodiscard]] std::optional<double> to_canonical(std::string_view quantity, double value,
                                                   std::string_view unit) const;
  [[nodiscard]] std::optional<double> from_canonical(std::string_view quantity, double value,
                                                     std::string_view unit) const;

  // The units of a quantity as the table writes them, the canonical one first.
  [[nodiscard]] std::vector<std::string> units_of(std::string_view quantity) const;

 private:
  struct Impl;
  explicit QuantityReader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace guardian::knowledge
