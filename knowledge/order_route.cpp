#include "knowledge/order_route.hpp"

#include <algorithm>
#include <string_view>

#include "knowledge/word_list.hpp"

namespace guardian::knowledge {

RouteHint read_route(std::span<const OrderAtom> atoms, bool eyes) {
  static constexpr WordList tablets = {"tab",      "tabs",   "tablet",  "tablets", "cap", "caps", "capsule",
                                       "capsules", "caplet", "caplets", "er",      "xr",  "sr"};
  const auto word = [&](std::size_t at) {
    return at < atoms.size() && !atoms[at].is_name ? std::string_view(atoms[at].text) : std::string_view{};
  };
  const auto has = [&](std::string_view wanted) { return has_word(atoms, wanted); };
  const bool swallowed = std::any_of(atoms.begin(), atoms.end(),
                                     [](const OrderAtom& atom) { return !atom.is_name && tablets.has(atom.text); });
  std::string_view stated;
  std::string_view form;
  const auto take = [](std::string_view& kept, std::string_view route) {
    // Of several routes a systemic one counts: more is to be feared of it.
    if (kept.empty() || (is_local_route(kept) && !is_local_route(route))) kept = route;
  };
  for (std::size_t i = 0; i < atoms.size(); ++i) {
    const std::string_view text = word(i);
    const std::string_view next = word(i + 1);
    RouteHint hint = route_hint(text);
    if (text == "os" && i > 0 && word(i - 1) == "per") hint = {"oral", false};
    if ((text == "os" || text == "od") && hint.route.empty() && eyes) hint = {"ophthalmic", false};
    if (text == "pr" && !swallowed && i > 0 && !atoms[i - 1].is_name)
      hint = {"rectal", false};  // "PR" is prolonged release too
    if ((text == "ad" || text == "as" || text == "au") && (has("ear") || has("ears") || has("otic")))
      hint = {"otic", false};
    if (text == "sub" && next == "q") hint = {"subcutaneous", false};
    if (text == "oral" &&
        (next.starts_with("inh") || next == "gel" || next == "rinse" || next == "paste" || next == "topical")) {
      hint = {next.starts_with("inh") ? "inhaled" : "buccal", false};
    }
    // "Inhale 2 puffs by mouth" is inhaled.
    if (text == "mouth" && (has("inhale") || has("puff") || has("puffs"))) hint = {};
    // "4 mg IN prn": into the nose. Before anything else it is the preposition: "in the morning", "in 2 doses".
    static constexpr WordList behind_intranasal = {"", "prn", "x", "once", "now", "stat", "q", "times"};
    if (text == "in" && i > 0 && role_of(word(i - 1)) == WordRole::unit && behind_intranasal.has(next) &&
        (i + 1 == atoms.size() || !next.empty())) {
      hint = {"nasal", false};
    }
    if (text == "tube" && i > 0) hint = {"oral", false};
    if ((text == "gel" || text == "gels") && (next == "cap" || next == "caps" || next == "tab" || next == "tabs" ||
                                              (i > 0 && word(i - 1).starts_with("liqui")))) {
      hint = {"oral", true};
    }
    if (text == "intra" && (next == "articular" || next == "vitreal" || next == "vesical")) {
      hint = {next == "articular" ? "intraarticular" : next == "vitreal" ? "intravitreal" : "intravesical", false};
    }
    if ((text == "inhalation" || text == "inhalations" || text == "inhalant") && has("nasal")) hint = {"nasal", false};
    if (hint.route.empty()) continue;
    take(hint.from_form ? form : stated, hint.route);
  }
  if (stated == "oral" && form == "buccal") stated = form;  // "oral lozenge"
  // Given at once by hand, and not as an infusion: "IV push", "IVP", "IV bolus".
  const bool at_once = has("push") || has("ivp") || (stated == "iv" && has("bolus"));
  if (at_once && (stated.empty() || stated == "iv")) stated = "iv push";
  return stated.empty() ? RouteHint{form, !form.empty()} : RouteHint{stated, false};
}

}  // namespace guardian::knowledge
