#include <algorithm>

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

constexpr Audience patient = Audience::patient;

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
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

std::string harm(const Finding& finding) {
  if (!is_hazard(finding)) return {};
  if (finding.effect.empty()) {
    return finding.severity == Severity::critical ? "Ask what could happen: it is not written down here."
                                                  : std::string();
  }
  const PlainEffect effect = patient_words().effect(finding.effect);
  Texts harms;
  for (const PlainWords* words : effect.told()) harms.push_back(words->plain);
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

}  // namespace

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
  if (is_hazard(finding) && finding.via.rfind(note, 0) == 0) {
    const std::string words = quoted(std::string_view(finding.via).substr(note.size()));
    add_name(names, words);
    claims.add(patient, ClaimKind::unknown, "This was read in the notes: " + words + ". Say so if that is wrong.");
  }
}

}  // namespace guardian::agents
