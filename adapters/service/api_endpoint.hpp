#pragma once
// The API of our own, under /v1: a case in, a review out, and what belongs to it. Described by openapi.json, which is
// served too. Sign-in and limits are before it (service.hpp). Safe to call from several threads.

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "adapters/http/exchange.hpp"
#include "adapters/service/explanations.hpp"
#include "adapters/service/review_desk.hpp"

namespace guardian::adapters::service {

class ApiEndpoint {
 public:
  ApiEndpoint(ReviewDesk& desk, runtime::ModelUse model, std::function<std::string()> now,
              ExplanationLimits explaining = {});

  // POST; the body is a case of any format, or a FHIR Bundle. The answer is a review; a FHIR Bundle where the client
  // accepts application/fhir+json or says ?format=fhir.
  // `stop` ends the wait for a model.
  [[nodiscard]] http::Reply review(const http::Request& request, const std::stop_token& stop = {});
  [[nodiscard]] http::Reply plan(const http::Request& request, const std::stop_token& stop = {});
  // POST {"names": [...]}
  [[nodiscard]] http::Reply screen(const http::Request& request);
  [[nodiscard]] http::Reply resolve(const http::Request& request);
  // POST {"text": "warf"}: names that begin so.
  [[nodiscard]] http::Reply suggest(const http::Request& request);
  // POST {"case": {...}, "question": "..."}: server-sent events, an answer each.
  [[nodiscard]] http::Reply ask(const http::Request& request);
  // POST {"review": id, "finding": id, "reason": code, "comment": text}: a clinician goes on in spite of a finding. 201
  // when it is in the ledger. `by` is who signed in.
  [[nodiscard]] http::Reply override(const http::Request& request, const std::string& by);
  // POST {"review": id, "finding": id, "outcome": code, "comment": text}: what turned out to be right.
  [[nodiscard]] http::Reply outcome(const http::Request& request, const std::string& by);
  // GET. A review that was made without words has the template's, and a model's when it has written (explanations.hpp);
  // the header Guardian-Explanation says which.
  [[nodiscard]] http::Reply kept_review(std::string_view id, bool as_case);
  [[nodiscard]] http::Reply kept_picture(std::string_view id);  // SVG
  [[nodiscard]] http::Reply knowledge() const;
  [[nodiscard]] static http::Reply examples();  // the cases that come with the program
  [[nodiscard]] static http::Reply description();
  [[nodiscard]] static http::Reply attributes();  // what the decision support rests on

  void stop();  // asks a model nothing more behind a reply

 private:
  ReviewDesk& desk_;
  runtime::ModelUse model_;
  std::function<std::string()> now_;
  Explanations explanations_;
};

}  // namespace guardian::adapters::service
