#include <algorithm>

#include "agents/explanation_parts.hpp"
#include "agents/explanation_words.hpp"
#include "agents/patient_words.hpp"

namespace guardian::agents {
namespace {

using core::Audience;
using core::ClaimKind;
using core::Finding;
using core::Review;
using core::Severity;
using core::TriageLevel;

constexpr Audience patient = Audience::patient;

std::string checked_text(const Review& review, NameWords& names) {
  Texts medicines;
  for (const core::ResolvedMedication& medication : review.resolved) {
    const std::string brand = brand_of(medication);
    const std::string name = brand.empty()                        ? listed(medication.ingredients)
                             : medication.ingredients.size() == 1 ? medication.ingredients[0] + " (" + brand + ")"
                                                                  : brand;
    add_name(names, name);
    if (!contains(medicines, name)) medicines.push_back(name);
  }
  if (medicines.empty()) return {};
  // Read aloud, a list of more than four is lost on the way.
  constexpr std::size_t most_in_a_row = 4;
  std::string text;
  for (std::size_t first = 0; first < medicines.size(); first += most_in_a_row) {
    const std::size_t last = std::min(first + most_in_a_row, medicines.size());
    const Texts row(medicines.begin() + static_cast<std::ptrdiff_t>(first),
                    medicines.begin() + static_cast<std::ptrdiff_t>(last));
    text += (first == 0 ? "This check looked at " : " It also looked at ") + listed(row) + ".";
  }
  return text;
}

std::string found_text(const Review& review) {
  Texts parts;
  for (const Severity severity : {Severity::critical, Severity::major, Severity::moderate, Severity::minor}) {
    const auto count = static_cast<std::size_t>(
        std::count_if(review.findings.begin(), review.findings.end(),
                      [&](const Finding& finding) { return is_hazard(finding) && finding.severity == severity; }));
    const SeverityWords& words = words_of(severity);
    if (count > 0) parts.push_back(number_word(count) + " " + std::string(count == 1 ? words.one : words.several));
  }
  if (!parts.empty()) return "It found " + listed(parts) + ".";
  if (review.resolved.empty()) return "It could not check any medicine.";
  return "It found no problem among the things it was told. That does not prove that there is none.";
}

// What made the case urgent, as far as plain words say it.
std::string alarm_text(const core::Triage& triage) {
  if (triage.level < TriageLevel::same_day) return {};
  Texts signs;
  bool has_flag = false;
  constexpr std::size_t most_signs = 2;
  for (const core::RedFlag& flag : triage.red_flags) {
    if (flag.level != triage.level) continue;
    has_flag = true;
    for (const PlainWords* words : patient_words().effect(flag.title).harms) {
      if (signs.size() < most_signs && !contains(signs, words->plain)) signs.push_back(words->plain);
    }
  }
  if (!signs.empty()) return "There may be signs of " + listed(signs, "or") + ".";
  if (has_flag) return "Something in the record calls for this.";
  const bool by_vital_signs = triage.news2.applicable && triage.news2.score > 0 && !triage.reasons.empty() &&
                              triage.reasons.front().find("NEWS2") != std::string::npos;
  return by_vital_signs ? "Signs that were measured, such as pulse or breathing, are not as they should be."
                        : std::string();
}

// Facts of this start are words of the case that could not be read.
constexpr std::string_view meaning_of = "the meaning of ";

// "a kidney blood test", "the dose of tadalafil": each once.
Texts wanted_facts(const Review& review, bool must_know, NameWords& names) {
  Texts facts;
  for (const core::NotAssessed& missing : review.not_assessed) {
    if (is_must_known(review, missing.wanted) != must_know) continue;
    if (missing.wanted.rfind(meaning_of, 0) == 0) continue;
    const PlainWords* plain = patient_words().test(missing.wanted);
    const bool of_medicine = missing.wanted.rfind("dose of ", 0) == 0 || missing.wanted.rfind("route of ", 0) == 0 ||
                             missing.wanted.rfind("duration of ", 0) == 0;
    if (of_medicine) add_name(names, missing.wanted);
    std::string text = plain != nullptr ? plain->plain : (of_medicine ? "the " : "") + missing.wanted;
    if (!contains(facts, text)) facts.push_back(std::move(text));
  }
  return facts;
}

std::string in_short_lists(std::string_view start, std::string_view again, const Texts& facts) {
  constexpr std::size_t most_in_a_row = 3;
  std::string text;
  for (std::size_t first = 0; first < facts.size(); first += most_in_a_row) {
    const std::size_t last = std::min(first + most_in_a_row, facts.size());
    const Texts row(facts.begin() + static_cast<std::ptrdiff_t>(first),
                    facts.begin() + static_cast<std::ptrdiff_t>(last));
    text += std::string(first == 0 ? "" : " ") + std::string(first == 0 ? start : again) + listed(row, "or") + ".";
  }
  return text;
}

bool is_child(const Review& review) {
  constexpr double grown_up = 16.0;
  return std::any_of(review.facts.begin(), review.facts.end(), [&](const core::StatedFact& fact) {
    return fact.kind == "patient" && fact.concept_name == "age" && fact.unit == "y" &&
           fact.value.value_or(grown_up) < grown_up;
  });
}

std::string_view without_article(std::string_view text) {
  for (const std::string_view article : {"a ", "an "}) {
    if (text.rfind(article, 0) == 0) return text.substr(article.size());
  }
  return text;
}

// A sign that says its harm by itself needs no word on what it may mean.
std::string sign_text(const PlainWords& words) {
  const std::string_view sign = without_article(words.watch);
  const std::string_view harm = without_article(words.plain);
  const bool says_it = sign.find(harm) != std::string_view::npos || harm.find(sign) != std::string_view::npos;
  return sentence("get help fast for " + words.watch + (says_it ? "" : ". It can be a sign of " + words.plain));
}

// Signs that call for help, each with the findings that it may come of: those grave enough to change therapy, or when
// there are none all others.
void add_signs(const Review& review, ClaimList& claims) {
  struct Sign {
    const PlainWords* words = nullptr;
    Texts findings;
  };
  std::vector<Sign> signs;
  for (const Finding& finding : review.findings) {
    if (finding.severity < Severity::major && !signs.empty()) break;  // the gravest come first
    if (finding.severity == Severity::minor || !is_hazard(finding)) continue;
    for (const PlainWords* words : patient_words().effect(finding.effect).told()) {
      if (words->watch.empty()) continue;
      auto same = std::find_if(signs.begin(), signs.end(),
                               [&](const Sign& other) { return other.words->watch == words->watch; });
      if (same == signs.end()) same = signs.insert(signs.end(), {words, {}});
      same->findings.push_back(finding.id);
    }
  }
  // A fever that stands in the list of another sign is not said again.
  for (std::size_t i = signs.size(); i-- > 0;) {
    const auto wider = std::find_if(signs.begin(), signs.end(), [&](const Sign& other) {
      return other.words != signs[i].words &&
             other.words->watch.find(without_article(signs[i].words->watch)) != std::string::npos;
    });
    if (wider == signs.end()) continue;
    for (const std::string& id : signs[i].findings) {
      if (!contains(wider->findings, id)) wider->findings.push_back(id);
    }
    signs.erase(signs.begin() + static_cast<std::ptrdiff_t>(i));
  }
  constexpr std::size_t most_signs = 6;  // more than that nobody keeps in mind
  if (signs.size() > most_signs) signs.resize(most_signs);
  for (Sign& sign : signs) {
    claims.add(patient, ClaimKind::watch, sign_text(*sign.words), std::move(sign.findings));
  }
}

}  // namespace

void add_patient_claims(const Review& review, ClaimList& claims, NameWords& names) {
  Texts grave;
  Texts all;
  for (const Finding& finding : review.findings) {
    if (finding.severity >= Severity::major && is_hazard(finding)) grave.push_back(finding.id);
    all.push_back(finding.id);
  }
  if (is_child(review)) claims.add(patient, ClaimKind::what, "This is for the parent or carer of the child.");

  if (const TriageLevel level = urgency_of(review); level > TriageLevel::routine || !review.findings.empty()) {
    std::string text(words_of(level).patient);
    Texts evidence;
    if (review.triage) {
      const std::string alarm = alarm_text(*review.triage);
      if (!alarm.empty()) text += " " + alarm;
      for (const core::RedFlag& flag : review.triage->red_flags) {
        if (alarm.empty() || flag.level != review.triage->level) continue;
        for (std::string& id : evidence_ids(flag.evidence)) {
          if (!contains(evidence, id)) evidence.push_back(std::move(id));
        }
      }
    }
    claims.add(patient, ClaimKind::urgency, text, grave.empty() ? all : grave, std::move(evidence));
  }

  const std::string checked = checked_text(review, names);
  claims.add(patient, ClaimKind::what, checked + (checked.empty() ? "" : " ") + found_text(review), all);
  if (!grave.empty()) {
    claims.add(
        patient, ClaimKind::action,
        "Do not stop or change a medicine on your own: that can do harm too. Show this to the person you speak to.",
        grave);
  }
  add_signs(review, claims);

  if (!review.unresolved.empty()) {
    Texts written;
    for (const core::UnresolvedMedication& medication : review.unresolved) {
      written.push_back(quoted(medication.text.empty() ? medication.element : medication.text));
      add_name(names, written.back());
    }
    claims.add(patient, ClaimKind::unknown,
               "It could not tell which medicine is meant by " + listed(written, "or") + ". That was not checked.");
  }
  if (const Texts facts = wanted_facts(review, true, names); !facts.empty()) {
    claims.add(patient, ClaimKind::unknown,
               in_short_lists("The check is not complete: it needs ", "It also needs ", facts));
  }
  if (!review.degradations.empty())
    claims.add(patient, ClaimKind::unknown,
               "A part of the check did not work this time. What is said here still holds.");
  if (const Texts facts = wanted_facts(review, false, names); !facts.empty())
    claims.add(patient, ClaimKind::scope,
               in_short_lists("It was not told, and did not look at, ", "Nor did it look at ", facts));
  if (std::any_of(review.not_assessed.begin(), review.not_assessed.end(),
                  [](const core::NotAssessed& missing) { return missing.wanted.rfind(meaning_of, 0) == 0; }))
    claims.add(patient, ClaimKind::unknown, "Some words in the record could not be read.");
  claims.add(patient, ClaimKind::scope,
             "It knows only what was written down. Tell your pharmacist of all else that you take, also what you buy "
             "yourself.");
}

}  // namespace guardian::agents
