#pragma once
// What the service counts, in the text format of Prometheus. No label holds anything of a patient or of a request's
// address: routes are named by their pattern. Safe to use from several threads.

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace guardian::adapters::service {

class Metrics {
 public:
  Metrics();
  ~Metrics();

  void request(std::string_view route, int status, double seconds);
  void refused(std::string_view why);  // before it was looked at: sign-in, limits
  void card(std::string_view indicator);
  void feedback(std::string_view outcome);
  void unrecorded();
  // A rule of a hospital that is only watched or has expired came to something.
  void set_aside(std::string_view rule, std::string_view why, std::string_view effect);

  // Set when they are asked for.
  void state(bool ready, double knowledge_age_days, std::size_t connections);

  void self_test(std::size_t rows, std::size_t missed);
  void expired_rules(std::size_t count);

  [[nodiscard]] std::string text() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace guardian::adapters::service
