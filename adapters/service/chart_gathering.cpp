#include "adapters/service/chart_gathering.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "adapters/json/case_writer.hpp"

namespace guardian::adapters::service {
namespace {

using cds_hooks::PrefetchTemplate;
using fhir::Role;

std::string query_of(const PrefetchTemplate& wanted, const std::string& patient) {
  static constexpr std::string_view token = "{{context.patientId}}";
  std::string query(wanted.query);
  query.replace(query.find(token), token.size(), patient);
  return query;
}

std::string_view words(std::string_view key) {
  if (key == "patient") return "the patient's age, sex and measures";
  if (key == "medicationRequests") return "the medication requests";
  if (key == "medicationStatements") return "what the patient says to take";
  if (key == "medicationDispenses") return "the dispensed medicines";
  if (key == "medicationAdministrations") return "the given medicines";
  if (key == "conditions") return "the conditions";
  if (key == "allergies") return "the allergies";
  return "the results and vital signs";
}

bool has_next_page(const JsonView& bundle) {
  bool next = false;
  bundle.member("link").each_entry(
      [&](const JsonView& link, std::size_t) { next = next || link.member("relation").text_or() == "next"; });
  return next;
}

class Gatherer {
 public:
  Gatherer(const cds_hooks::HookCall& call, const std::string& as_of, const Fetch& fetch)
      : call_(call), fetch_(fetch), builder_(call.patient, as_of) {}

  Gathering gather() {
    take_prefetch();
    fetch_missing();
    fetch_dispatched();
    if (result_.status != 200) return std::move(result_);
    if (call_.drafts.is_object()) builder_.add(call_.drafts, "/context/draftOrders", Role::draft);
    finish();
    return std::move(result_);
  }

 private:
  struct Wanted {
    const PrefetchTemplate* what;
    std::string why;       // it was not taken from the prefetch
    bool partial = false;  // the first page is there
    bool ask = true;
  };

  void refuse(int status, std::string code, std::string diagnostics) {
    result_.status = status;
    result_.issues.push_back({fhir::IssueSeverity::error, std::move(code), std::move(diagnostics)});
  }

  // A key that is absent was not provided; one that is null says that there is nothing.
  void take_prefetch() {
    for (const PrefetchTemplate& known : cds_hooks::prefetch_templates) {
      const JsonView value = call_.prefetch.member(known.key);
      const std::string element = "/prefetch/" + std::string(known.key);
      if (!value.present()) {
        wanted_.push_back({&known, "was not provided"});
      } else if (value.is_null()) {
        if (known.key == "patient") wanted_.push_back({&known, "is null"});
      } else if (value.member("resourceType").text_or() == "OperationOutcome") {
        wanted_.push_back({&known, "could not be read by the client", false, false});
      } else if (!value.is_object() || !value.member("resourceType").text()) {
        wanted_.push_back({&known, "is no FHIR resource"});
      } else {
        if (has_next_page(value)) wanted_.push_back({&known, "has only its first page", true});
        builder_.add(value, element, Role::chart);
      }
    }
  }

  void fetch_missing() {
    std::vector<std::string> queries;
    std::vector<const Wanted*> asked;
    for (const Wanted& wanted : wanted_) {
      if (!wanted.ask || call_.access.server.empty()) {
        give_up(wanted, {});
        continue;
      }
      queries.push_back(query_of(*wanted.what, call_.patient));
      asked.push_back(&wanted);
    }
    if (queries.empty()) return;
    const auto answers = fetch_(call_.access, queries);
    for (std::size_t i = 0; i < asked.size(); ++i) {
      const bool good = i < answers.size() && answers[i].fault == fhir_client::FhirFault::none &&
                        add_pages(answers[i].pages, "/fetched/" + std::string(asked[i]->what->key), Role::chart);
      if (good) continue;
      give_up(*asked[i], i < answers.size() ? fhir_client::explain(answers[i].fault) : std::string_view());
    }
  }

  void give_up(const Wanted& wanted, std::string_view fault) {
    std::string why = "prefetch " + std::string(wanted.what->key) + " " + wanted.why;
    if (!fault.empty()) why += ", and the FHIR server could not help: " + std::string(fault);
    if (wanted.what->required && !wanted.partial) {
      refuse(412, "required", "Cannot check without it: " + why);
    } else {
      result_.missing.push_back(std::string(words(wanted.what->key)) + ": " + why);
    }
  }

  void fetch_dispatched() {
    if (call_.hook != cds_hooks::Hook::order_dispatch || result_.status != 200) return;
    if (call_.access.server.empty()) {
      refuse(412, "required", "The dispatched orders are on the FHIR server, and none was named");
      return;
    }
    const auto answers = fetch_(call_.access, call_.dispatched);
    for (std::size_t i = 0; i < call_.dispatched.size(); ++i) {
      const bool good = i < answers.size() && answers[i].fault == fhir_client::FhirFault::none &&
                        add_pages(answers[i].pages, entry_pointer("/context/dispatchedOrders", i), Role::draft);
      if (good) continue;
      refuse(
          412, "required",
          entry_pointer("/context/dispatchedOrders", i) + " cannot be read: " +
              std::string(i < answers.size() ? fhir_client::explain(answers[i].fault) : std::string_view("no answer")));
    }
  }

  bool add_pages(const std::vector<std::string>& pages, const std::string& element, Role role) {
    for (std::size_t i = 0; i < pages.size(); ++i) {
      readers_.push_back(std::make_unique<JsonReader>());
      const JsonViewing page = readers_.back()->parse(pages[i]);
      if (!page.value.is_object()) return false;
      builder_.add(page.value, pages.size() == 1 ? element : entry_pointer(element, i), role);
    }
    return true;
  }

  void finish() {
    std::vector<InputProblem> problems;
    result_.chart = builder_.build(problems);
    for (const InputProblem& problem : problems) refuse(400, "invalid", problem.path + " " + problem.message);
    for (const fhir::Unread& other : result_.chart.other_patients) {
      const bool draft = other.element.rfind("/context/", 0) == 0;
      const bool patient = other.element == "/prefetch/patient" || other.element == "/fetched/patient";
      if (draft || patient) refuse(400, "conflict", other.element + " is of another patient than /context/patientId");
    }
    if (result_.status != 200) return;
    const std::vector<std::size_t> order = number_entries(result_.chart.subject);
    std::vector<fhir::ChartMedication> sorted;
    for (std::size_t i = 0; i < order.size(); ++i) {
      sorted.push_back(std::move(result_.chart.medications[order[i]]));
      sorted.back().element = result_.chart.subject.medications[i].element;
    }
    result_.chart.medications = std::move(sorted);
  }

  const cds_hooks::HookCall& call_;
  const Fetch& fetch_;
  std::vector<std::unique_ptr<JsonReader>> readers_;  // of what was fetched: the builder looks at it until the end
  fhir::ChartBuilder builder_;
  std::vector<Wanted> wanted_;
  Gathering result_;
};

}  // namespace

Gathering gather_chart(const cds_hooks::HookCall& call, const std::string& as_of, const Fetch& fetch) {
  return Gatherer(call, as_of, fetch).gather();
}

}  // namespace guardian::adapters::service
