#include "agents/answer_audit.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <optional>

#include <nlohmann/json.hpp>

#include "knowledge/medicine_names.hpp"
#include "knowledge/text.hpp"

namespace guardian::agents {
namespace {

using Json = nlohmann::json;
using Words = std::vector<std::string>;

// Words that make light of something. `negatable`: "not safe" is no reassurance; "no risk" is one as it stands.
struct Reassurance {
  std::string_view words;
  bool negatable = true;
};
constexpr std::array reassurances = {
    Reassurance{"safe"},
    Reassurance{"safely"},
    Reassurance{"fine"},
    Reassurance{"ok"},
    Reassurance{"okay"},
    Reassurance{"all right"},
    Reassurance{"alright"},
    Reassurance{"harmless"},
    Reassurance{"acceptable"},
    Reassurance{"well tolerated"},
    Reassurance{"compatible"},
    Reassurance{"unproblematic"},
    Reassurance{"can be combined"},
    Reassurance{"may be combined"},
    Reassurance{"can be taken together"},
    Reassurance{"can be given together"},
    Reassurance{"may be given together"},
    Reassurance{"can be continued"},
    Reassurance{"can continue"},
    Reassurance{"can be ignored"},
    Reassurance{"may be ignored"},
    Reassurance{"ignore", false},
    Reassurance{"override", false},
    Reassurance{"disregard", false},
    Reassurance{"downgrade", false},
    Reassurance{"downgraded", false},
    Reassurance{"false alarm", false},
    Reassurance{"false positive", false},
    Reassurance{"no interaction", false},
    Reassurance{"no interactions", false},
    Reassurance{"no known interaction", false},
    Reassurance{"no known interactions", false},
    Reassurance{"no significant interaction", false},
    Reassurance{"no relevant interaction", false},
    Reassurance{"not interact", false},
    Reassurance{"doesnt interact", false},
    Reassurance{"dont interact", false},
    Reassurance{"without interaction", false},
    Reassurance{"no problem", false},
    Reassurance{"no problems", false},
    Reassurance{"no issue", false},
    Reassurance{"no issues", false},
    Reassurance{"no concern", false},
    Reassurance{"no concerns", false},
    Reassurance{"no risk", false},
    Reassurance{"no danger", false},
    Reassurance{"no harm", false},
    Reassurance{"no finding", false},
    Reassurance{"no findings", false},
    Reassurance{"no contraindication", false},
    Reassurance{"no contraindications", false},
    Reassurance{"not contraindicated", false},
    Reassurance{"not dangerous", false},
    Reassurance{"not a problem", false},
    Reassurance{"not a concern", false},
    Reassurance{"not harmful", false},
    Reassurance{"not serious", false},
    Reassurance{"not significant", false},
    Reassurance{"insignificant", false},
    Reassurance{"negligible", false},
    Reassurance{"unlikely", false},
    Reassurance{"low risk", false},
    Reassurance{"minimal risk", false},
    Reassurance{"little risk", false},
    Reassurance{"nothing to worry", false},
    Reassurance{"no need to worry", false},
    Reassurance{"no change is needed", false},
    Reassurance{"no changes are needed", false},
    Reassurance{"no action", false},
    Reassurance{"no monitoring", false},
};
constexpr std::array lightening = {Reassurance{"minor"},
                                   Reassurance{"mild"},
                                   Reassurance{"trivial"},
                                   Reassurance{"theoretical"},
                                   Reassurance{"overstated", false},
                                   Reassurance{"exaggerated", false}};
constexpr std::array negators = {std::string_view("not"),    std::string_view("isnt"),   std::string_view("never"),
                                 std::string_view("arent"),  std::string_view("cannot"), std::string_view("neither"),
                                 std::string_view("hardly"), std::string_view("nor")};
constexpr std::size_t words_of_negation = 3;  // before the words, in which a negation stands

constexpr std::array dose_units = {
    std::string_view("mg"),      std::string_view("mcg"),        std::string_view("ug"),
    std::string_view("g"),       std::string_view("gram"),       std::string_view("grams"),
    std::string_view("unit"),    std::string_view("units"),      std::string_view("ml"),
    std::string_view("meq"),     std::string_view("mmol"),       std::string_view("tablet"),
    std::string_view("tablets"), std::string_view("capsule"),    std::string_view("capsules"),
    std::string_view("puff"),    std::string_view("puffs"),      std::string_view("drops"),
    std::string_view("iu"),      std::string_view("milligrams"), std::string_view("micrograms")};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (static_cast<unsigned char>(c) & 0x80U) != 0; }

// Words in lower case, apostrophes dropped; numbers as they are written, apart from a unit that is glued to them.
Words words_of(std::string_view text) {
  Words words;
  std::string word;
  const auto end_word = [&] {
    while (!word.empty() && (word.back() == '.' || word.back() == ',')) word.pop_back();
    if (!word.empty()) words.push_back(word);
    word.clear();
  };
  const std::string lower = knowledge::lower_case(text);
  for (std::size_t i = 0; i < lower.size(); ++i) {
    const char c = lower[i];
    const bool number = !word.empty() && knowledge::is_digit(word.front());
    if (knowledge::is_digit(c) || is_letter(c)) {
      if (number && is_letter(c)) end_word();  // "650mg"
      word.push_back(c);
    } else if ((c == '.' || c == ',') && number && i + 1 < lower.size() && knowledge::is_digit(lower[i + 1])) {
      word.push_back(c);
    } else if (c != '\'') {
      end_word();
    }
  }
  end_word();
  return words;
}

// "1,000" and "1000.0" are one number.
std::optional<std::string> number_of(std::string word) {
  if (word.empty() || !knowledge::is_digit(word.front())) return std::nullopt;
  std::erase(word, ',');
  const auto value = knowledge::parse_number(word);
  return value ? std::optional(knowledge::format_number(*value)) : std::optional(word);
}

Words split_words(std::string_view text) {
  Words words;
  for (const std::string_view word : knowledge::split(text, " ")) words.emplace_back(word);
  return words;
}

bool says(const Words& words, const Reassurance& phrase) {
  const Words wanted = split_words(phrase.words);
  for (auto at = words.begin();;) {
    at = std::search(at, words.end(), wanted.begin(), wanted.end());
    if (at == words.end()) return false;
    const auto from = at - std::min<std::ptrdiff_t>(at - words.begin(), static_cast<std::ptrdiff_t>(words_of_negation));
    const bool negated = phrase.negatable && std::any_of(from, at, [](const std::string& word) {
                           return std::find(negators.begin(), negators.end(), word) != negators.end();
                         });
    if (!negated) return true;
    ++at;
  }
}

template <class List>
bool says_any(const Words& words, const List& phrases) {
  return std::any_of(phrases.begin(), phrases.end(), [&](const Reassurance& phrase) { return says(words, phrase); });
}

std::set<std::string> medicines_in(const knowledge::KnowledgeBase& base, std::string_view text) {
  std::set<std::string> all;
  for (const auto& named : knowledge::medicines_named(base, text)) {
    for (const auto index : named.ingredients) all.insert(base.graph().ingredient_name(index));
  }
  return all;
}

// Whether a hazard is of what the claim speaks of.
bool is_about(const SeenFacts::Hazard& hazard, const std::set<std::string>& named) {
  if (named.empty()) return hazard.severity >= core::Severity::major;
  const auto both = static_cast<std::size_t>(std::count_if(
      named.begin(), named.end(), [&](const std::string& name) { return hazard.medicines.count(name) == 1; }));
  if (both == 0) return false;
  // A claim of one medicine speaks of all that it does; one of several of what is between them, or grave for one.
  if (named.size() == 1 || both > 1) return true;
  return hazard.medicines.size() < 2 && hazard.severity >= core::Severity::major;
}

bool contradicts(const SeenFacts& seen, const Words& words, const std::set<std::string>& named) {
  const bool reassures = says_any(words, reassurances);
  const bool lightens = says_any(words, lightening);
  if (!reassures && !lightens) return false;
  return std::any_of(seen.hazards().begin(), seen.hazards().end(), [&](const SeenFacts::Hazard& hazard) {
    const bool grave =
        reassures ? hazard.severity >= core::Severity::moderate : hazard.severity >= core::Severity::major;
    return grave && is_about(hazard, named);
  });
}

// A dose with a number that is nowhere: acted upon, it could kill.
bool has_unseen_dose(const SeenFacts& seen, const Words& words) {
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    const auto number = number_of(words[i]);
    if (!number || seen.has_number(*number)) continue;
    if (std::find(dose_units.begin(), dose_units.end(), words[i + 1]) != dose_units.end()) return true;
  }
  return false;
}

void find_findings(const Json& json, const std::function<void(const Json&)>& take) {
  if (json.is_object()) {
    if (json.contains("id") && json.contains("severity") && json.contains("medicines")) take(json);
    for (const auto& [name, member] : json.items()) find_findings(member, take);
  } else if (json.is_array()) {
    for (const Json& member : json) find_findings(member, take);
  }
}

}  // namespace

void SeenFacts::add(const core::Finding& finding) {
  ids_.insert(finding.id);
  ids_.insert(finding.rules.begin(), finding.rules.end());
  for (const core::EvidenceRecord& record : finding.evidence) ids_.insert(record.id);
  medicines_.insert(finding.medicines.begin(), finding.medicines.end());
  hazards_.push_back({core::weight(finding), {finding.medicines.begin(), finding.medicines.end()}});
  for (const std::string* text : {&finding.title, &finding.mechanism, &finding.effect, &finding.management})
    add_text(*text);
}

void SeenFacts::add_text(std::string_view text) {
  medicines_.merge(medicines_in(base_, text));
  for (const std::string& word : words_of(text)) {
    if (auto number = number_of(word)) numbers_.insert(std::move(*number));
  }
}

void SeenFacts::add_tool_answer(std::string_view arguments, std::string_view content) {
  add_text(content);
  medicines_.merge(medicines_in(base_, arguments));
  const Json json = Json::parse(content, nullptr, false);
  if (json.is_discarded()) return;
  // What ends with a change is a hazard of the case as it is, and is there already.
  find_findings(json, [&](const Json& finding) {
    if (!finding["id"].is_string() || !finding["severity"].is_string() || !finding["medicines"].is_array()) return;
    ids_.insert(finding["id"].get<std::string>());
    Hazard hazard;
    hazard.severity = core::parse_severity(finding["severity"].get<std::string>()).value_or(core::Severity::critical);
    for (const Json& medicine : finding["medicines"]) {
      if (medicine.is_string()) hazard.medicines.insert(medicine.get<std::string>());
    }
    hazards_.push_back(std::move(hazard));
  });
}

AuditedClaims audit_claims(const SeenFacts& seen, std::span<const ProposedClaim> claims) {
  AuditedClaims audited;
  for (const ProposedClaim& proposed : claims) {
    if (knowledge::trimmed(proposed.text).empty()) continue;
    const Words words = words_of(proposed.text);
    const auto named = medicines_in(seen.base(), proposed.text);
    if (contradicts(seen, words, named)) {
      audited.withheld.emplace_back("a claim contradicts a finding of the engine");
      continue;
    }
    if (has_unseen_dose(seen, words)) {
      audited.withheld.emplace_back("a claim gives a dose that neither the case nor a tool has");
      continue;
    }
    core::AnswerClaim claim;
    claim.text = proposed.text;
    claim.by = "model";
    std::size_t unknown = 0;
    const auto keep = [&](const std::vector<std::string>& cited, std::vector<std::string>& kept) {
      for (const std::string& id : cited) {
        if (seen.has_id(id)) {
          kept.push_back(id);
        } else {
          ++unknown;
        }
      }
    };
    keep(proposed.findings, claim.findings);
    keep(proposed.evidence, claim.evidence);
    keep(proposed.rows, claim.rows);
    const bool new_medicine =
        std::any_of(named.begin(), named.end(), [&](const std::string& name) { return !seen.has_medicine(name); });
    const bool new_number = std::any_of(words.begin(), words.end(), [&](const std::string& word) {
      const auto number = number_of(word);
      return number && !seen.has_number(*number);
    });
    const bool cites_nothing = claim.findings.empty() && claim.evidence.empty() && claim.rows.empty();
    if (proposed.is_opinion) {
      claim.doubt = "an opinion of the model";
    } else if (unknown > 0) {
      claim.doubt = "it cites what nobody has seen";
    } else if (cites_nothing) {
      claim.doubt = "it cites nothing";
    } else if (new_medicine) {
      claim.doubt = "it names a medicine that is neither in the case nor in what tools gave";
    } else if (new_number) {
      claim.doubt = "it has a number that is neither in the case nor in what tools gave";
    }
    claim.verified = claim.doubt.empty();
    audited.claims.push_back(std::move(claim));
  }
  return audited;
}

}  // namespace guardian::agents
