#include "agents/explanation_agent.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "agents/explanation_guards.hpp"
#include "agents/explanation_parts.hpp"
#include "agents/text_mask.hpp"
#include "prompts/catalog.hpp"

namespace guardian::agents {
namespace {

using core::Audience;
using core::Claim;
using core::ClaimKind;
using core::Severity;
using Json = nlohmann::json;

constexpr std::string_view agent_name = "explanation";
// The worst ones; the reply has to fit into what a model may write at once.
constexpr std::size_t most_findings = 8;
constexpr std::array written_kinds{ClaimKind::what, ClaimKind::why, ClaimKind::effect, ClaimKind::action,
                                   ClaimKind::watch};

// How much was found, and what a critical finding can do and asks for, stand as the template says them.
bool may_write(ClaimKind kind, const NarrativeSection& section) {
  if (kind == ClaimKind::what && section.about.empty()) return false;
  if ((kind == ClaimKind::effect || kind == ClaimKind::action) && section.severity == Severity::critical) return false;
  return std::find(written_kinds.begin(), written_kinds.end(), kind) != written_kinds.end();
}

struct NamedSection {
  std::string name;  // "review", "F1"
  NarrativeSection section;
  std::vector<std::string> marks;  // of its statements: "F1.patient.why"
};

// The sections that the model may write: the whole, and the gravest findings that are moderate at least.
std::vector<NamedSection> sections_of(const core::Review& review, const core::Explanation& text) {
  std::vector<NamedSection> sections;
  const auto add = [&](const std::string& name, const std::string& about, Severity severity) {
    for (const Audience audience : {Audience::clinician, Audience::patient}) {
      NamedSection named{name, {about, audience, severity, {}, {}, {}}, {}};
      for (const Claim& claim : text.claims) {
        if (claim.about != about || claim.audience != audience) continue;
        named.section.statements.push_back(claim);
        std::string mark = name + "." + std::string(to_string(audience)) + "." + std::string(to_string(claim.kind));
        const auto same = std::count_if(named.section.statements.begin(), named.section.statements.end(),
                                        [&](const Claim& other) { return other.kind == claim.kind; });
        if (same > 1) mark += "." + std::to_string(same);
        named.marks.push_back(std::move(mark));
      }
      if (!named.section.statements.empty()) sections.push_back(std::move(named));
    }
  };
  Severity worst = Severity::minor;
  for (const core::Finding& finding : review.findings) worst = std::max(worst, finding.severity);
  add("review", {}, worst);
  std::size_t findings = 0;
  for (const core::Finding& finding : review.findings) {
    if (finding.severity < Severity::moderate || !is_hazard(finding)) continue;
    if (++findings > most_findings) break;
    add("F" + std::to_string(findings), finding.id, finding.severity);
  }
  return sections;
}

// Where something had to be masked or is quoted, words of people are repeated.
bool repeats_people(const NamedSection& named, const MaskLexicon& lexicon, MaskTable& table) {
  const auto& statements = named.section.statements;
  return std::any_of(statements.begin(), statements.end(), [&](const Claim& claim) {
    return claim.text.find('"') != std::string::npos || mask(claim.text, lexicon, table).text != claim.text;
  });
}

std::string question(const std::vector<NamedSection>& sections, const MaskLexicon& lexicon, MaskTable& table) {
  std::string text;
  for (const NamedSection& named : sections) {
    const NarrativeSection& section = named.section;
    text += "Section " + named.name + " for the " + std::string(to_string(section.audience));
    if (!section.about.empty()) text += ", " + std::string(core::to_string(section.severity));
    text += "\n";
    for (std::size_t i = 0; i < section.statements.size(); ++i) {
      const Claim& claim = section.statements[i];
      text += named.marks[i] + (may_write(claim.kind, section) ? " (to write): " : ": ") +
              mask(claim.text, lexicon, table).text + "\n";
    }
  }
  return prompts::fenced(text);
}

void add_new(std::vector<std::string>& all, const std::vector<std::string>& more) {
  for (const std::string& entry : more) {
    if (!contains(all, entry)) all.push_back(entry);
  }
}

std::string where(const NarrativeSection& section) {
  return (section.about.empty() ? std::string("review") : section.about) + " for the " +
         std::string(to_string(section.audience));
}

// One reply of a model, read into the sections that it is about.
class Reading {
 public:
  Reading(std::vector<NamedSection>& sections, const MaskTable& table) : sections_(sections), table_(table) {}

  // What is wrong with this part of the reply.
  [[nodiscard]] std::string read(const Json& entry) {
    const auto& name = entry["section"].get_ref<const std::string&>();
    const auto& audience = entry["audience"].get_ref<const std::string&>();
    const auto named = std::find_if(sections_.begin(), sections_.end(), [&](const NamedSection& candidate) {
      return candidate.name == name && to_string(candidate.section.audience) == audience;
    });
    if (named == sections_.end()) return "a section that nobody asked for";
    if (!named->section.claims.empty()) return where(named->section) + ": is there twice";
    std::vector<Claim> claims;
    for (const Json& written : entry["claims"]) {
      Claim claim;
      if (std::string wrong = read(written, *named, claim); !wrong.empty()) return where(named->section) + ": " + wrong;
      claims.push_back(std::move(claim));
    }
    named->section.claims = std::move(claims);
    return {};
  }

 private:
  [[nodiscard]] std::string read(const Json& written, const NamedSection& named, Claim& claim) const {
    const NarrativeSection& section = named.section;
    const auto& kind = written["kind"].get_ref<const std::string&>();
    const auto* const known = std::find_if(written_kinds.begin(), written_kinds.end(),
                                           [&](ClaimKind candidate) { return to_string(candidate) == kind; });
    if (known == written_kinds.end() || !may_write(*known, section)) return "a claim of a kind that stands";
    claim.audience = section.audience;
    claim.about = section.about;
    claim.kind = *known;
    claim.by = "model";
    claim.text = sentence(table_.unmask(written["text"].get_ref<const std::string&>()));
    bool has_own_kind = false;
    for (const Json& source : written["sources"]) {
      const auto at = std::find(named.marks.begin(), named.marks.end(), source.get_ref<const std::string&>());
      if (at == named.marks.end()) return "a source that is not of its section";
      const Claim& statement = section.statements[static_cast<std::size_t>(at - named.marks.begin())];
      add_new(claim.findings, statement.findings);
      add_new(claim.evidence, statement.evidence);
      has_own_kind = has_own_kind || statement.kind == claim.kind;
    }
    if (!has_own_kind) return "a claim without a source of its kind";
    return {};
  }

  std::vector<NamedSection>& sections_;
  const MaskTable& table_;
};

// Kind by kind in the order of the template: what the model wrote of a kind, else what the template says.
std::vector<Claim> assembled(const NarrativeSection& section) {
  const std::string stem =
      (section.about.empty() ? "review" : section.about) + "." + std::string(to_string(section.audience)) + ".";
  std::vector<Claim> whole;
  std::vector<ClaimKind> done;
  for (const Claim& statement : section.statements) {
    if (std::find(done.begin(), done.end(), statement.kind) != done.end()) continue;
    done.push_back(statement.kind);
    std::size_t count = 0;
    for (Claim claim : section.claims) {
      if (claim.kind != statement.kind) continue;
      claim.id = stem + std::string(to_string(claim.kind)) + (++count == 1 ? "" : "." + std::to_string(count));
      whole.push_back(std::move(claim));
    }
    if (count > 0) continue;
    std::copy_if(section.statements.begin(), section.statements.end(), std::back_inserter(whole),
                 [&](const Claim& claim) { return claim.kind == statement.kind; });
  }
  return whole;
}

void replace_section(core::Explanation& text, const NarrativeSection& section) {
  const auto is_old = [&](const Claim& claim) {
    return claim.about == section.about && claim.audience == section.audience;
  };
  const auto first = std::find_if(text.claims.begin(), text.claims.end(), is_old) - text.claims.begin();
  text.claims.erase(std::remove_if(text.claims.begin(), text.claims.end(), is_old), text.claims.end());
  text.claims.insert(text.claims.begin() + first, section.assembled.begin(), section.assembled.end());
}

void tell_withheld(const EventSink& events, const NarrativeSection& section, const Objection& objection) {
  if (!events) return;
  Event event;
  event.kind = EventKind::guard_decided;
  event.step = std::string(agent_name);
  event.name = objection.guard;
  event.detail = where(section) + ": " + objection.reason;
  event.decision = GuardDecision::withheld;
  events(event);
}

void ask(const NarrativeContext& context, const TemplateText& base_text, const ModelAccess& access,
         const EventSink& events, NarrativeResult& result) {
  const auto prompt =
      prompts::render(agent_name, {{"grade", std::to_string(static_cast<int>(base_text.explanation.grade_wanted))}});
  if (!prompt) {
    result.degradation = core::Degradation{std::string(agent_name), prompt.error().message};
    return;
  }
  result.report.prompt = prompt->digest;
  std::vector<NamedSection> sections = sections_of(context.review, base_text.explanation);
  MaskTable table(context.subject.as_of, context.subject.locale);
  if (!context.free_text) {
    std::erase_if(sections, [&](const NamedSection& named) { return repeats_people(named, *context.lexicon, table); });
    if (sections.empty()) return;
  }
  const LoopRequest request{std::string(agent_name), prompt->text, question(sections, *context.lexicon, table),
                            std::string(prompts::reply_schema(agent_name))};
  LoopResult answer = converse(*access.model, request, nullptr, access.limits, access.call_limits, events);
  result.report.calls = answer.calls;
  result.report.tokens = answer.tokens;
  result.report.model = answer.model;
  if (const auto* failure = std::get_if<ModelFailure>(&answer.reply)) {
    const std::string why = std::string(to_string(failure->kind));
    result.degradation =
        core::Degradation{std::string(agent_name), failure->message.empty() ? why : why + ": " + failure->message};
    return;
  }
  Reading reading(sections, table);
  const Json reply = Json::parse(std::get<std::string>(answer.reply));
  for (const Json& entry : reply["sections"]) {
    if (std::string wrong = reading.read(entry); !wrong.empty()) result.report.refused.push_back(std::move(wrong));
  }
  const GuardContext guards{context.review, *context.base, base_text.explanation.must_say, base_text.names,
                            base_text.explanation.grade_wanted};
  for (NamedSection& named : sections) {
    NarrativeSection& section = named.section;
    if (section.claims.empty()) continue;
    section.assembled = assembled(section);
    if (const auto objection = first_objection(section, guards)) {
      result.report.refused.push_back(where(section) + ": " + objection->guard + ": " + objection->reason);
      tell_withheld(events, section, *objection);
      continue;
    }
    replace_section(result.explanation, section);
    result.report.by = result.explanation.by = "model";
    result.explanation.model = answer.model;
  }
  result.explanation.grade_measured = measured_grade(result.explanation.claims, base_text.names);
}

}  // namespace

NarrativeResult write_explanation(const NarrativeContext& context, const ExplanationOptions& options,
                                  const ModelAccess& access, const EventSink& events) {
  const TemplateText base_text = template_text(context.review, options);
  NarrativeResult result{base_text.explanation, {}, std::nullopt};
  result.report.name = std::string(agent_name);
  result.report.by = "rules";
  if (access.model == nullptr || context.lexicon == nullptr || context.review.findings.empty()) return result;
  try {
    ask(context, base_text, access, events, result);
  } catch (const std::exception&) {
    // A defect here must not cost the text; what it was may hold words of the patient.
    result.explanation = base_text.explanation;
    result.report.by = "rules";
    result.degradation = core::Degradation{std::string(agent_name), "defect"};
  }
  return result;
}

}  // namespace guardian::agents
