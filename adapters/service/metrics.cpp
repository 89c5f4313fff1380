#include "adapters/service/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace guardian::adapters::service {

struct Metrics::Impl {
  prometheus::Registry registry;
  prometheus::Family<prometheus::Counter>& requests = prometheus::BuildCounter()
                                                          .Name("guardian_http_requests_total")
                                                          .Help("Requests by route and status")
                                                          .Register(registry);
  prometheus::Family<prometheus::Histogram>& seconds = prometheus::BuildHistogram()
                                                           .Name("guardian_http_request_seconds")
                                                           .Help("Time to answer a request, by route")
                                                           .Register(registry);
  prometheus::Family<prometheus::Counter>& refusals =
      prometheus::BuildCounter()
          .Name("guardian_refused_total")
          .Help("Requests refused before they were looked at, by reason")
          .Register(registry);
  prometheus::Family<prometheus::Counter>& cards =
      prometheus::BuildCounter().Name("guardian_cards_total").Help("Cards by indicator").Register(registry);
  prometheus::Family<prometheus::Counter>& feedback = prometheus::BuildCounter()
                                                          .Name("guardian_feedback_total")
                                                          .Help("Feedback on cards by outcome")
                                                          .Register(registry);
  prometheus::Counter& unrecorded = prometheus::BuildCounter()
                                        .Name("guardian_unrecorded_reviews_total")
                                        .Help("Reviews that could not be written to the ledger")
                                        .Register(registry)
                                        .Add({});
  prometheus::Family<prometheus::Counter>& set_aside =
      prometheus::BuildCounter()
          .Name("guardian_set_aside_total")
          .Help("What rules of a hospital that are only watched (shadow) or have expired came to, by rule")
          .Register(registry);
  prometheus::Gauge& expired = prometheus::BuildGauge()
                                   .Name("guardian_expired_hospital_rules")
                                   .Help("Rules and lowerings of a hospital that have expired")
                                   .Register(registry)
                                   .Add({});
  prometheus::Gauge& ready = prometheus::BuildGauge()
                                 .Name("guardian_ready")
                                 .Help("1 while the service can review and record")
                                 .Register(registry)
                                 .Add({});
  prometheus::Gauge& age = prometheus::BuildGauge()
                               .Name("guardian_knowledge_age_days")
                               .Help("Days since the knowledge base was released")
                               .Register(registry)
                               .Add({});
  prometheus::Gauge& tested = prometheus::BuildGauge()
                                  .Name("guardian_self_test_rows")
                                  .Help("Known critical interactions that the self-test asked for; 0: it was not run")
                                  .Register(registry)
                                  .Add({});
  prometheus::Gauge& missed = prometheus::BuildGauge()
                                  .Name("guardian_self_test_missed")
                                  .Help("Known critical interactions that the knowledge base does not find")
                                  .Register(registry)
                                  .Add({});
  prometheus::Gauge& connections = prometheus::BuildGauge()
                                       .Name("guardian_open_connections")
                                       .Help("Connections that are served now")
                                       .Register(registry)
                                       .Add({});
};

Metrics::Metrics() : impl_(std::make_unique<Impl>()) {}
Metrics::~Metrics() = default;

void Metrics::request(std::string_view route, int status, double seconds) {
  const std::string name(route);
  impl_->requests.Add({{"route", name}, {"status", std::to_string(status)}}).Increment();
  impl_->seconds
      .Add({{"route", name}},
           prometheus::Histogram::BucketBoundaries{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10})
      .Observe(seconds);
}

void Metrics::refused(std::string_view why) { impl_->refusals.Add({{"reason", std::string(why)}}).Increment(); }
void Metrics::card(std::string_view indicator) {
  impl_->cards.Add({{"indicator", std::string(indicator)}}).Increment();
}
void Metrics::feedback(std::string_view outcome) {
  impl_->feedback.Add({{"outcome", std::string(outcome)}}).Increment();
}
void Metrics::set_aside(std::string_view rule, std::string_view why, std::string_view effect) {
  impl_->set_aside.Add({{"rule", std::string(rule)}, {"why", std::string(why)}, {"effect", std::string(effect)}})
      .Increment();
}
void Metrics::expired_rules(std::size_t count) { impl_->expired.Set(static_cast<double>(count)); }
void Metrics::unrecorded() { impl_->unrecorded.Increment(); }

void Metrics::state(bool ready, double knowledge_age_days, std::size_t connections) {
  impl_->ready.Set(ready ? 1.0 : 0.0);
  impl_->age.Set(knowledge_age_days);
  impl_->connections.Set(static_cast<double>(connections));
}

void Metrics::self_test(std::size_t rows, std::size_t missed) {
  impl_->tested.Set(static_cast<double>(rows));
  impl_->missed.Set(static_cast<double>(missed));
}

std::string Metrics::text() const { return prometheus::TextSerializer().Serialize(impl_->registry.Collect()); }

}  // namespace guardian::adapters::service
