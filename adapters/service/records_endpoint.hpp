#pragma once
// /v1/patients: the list of patients that a small site keeps beside the service (adapters/records). Safe to use from
// several threads.

#include <functional>
#include <string>
#include <string_view>

#include "adapters/http/exchange.hpp"
#include "adapters/records/patient_records.hpp"

namespace guardian::adapters::service {

class RecordsEndpoint {
 public:
  // `records` must outlive the endpoint; null: the service keeps none, and every call is a 404.
  RecordsEndpoint(records::PatientRecords* records, std::function<std::string()> now)
      : records_(records), now_(std::move(now)) {}

  [[nodiscard]] http::Reply list() const;
  [[nodiscard]] http::Reply find(std::string_view number) const;
  [[nodiscard]] http::Reply add(const http::Request& request);
  // 409 when another version was saved since the one that the request names.
  [[nodiscard]] http::Reply save(std::string_view number, const http::Request& request);
  [[nodiscard]] http::Reply add_note(std::string_view number, const http::Request& request, const std::string& by);
  [[nodiscard]] http::Reply erase(std::string_view number);

 private:
  records::PatientRecords* records_;
  std::function<std::string()> now_;
};

// Fills records with some of the example cases, for a demonstration.
[[nodiscard]] core::Result<void> add_example_patients(records::PatientRecords& records, const std::string& now);

}  // namespace guardian::adapters::service
