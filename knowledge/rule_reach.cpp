#include "knowledge/rule_reach.hpp"

#include <algorithm>
#include <functional>
#include <limits>
#include <map>
#include <set>
#include <tuple>

#include "knowledge/text.hpp"

namespace guardian::knowledge {
namespace {

// One place that an ingredient fills: a term, or one of those that count() asks for.
struct Slot {
  const std::vector<std::uint32_t>* able = nullptr;
};

// Kuhn's algorithm: every slot gets an ingredient of its own, moving those that sit elsewhere already.
bool fill_all(const std::vector<Slot>& slots) {
  std::map<std::uint32_t, std::size_t> taken;  // ingredient to slot
  std::set<std::uint32_t> seen;
  const std::function<bool(std::size_t)> fill = [&](std::size_t slot) {
    for (const std::uint32_t ingredient : *slots[slot].able) {
      if (!seen.insert(ingredient).second) continue;
      const auto holder = taken.find(ingredient);
      if (holder != taken.end() && !fill(holder->second)) continue;
      taken[ingredient] = slot;
      return true;
    }
    return false;
  };
  for (std::size_t slot = 0; slot < slots.size(); ++slot) {
    seen.clear();
    if (!fill(slot)) return false;
  }
  return true;
}

// What the comparisons of one number leave.
class Limits {
 public:
  void narrow(Comparison comparison, double number) {
    switch (comparison) {
      case Comparison::equal:
        narrow(Comparison::less_or_equal, number);
        narrow(Comparison::greater_or_equal, number);
        break;
      case Comparison::less: above(number, true); break;
      case Comparison::less_or_equal: above(number, false); break;
      case Comparison::greater: below(number, true); break;
      case Comparison::greater_or_equal: below(number, false); break;
    }
  }
  [[nodiscard]] bool empty() const { return low_ > high_ || (low_ == high_ && (low_open_ || high_open_)); }

 private:
  void above(double number, bool open) {
    if (number > high_ || (number == high_ && !open)) return;
    high_ = number;
    high_open_ = open;
  }
  void below(double number, bool open) {
    if (number < low_ || (number == low_ && !open)) return;
    low_ = number;
    low_open_ = open;
  }

  double low_ = -std::numeric_limits<double>::infinity();
  double high_ = std::numeric_limits<double>::infinity();
  bool low_open_ = false;
  bool high_open_ = false;
};

bool is_number(PredicateKind kind) {
  switch (kind) {
    case PredicateKind::dose:
    case PredicateKind::duration:
    case PredicateKind::single:
    case PredicateKind::rate:
    case PredicateKind::times:
    case PredicateKind::value:
    case PredicateKind::within:
    case PredicateKind::years: return true;
    case PredicateKind::exposure:
    case PredicateKind::route:
    case PredicateKind::status:
    case PredicateKind::reaction: return false;
  }
  return false;
}

// The quantity that a term is about, when it is about one alone.
std::uint32_t only_quantity(const RuleSet& rules, const Term& term) {
  constexpr std::uint32_t none = 0xFFFFFFFFU;
  if (term.label != TermLabel::value || term.alternatives.count != 1) return none;
  const auto concepts = rules.concepts(rules.alternatives(term.alternatives).front());
  return concepts.size() == 1 ? static_cast<std::uint32_t>(raw(concepts.front())) : none;
}

}  // namespace

std::string why_never_met(const RuleSet& rules, RuleIndex rule, const std::vector<std::vector<std::uint32_t>>& able) {
  const auto terms = rules.terms(rule);
  std::vector<Slot> slots;
  // By term, or by quantity where several terms are about the same; of one kind and measure.
  std::map<std::tuple<bool, std::size_t, PredicateKind, DoseMeasure>, Limits> limits;
  for (std::size_t i = 0; i < terms.size(); ++i) {
    const Term& term = terms[i];
    const std::uint32_t quantity = only_quantity(rules, term);
    const bool shared = quantity != 0xFFFFFFFFU;
    for (const Predicate& predicate : rules.predicates(term.predicates)) {
      // The age of a value is that of one reading, and each term may mean another.
      if (!is_number(predicate.kind) || (shared && predicate.kind != PredicateKind::value)) continue;
      Limits& left = limits[{shared, shared ? quantity : i, predicate.kind, predicate.measure}];
      left.narrow(predicate.comparison, predicate.number);
      if (left.empty())
        return "term `" + std::string(to_string(term.label)) + "`: no number is within its limits on `" +
               std::string(to_string(predicate.kind)) + "`";
    }
    if (is_about_patient(term.label)) continue;
    if (term.label == TermLabel::count && able[i].size() < term.quantity) {
      return "asks for " + std::to_string(term.quantity) + " different ingredients, and only " +
             std::to_string(able[i].size()) + " can be among them";
    }
    // What a sum takes depends on the grades; one at least.
    const std::size_t places = term.label == TermLabel::count ? term.quantity : 1;
    for (std::size_t place = 0; place < places; ++place) slots.push_back({&able[i]});
  }
  return fill_all(slots) ? std::string() : "no different ingredients can fill its terms";
}

}  // namespace guardian::knowledge
