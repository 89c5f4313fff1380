#include "adapters/cds_hooks/services.hpp"

#include <algorithm>
#include <utility>

#include "adapters/json/json_writer.hpp"

namespace guardian::adapters::cds_hooks {
namespace {

// Ids are distinct though the hooks would do: a client that keys services by their address drops one of two.
constexpr std::array<Service, 4> offered = {{
    {Hook::order_select, "guardian-order-select", "1.0", "Medication safety: while ordering",
     "Checks the selected draft orders for medicines against everything the chart says of the patient: other "
     "medicines, "
     "allergies, conditions, results, age, pregnancy."},
    {Hook::order_sign, "guardian-order-sign", "1.0", "Medication safety: before signing",
     "Checks all draft orders for medicines, each against the others and against everything the chart says of the "
     "patient."},
    {Hook::patient_view, "guardian-patient-view", "1.0", "Medication safety: the present medicines",
     "Reviews the medicines that the patient takes now."},
    {Hook::order_dispatch, "guardian-order-dispatch", "1.1", "Medication safety: before an order is carried out",
     "Checks the orders that are being dispatched, against the chart as it is now."},
}};

constexpr std::string_view usage =
    "Needs the prefetch, or access to the FHIR server, for the patient and the medication requests; without the other "
    "queries less is checked, and the answer says what. Medicines by RxNorm code or by name. Not for systems that act "
    "without a person who decides.";

JsonValue configuration_items() {
  const auto item = [](std::string code, std::string type, std::string name, std::string description) {
    return JsonValue{JsonObject{{"code", json_text(std::move(code))},
                                {"type", json_text(std::move(type))},
                                {"name", json_text(std::move(name))},
                                {"description", json_text(std::move(description))}}};
  };
  return JsonValue{JsonList{
      item("cache-for-order-sign-filtering", "boolean", "Remember what was shown",
           "While ordering, remember what is shown, so that it need not be said again before signing."),
      item("filter-out-repeated-alerts", "boolean", "Say it once",
           "Before signing, leave out what was shown while ordering and is unchanged. A critical alert is always shown "
           "again."),
      item("alert-non-serious", "boolean", "Show what does not interrupt",
           "Also show one card with what is below the threshold of an alert."),
      item("create-detected-issue", "boolean", "Offer to record the issue",
           "Also offer, for who goes on, to create a DetectedIssue in the chart, with what is done about it.")}};
}

}  // namespace

std::string_view to_string(Hook hook) noexcept {
  switch (hook) {
    case Hook::patient_view: return "patient-view";
    case Hook::order_select: return "order-select";
    case Hook::order_sign: return "order-sign";
    case Hook::order_dispatch: return "order-dispatch";
  }
  return "";
}

std::span<const Service> services() noexcept { return offered; }

const Service* find_service(std::string_view id) noexcept {
  const auto found = std::find_if(offered.begin(), offered.end(), [&](const Service& known) { return known.id == id; });
  return found == offered.end() ? nullptr : &*found;
}

std::string discovery() {
  JsonList list;
  for (const Service& service : offered) {
    JsonObject prefetch;
    for (const PrefetchTemplate& wanted : prefetch_templates) {
      prefetch.push_back({std::string(wanted.key), json_text(std::string(wanted.query))});
    }
    list.push_back(
        JsonValue{JsonObject{{"hook", json_text(std::string(to_string(service.hook)))},
                             {"hookVersion", json_text(std::string(service.hook_version))},
                             {"id", json_text(std::string(service.id))},
                             {"title", json_text(std::string(service.title))},
                             {"description", json_text(std::string(service.description))},
                             {"version", json_text("3.0.0")},
                             {"usageRequirements", json_text(std::string(usage))},
                             {"prefetch", JsonValue{std::move(prefetch)}},
                             {"extension", JsonValue{JsonObject{{"configuration-items", configuration_items()}}}}}});
  }
  return write_json(JsonValue{JsonObject{{"services", JsonValue{std::move(list)}}}}, false);
}

}  // namespace guardian::adapters::cds_hooks
