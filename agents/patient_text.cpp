#include <algorithm>
#include <optional>

#include "agents/explanation_parts.hpp"
#include "agents/explanation_words.hpp"
#include "agents/patient_words.hpp"

namespace guardian::agents {
namespace {

using core::Audience;
using core::ClaimKind;
using core::Finding;
using core::FindingType;
using core::Review;
using core::Severity;
using core::TriageLevel;

constexpr Audience patient = Audience::patient;

bool contains(const Texts& texts, std::string_view wanted) {
  return std::find(texts.begin(), texts.end(), wanted) != texts.end();
}

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

// A name and a record are no hazards to count.
bool is_hazard(const Finding& finding) {
  return finding.type != FindingType::unresolved && finding.type != FindingType::prompt_injection;
}

// The brand as the package has it: the words before the strength, when there is one word or two and all are letters.
std::string brand_of(const core::ResolvedMedication& medication) {
  if (medication.match != "brand") return {};
  std::string brand;
  std::size_t words = 0;
  std::string_view rest = medication.text;
  constexpr std::size_t most_words = 2;
  while (!rest.empty()) {
    const auto blank = rest.find(' ');
    const std::string_view word = rest.substr(0, blank);
    rest.remove_prefix(blank == std::string_view::npos ? rest.size() : blank + 1);
    if (word.empty()) continue;
    const bool is_name = std::all_of(
        word.begin(), word.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-'; });
    if (!is_name) {
      if (word.front() >= '0' && word.front() <= '9') break;  // the strength
      return {};
    }
    if (++words > most_words) return {};
    brand += (brand.empty() ? "" : " ") + std::string(word);
  }
  return brand;
}

// "warfarin (Coumadin)", "losartan (in Hyzaar)"
std::string known_name(const core::ResolvedMedication& medication, const std::string& ingredient) {
  const std::string brand = brand_of(medication);
  if (brand.empty()) return ingredient;
  return ingredient + (medication.ingredients.size() == 1 ? " (" : " (in ") + brand + ")";
}

// The medicines of a finding as the patient knows them.
Texts known_names(const Review& review, const Finding& finding, const Texts& ingredients, NameWords& names) {
  Texts shown;
  for (const std::string& ingredient : ingredients) {
    const auto medication =
        std::find_if(review.resolved.begin(), review.resolved.end(), [&](const core::ResolvedMedication& entry) {
          return contains(finding.elements, entry.element) && contains(entry.ingredients, ingredient);
        });
    shown.push_back(medication == review.resolved.end() ? ingredient : known_name(*medication, ingredient));
    add_name(names, shown.back());
  }
  return shown;
}

// What the medicines meet, each said with its preposition: "with an allergy to penicillin", "while pregnant".
std::string place_text(const Finding& finding, const TypeWords& type) {
  Texts places;
  for (const std::string& subject : other_subjects(finding)) {
    const PlainWords* plain =
        finding.type == FindingType::monitoring ? patient_words().test(subject) : patient_words().subject(subject);
    std::string text = plain != nullptr ? plain->plain : filled(type.default_place, {{"name", subject}});
    if (!contains(places, text)) places.push_back(std::move(text));
  }
  return listed(places);
}

std::string hazard(const Finding& finding, const Texts& drugs) {
  const TypeWords& type = words_of(finding.type);
  std::string with = place_text(finding, type);
  if (with.empty() && drugs.size() > 1) with = "together";
  if (with.empty() && finding.type == FindingType::monitoring) with = "a test";
  const std::string pattern = type.patient_whole.empty()
                                  ? std::string(type.patient) + " " + std::string(words_of(finding.severity).patient)
                                  : std::string(type.patient_whole);
  return sentence(filled(pattern, {{"drugs", listed(drugs)}, {"with", with}}));
}

// The harms of an effect that a patient is told of: more than three nobody keeps in mind.
std::vector<const PlainWords*> told_harms(const PlainEffect& effect) {
  constexpr std::size_t most_harms = 3;
  return {effect.harms.begin(),
          effect.harms.begin() + static_cast<std::ptrdiff_t>(std::min(effect.harms.size(), most_harms))};
}

std::string harm(const Finding& finding) {
  if (!is_hazard(finding)) return {};
  if (finding.effect.empty()) {
    return finding.severity == Severity::critical ? "Ask what could happen: it is not written down here."
                                                  : std::string();
  }
  const PlainEffect effect = patient_words().effect(finding.effect);
  Texts harms;
  for (const PlainWords* words : told_harms(effect)) harms.push_back(words->plain);
  std::string text;
  if (!harms.empty()) {
    const std::string_view of_type = words_of(finding.type).effect;
    text = filled(of_type.empty() ? "It could cause {harms}." : of_type, {{"harms", listed(harms, "or")}});
  }
  if (effect.is_grave) text += std::string(text.empty() ? "" : " ") + "It can be a threat to life.";
  return text.empty() ? "What could happen, in medical words: " + sentence(finding.effect) : text;
}

std::string action(const Finding& finding, const Texts& orders) {
  const SeverityWords& severity = words_of(finding.severity);
  const std::string_view of_type = words_of(finding.type).action;
  const bool is_overruled = !of_type.empty() && (finding.severity < Severity::major || !is_hazard(finding) ||
                                                 finding.type == FindingType::monitoring);
  if (is_overruled) return std::string(of_type);
  return sentence(filled(orders.empty() ? severity.action : severity.order_action, {{"orders", listed(orders, "or")}}));
}

// What a line of context that says that something was missing means to a patient.
std::string missing_text(const std::string& line) {
  constexpr std::string_view is_not_stated = " is not stated";
  constexpr std::string_view not_stated = " not stated";
  constexpr std::string_view taken_as_given = " not known, taken as given";
  if (ends_with(line, is_not_stated))
    return "This check was not told " + line.substr(0, line.size() - is_not_stated.size()) + ".";
  if (ends_with(line, not_stated))
    return "This check was not told the " + line.substr(0, line.size() - not_stated.size()) + ".";
  if (ends_with(line, taken_as_given))
    return "It is not sure that this is so: " + line.substr(0, line.size() - taken_as_given.size()) + ".";
  if (line.find(" old") != std::string::npos) return "A test result is old. Ask if the test should be done again.";
  if (line.find(" stands in for ") != std::string::npos)
    return "The best test for this was not there. A near one was used.";
  return "Not all of this has been checked against its source.";
}

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
    if (missing.must_know != must_know) continue;
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
    for (const PlainWords* words : told_harms(patient_words().effect(finding.effect))) {
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

void add_patient_claims(const Review& review, const Finding& finding, bool full_words, ClaimList& claims,
                        NameWords& names) {
  Texts drugs = known_names(review, finding, finding.medicines, names);
  if (drugs.empty()) {
    for (const std::string& subject : finding.subjects) {
      drugs.push_back(quoted(subject));
      add_name(names, subject);
    }
  }
  const Texts evidence = evidence_ids(finding.evidence);
  claims.add(patient, ClaimKind::what, hazard(finding, drugs), {}, evidence);
  claims.add(patient, ClaimKind::effect, harm(finding), {}, evidence);
  if (full_words && is_hazard(finding)) {
    claims.add(patient, ClaimKind::why,
               "In medical words: " + sentence(finding.effect) + (finding.effect.empty() ? "" : " ") +
                   sentence(finding.mechanism),
               {}, evidence);
  }
  claims.add(patient, ClaimKind::action, action(finding, ordered_medicines(review, finding)));
  if (finding.severity >= Severity::major)
    claims.add(patient, ClaimKind::urgency, std::string(words_of(urgency_of(review, finding)).patient));
  Texts missing;
  for (const std::string& line : context_lines(finding).unknown) {
    std::string text = missing_text(line);
    if (!contains(missing, text)) missing.push_back(std::move(text));
  }
  for (std::string& text : missing) claims.add(patient, ClaimKind::unknown, std::move(text));
  constexpr std::string_view note = "note:";
  if (finding.via.rfind(note, 0) == 0) {
    const std::string words = quoted(std::string_view(finding.via).substr(note.size()));
    add_name(names, words);
    claims.add(patient, ClaimKind::unknown, "This was read in the notes: " + words + ". Say so if that is wrong.");
  }
}

}  // namespace guardian::agents
