#include "audit/review_verifier.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "audit/finding_proof.hpp"
#include "audit/local_proof.hpp"
#include "audit/patient_oracle.hpp"
#include "audit/review_facts.hpp"
#include "core/severity.hpp"

namespace guardian::audit {
namespace {

using core::Finding;
using core::FindingType;

// What the oracles say: of the facts of the case, and of them with what agents read in the note.
struct Derived {
  CaseJudgement floor;
  std::optional<CaseJudgement> with_agents;
  LocalProof::Words words;                // what findings must say of hospitals
  std::vector<core::SetAside> set_aside;  // what must stand in the review
};

bool no_oracle_decides(const Finding& finding) {
  return finding.source != "engine" || finding.type == FindingType::look_alike ||
         finding.type == FindingType::prompt_injection;
}

// The medicines that were read are those that the facts are of; what is wrong, if anything.
std::optional<std::string> wrong_medicines(const core::Review& review) {
  std::map<std::string, std::multiset<std::string>> read;
  std::map<std::string, std::multiset<std::string>> stated;
  for (const core::ResolvedMedication& medicine : review.resolved)
    read[medicine.element].insert(medicine.ingredients.begin(), medicine.ingredients.end());
  for (const core::StatedFact& fact : review.facts) {
    if (!is_medicine(fact)) continue;
    stated[is_of_agent(fact) ? fact.from : fact.from.substr(0, fact.from.rfind('/'))].insert(fact.concept_name);
    const bool order = fact.from.rfind("/order", 0) == 0;
    if ((order && !fact.ordered) || (fact.from.rfind("/medications", 0) == 0 && fact.ordered))
      return fact.from + ": the fact does not say whether it is an order";
  }
  if (read != stated) return "facts: are not of the medicines that were read";
  return std::nullopt;
}

// Of one review against one derivation.
class Comparison {
 public:
  Comparison(const core::Review& review, const Derived& derived, FindingProof& proof)
      : review_(review), derived_(derived), proof_(proof) {}

  core::Result<Verification> run() {
    if (auto checked = check_findings(); !checked) return core::fail(checked.error());
    check_absence();
    check_unresolved();
    if (review_.set_aside != derived_.set_aside)
      refuse("set_aside: is not what the hospital's rules that do not count come to");
    check_flags();
    check_not_assessed();
    check_certificate();
    check_outcome();
    list_the_rest();
    result_.rules = derived_.floor.rules;
    return std::move(result_);
  }

 private:
  using RowKey = std::pair<std::string, std::vector<std::string>>;  // rule and ingredients

  void refuse(std::string reason) { result_.refused.push_back(std::move(reason)); }
  static std::string name(const Finding& finding) { return "finding " + finding.id + ": "; }

  static const CaseRow* find_row(const CaseJudgement& judgement, const std::string& rule, const Finding& finding,
                                 const std::vector<std::string>& medicines) {
    const std::string_view type = to_string(finding.type);
    const auto row = std::find_if(judgement.rows.begin(), judgement.rows.end(), [&](const CaseRow& one) {
      return one.severity && one.kind == "finding" && one.rule == rule && one.type == type &&
             one.ingredients == medicines;
    });
    return row == judgement.rows.end() ? nullptr : &*row;
  }

  // The rows of a finding, one for each of its rules, for the longest run of subjects that are medicines; empty when
  // there are none.
  static std::vector<const CaseRow*> rows_of(const CaseJudgement& judgement, const Finding& finding,
                                             std::size_t& medicines) {
    for (std::size_t count = finding.subjects.size(); count > 0; --count) {
      std::vector<std::string> names(finding.subjects.begin(),
                                     finding.subjects.begin() + static_cast<std::ptrdiff_t>(count));
      std::sort(names.begin(), names.end());
      std::vector<const CaseRow*> rows;
      for (const std::string& rule : finding.rules) {
        const CaseRow* row = find_row(judgement, rule, finding, names);
        if (row == nullptr) break;
        rows.push_back(row);
      }
      if (!rows.empty() && rows.size() == finding.rules.size()) {
        medicines = count;
        return rows;
      }
    }
    return {};
  }

  // An agent with a model may have read words that are not among the facts.
  [[nodiscard]] bool is_of_model(const Finding& finding) const {
    return !finding.via.empty() &&
           std::any_of(review_.agents.begin(), review_.agents.end(), [&](const core::AgentReport& agent) {
             return agent.by == "model" &&
                    std::find(agent.added.begin(), agent.added.end(), finding.id) != agent.added.end();
           });
  }

  core::Result<bool> check_findings() {
    std::set<std::pair<FindingType, std::vector<std::string>>> seen;
    for (const Finding& finding : review_.findings) {
      if (!seen.emplace(finding.type, finding.subjects).second) refuse(name(finding) + "it is there twice");
      check_raise(finding);
      if (no_oracle_decides(finding)) {
        result_.not_derived.push_back(name(finding) + std::string(to_string(finding.type)) + " of " + finding.source);
        if (finding.source != "engine" && finding.severity > core::Severity::moderate)
          refuse(name(finding) + "an agent's finding is graver than moderate");
        continue;
      }
      if (finding.type == FindingType::unresolved) continue;
      auto checked = check_rows(finding);
      if (!checked) return checked;
    }
    return true;
  }

  void check_raise(const Finding& finding) {
    if (!finding.raise) return;
    const bool one_step = finding.raise->to == core::raised(finding.severity) && finding.raise->to > finding.severity &&
                          finding.raise->to != core::Severity::critical;
    if (!one_step) refuse(name(finding) + "it is raised by more than one step, or to critical");
    result_.not_derived.push_back(name(finding) + "raised by " + finding.raise->by);
  }

  core::Result<bool> check_rows(const Finding& finding) {
    std::size_t medicines = 0;
    auto rows = rows_of(derived_.floor, finding, medicines);
    auto* used = &used_;
    if (rows.empty() && derived_.with_agents) {
      rows = rows_of(*derived_.with_agents, finding, medicines);
      used = &used_with_agents_;
    }
    if (rows.empty()) {
      if (is_of_model(finding)) {
        result_.not_derived.push_back(name(finding) + "rests on words of the note that a model read");
      } else {
        refuse(name(finding) + "its rules do not fire for its subjects");
      }
      return true;
    }
    auto severity = core::Severity::minor;
    bool contraindication = false;
    bool inferred = true;
    bool local = true;
    std::size_t lead = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (*rows[i]->severity > *rows[lead]->severity) lead = i;
      severity = std::max(severity, *rows[i]->severity);
      contraindication = contraindication || rows[i]->contraindication;
      inferred = inferred && rows[i]->inferred;
      local = local && rows[i]->local;
      if (!used->insert({rows[i]->rule, rows[i]->ingredients}).second)
        refuse(name(finding) + "rule " + rows[i]->rule + " speaks in another finding already");
    }
    if (finding.severity != severity)
      refuse(name(finding) + "it is " + std::string(to_string(finding.severity)) + ", its rules say " +
             std::string(to_string(severity)));
    if (finding.contraindication != contraindication) refuse(name(finding) + "its mark of a contraindication is wrong");
    if (finding.inferred != inferred) refuse(name(finding) + "its mark of an inferred rule is wrong");
    ProvenFinding proven{finding, {}, lead, {}, local};
    for (const CaseRow* row : rows) proven.severities.push_back(*row->severity);
    proven.medicines.assign(finding.subjects.begin(),
                            finding.subjects.begin() + static_cast<std::ptrdiff_t>(medicines));
    check_words(finding, rows);
    const auto problems = proof_.problems(proven, review_);
    if (!problems) return core::fail(problems.error());
    for (const std::string& problem : *problems) refuse(name(finding) + problem);
    ++result_.findings;
    return true;
  }

  // Whose rule it is and what a hospital lowered stands in the finding, and nothing else of the kind.
  void check_words(const Finding& finding, const std::vector<const CaseRow*>& rows) {
    std::set<std::string> expected;
    for (const CaseRow* row : rows) {
      const auto words = derived_.words.find({row->rule, row->ingredients});
      if (words != derived_.words.end()) expected.insert(words->second.begin(), words->second.end());
    }
    for (const std::string& words : expected) {
      if (std::find(finding.context.begin(), finding.context.end(), words) == finding.context.end())
        refuse(name(finding) + "it does not say what a hospital did: " + words);
    }
    for (const std::string& words : finding.context) {
      if (words.rfind("lowered from ", 0) == 0 && !expected.contains(words))
        refuse(name(finding) + "it says that a hospital lowered it, and none did");
    }
  }

  // What fires is in the review.
  void check_absence() {
    const auto missing = [&](const CaseJudgement& judgement, const std::set<RowKey>& used) {
      for (const CaseRow& row : judgement.rows) {
        if (!row.severity || row.kind != "finding" || used.contains({row.rule, row.ingredients})) continue;
        refuse("rule " + row.rule + " fires (" + std::string(to_string(*row.severity)) + ", " + row.type +
               ") and no finding says so");
      }
    };
    missing(derived_.floor, used_);
    if (!derived_.with_agents) return;
    for (const CaseRow& row : derived_.floor.rows) used_with_agents_.insert({row.rule, row.ingredients});
    missing(*derived_.with_agents, used_with_agents_);
  }

  void check_unresolved() {
    std::vector<std::string> wanted;
    for (const core::UnresolvedMedication& medicine : review_.unresolved) wanted.push_back(medicine.element);
    std::vector<std::string> found;
    for (const Finding& finding : review_.findings) {
      if (finding.type != FindingType::unresolved) continue;
      if (finding.severity != core::Severity::major || finding.id != id_of(finding))
        refuse(name(finding) + "it is not what a name that is not resolved gives");
      found.insert(found.end(), finding.elements.begin(), finding.elements.end());
    }
    std::sort(wanted.begin(), wanted.end());
    std::sort(found.begin(), found.end());
    if (wanted != found) refuse("names that are not resolved and findings on them do not agree");
    for (const core::UnresolvedMedication& medicine : review_.unresolved)
      result_.not_derived.push_back(medicine.element + ": a name that is not resolved");
  }

  void check_flags() {
    std::set<std::string> wanted;
    for (const CaseJudgement* judgement : judgements()) {
      for (const CaseRow& row : judgement->rows) {
        if (row.severity && row.kind == "red_flag") wanted.insert(row.rule);
      }
    }
    std::set<std::string> found;
    if (review_.triage) {
      for (const core::RedFlag& flag : review_.triage->red_flags) found.insert(flag.id);
    }
    const bool model = std::any_of(review_.agents.begin(), review_.agents.end(),
                                   [](const core::AgentReport& agent) { return agent.by == "model"; });
    for (const std::string& flag : wanted) {
      if (!found.contains(flag)) refuse("red flag " + flag + " is missing");
    }
    for (const std::string& flag : found) {
      if (wanted.contains(flag)) continue;
      if (model) {
        result_.not_derived.push_back("red flag " + flag + ": may rest on words that a model read");
      } else {
        refuse("red flag " + flag + " does not fire");
      }
    }
  }

  [[nodiscard]] std::vector<const CaseJudgement*> judgements() const {
    std::vector<const CaseJudgement*> all{&derived_.floor};
    if (derived_.with_agents) all.push_back(&*derived_.with_agents);
    return all;
  }

  [[nodiscard]] static std::set<std::string> rules_that(const CaseJudgement& judgement, bool fire) {
    std::set<std::string> rules;
    for (const CaseRow& row : judgement.rows) {
      if (row.severity.has_value() == fire) rules.insert(row.rule);
    }
    return rules;
  }

  void check_not_assessed() {
    std::set<std::string> listed;
    for (const core::NotAssessed& missing : review_.not_assessed) listed.insert(missing.rule);
    const auto waiting = rules_that(derived_.floor, false);
    const auto fired = rules_that(derived_.floor, true);
    for (const std::string& rule : waiting) {
      if (!listed.contains(rule) && !listed.contains("washout"))
        refuse("rule " + rule + " waits for a fact and is not listed");
    }
    for (const std::string& rule : listed) {
      if (proof_.is_rule(rule) && !waiting.contains(rule) && !fired.contains(rule))
        refuse("rule " + rule + " is listed as not assessed and does not wait");
    }
  }

  void check_certificate() {
    std::set<std::string> ingredients;
    for (const core::StatedFact& fact : review_.facts) {
      if (is_medicine(fact) && !is_of_agent(fact)) ingredients.insert(fact.concept_name);
    }
    const std::size_t count = ingredients.size();
    const core::Certificate& stated = review_.certificate;
    const auto check = [&](const char* what, std::size_t says, std::size_t is) {
      if (says != is)
        refuse(std::string("certificate: ") + what + " is " + std::to_string(says) + ", derived " + std::to_string(is));
    };
    check("ingredients", stated.ingredients, count);
    check("pairs", stated.pairs, count < 2 ? 0 : count * (count - 1) / 2);
    check("within_product", stated.within_product, derived_.floor.within_product);
    check("considered", stated.considered, derived_.floor.rules);
    check("fired", stated.fired, rules_that(derived_.floor, true).size());
    check("vetoed", stated.vetoed, derived_.floor.vetoed.size());
    check("unevaluated", stated.unevaluated, rules_that(derived_.floor, false).size());
    std::set<std::string> vetoed;
    for (const std::string& veto : stated.vetoes) vetoed.insert(veto.substr(0, veto.find(':')));
    if (vetoed != std::set<std::string>(derived_.floor.vetoed.begin(), derived_.floor.vetoed.end()))
      refuse("certificate: the rules under vetoes are not those that an exception holds back");
  }

  void check_outcome() {
    const bool known = std::none_of(review_.not_assessed.begin(), review_.not_assessed.end(),
                                    [](const core::NotAssessed& missing) { return missing.must_know; });
    const bool complete = review_.unresolved.empty() && known;
    if (review_.complete != complete)
      refuse(std::string("status: what was not assessed makes it ") + (complete ? "complete" : "incomplete"));
    core::Decision decision = core::decide(review_.findings, complete);
    if (review_.audit && review_.audit->escalated) decision = std::max(decision, core::Decision::escalate);
    if (review_.decision != decision) refuse("decision: the findings make it " + std::string(to_string(decision)));
    const bool of_patient = std::any_of(review_.facts.begin(), review_.facts.end(),
                                        [](const core::StatedFact& fact) { return !is_medicine(fact); });
    if (!review_.triage && of_patient) refuse("triage: is missing, though there are facts of a patient");
  }

  void list_the_rest() {
    if (!review_.findings.empty())
      result_.not_derived.emplace_back("findings: subsets, best removal and context are not derived");
    if (review_.triage) result_.not_derived.emplace_back("triage: NEWS2, level and words are not derived");
    if (review_.plan) result_.not_derived.emplace_back("plan: its optimality is not derived");
    if (review_.explanation) result_.not_derived.emplace_back("explanation: its claims are the audit's");
    const bool agents = std::any_of(review_.agents.begin(), review_.agents.end(),
                                    [](const core::AgentReport& agent) { return agent.calls > 0; });
    if (agents) result_.not_derived.emplace_back("agents: what a model was asked and said");
  }

  const core::Review& review_;
  const Derived& derived_;
  FindingProof& proof_;
  std::set<RowKey> used_;
  std::set<RowKey> used_with_agents_;
  Verification result_;
};

}  // namespace

struct ReviewVerifier::Impl {
  PatientOracle oracle;
  FindingProof proof;
  LocalProof local;
  // Of the last cases.
  struct Known {
    OracleCase subject;
    bool patient = false;
    std::set<std::string> left_out;
    CaseJudgement judgement;
  };
  std::vector<Known> known;

  core::Result<CaseJudgement> judge(const OracleCase& subject, bool patient, const std::set<std::string>& left_out) {
    constexpr std::size_t kept = 64;
    const auto same = std::find_if(known.begin(), known.end(), [&](const auto& entry) {
      return entry.patient == patient && entry.left_out == left_out && entry.subject == subject;
    });
    if (same != known.end()) return same->judgement;
    auto judgement = oracle.judge_case(subject, patient, left_out);
    if (!judgement) return judgement;
    if (known.size() == kept) known.erase(known.begin());
    known.push_back({subject, patient, left_out, *judgement});
    return judgement;
  }

  core::Result<Verification> verify(const core::Review& review, bool results_stated) {
    const bool patient = review.triage.has_value();
    Derived derived;
    const std::set<std::string> left_out = local.off(review.as_of);
    const OracleCase subject = oracle_case(review, false, results_stated);
    auto floor = judge(subject, patient, left_out);
    if (!floor) return core::fail(floor.error());
    derived.floor = std::move(*floor);
    if (!local.empty()) {
      auto aside = left_out.empty() ? core::Result<CaseJudgement>(CaseJudgement{})
                                    : judge(subject, patient, local.others(left_out));
      if (!aside) return core::fail(aside.error());
      derived.words = local.lower(derived.floor, review.as_of);
      derived.set_aside = local.set_aside(derived.floor, *aside, review.as_of);
    }
    if (std::any_of(review.facts.begin(), review.facts.end(), is_of_agent)) {
      auto with_agents = judge(oracle_case(review, true, results_stated), patient, left_out);
      if (!with_agents) return core::fail(with_agents.error());
      derived.with_agents = std::move(*with_agents);
      derived.words.merge(local.lower(*derived.with_agents, review.as_of));
    }
    auto result = Comparison(review, derived, proof).run();
    if (result) result->digest = proof.digest();
    return result;
  }
};

ReviewVerifier::ReviewVerifier(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ReviewVerifier::ReviewVerifier(ReviewVerifier&&) noexcept = default;
ReviewVerifier& ReviewVerifier::operator=(ReviewVerifier&&) noexcept = default;
ReviewVerifier::~ReviewVerifier() = default;

core::Result<ReviewVerifier> ReviewVerifier::open(const std::filesystem::path& knowledge_base) {
  auto oracle = PatientOracle::open(knowledge_base);
  if (!oracle) return core::fail(oracle.error());
  auto proof = FindingProof::open(knowledge_base);
  if (!proof) return core::fail(proof.error());
  auto local = LocalProof::open(knowledge_base);
  if (!local) return core::fail(local.error());
  return ReviewVerifier(std::make_unique<Impl>(Impl{std::move(*oracle), std::move(*proof), std::move(*local), {}}));
}

core::Result<Verification> ReviewVerifier::verify(const core::Review& review) {
  const auto refused = [&](std::string reason) {
    Verification verification;
    verification.digest = impl_->proof.digest();
    verification.refused.push_back(std::move(reason));
    return verification;
  };
  if (review.kb.digest != impl_->proof.digest())
    return refused("kb.digest: the review was made with another knowledge base");
  if (auto wrong = wrong_medicines(review)) return refused(std::move(*wrong));
  const auto settled = [&](core::Result<Verification> result) -> core::Result<Verification> {
    // A name that no table has cannot have come of this knowledge base.
    if (result || result.error().code != core::ErrorCode::not_found) return result;
    return refused("facts: a name that the knowledge base does not have");
  };
  const bool stated = shows_results(review);
  auto result = settled(impl_->verify(review, stated));
  if (stated || !result || result->refused.empty()) return result;
  // An empty list of results and none at all look alike in a review: either may be meant.
  auto other = settled(impl_->verify(review, true));
  return other && other->refused.empty() ? other : result;
}

}  // namespace guardian::audit
