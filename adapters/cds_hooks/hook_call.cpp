#include "adapters/cds_hooks/hook_call.hpp"

#include <algorithm>
#include <cctype>

namespace guardian::adapters::cds_hooks {
namespace {

// A FHIR id.
bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '.';
  });
}

class CallReader {
 public:
  CallReader(const JsonView& request, const Service& service, std::vector<InputProblem>& problems)
      : request_(request), service_(service), problems_(problems) {}

  HookCall read() {
    HookCall call;
    call.hook = service_.hook;
    if (!request_.is_object()) {
      problem("", "must be a JSON object");
      return call;
    }
    const std::string hook = wanted(request_, "hook", "/hook");
    if (!hook.empty() && hook != to_string(service_.hook)) {
      problem("/hook", "this service is for the hook " + std::string(to_string(service_.hook)));
    }
    call.instance = wanted(request_, "hookInstance", "/hookInstance");
    read_context(call);
    read_access(call);
    call.prefetch = request_.member("prefetch");
    if (call.prefetch.present() && !call.prefetch.is_null() && !call.prefetch.is_object()) {
      problem("/prefetch", "must be an object");
    }
    read_settings(call);
    return call;
  }

 private:
  void problem(std::string path, std::string message) { problems_.push_back({std::move(path), std::move(message)}); }

  std::string wanted(const JsonView& object, std::string_view name, std::string_view path) {
    const JsonView value = object.member(name);
    if (!value.present() || value.is_null()) {
      problem(std::string(path), "is required");
      return {};
    }
    const auto text = value.text();
    if (!text || text->empty()) {
      problem(std::string(path), "must be a string with something in it");
      return {};
    }
    return std::string(*text);
  }

  void read_context(HookCall& call) {
    const JsonView context = request_.member("context");
    if (!context.is_object()) {
      problem("/context", context.present() && !context.is_null() ? "must be an object" : "is required");
      return;
    }
    call.patient = wanted(context, "patientId", "/context/patientId");
    if (!call.patient.empty() && !is_id(call.patient)) problem("/context/patientId", "must be the id of a Patient");
    if (service_.hook != Hook::order_dispatch) call.user = wanted(context, "userId", "/context/userId");
    call.encounter = std::string(context.member("encounterId").text_or());
    if (service_.hook == Hook::order_select || service_.hook == Hook::order_sign) read_drafts(context, call);
    if (service_.hook == Hook::order_dispatch) read_dispatched(context, call);
  }

  void read_drafts(const JsonView& context, HookCall& call) {
    call.drafts = context.member("draftOrders");
    if (!call.drafts.present() || call.drafts.is_null()) {
      problem("/context/draftOrders", "is required");
    } else if (!call.drafts.is_object() || call.drafts.member("resourceType").text_or("Bundle") != "Bundle") {
      problem("/context/draftOrders", "must be a Bundle");
    } else if (call.drafts.member("entry").present() && !call.drafts.member("entry").is_list()) {
      problem("/context/draftOrders/entry", "must be a list");
    }
    if (service_.hook != Hook::order_select) return;
    const JsonView selections = context.member("selections");
    if (!selections.is_list() || selections.size() == 0) {
      problem("/context/selections", "must be a list of references to draft orders, with one at least");
      return;
    }
    call.selections = references(selections, "/context/selections");
  }

  void read_dispatched(const JsonView& context, HookCall& call) {
    const JsonView orders = context.member("dispatchedOrders");
    if (orders.is_list() && orders.size() > 0) {
      call.dispatched = references(orders, "/context/dispatchedOrders");
    } else if (const auto order = context.member("order").text()) {
      call.dispatched.emplace_back(*order);  // version 1.0 of the hook
    } else {
      problem("/context/dispatchedOrders", "must be a list of references to orders, with one at least");
    }
    static_cast<void>(wanted(context, "performer", "/context/performer"));
  }

  std::vector<std::string> references(const JsonView& list, const std::string& path) {
    std::vector<std::string> found;
    list.each_entry([&](const JsonView& entry, std::size_t index) {
      const std::string_view text = entry.text_or();
      if (text.find('/') == std::string_view::npos) {
        problem(entry_pointer(path, index), "must be a reference such as MedicationRequest/123");
      } else {
        found.emplace_back(text);
      }
    });
    return found;
  }

  void read_access(HookCall& call) {
    call.access.server = std::string(request_.member("fhirServer").text_or());
    const JsonView authorization = request_.member("fhirAuthorization");
    if (!authorization.present() || authorization.is_null()) return;
    if (call.access.server.empty()) problem("/fhirServer", "is required with fhirAuthorization");
    if (!authorization.is_object()) {
      problem("/fhirAuthorization", "must be an object");
      return;
    }
    call.access.token = wanted(authorization, "access_token", "/fhirAuthorization/access_token");
    const std::string_view type = authorization.member("token_type").text_or("Bearer");
    if (type != "Bearer") problem("/fhirAuthorization/token_type", "must be Bearer");
  }

  // The text of the guide and its examples name the extension differently.
  void read_settings(HookCall& call) {
    const JsonView extension = request_.member("extension");
    for (const std::string_view name : {"configuration-items", "pddi-configuration-items"}) {
      const JsonView items = extension.member(name);
      const auto flag = [&](std::string_view item, auto& to) {
        if (const auto value = items.member(item).boolean()) to = *value;
        items.each_entry([&](const JsonView& entry, std::size_t) {
          if (entry.member("code").text_or() != item) return;
          if (const auto value = entry.member("value").boolean()) to = *value;
        });
      };
      flag("cache-for-order-sign-filtering", call.settings.remember_shown);
      flag("filter-out-repeated-alerts", call.settings.filter_repeated);
      flag("alert-non-serious", call.settings.show_non_serious);
      flag("create-detected-issue", call.settings.record_issues);
    }
  }

  const JsonView& request_;
  const Service& service_;
  std::vector<InputProblem>& problems_;
};

}  // namespace

HookCall read_call(const JsonView& request, const Service& service, std::vector<InputProblem>& problems) {
  return CallReader(request, service, problems).read();
}

}  // namespace guardian::adapters::cds_hooks
