#pragma once
// CDS Hooks over HTTP: discovery, the services, and feedback on their cards. Sign-in, limits and CORS are before it
// (service.hpp). Safe to call from several threads.

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>

#include "adapters/cds_hooks/cards.hpp"
#include "adapters/http/exchange.hpp"
#include "adapters/service/card_memory.hpp"
#include "adapters/service/chart_gathering.hpp"
#include "adapters/service/review_desk.hpp"
#include "core/result.hpp"

namespace guardian::adapters::service {

struct CdsSettings {
  std::string public_url;    // without a slash at the end; where clients reach this service
  bool link_reviews = true;  // cards lead to the page of the review
  std::size_t most_interruptive = 3;
  bool detected_issues = false;              // cards offer to create them, unless a client says otherwise
  std::chrono::milliseconds hook_time{500};  // that a call may take; alternatives are looked for in the first half only
};

// What a client tells of one card.
struct CardFeedback {
  std::string card;  // UUID
  ShownCard shown;
  bool accepted = false;
  std::vector<std::string> suggestions;  // UUIDs of those that were accepted
  std::string reason;                    // code of an override; empty: none
  std::string reason_system;
  std::string comment;  // free text of a person
  std::string at;       // as the client says
};
// Stores it; a failure is told to the client, who keeps what is not stored.
using StoreFeedback = std::function<core::Result<void>(const CardFeedback&)>;

// Told of each card that goes out.
using CountCard = std::function<void(cds_hooks::Indicator)>;

class CdsEndpoint {
 public:
  CdsEndpoint(ReviewDesk& desk, CdsSettings settings, Fetch fetch, StoreFeedback store, CountCard count,
              std::function<std::string()> now);

  // Cards of before this service began: feedback on them finds their findings.
  void remember(const HookCards& hook);

  [[nodiscard]] http::Reply discovery() const;
  [[nodiscard]] http::Reply call(const cds_hooks::Service& service, const http::Request& request);
  [[nodiscard]] http::Reply feedback(const cds_hooks::Service& service, const http::Request& request);

 private:
  [[nodiscard]] http::Reply answer(const cds_hooks::HookCall& call, const cds_hooks::Service& service,
                                   Gathering gathering, std::chrono::steady_clock::time_point begun);
  void coordinate(const cds_hooks::HookCall& call, const fhir::Chart& chart, const core::Review& review,
                  std::vector<cds_hooks::Card>& cards);

  ReviewDesk& desk_;
  CdsSettings settings_;
  Fetch fetch_;
  StoreFeedback store_;
  CountCard count_;
  std::function<std::string()> now_;
  cds_hooks::CardPolicy policy_;
  CardMemory memory_;
  std::string discovery_;
};

}  // namespace guardian::adapters::service
