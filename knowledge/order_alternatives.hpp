#pragma once
// What could be ordered in the place of an order while everything else stays as it stands: much less than a plan, and
// quick. One thread; equal cases give equal answers, unless they end early.

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "knowledge/knowledge_base.hpp"
#include "knowledge/plan_policy.hpp"
#include "knowledge/screened_case.hpp"

namespace guardian::knowledge {

struct OrderAlternative {
  std::string element;  // of the order
  std::string to;       // ingredient; dose and form are to be stated
  std::string rxcui;    // of the ingredient, where it is known
  std::string reason;   // why it could stand in, and what is to be monitored then
  int line = 0;         // of `to` for what the order is given for

  friend bool operator==(const OrderAlternative&, const OrderAlternative&) = default;
};

class OrderAlternatives {
 public:
  explicit OrderAlternatives(std::shared_ptr<const KnowledgeBase> base, PlanPolicy policy = default_plan_policy());
  ~OrderAlternatives();
  OrderAlternatives(OrderAlternatives&&) noexcept;
  OrderAlternatives& operator=(OrderAlternatives&&) noexcept;

  // Of each of the orders with these elements at most `most`, best first: each was put to the whole engine together
  // with the rest of the case and takes part in no finding that a plan would clear, nor in a new one worth monitoring
  // but what the policy lets monitoring answer. Ends early, with those found by then, when `enough` says so; it is
  // asked before each run of the engine. The case must have been screened with the same knowledge base.
  [[nodiscard]] std::vector<OrderAlternative> find(const ScreenedCase& screened, std::span<const std::string> elements,
                                                   std::size_t most, const std::function<bool()>& enough);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace guardian::knowledge
