#include "adapters/json/review_reader.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "adapters/json/json_value.hpp"

namespace guardian::adapters {
namespace {

// The first thing that is wrong; what is read after it does not count.
struct Problem {
  std::string path;
  std::string message;
};

class Reading {
 public:
  Reading(const JsonObject& object, std::string path, Problem& problem)
      : object_(object), path_(std::move(path)), problem_(problem) {}

  void fail(std::string_view name, std::string message) const {
    if (problem_.message.empty()) problem_ = {member_pointer(path_, name), std::move(message)};
  }

  [[nodiscard]] const JsonValue* find(std::string_view name) const {
    const JsonValue* found = nullptr;
    for (const JsonMember& member : object_) {
      if (member.name != name) continue;
      if (found != nullptr) fail(name, "stands there twice");
      found = &member.value;
    }
    return found == nullptr || found->is_null() ? nullptr : found;
  }

  [[nodiscard]] std::string text(std::string_view name) const {
    const JsonValue* value = find(name);
    if (value == nullptr) return {};
    if (value->text() == nullptr) return fail(name, "must be a string"), std::string();
    return *value->text();
  }
  [[nodiscard]] std::optional<double> number(std::string_view name) const {
    const JsonValue* value = find(name);
    if (value == nullptr) return std::nullopt;
    if (value->number() == nullptr) return fail(name, "must be a number"), std::nullopt;
    return *value->number();
  }
  [[nodiscard]] std::size_t count(std::string_view name) const {
    constexpr double most = 1e9;
    const auto value = number(name);
    if (!value || *value < 0.0 || *value > most || *value != std::floor(*value))
      return fail(name, "must be a count"), std::size_t{0};
    return static_cast<std::size_t>(*value);
  }
  [[nodiscard]] bool flag(std::string_view name) const {
    const JsonValue* value = find(name);
    if (value == nullptr) return false;
    if (value->boolean() == nullptr) return fail(name, "must be true or false"), false;
    return *value->boolean();
  }
  // Which of some words it is.
  template <class Words, class ToText>
  [[nodiscard]] auto one_of(std::string_view name, const Words& words, ToText to_text) const {
    const std::string word = text(name);
    for (const auto known : words) {
      if (to_text(known) == word) return known;
    }
    fail(name, "is no word that stands here");
    return *words.begin();
  }

  template <class Each>
  void list(std::string_view name, Each each) const {
    const JsonValue* value = find(name);
    if (value == nullptr) return;
    if (value->list() == nullptr) return fail(name, "must be a list");
    std::size_t index = 0;
    for (const JsonValue& entry : *value->list()) each(entry, entry_pointer(member_pointer(path_, name), index++));
  }
  template <class Each>
  void objects(std::string_view name, Each each) const {
    list(name, [&](const JsonValue& entry, std::string path) {
      if (entry.object() == nullptr) return fail(name, "must be a list of objects");
      each(Reading(*entry.object(), std::move(path), problem_));
    });
  }
  [[nodiscard]] std::vector<std::string> texts(std::string_view name) const {
    std::vector<std::string> all;
    list(name, [&](const JsonValue& entry, const std::string&) {
      if (entry.text() == nullptr) return fail(name, "must be a list of strings");
      all.push_back(*entry.text());
    });
    return all;
  }
  template <class Each>
  void object(std::string_view name, Each each) const {
    const JsonValue* value = find(name);
    if (value == nullptr) return;
    if (value->object() == nullptr) return fail(name, "must be an object");
    each(Reading(*value->object(), member_pointer(path_, name), problem_));
  }

 private:
  const JsonObject& object_;
  std::string path_;
  Problem& problem_;
};

constexpr std::array severities{core::Severity::minor, core::Severity::moderate, core::Severity::major,
                                core::Severity::critical};
constexpr std::array decisions{core::Decision::clear, core::Decision::info, core::Decision::caution,
                               core::Decision::escalate, core::Decision::block};
constexpr std::array levels{core::TriageLevel::routine, core::TriageLevel::soon, core::TriageLevel::same_day,
                            core::TriageLevel::urgent, core::TriageLevel::emergency};
constexpr std::array audiences{core::Audience::clinician, core::Audience::patient};
constexpr std::array claim_kinds{core::ClaimKind::what,    core::ClaimKind::why,     core::ClaimKind::effect,
                                 core::ClaimKind::action,  core::ClaimKind::urgency, core::ClaimKind::watch,
                                 core::ClaimKind::unknown, core::ClaimKind::scope};
constexpr auto word_of = [](auto value) { return to_string(value); };

core::EvidenceRecord read_evidence(const Reading& from) {
  return {from.text("id"),      from.text("kind"), from.text("source"),  from.text("title"),
          from.text("section"), from.text("year"), from.text("locator"), from.text("status")};
}

core::StatedFact read_fact(const Reading& from) {
  core::StatedFact fact;
  fact.kind = from.text("kind");
  fact.concept_name = from.text("concept");
  fact.from = from.text("from");
  fact.stopped = fact.kind == "stopped_drug";
  from.object("known", [&](const Reading& known) {
    fact.route = known.text("route");
    fact.exposure = known.text("exposure");
    fact.daily_mg = known.number("daily_mg");
    fact.duration_days = known.number("duration_days");
    fact.stopped_days_ago = known.number("stopped_days_ago");
    fact.single_mg = known.number("single_mg");
    fact.single_units = known.number("single_units");
    fact.rate_mg = known.number("rate_mg");
    fact.rate_units = known.number("rate_units");
    fact.times_per_day = known.number("times_per_day");
    fact.product = known.text("product");
    fact.fixed_product = known.flag("fixed_product");
    fact.ordered = known.flag("ordered");
    fact.as_needed = known.flag("as_needed");
    fact.words = known.text("words");
    fact.truth = known.text("truth");
    fact.reaction = known.text("reaction");
    fact.value = known.number("value");
    fact.high = known.number("high");
    fact.unit = known.text("unit");
    fact.age_days = known.number("age_days");
  });
  return fact;
}

core::Finding read_finding(const Reading& from) {
  core::Finding finding;
  finding.id = from.text("id");
  if (!core::parse_finding_type(from.text("type"), finding.type)) from.fail("type", "is no type of a finding");
  finding.severity = from.one_of("severity", severities, word_of);
  finding.contraindication = from.flag("contraindication");
  finding.subjects = from.texts("subjects");
  finding.title = from.text("title");
  finding.mechanism = from.text("mechanism");
  finding.effect = from.text("effect");
  finding.management = from.text("management");
  finding.monitoring = from.texts("monitoring");
  finding.onset = from.text("onset");
  from.objects("evidence", [&](const Reading& entry) { finding.evidence.push_back(read_evidence(entry)); });
  from.objects("path", [&](const Reading& step) {
    finding.path.push_back({step.text("from"), step.text("edge"), step.text("to")});
  });
  from.list("subsets", [&](const JsonValue& subset, const std::string&) {
    core::Subset names;
    if (subset.list() == nullptr) return from.fail("subsets", "must be a list of lists");
    for (const JsonValue& name : *subset.list()) {
      if (name.text() == nullptr) return from.fail("subsets", "must be lists of strings");
      names.push_back(*name.text());
    }
    finding.subsets.push_back(std::move(names));
  });
  finding.best_removal = from.texts("best_removal");
  finding.rules = from.texts("rules");
  from.objects("sources", [&](const Reading& one) {
    finding.sources.push_back({one.text("source"), one.one_of("severity", severities, word_of), one.text("level"),
                               one.text("compared"), one.texts("rules"), one.text("says")});
  });
  finding.source = from.text("source");
  finding.via = from.text("via");
  from.object("raised", [&](const Reading& raise) {
    finding.raise = core::Raise{raise.text("by"), raise.one_of("to", severities, word_of), raise.text("reason")};
  });
  finding.inferred = from.flag("inferred");
  finding.interruptive = from.flag("interruptive");
  finding.context = from.texts("context");
  finding.elements = from.texts("elements");
  return finding;
}

core::ResolvedMedication read_resolved(const Reading& from) {
  core::ResolvedMedication medication;
  medication.element = from.text("element");
  medication.text = from.text("text");
  medication.ingredients = from.texts("ingredients");
  medication.rxcui = from.texts("rxcui");
  medication.route = from.text("route");
  medication.match = from.text("match");
  medication.score = from.number("score").value_or(0.0);
  medication.note = from.text("note");
  return medication;
}

core::UnresolvedMedication read_unresolved(const Reading& from) {
  core::UnresolvedMedication medication{from.text("element"), from.text("text"), from.text("reason"), {}};
  from.objects("candidates", [&](const Reading& entry) {
    medication.candidates.push_back(
        {entry.text("name"), entry.texts("ingredients"), entry.number("score").value_or(0.0), entry.text("reason")});
  });
  return medication;
}

core::Triage read_triage(const Reading& from) {
  core::Triage triage;
  triage.level = from.one_of("level", levels, word_of);
  triage.reasons = from.texts("reasons");
  from.objects("red_flags", [&](const Reading& flag) {
    core::RedFlag read{flag.text("id"),
                       flag.one_of("level", levels, word_of),
                       flag.text("title"),
                       flag.text("action"),
                       flag.texts("subjects"),
                       flag.texts("seen"),
                       {}};
    flag.objects("evidence", [&](const Reading& entry) { read.evidence.push_back(read_evidence(entry)); });
    triage.red_flags.push_back(std::move(read));
  });
  return triage;
}

core::Explanation read_explanation(const Reading& from) {
  core::Explanation explanation;
  explanation.released = from.flag("released");
  explanation.by = from.text("by");
  explanation.model = from.text("model");
  from.object("reading_grade", [&](const Reading& grade) {
    explanation.grade_wanted = grade.number("wanted").value_or(0.0);
    explanation.grade_measured = grade.number("measured").value_or(0.0);
  });
  from.objects("claims", [&](const Reading& claim) {
    explanation.claims.push_back({claim.text("id"), claim.one_of("audience", audiences, word_of), claim.text("about"),
                                  claim.one_of("kind", claim_kinds, word_of), claim.text("text"),
                                  claim.texts("findings"), claim.texts("evidence")});
  });
  from.objects("must_say", [&](const Reading& fact) {
    explanation.must_say.push_back({fact.text("finding"), fact.one_of("audience", audiences, word_of),
                                    fact.one_of("kind", claim_kinds, word_of), fact.texts("words")});
  });
  return explanation;
}

core::AgentReport read_agent(const Reading& from) {
  core::AgentReport agent;
  agent.name = from.text("name");
  agent.by = from.text("by");
  agent.model = from.text("model");
  agent.prompt = from.text("prompt");
  agent.calls = static_cast<int>(from.count("calls"));
  agent.tool_calls = static_cast<int>(from.count("tool_calls"));
  agent.tokens = static_cast<int>(from.count("tokens"));
  agent.added = from.texts("added");
  agent.raised = from.texts("raised");
  agent.refused = from.texts("refused");
  return agent;
}

core::Review read_members(const Reading& from) {
  core::Review review;
  if (from.text("schema") != "guardian-review/1") from.fail("schema", "must be guardian-review/1");
  review.case_id = from.text("case_id");
  review.as_of = from.text("as_of");
  constexpr std::array<std::string_view, 2> statuses{"complete", "incomplete"};
  review.complete = from.one_of("status", statuses, [](std::string_view word) { return word; }) == "complete";
  from.objects("degradations", [&](const Reading& entry) {
    review.degradations.push_back({entry.text("agent"), entry.text("reason")});
  });
  review.decision = from.one_of("decision", decisions, word_of);
  from.object("kb", [&](const Reading& kb) {
    review.kb = {kb.text("version"), kb.text("released"), kb.text("digest"), std::nullopt};
    if (const auto age = kb.number("age_days")) review.kb.age_days = static_cast<int>(*age);
  });
  from.object("engine", [&](const Reading& engine) { review.engine_version = engine.text("version"); });
  from.objects("resolved", [&](const Reading& entry) { review.resolved.push_back(read_resolved(entry)); });
  from.objects("unresolved", [&](const Reading& entry) { review.unresolved.push_back(read_unresolved(entry)); });
  from.objects("facts", [&](const Reading& entry) { review.facts.push_back(read_fact(entry)); });
  from.objects("not_assessed", [&](const Reading& entry) {
    review.not_assessed.push_back({entry.text("rule"), entry.text("wanted"), entry.flag("must_know")});
  });
  from.objects("set_aside", [&](const Reading& entry) {
    review.set_aside.push_back({entry.text("rule"), entry.text("source"), entry.text("why"), entry.text("effect"),
                                entry.one_of("severity", severities, word_of), entry.texts("medicines"),
                                entry.text("owner"), entry.text("expires")});
  });
  from.objects("findings", [&](const Reading& entry) { review.findings.push_back(read_finding(entry)); });
  from.object("triage", [&](const Reading& entry) { review.triage = read_triage(entry); });
  from.object("explanation", [&](const Reading& entry) { review.explanation = read_explanation(entry); });
  from.object("audit", [&](const Reading& entry) {
    review.audit.emplace();
    review.audit->version = entry.text("version");
    review.audit->input = entry.text("input");
    review.audit->released = entry.flag("released");
    review.audit->escalated = entry.flag("escalated");
    review.audit->engine = entry.one_of("engine", decisions, word_of);
    review.audit->decision = entry.one_of("decision", decisions, word_of);
  });
  if (from.find("certificate") == nullptr) from.fail("certificate", "is missing");
  from.object("certificate", [&](const Reading& entry) {
    review.certificate = {entry.count("ingredients"), entry.count("pairs"), entry.count("within_product"),
                          entry.count("considered"),  entry.count("fired"), entry.count("vetoed"),
                          entry.count("unevaluated"), entry.texts("vetoes")};
  });
  from.objects("agents", [&](const Reading& entry) { review.agents.push_back(read_agent(entry)); });
  review.notes = from.texts("notes");
  return review;
}

}  // namespace

core::Result<core::Review> read_review(std::string_view json) {
  const JsonParsing parsed = parse_json(json);
  if (!parsed.value) {
    return core::fail(core::ErrorCode::invalid_input,
                      (parsed.problem.path.empty() ? "" : parsed.problem.path + ": ") + parsed.problem.message);
  }
  const JsonObject* object = parsed.value->object();
  if (object == nullptr) return core::fail(core::ErrorCode::invalid_input, "is no review: must be an object");
  Problem problem;
  core::Review review = read_members(Reading(*object, "", problem));
  if (!problem.message.empty())
    return core::fail(core::ErrorCode::invalid_input, problem.path + ": " + problem.message);
  return review;
}

}  // namespace guardian::adapters
