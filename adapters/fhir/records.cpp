#include "adapters/fhir/records.hpp"

#include <algorithm>

#include "adapters/fhir/resource.hpp"

namespace guardian::adapters::fhir {
namespace {

constexpr int deepest_bundle = 8;  // of Bundles in Bundles

}  // namespace

std::string reference_to(const Record& record) {
  if (record.id.empty()) return {};
  std::string reference;
  reference.reserve(record.type.size() + 1 + record.id.size());
  return reference.append(record.type).append("/").append(record.id);
}

void Records::add(JsonView resource, std::string_view element, Role role) { add_any(resource, element, role); }
void Records::add_by_status(JsonView resource, std::string_view element) { add_any(resource, element, std::nullopt); }

void Records::add_any(JsonView resource, std::string_view element, std::optional<Role> role) {
  if (!resource.present() || resource.is_null()) return;  // the client has none
  if (!resource.is_object()) {
    problems_.push_back({std::string(element), "must be a FHIR resource"});
    return;
  }
  if (resource.member("resourceType").text_or().empty()) {
    problems_.push_back({std::string(element) + "/resourceType", "is required"});
    return;
  }
  medications_.reset();
  add_resource(resource, std::string(element), role, {}, 0);
}

void Records::add_resource(JsonView resource, std::string element, std::optional<Role> role, std::string_view full_url,
                           int depth) {
  const auto [type_word, id, status] = pick<3>(resource, {"resourceType", "id", "status"});
  const std::string_view type = type_word.text_or();
  if (type != "Bundle") {
    const bool is_draft = type == "MedicationRequest" && status.text_or() == "draft";
    all_.push_back({std::move(element), resource, type, id.text_or(), full_url,
                    role.value_or(is_draft ? Role::draft : Role::chart)});
    return;
  }
  resource.member("link").each_entry([&](JsonView link, std::size_t) {
    if (link.member("relation").text_or() == "self") searches_.push_back(link.member("url").text_or());
  });
  const JsonView entries = resource.member("entry");
  if (entries.present() && !entries.is_null() && !entries.is_list()) {
    problems_.push_back({element + "/entry", "must be a list"});
    return;
  }
  if (depth >= deepest_bundle) {
    problems_.push_back({element, "Bundles are nested too deeply"});
    return;
  }
  entries.each_entry([&](JsonView entry, std::size_t index) {
    const JsonView inner = entry.member("resource");
    if (!inner.is_object()) return;
    add_resource(inner, element + "/entry/" + std::to_string(index) + "/resource", role,
                 entry.member("fullUrl").text_or(), depth + 1);
  });
}

JsonView Records::medication(std::string_view reference, JsonView from) const {
  JsonView found;
  if (!reference.empty() && reference.front() == '#') {
    const std::string_view id = reference.substr(1);
    from.member("contained").each_entry([&](JsonView contained, std::size_t) {
      if (!found.present() && contained.member("id").text_or() == id &&
          contained.member("resourceType").text_or() == "Medication")
        found = contained;
    });
    return found;
  }
  if (!medications_) {
    medications_.emplace();
    for (std::size_t i = 0; i < all_.size(); ++i) {
      if (all_[i].type != "Medication") continue;
      if (!all_[i].full_url.empty()) medications_->emplace(all_[i].full_url, i);
      if (!all_[i].id.empty()) medications_->emplace(all_[i].id, i);
    }
  }
  auto row = medications_->find(reference);
  if (row == medications_->end()) {
    const std::string_view relative = relative_reference(reference);
    const std::string_view type = type_of_reference(relative);
    if (type.empty() || type == "Medication") row = medications_->find(id_of_reference(relative));
  }
  return row == medications_->end() ? JsonView() : all_[row->second].resource;
}

bool Records::searched(std::string_view type) const {
  return std::any_of(searches_.begin(), searches_.end(), [&](std::string_view address) {
    address = address.substr(0, address.find('?'));
    constexpr std::string_view posted = "/_search";
    if (address.size() > posted.size() && address.substr(address.size() - posted.size()) == posted)
      address.remove_suffix(posted.size());
    return id_of_reference(address) == type;
  });
}

}  // namespace guardian::adapters::fhir
