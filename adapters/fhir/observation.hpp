#pragma once
// What Observations say of a patient: laboratory results, the latest vital signs, weight and height, pregnancy,
// breastfeeding, smoking. Pure; a reader belongs to one thread.

#include <optional>
#include <string>
#include <string_view>

#include "adapters/fhir/codes.hpp"
#include "adapters/fhir/resource.hpp"
#include "core/case.hpp"

namespace guardian::adapters::fhir {

class ObservationReader {
 public:
  explicit ObservationReader(const ReviewTime& now) : now_(now) {}

  void read(JsonView resource, core::Patient& patient);

  // Puts the latest of each vital sign and measure in its place; call once, after the last observation.
  void finish(core::Case& subject);

 private:
  // The latest value of one measure.
  struct Latest {
    std::optional<double> value;
    std::string text;
    std::optional<double> age_days;  // nothing: no date was given

    // Whether something of that age takes its place: the newer one, and of undated ones the first.
    [[nodiscard]] bool gives_way(std::optional<double> age) const;
  };

  struct Given;  // a value and where it stands
  void read_given(const Given& given, core::Patient& patient);
  bool read_measure(Measure measure, const Given& given, core::Patient& patient);
  void read_pregnancy(Measure measure, const Given& given);
  void add_lab(const Given& given, std::string name, core::Patient& patient) const;
  void keep(Latest& latest, const Given& given, std::optional<double> value, std::string text = {}) const;

  ReviewTime now_;
  Latest respiratory_rate_, spo2_, systolic_, diastolic_, heart_rate_, temperature_;
  Latest weight_, height_, oxygen_flow_, oxygen_concentration_, consciousness_;
  Latest pregnant_, gestation_, delivery_, lactating_;
};

}  // namespace guardian::adapters::fhir
