#pragma once
// The facts of a case by ingredient: several medicines may contain the same one. Reusable buffers; one thread.

#include <algorithm>
#include <cstdint>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include "knowledge/drug_fact.hpp"

namespace guardian::knowledge {

// All facts of one ingredient.
struct FactSlot {
  IngredientIndex ingredient{};
  std::uint32_t first = 0;  // in the order of FactSlots
  std::uint32_t count = 0;
  bool only_in_products = false;  // every fact of it is a part of a fixed combination
  bool plain = false;             // one fact, taken, systemic: rules without conditions need no look at it
};

class FactSlots {
 public:
  // Slots are ordered by ingredient and the facts of a slot by what they say, so that the order in which a case lists
  // its medicines never shows.
  void assign(std::span<const DrugFact> facts) {
    facts_.assign(facts.begin(), facts.end());
    // Ingredient and place packed into one number: what facts of one ingredient say is compared only where there are
    // several of them.
    keys_.resize(facts_.size());
    for (std::uint32_t i = 0; i < keys_.size(); ++i) {
      keys_[i] = static_cast<std::uint64_t>(raw(facts_[i].ingredient)) << 32U | i;
    }
    std::sort(keys_.begin(), keys_.end());
    order_.resize(keys_.size());
    slots_.resize(keys_.size());
    std::size_t count = 0;
    for (std::uint32_t i = 0; i < order_.size(); ++i) {
      order_[i] = static_cast<std::uint32_t>(keys_[i]);
      DrugFact& fact = facts_[order_[i]];
      fact.started = fact.ordered && !fact.stopped;
      if (count > 0 && slots_[count - 1].ingredient == fact.ingredient) {
        FactSlot& slot = slots_[count - 1];
        ++slot.count;
        slot.only_in_products = slot.only_in_products && fact.fixed_product;
        slot.plain = false;
      } else {
        const bool plain = !fact.stopped && fact.exposure == core::Exposure::systemic;
        slots_[count++] = {fact.ingredient, i, 1, fact.fixed_product, plain};
      }
    }
    slots_.resize(count);
    if (slots_.size() == facts_.size()) return;
    for (FactSlot& slot : slots_) {
      if (slot.count == 1) continue;
      const auto first = order_.begin() + slot.first;
      std::sort(first, first + slot.count,
                [&](std::uint32_t a, std::uint32_t b) { return before(facts_[a], facts_[b]); });
      total_doses(slot);
      find_starts(slot);
    }
  }

  // Whether two ingredients come only from the same fixed combinations, so that neither is given apart from the other.
  [[nodiscard]] bool same_products(const FactSlot& one, const FactSlot& other) const {
    if (!one.only_in_products || !other.only_in_products) return false;
    const auto covers = [&](const FactSlot& left, const FactSlot& right) {
      const auto of_left = facts_of(left);
      const auto of_right = facts_of(right);
      return std::all_of(of_left.begin(), of_left.end(), [&](std::uint32_t fact) {
        return std::any_of(of_right.begin(), of_right.end(),
                           [&](std::uint32_t candidate) { return facts_[candidate].source == facts_[fact].source; });
      });
    };
    return covers(one, other) && covers(other, one);
  }

  [[nodiscard]] const std::vector<FactSlot>& slots() const { return slots_; }
  [[nodiscard]] const std::vector<DrugFact>& facts() const { return facts_; }
  [[nodiscard]] const DrugFact& fact(std::uint32_t index) const { return facts_[index]; }
  [[nodiscard]] std::span<const std::uint32_t> facts_of(const FactSlot& slot) const {
    return {order_.data() + slot.first, slot.count};
  }

 private:
  // What reaches the blood of one ingredient is the sum over its medicines: a rule with a dose asks for that. The same
  // medicine stated twice is one (a home medicine that is ordered again), and an order under the name of a medicine
  // that is taken already by the same route is its new dose; an unknown dose makes the sum unknown.
  void total_doses(const FactSlot& slot) {
    const auto counts = [](const DrugFact& fact) { return !fact.stopped && fact.exposure == core::Exposure::systemic; };
    const auto facts = facts_of(slot);
    const auto is_replaced = [&](const DrugFact& fact) {
      return !fact.ordered && std::any_of(facts.begin(), facts.end(), [&](std::uint32_t other) {
        const DrugFact& order = facts_[other];
        return order.ordered && counts(order) && order.name_hash == fact.name_hash && order.route == fact.route;
      });
    };
    double milligrams = 0.0;
    double units = 0.0;
    const DrugFact* last = nullptr;
    for (const std::uint32_t index : facts) {
      const DrugFact& fact = facts_[index];
      if (!counts(fact) || is_replaced(fact)) continue;
      const bool repeated = last != nullptr && known(last->daily_mg) == known(fact.daily_mg) &&
                            known(last->daily_units) == known(fact.daily_units) && last->route == fact.route &&
                            last->fixed_product == fact.fixed_product;
      if (!repeated) {
        milligrams += fact.daily_mg;  // NaN stays NaN
        units += fact.daily_units;
      }
      last = &fact;
    }
    for (const std::uint32_t index : facts) {
      if (!counts(facts_[index])) continue;
      facts_[index].daily_mg = milligrams;
      facts_[index].daily_units = units;
    }
  }

  // An order starts nothing when the ingredient is taken already, under whatever name, or was until not long ago: then
  // it goes on, at another dose or as another product.
  void find_starts(const FactSlot& slot) {
    const auto facts = facts_of(slot);
    const bool in_use = std::any_of(facts.begin(), facts.end(), [&](std::uint32_t index) {
      const DrugFact& fact = facts_[index];
      return fact.exposure == core::Exposure::systemic && (fact.stopped ? still_acts(fact) : !fact.ordered);
    });
    if (!in_use) return;
    for (const std::uint32_t index : facts) facts_[index].started = false;
  }

  // What is not known comes last among numbers, and is equal to itself, whatever NaN compares to.
  static std::pair<bool, double> known(double number) { return {number != number, number != number ? 0.0 : number}; }

  // An order of facts of the same ingredient.
  static bool before(const DrugFact& a, const DrugFact& b) {
    const auto key = [&](const DrugFact& f) {
      return std::tuple(f.stopped, f.exposure, f.route, f.fixed_product, known(f.daily_mg), known(f.daily_units),
                        known(f.duration_days), known(f.stopped_days), f.source);
    };
    return key(a) < key(b);
  }

  std::vector<DrugFact> facts_;
  std::vector<std::uint64_t> keys_;
  std::vector<std::uint32_t> order_;
  std::vector<FactSlot> slots_;
};

}  // namespace guardian::knowledge
