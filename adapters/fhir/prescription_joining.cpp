#include <algorithm>
#include <array>
#include <numeric>
#include <unordered_map>

#include "adapters/fhir/prescription.hpp"
#include "knowledge/text.hpp"

namespace guardian::adapters::fhir {
namespace {

using core::MedicationStatus;

// Salts that stand behind the name of an ingredient in one list and are left out in another.
constexpr std::array<std::string_view, 24> salts{
    "acetate",  "besylate",  "bitartrate", "bromide",   "calcium",      "chloride",      "citrate",   "dihydrate",
    "fumarate", "gluconate", "hcl",        "hydrate",   "hydrobromide", "hydrochloride", "magnesium", "maleate",
    "mesylate", "nitrate",   "phosphate",  "potassium", "sodium",       "succinate",     "sulfate",   "tartrate"};

bool is_salt(std::string_view word) { return std::binary_search(salts.begin(), salts.end(), word); }

// What two ways to write one product have in common: the words before the first number, and that number.
struct NameKey {
  std::string words;    // lower case
  std::string without;  // the last word off, when it is a salt
  std::string number;
};

NameKey name_key(std::string_view name) {
  NameKey key;
  std::size_t at = 0;
  for (; at < name.size() && !knowledge::is_digit(name[at]); ++at) {
    const char c = name[at];
    const bool separates = c == ' ' || c == ',' || c == '(' || c == ')';
    if (separates && (key.words.empty() || key.words.back() == ' ')) continue;
    key.words += separates ? ' ' : c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  while (!key.words.empty() && key.words.back() == ' ') key.words.pop_back();
  for (; at < name.size() && (knowledge::is_digit(name[at]) || name[at] == '.'); ++at) key.number += name[at];
  key.without = key.words;
  const auto last = key.words.rfind(' ');
  if (last != std::string::npos && is_salt(std::string_view(key.words).substr(last + 1))) key.without.erase(last);
  return key;
}

bool same_medicine(const Prescription& left, const NameKey& left_key, const Prescription& right,
                   const NameKey& right_key) {
  if (!left.code.empty() && left.code == right.code && left.code_system == right.code_system) return true;
  const bool numbers_agree = left_key.number.empty() || right_key.number.empty() || left_key.number == right_key.number;
  const bool words_agree =
      left_key.words == right_key.words || left_key.words == right_key.without || left_key.without == right_key.words;
  return !left_key.words.empty() && numbers_agree && words_agree;
}

bool same_dose(const Prescription& left, const Prescription& right) {
  return left.dose.empty() || right.dose.empty() || left.dose == right.dose;
}

// Two requests are two prescriptions; supplies and administrations of one medicine are one use of it.
bool may_be_one(const Prescription& left, const Prescription& right) {
  if (left.is_order || right.is_order || left.unreadable || right.unreadable) return false;
  if (left.kind != right.kind || left.kind == Kind::dispense || left.kind == Kind::administration) return true;
  return left.kind == Kind::request &&
         (left.status == MedicationStatus::stopped) != (right.status == MedicationStatus::stopped);
}

bool stands_above(const Prescription& left, const Prescription& right) {
  const bool left_draft = left.record->role == Role::draft;
  const bool right_draft = right.record->role == Role::draft;
  return left_draft != right_draft ? left_draft : left.kind < right.kind;
}

// What `kept` does not say of itself, and whether it goes on.
void take_over(Prescription& kept, const Prescription& other) {
  if (kept.dose.empty()) kept.dose = other.dose;
  if (kept.code.empty()) {
    kept.code = other.code;
    kept.code_system = other.code_system;
  }
  if (kept.unreadable && !other.unreadable) {
    kept.name = other.name;
    kept.unreadable = false;
  }
  if (kept.record->role == Role::draft) return;
  const bool goes_on = other.status != MedicationStatus::stopped;
  if (kept.status == MedicationStatus::stopped && kept.ran_out && goes_on) {
    kept.status = other.status;
    kept.stopped_days_ago.reset();
    kept.ran_out = false;
  } else if (kept.status == MedicationStatus::stopped && kept.ran_out && other.stopped_days_ago &&
             (!kept.stopped_days_ago || *other.stopped_days_ago < *kept.stopped_days_ago)) {
    kept.stopped_days_ago = other.stopped_days_ago;  // the last that is known of it
  }
}

class Joining {
 public:
  explicit Joining(std::vector<Prescription>& all) : all_(all), gone_(all.size(), false) {}

  void join() {
    same_resource();
    by_reference();
    by_medicine();
    std::size_t kept = 0;
    for (std::size_t i = 0; i < all_.size(); ++i) {
      if (gone_[i] || all_[i].is_void) continue;
      if (kept != i) all_[kept] = std::move(all_[i]);
      ++kept;
    }
    all_.erase(all_.begin() + static_cast<std::ptrdiff_t>(kept), all_.end());
  }

 private:
  static bool same_identity(const Record& left, const Record& right) {
    return !left.id.empty() && left.id == right.id && left.type == right.type;
  }

  // The copies of one resource: the draft stands, else the first.
  void same_resource() {
    std::vector<std::size_t> order(all_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t left, std::size_t right) {
      const Record& a = *all_[left].record;
      const Record& b = *all_[right].record;
      if (a.id != b.id) return a.id < b.id;
      if (a.type != b.type) return a.type < b.type;
      if (a.role != b.role) return a.role == Role::draft;
      return left < right;
    });
    for (std::size_t i = 1; i < order.size(); ++i) {
      if (same_identity(*all_[order[i - 1]].record, *all_[order[i]].record)) gone_[order[i]] = true;
    }
  }

  [[nodiscard]] bool live(std::size_t i) const { return !gone_[i] && !all_[i].is_void; }

  void by_reference() {
    const bool linked =
        std::any_of(all_.begin(), all_.end(), [](const Prescription& one) { return !one.links.empty(); });
    if (!linked) return;
    std::unordered_map<std::string, std::size_t> known;
    for (std::size_t i = 0; i < all_.size(); ++i) {
      if (!live(i)) continue;
      if (!all_[i].record->id.empty()) known.emplace(reference_to(*all_[i].record), i);
      if (!all_[i].record->full_url.empty()) known.emplace(std::string(all_[i].record->full_url), i);
    }
    // Each group hangs below its first member.
    std::vector<std::size_t> above(all_.size());
    std::iota(above.begin(), above.end(), std::size_t{0});
    const auto top = [&](std::size_t i) {
      while (above[i] != i) i = above[i] = above[above[i]];
      return i;
    };
    for (std::size_t i = 0; i < all_.size(); ++i) {
      if (!live(i)) continue;
      for (const std::string_view link : all_[i].links) {
        auto row = known.find(std::string(link));
        if (row == known.end()) row = known.find(std::string(relative_reference(link)));
        if (row == known.end() || !one_use(all_[i], all_[row->second])) continue;
        const std::size_t left = top(i);
        const std::size_t right = top(row->second);
        above[std::max(left, right)] = std::min(left, right);
      }
    }
    for (std::size_t i = 0; i < all_.size(); ++i) {
      const std::size_t first = top(i);
      if (first != i && live(i)) fold(first, i);
    }
  }

  // Two orders that are both being written stay two.
  static bool one_use(const Prescription& left, const Prescription& right) {
    return !(left.is_order && right.is_order);
  }

  // Joins two at the place of the first.
  void fold(std::size_t first, std::size_t second) {
    if (stands_above(all_[second], all_[first])) std::swap(all_[first], all_[second]);
    take_over(all_[first], all_[second]);
    gone_[second] = true;
  }

  void by_medicine() {
    std::vector<NameKey> keys(all_.size());
    for (std::size_t i = 0; i < all_.size(); ++i) {
      if (live(i)) keys[i] = name_key(all_[i].name);
    }
    for (std::size_t i = 0; i < all_.size(); ++i) {
      for (std::size_t j = i + 1; live(i) && j < all_.size(); ++j) {
        if (!live(j) || !may_be_one(all_[i], all_[j]) || !same_dose(all_[i], all_[j]) ||
            !same_medicine(all_[i], keys[i], all_[j], keys[j]))
          continue;
        const bool stopped = all_[i].status == MedicationStatus::stopped;
        const bool swaps = all_[i].kind == all_[j].kind ? stopped && all_[j].status != MedicationStatus::stopped
                                                        : stands_above(all_[j], all_[i]);
        if (swaps) {
          std::swap(all_[i], all_[j]);
          std::swap(keys[i], keys[j]);
        }
        join_unlinked(all_[i], all_[j]);
        gone_[j] = true;
      }
    }
  }

  // Nothing ties these together but their words: what one of them says is taken is taken.
  static void join_unlinked(Prescription& kept, const Prescription& other) {
    take_over(kept, other);
    if (kept.status != MedicationStatus::active && other.status == MedicationStatus::active) {
      kept.status = MedicationStatus::active;
      kept.stopped_days_ago.reset();
    }
  }

  std::vector<Prescription>& all_;
  std::vector<bool> gone_;
};

}  // namespace

void join_prescriptions(std::vector<Prescription>& prescriptions) {
  if (prescriptions.empty()) return;
  Joining(prescriptions).join();
}

}  // namespace guardian::adapters::fhir
