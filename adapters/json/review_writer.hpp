#pragma once
// The parts of a review as JSON, written as they are said into one text: no tree of values, and no text of a part that
// is copied into the whole. Used by review_codec.cpp alone. Belongs to one thread.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/json/json_text.hpp"
#include "core/review.hpp"

namespace guardian::adapters {

// With a name: a member of the object that is open; without one: an entry of the list, or the document.
class ReviewWriter {
 public:
  explicit ReviewWriter(JsonText& json) : json_(json) {}

  void review(const core::Review& review);
  void plan(const core::Review& review);
  void write(std::string_view name, const core::Dose& dose);

 private:
  void engine(const core::Review& review);

  void write(const core::ResolvedMedication& medication);
  void write(const core::NameCandidate& candidate);
  void write(const core::UnresolvedMedication& medication);
  void write(const core::StatedFact& fact);
  void write(const core::NotAssessed& check);
  void write(const core::SetAside& one);
  void write(const core::EvidenceRecord& evidence);
  void write(const core::PathStep& step);
  void write(const core::FindingSource& source);
  void write(const core::Finding& finding);
  void write(const core::RedFlag& flag);
  void write(const core::Degradation& degradation);
  void write(const core::AgentReport& agent);
  void write(std::string_view name, const core::News2& news2);
  void write(std::string_view name, const core::Triage& triage);
  void write(std::string_view name, const core::KnowledgeBaseStamp& stamp);
  void write(std::string_view name, const core::Certificate& certificate);
  void write(std::string_view name, const core::LedgerStamp& stamp);
  void daily_amounts(const core::Dose& dose);

  // plan_writer.cpp
  void write(std::string_view name, const core::PlanFinding& finding);
  void write(const core::PlanFinding& finding);
  void write(const core::PlanChange& change);
  void write(const core::PlanMedicine& medicine);
  void write(const core::PlanHandled& handled);
  void write(const core::PlanNecessity& necessity);
  void write(const core::PlanOption& option);
  void write(std::string_view name, const core::Plan& plan);
  void write(const core::Claim& claim);
  void write(const core::MustSay& fact);
  void write(std::string_view name, const core::Explanation& explanation);

  // audit_writer.cpp
  void write(const core::AuditReason& reason);
  void write(const core::InvariantCheck& check);
  void write(const core::AuditSignal& signal);
  void write(const core::Confidence& one);
  void write(const core::ClaimCheck& check);
  void write(const core::Faithfulness& one);
  void write(std::string_view name, const core::GateCertificate& one);
  void write(std::string_view name, const core::AuditReport& report);

  void number(std::string_view name, double value);
  void number_or_null(std::string_view name, const std::optional<double>& value);
  void number_if_known(std::string_view name, const std::optional<double>& value);
  void whole_or_null(std::string_view name, const std::optional<int>& value);
  void text_or_null(std::string_view name, const std::string& text);
  void texts(std::string_view name, const std::vector<std::string>& entries);

  template <class T>
  void list(std::string_view name, const std::vector<T>& entries) {
    json_.open_list(name);
    for (const T& entry : entries) write(entry);
    json_.close_list();
  }
  template <class T>
  void value_or_null(std::string_view name, const std::optional<T>& value) {
    if (value)
      write(name, *value);
    else
      json_.null(name);
  }

  JsonText& json_;
};

}  // namespace guardian::adapters
