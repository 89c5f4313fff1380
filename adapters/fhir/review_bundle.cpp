#include "adapters/fhir/review_bundle.hpp"

#include <algorithm>
#include <vector>

#include "adapters/fhir/resource_writer.hpp"
#include "core/date.hpp"
#include "core/finding_words.hpp"
#include "core/severity.hpp"
#include "knowledge/digest.hpp"
#include "knowledge/text.hpp"

namespace guardian::adapters::fhir {
namespace {

using core::Finding;
using core::FindingType;

constexpr std::string_view act_code_system = "http://terminology.hl7.org/CodeSystem/v3-ActCode";

struct IssueCode {
  std::string_view code;  // of v3-ActCode; empty: none says it
  std::string_view display;
};

IssueCode code_of(FindingType type) {
  switch (type) {
    case FindingType::drug_drug:
    case FindingType::cumulative:
    case FindingType::washout: return {"DRG", "Drug Interaction Alert"};
    case FindingType::duplicate: return {"DUPTHPY", "Duplicate Therapy Alert"};
    case FindingType::drug_allergy: return {"ALGY", "Allergy Alert"};
    case FindingType::drug_disease:
    case FindingType::drug_renal:
    case FindingType::drug_hepatic: return {"COND", "Condition Alert"};
    case FindingType::drug_lab:
    case FindingType::monitoring: return {"LAB", "Lab Alert"};
    case FindingType::dose: return {"DOSE", "Dosage problem"};
    case FindingType::drug_age: return {"AGE", "Age Alert"};
    case FindingType::pregnancy: return {"PREG", "Pregnancy Alert"};
    case FindingType::lactation: return {"LACT", "Lactation Alert"};
    case FindingType::drug_food: return {"FOOD", "Food Interaction Alert"};
    case FindingType::timing: return {"TIME", "timing detected issue"};
    case FindingType::route:
    case FindingType::guideline:
    case FindingType::look_alike:
    case FindingType::unresolved:
    case FindingType::prompt_injection: break;
  }
  return {};
}

std::string_view severity_of(core::Severity severity) {
  switch (severity) {
    case core::Severity::critical:
    case core::Severity::major: return "high";
    case core::Severity::moderate: return "moderate";
    case core::Severity::minor: break;
  }
  return "low";
}

JsonValue text_concept(std::string text) {
  ResourceWriter writer;
  writer.add("text", std::move(text));
  return std::move(writer).value();
}

JsonValue reference_value(std::string reference, std::string display = {}) {
  ResourceWriter writer;
  writer.add("reference", std::move(reference));
  writer.add("display", std::move(display));
  return std::move(writer).value();
}

std::string escaped(std::string_view text) {
  std::string xml;
  for (const char c : text) {
    if (c == '<') {
      xml += "&lt;";
    } else if (c == '>') {
      xml += "&gt;";
    } else if (c == '&') {
      xml += "&amp;";
    } else if (static_cast<unsigned char>(c) >= 0x20) {
      xml += c;
    } else {
      xml += ' ';
    }
  }
  return xml;
}

JsonValue narrative(std::string_view text) {
  ResourceWriter writer;
  writer.add("status", std::string("generated"));
  writer.add("div", "<div xmlns=\"http://www.w3.org/1999/xhtml\">" + escaped(text) + "</div>");
  return std::move(writer).value();
}

// The program, contained in each resource that names it as its author.
constexpr const char* device_reference = "#guardian";
JsonList device(std::string_view version) {
  ResourceWriter name;
  name.add("name", std::string("Patient Safety Guardian")).add("type", std::string("user-friendly-name"));
  ResourceWriter writer("Device");
  writer.add("id", std::string("guardian")).add("deviceName", JsonList{std::move(name).value()});
  if (!version.empty()) {
    ResourceWriter value;
    value.add("value", std::string(version));
    writer.add("version", JsonList{std::move(value).value()});
  }
  return {std::move(writer).value()};
}

void add_sentence(std::string& text, std::string_view words) {
  words = knowledge::trimmed(words);
  if (words.empty() || text.find(words) != std::string::npos) return;
  if (!text.empty()) text += text.back() == '.' || text.back() == '!' || text.back() == '?' ? " " : ". ";
  text += words;
}

std::string citation(const core::EvidenceRecord& evidence) {
  std::string text;
  for (const std::string* part : {&evidence.source, &evidence.title, &evidence.section, &evidence.year}) {
    if (part->empty()) continue;
    if (!text.empty()) text += "; ";
    text += *part;
  }
  return text.empty() ? evidence.id : text;
}

// The resources it speaks of; in words where there are none.
JsonList implicated(const Finding& finding, std::span<const ChartMedication> medications) {
  JsonList list;
  std::vector<std::string_view> told;
  for (const std::string& element : finding.elements) {
    for (const ChartMedication& medication : medications) {
      if (medication.reference.empty() || medication.element != element) continue;
      if (std::find(told.begin(), told.end(), medication.reference) != told.end()) continue;
      told.push_back(medication.reference);
      list.push_back(reference_value(medication.reference));
    }
  }
  if (!list.empty()) return list;
  // A name that could not be resolved is no medicine, but the subject all the same.
  for (const std::string& name : finding.medicines.empty() ? finding.subjects : finding.medicines) {
    if (!name.empty()) list.push_back(reference_value({}, name));
  }
  return list;
}

// A time of day is needed where FHIR wants an instant.
std::string instant(std::string_view as_of) {
  const auto moment = core::parse_moment(as_of);
  return moment ? core::utc_text(moment->time) : std::string();
}

// R4 lets practitioners answer for what was done, nobody else.
bool may_mitigate(std::string_view reference) {
  return reference.rfind("Practitioner/", 0) == 0 || reference.rfind("PractitionerRole/", 0) == 0;
}

JsonList mitigation_of(const IssueMitigation& done, std::string_view as_of) {
  if (done.code.empty()) return {};
  ResourceWriter coding;
  coding.add("system", std::string(act_code_system)).add("code", std::string(done.code));
  coding.add("display", std::string(done.display));
  ResourceWriter action;
  action.add("coding", JsonList{std::move(coding).value()}).add("text", done.text);
  ResourceWriter one;
  one.add("action", std::move(action).value()).add("date", std::string(as_of));
  if (may_mitigate(done.author)) one.add("author", reference_value(std::string(done.author)));
  return {std::move(one).value()};
}

// `done`: null of an issue that is only told.
JsonValue issue_value(const Finding& finding, const IssueContext& context, const IssueMitigation* done) {
  ResourceWriter writer("DetectedIssue");
  std::string title = finding.title.empty() ? "Finding" : finding.title;
  writer.add("text", narrative(title));
  writer.add("contained", device(context.version));
  if (!finding.id.empty()) {
    ResourceWriter identifier;
    identifier.add("system", std::string("urn:guardian:finding")).add("value", finding.id);
    writer.add("identifier", JsonList{std::move(identifier).value()});
  }
  // What a model proposed is not settled.
  writer.add("status", std::string(finding.source == "engine" ? "final" : "preliminary"));
  const IssueCode code = code_of(finding.type);
  ResourceWriter concept_writer;
  if (!code.code.empty()) {
    ResourceWriter coding;
    coding.add("system", std::string(act_code_system)).add("code", std::string(code.code));
    coding.add("display", std::string(code.display));
    concept_writer.add("coding", JsonList{std::move(coding).value()});
  }
  concept_writer.add("text", std::string(core::to_string(finding.type)));
  writer.add("code", std::move(concept_writer).value());
  writer.add("severity", std::string(severity_of(core::weight(finding))));
  if (!context.patient.empty()) writer.add("patient", reference_value(std::string(context.patient)));
  writer.add("identifiedDateTime", std::string(context.as_of));
  writer.add("author", reference_value(device_reference));
  writer.add("implicated", implicated(finding, context.medications));
  JsonList evidence;
  std::string address;
  for (const core::EvidenceRecord& record : finding.evidence) {
    if (address.empty() && record.locator.rfind("http", 0) == 0) address = record.locator;
    std::string text = citation(record);
    if (text.empty()) continue;
    ResourceWriter one;
    one.add("code", JsonList{text_concept(std::move(text))});
    evidence.push_back(std::move(one).value());
  }
  writer.add("evidence", std::move(evidence));
  std::string detail = std::move(title);
  add_sentence(detail, finding.effect);
  add_sentence(detail, finding.mechanism);
  for (const std::string& words : finding.context) add_sentence(detail, words);
  // What is advised is told here: a mitigation in FHIR is what has been done or is committed to.
  add_sentence(detail, finding.management);
  for (const std::string& test : finding.monitoring) add_sentence(detail, "Monitor: " + test);
  for (const core::FindingSource& source : finding.sources) add_sentence(detail, core::words_of(source));
  writer.add("detail", std::move(detail));
  writer.add("reference", std::move(address));
  if (done != nullptr) writer.add("mitigation", mitigation_of(*done, context.as_of));
  return std::move(writer).value();
}

// A UUID (version 8, RFC 9562) made of what it names, so that the same review has the same addresses.
std::string address_of(std::string_view name) {
  std::string hex = knowledge::sha256_hex(name).substr(0, 32);
  hex[12] = '8';
  hex[16] = 'a';
  return "urn:uuid:" + hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-" + hex.substr(12, 4) + "-" + hex.substr(16, 4) +
         "-" + hex.substr(20);
}

JsonValue outcome_of(const core::Review& review) {
  std::vector<OutcomeIssue> issues;
  issues.push_back({review.complete ? IssueSeverity::information : IssueSeverity::warning,
                    review.complete ? "informational" : "incomplete",
                    "Decision: " + std::string(core::to_string(review.decision)) +
                        (review.complete ? "; the review is complete" : "; the review is incomplete"),
                    {}});
  for (const core::NotAssessed& open : review.not_assessed) {
    if (open.must_know)
      issues.push_back({IssueSeverity::warning, "incomplete", "Not assessed: " + open.rule + ": " + open.wanted, {}});
  }
  for (const core::SetAside& rule : review.set_aside) {
    const std::string words = core::expired_words(rule);
    if (!words.empty()) issues.push_back({IssueSeverity::warning, "business-rule", "Expired: " + words, {}});
  }
  for (const core::Degradation& degradation : review.degradations)
    issues.push_back(
        {IssueSeverity::warning, "transient", "Degraded: " + degradation.agent + ": " + degradation.reason, {}});
  return outcome_value(issues);
}

JsonValue entry_value(const std::string& address, JsonValue resource) {
  ResourceWriter writer;
  writer.add("fullUrl", address).add("resource", std::move(resource));
  return std::move(writer).value();
}

JsonValue provenance(const core::Review& review, const IssueContext& context, JsonList targets) {
  ResourceWriter who;
  who.add("who", reference_value(device_reference));
  ResourceWriter writer("Provenance");
  writer.add("text", narrative("Reviewed by the Patient Safety Guardian"));
  writer.add("contained", device(context.version));
  writer.add("target", std::move(targets));
  writer.add("occurredDateTime", std::string(context.as_of));
  writer.add("recorded", instant(context.as_of));
  writer.add("agent", JsonList{std::move(who).value()});
  if (!review.kb.digest.empty()) {
    ResourceWriter identifier;
    identifier.add("system", std::string("urn:guardian:knowledge-base")).add("value", review.kb.digest);
    ResourceWriter what;
    what.add("identifier", std::move(identifier).value());
    what.add("display", "Knowledge base " + review.kb.version);
    ResourceWriter entity;
    entity.add("role", std::string("source")).add("what", std::move(what).value());
    writer.add("entity", JsonList{std::move(entity).value()});
  }
  return std::move(writer).value();
}

}  // namespace

std::string detected_issue(const Finding& finding, const IssueContext& context) {
  return write_json(issue_value(finding, context, nullptr), false);
}

std::string kept_issue(const Finding& finding, const IssueContext& context, const IssueMitigation& done) {
  return write_json(issue_value(finding, context, &done), false);
}

std::string review_bundle(const core::Review& review, IssueContext context, bool pretty) {
  if (context.as_of.empty()) context.as_of = review.as_of;
  if (context.version.empty()) context.version = review.engine_version;
  std::vector<const Finding*> findings;
  for (const Finding& finding : review.findings) findings.push_back(&finding);
  std::stable_sort(findings.begin(), findings.end(), [](const Finding* left, const Finding* right) {
    return core::weight(*left) > core::weight(*right);
  });
  const std::string seed = review.case_id + "\n" + review.as_of + "\n" + review.kb.digest + "\n";
  JsonList entries;
  JsonList targets;
  const auto add = [&](const std::string& address, JsonValue resource) {
    targets.push_back(reference_value(address));
    entries.push_back(entry_value(address, std::move(resource)));
  };
  for (std::size_t i = 0; i < findings.size(); ++i)
    add(address_of(seed + findings[i]->id + "\n" + std::to_string(i)), issue_value(*findings[i], context, nullptr));
  add(address_of(seed + "outcome"), outcome_of(review));
  entries.push_back(entry_value(address_of(seed + "provenance"), provenance(review, context, std::move(targets))));

  ResourceWriter bundle("Bundle");
  bundle.add("type", std::string("collection"));
  bundle.add("timestamp", instant(review.as_of));
  bundle.add("entry", std::move(entries));
  return write_json(std::move(bundle).value(), pretty);
}

}  // namespace guardian::adapters::fhir
