#include "audit/finding_proof.hpp"

#include <algorithm>
#include <exception>
#include <map>
#include <set>
#include <string_view>

#include "audit/proof_tables.hpp"
#include "core/severity.hpp"
#include "knowledge/digest.hpp"
#include "knowledge/text.hpp"

namespace guardian::audit {
namespace {

using core::PathStep;

constexpr std::string_view given_locally =
    "By mouth or injection this pair interacts; given locally, little of it reaches the blood.";
constexpr std::string_view local_effect = "No interaction is expected at ordinary amounts.";
constexpr std::string_view local_management =
    "No precaution needed. Check again if it is used on large or broken areas of skin, under a dressing, "
    "or if the route changes.";

bool starts_with(std::string_view text, std::string_view start) { return text.substr(0, start.size()) == start; }
bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? " and " : ", ";
    text += names[i];
  }
  return text;
}

std::string role_edge(const std::string& relation, int grade) {
  const bool changes = relation == "inhibitor" || relation == "inducer";
  const char* word = grade == 3   ? (changes ? "strong" : "sensitive")
                     : grade == 2 ? "moderate"
                     : changes    ? "weak"
                                  : "minor";
  const char* edge = relation == "inhibitor" ? "inhibits:"
                     : relation == "inducer" ? "induces:"
                     : relation == "prodrug" ? "activated by:"
                                             : "substrate:";
  return std::string(edge) + word;
}

// Whether a text is the pattern with something that may stand there for each "{label}". The first letter may have
// become a capital.
template <class MayStand>
bool is_filled(std::string_view text, std::string_view pattern, const MayStand& may_stand) {
  const auto open = pattern.find('{');
  if (open == std::string_view::npos) return text == pattern;
  const auto close = pattern.find('}', open);
  if (close == std::string_view::npos || !starts_with(text, pattern.substr(0, open))) return false;
  const std::string_view rest = pattern.substr(close + 1);
  text.remove_prefix(open);
  for (std::size_t length = 1; length <= text.size(); ++length) {
    if (may_stand(text.substr(0, length)) && is_filled(text.substr(length), rest, may_stand)) return true;
  }
  return false;
}

template <class MayStand>
bool is_sentence(const std::string& text, const std::string& pattern, const MayStand& may_stand) {
  if (is_filled(text, pattern, may_stand)) return true;
  std::string lower = text;
  if (!lower.empty() && lower[0] >= 'A' && lower[0] <= 'Z') lower[0] = static_cast<char>(lower[0] - 'A' + 'a');
  return is_filled(lower, pattern, may_stand);
}

class Check {
 public:
  Check(ProofTables& tables, const ProvenFinding& proven, const core::Review& review)
      : tables_(tables), proven_(proven), finding_(proven.finding), review_(review) {}

  std::vector<std::string> run() {
    for (const std::string& id : finding_.rules) {
      const ProofRule* rule = tables_.rule(id);
      if (rule == nullptr) return {"rule " + id + " is not in the knowledge base"};
      rules_.push_back(rule);
    }
    if (rules_.empty()) return {"names no rule"};
    if (finding_.id != id_of(finding_)) say("its id is not that of its type, subjects and rules");
    if (finding_.interruptive != core::is_interruptive(finding_.severity)) say("its interruptive mark is wrong");
    check_title();
    check_evidence();
    check_texts();
    check_sources();
    check_steps();
    check_terms();
    check_elements();
    return std::move(problems_);
  }

 private:
  void say(std::string problem) { problems_.push_back(std::move(problem)); }

  void check_title() {
    std::vector<std::string> ends{"minor", "applied locally, no precaution needed"};
    switch (finding_.severity) {
      case core::Severity::critical:
        ends = finding_.contraindication
                   ? std::vector<std::string>{"contraindicated"}
                   : std::vector<std::string>{"critical, do not combine", "critical, do not give"};
        break;
      case core::Severity::major: ends = {"major, avoid or change therapy"}; break;
      case core::Severity::moderate: ends = {"moderate, monitor or adjust"}; break;
      case core::Severity::minor: break;
    }
    const bool fits = starts_with(finding_.title, listed(proven_.medicines)) &&
                      std::any_of(ends.begin(), ends.end(),
                                  [&](const std::string& end) { return ends_with(finding_.title, ": " + end); });
    if (!fits) say("its title does not name its medicines and severity");
  }

  void check_evidence() {
    std::vector<core::EvidenceRecord> expected;
    for (const ProofRule* rule : rules_) {
      for (const core::EvidenceRecord& record : rule->evidence) {
        if (std::find(expected.begin(), expected.end(), record) == expected.end()) expected.push_back(record);
      }
    }
    if (finding_.evidence != expected) say("its evidence is not that of its rules");
  }

  // What a text may have in the place of a label: names of the finding, words of the review, or a list of them.
  [[nodiscard]] bool may_stand(std::string_view text) const {
    if (names_.contains(std::string(text))) return true;
    for (const std::string_view between : {std::string_view(" and "), std::string_view(", ")}) {
      for (auto at = text.find(between); at != std::string_view::npos; at = text.find(between, at + 1)) {
        if (names_.contains(std::string(text.substr(0, at))) && may_stand(text.substr(at + between.size())))
          return true;
      }
    }
    return false;
  }

  void check_texts() {
    if (proven_.local) {
      if (finding_.mechanism != given_locally || finding_.effect != local_effect ||
          finding_.management != local_management || !finding_.monitoring.empty() || !finding_.onset.empty())
        say("its texts are not those of a local use");
      return;
    }
    names_.insert(proven_.medicines.begin(), proven_.medicines.end());
    names_.insert(finding_.subjects.begin(), finding_.subjects.end());
    for (const PathStep& step : finding_.path) names_.insert({step.from, step.to});
    const ProofRule& lead = *rules_[std::min(proven_.lead, rules_.size() - 1)];
    const auto fits = [&](std::string_view text) { return may_stand(text); };
    if (!is_sentence(finding_.mechanism, lead.mechanism, fits)) say("its mechanism is not that of its rule");
    if (!is_sentence(finding_.effect, lead.effect, fits)) say("its effect is not that of its rule");
    if (!is_sentence(finding_.management, lead.management, fits)) say("its management is not that of its rule");
    if (finding_.onset != lead.onset) say("its onset is not that of its rule");
    const bool same = std::equal(
        finding_.monitoring.begin(), finding_.monitoring.end(), lead.monitoring.begin(), lead.monitoring.end(),
        [&](const std::string& text, const std::string& pattern) { return is_sentence(text, pattern, fits); });
    if (!same) say("its monitoring is not that of its rule");
  }

  // Every source of its rules is named once, by precedence, with the gravest severity of its rules. Without other
  // sources there is no list.
  void check_sources() {
    std::map<std::pair<int, std::string>, std::vector<std::size_t>> by_precedence;  // rules of each, in order
    bool other = false;
    for (std::size_t r = 0; r < rules_.size(); ++r) {
      const std::string& source = rules_[r]->source;
      by_precedence[{rules_[r]->precedence, source.empty() ? "guardian" : source}].push_back(r);
      other = other || !source.empty();
    }
    if (!other) by_precedence.clear();
    if (finding_.sources.size() != by_precedence.size() || proven_.severities.size() != rules_.size())
      return say("its sources are not those of its rules");
    const auto gravest_of = [&](const std::vector<std::size_t>& rules) {
      std::size_t gravest = rules.front();
      for (const std::size_t r : rules) {
        if (proven_.severities[r] > proven_.severities[gravest]) gravest = r;
      }
      return gravest;
    };
    std::size_t position = 0;
    for (const auto& [key, rules] : by_precedence) {
      const core::FindingSource& stated = finding_.sources[position];
      const std::size_t gravest = gravest_of(rules);
      const ProofRule& rule = *rules_[gravest];
      const core::Severity first = proven_.severities[gravest_of(by_precedence.begin()->second)];
      const core::Severity severity = proven_.severities[gravest];
      const std::string compared = position == 0       ? "first"
                                   : severity == first ? "agrees"
                                   : severity > first  ? "higher"
                                                       : "lower";
      const std::string level = !rule.source.empty() ? rule.level : rule.inferred ? "inferred" : rule.status;
      std::vector<std::string> ids;
      for (const std::size_t r : rules) ids.push_back(finding_.rules[r]);
      if (stated.source != key.second || stated.severity != severity || stated.level != level ||
          stated.compared != compared || stated.rules != ids) {
        say("what it says of the source " + key.second + " is not what the rules of that source say");
      }
      const auto fits = [&](std::string_view text) { return may_stand(text); };
      const std::string& advice = stated.says.empty() ? finding_.management : stated.says;
      if (proven_.local ? !stated.says.empty() : !is_sentence(advice, rule.management, fits))
        say("the advice of the source " + key.second + " is not that of its rule");
      ++position;
    }
  }

  // Every edge stands in the tables or in the facts of the review.
  void check_steps() {
    for (const PathStep& step : finding_.path) {
      if (!stands(step)) say("its path has the step `" + step.edge + "`, which nothing bears out");
    }
    for (const std::string& medicine : proven_.medicines) {
      const bool begins = std::any_of(finding_.path.begin(), finding_.path.end(),
                                      [&](const PathStep& step) { return step.from == medicine; });
      if (!begins) say("its path does not begin at each medicine");
    }
  }

  [[nodiscard]] bool stands(const PathStep& step) const {
    if (step.edge == "is a") return tables_.is_a.contains({step.from, step.to});
    if (step.edge == "read as") {
      return fact_with(
          [&](const core::StatedFact& fact) { return fact.words == step.from && condition_title(fact) == step.to; });
    }
    if (step.edge == "gives" || step.edge == "means") {
      return fact_with([&](const core::StatedFact& fact) {
        return fact.words == step.from && value_text(fact) == step.to &&
               fact.high.has_value() == (step.edge == "means");
      });
    }
    if (step.edge == "allergy to") {
      return fact_with(
          [&](const core::StatedFact& fact) { return fact.words == step.from && allergen_title(fact) == step.to; });
    }
    if (starts_with(step.edge, "has effect:") || step.edge.find(':') != std::string::npos) return stands_in_graph(step);
    const auto rule = std::find(finding_.rules.begin(), finding_.rules.end(), step.to);
    if (rule == finding_.rules.end()) return false;
    const auto& terms = rules_[static_cast<std::size_t>(rule - finding_.rules.begin())]->terms;
    return std::any_of(terms.begin(), terms.end(), [&](const ProofTerm& term) { return ends_term(step, term); });
  }

  [[nodiscard]] bool stands_in_graph(const PathStep& step) const {
    const auto roles = tables_.roles.find(step.from);
    if (roles != tables_.roles.end()) {
      for (const ProofTables::Role& role : roles->second) {
        if (role.target == step.to && role_edge(role.relation, role.grade) == step.edge) return true;
      }
    }
    return std::any_of(tables_.effect_titles.begin(), tables_.effect_titles.end(), [&](const auto& effect) {
      const auto own = tables_.effects.find({step.from, effect.first});
      return own != tables_.effects.end() && effect.second == step.to && effect_edge(own->second) == step.edge;
    });
  }

  static std::string effect_edge(int grade) {
    return std::string("has effect:") + (grade < 0 ? "-" : "+") + std::to_string(std::abs(grade));
  }

  // The last step of a term: where it comes from says what the term is about.
  [[nodiscard]] bool ends_term(const PathStep& step, const ProofTerm& term) const {
    if (!term.of_patient || term.label == "condition" || term.label == "allergy")
      return step.edge == term.label + " of";
    if (term.label == "value") {
      const bool known = step.edge == (term.limits.empty() ? "of" : "is " + term.limits + ", of");
      if (known) return fact_with([&](const core::StatedFact& fact) { return value_text(fact) == step.from; });
      return step.edge == "not known" && quantity_title(term) == step.from;
    }
    if (term.label != "missing") return false;
    if (step.edge == "not known, wanted by") return quantity_title(term) == step.from;
    return step.edge == "of" && fact_with([&](const core::StatedFact& fact) { return value_text(fact) == step.from; });
  }

  template <class Test>
  [[nodiscard]] bool fact_with(Test test) const {
    return std::any_of(review_.facts.begin(), review_.facts.end(), test);
  }
  [[nodiscard]] std::string condition_title(const core::StatedFact& fact) const {
    const auto title = tables_.condition_titles.find(fact.concept_name);
    return title == tables_.condition_titles.end() ? std::string() : title->second;
  }
  [[nodiscard]] std::string allergen_title(const core::StatedFact& fact) const {
    if (fact.kind != "allergy") return {};
    constexpr std::string_view of_class = "class:";
    if (!starts_with(fact.concept_name, of_class)) return fact.concept_name;
    const auto title = tables_.class_titles.find(fact.concept_name.substr(of_class.size()));
    return title == tables_.class_titles.end() ? std::string() : title->second;
  }
  [[nodiscard]] std::string value_text(const core::StatedFact& fact) const {
    const auto row = tables_.quantities.find(fact.concept_name);
    if (row == tables_.quantities.end() || !fact.value) return {};
    // "creatinine against its earlier value" is told as "creatinine 1.9 times its earlier value".
    constexpr std::string_view against = " against ";
    const std::string& title = row->second.title;
    const auto at = title.find(against);
    const std::string number = shown_value(*fact.value);
    std::string text = at == std::string::npos
                           ? title + " " + number
                           : title.substr(0, at + 1) + number + " times " + title.substr(at + against.size());
    if (fact.high) text += " to " + shown_value(*fact.high);
    const std::string& unit = row->second.unit;
    return unit == "ratio" || unit == "pH" || unit == "points" ? text : text + " " + unit;
  }
  [[nodiscard]] std::string quantity_title(const ProofTerm& term) const {
    if (term.alternatives.empty() || term.alternatives.front().empty()) return {};
    const auto row = tables_.quantities.find(term.alternatives.front().front().name);
    return row == tables_.quantities.end() ? std::string() : row->second.title;
  }

  // Every term of every rule is reached.
  void check_terms() {
    for (std::size_t r = 0; r < rules_.size(); ++r) {
      const auto& terms = rules_[r]->terms;
      const bool counted = std::any_of(terms.begin(), terms.end(), [](const ProofTerm& term) {
        return term.label == "count" || term.label == "sum";
      });
      const bool about_patient =
          std::any_of(terms.begin(), terms.end(), [](const ProofTerm& term) { return term.of_patient; });
      const bool of_set = !about_patient && (counted || terms.size() > 2);
      for (const ProofTerm& term : terms) {
        if (term.label == "without") continue;
        const bool ended = std::any_of(finding_.path.begin(), finding_.path.end(), [&](const PathStep& step) {
          return step.to == finding_.rules[r] && ends_term(step, term);
        });
        if (!ended) say("its path does not end in the term `" + term.label + "` of " + finding_.rules[r]);
        if (!term.of_patient) check_medicine_term(finding_.rules[r], term, of_set);
      }
      if (rules_[r]->terms.size() == 2 && rules_[r]->terms[0].label == "object" &&
          rules_[r]->terms[1].label == "precipitant" && proven_.medicines.size() == 2) {
        check_shared_targets(*rules_[r], finding_.rules[r]);
      }
    }
    check_values();
  }

  [[nodiscard]] bool has(const PathStep& step) const {
    return std::find(finding_.path.begin(), finding_.path.end(), step) != finding_.path.end();
  }

  // Some medicine has the way of its concepts to the rule in the path; of a rule over sets all that can fill the term.
  void check_medicine_term(const std::string& rule, const ProofTerm& term, bool of_set) {
    bool any = false;
    bool every = true;
    for (const std::string& medicine : proven_.medicines) {
      for (const auto& alternative : term.alternatives) {
        const bool lit = std::all_of(alternative.begin(), alternative.end(),
                                     [&](const ProofConcept& wanted) { return lights(medicine, wanted); });
        if (!lit) continue;
        const bool way = is_way(medicine, alternative, {{}, term.label + " of", rule});
        any = any || way;
        every = every && way;
        break;
      }
    }
    if (!(of_set ? any && every : any)) say("its path has no way to the term `" + term.label + "` of " + rule);
  }

  [[nodiscard]] bool lights(const std::string& medicine, const ProofConcept& wanted) const {
    if (wanted.kind == "any") return true;
    if (wanted.kind == "ingredient") return wanted.name == medicine;
    if (wanted.kind == "class") {
      const auto classes = tables_.classes_of.find(medicine);
      return classes != tables_.classes_of.end() && classes->second.contains(wanted.name);
    }
    if (wanted.kind == "effect") {
      const auto own = tables_.effects.find({medicine, wanted.name});
      return own != tables_.effects.end() && (own->second < 0) == (wanted.grade < 0) &&
             std::abs(own->second) >= std::abs(wanted.grade);
    }
    const auto roles = tables_.roles.find(medicine);
    return roles != tables_.roles.end() &&
           std::any_of(roles->second.begin(), roles->second.end(), [&](const ProofTables::Role& role) {
             return role.target == wanted.name && role.relation == wanted.relation && role.grade >= wanted.grade;
           });
  }

  [[nodiscard]] bool is_way(const std::string& medicine, const std::vector<ProofConcept>& alternative,
                            PathStep last) const {
    std::set<std::string> reached{medicine};
    for (const ProofConcept& wanted : alternative) {
      if (wanted.kind == "class") {
        if (!climbs(medicine, tables_.class_titles.at(wanted.name))) return false;
        reached.insert(tables_.class_titles.at(wanted.name));
      } else if (wanted.kind == "effect") {
        const int grade = tables_.effects.at({medicine, wanted.name});
        if (!has({medicine, effect_edge(grade), tables_.effect_titles.at(wanted.name)})) return false;
        reached.insert(tables_.effect_titles.at(wanted.name));
      } else if (wanted.kind == "role") {
        for (const ProofTables::Role& role : tables_.roles.at(medicine)) {
          if (role.target == wanted.name && role.relation == wanted.relation &&
              !has({medicine, role_edge(role.relation, role.grade), role.target}))
            return false;
        }
        reached.insert(wanted.name);
      }
    }
    if (reached.size() > 1) reached.erase(medicine);
    return std::any_of(reached.begin(), reached.end(), [&](const std::string& from) {
      last.from = from;
      return has(last);
    });
  }

  [[nodiscard]] bool climbs(const std::string& from, const std::string& title) const {
    std::set<std::string> reached{from};
    for (bool more = true; more;) {
      more = false;
      for (const PathStep& step : finding_.path) {
        if (step.edge == "is a" && reached.contains(step.from) && reached.insert(step.to).second) more = true;
      }
    }
    return reached.contains(title);
  }

  // Where the precipitant acts on an enzyme or transporter that the object depends on, the path says so.
  void check_shared_targets(const ProofRule& rule, const std::string& id) {
    const auto fills = [&](const std::string& medicine, const ProofTerm& term) {
      return std::any_of(term.alternatives.begin(), term.alternatives.end(), [&](const auto& alternative) {
        return std::all_of(alternative.begin(), alternative.end(),
                           [&](const ProofConcept& wanted) { return lights(medicine, wanted); }) &&
               is_way(medicine, alternative, {{}, term.label + " of", id});
      });
    };
    const auto complete = [&](const std::string& object, const std::string& precipitant) {
      if (!fills(object, rule.terms[0]) || !fills(precipitant, rule.terms[1])) return false;
      const auto causes = tables_.roles.find(precipitant);
      const auto depends = tables_.roles.find(object);
      if (causes == tables_.roles.end() || depends == tables_.roles.end()) return true;
      for (const ProofTables::Role& cause : causes->second) {
        if (cause.relation != "inhibitor" && cause.relation != "inducer") continue;
        for (const ProofTables::Role& need : depends->second) {
          if (need.target != cause.target || need.relation == "inhibitor" || need.relation == "inducer") continue;
          if (!has({precipitant, role_edge(cause.relation, cause.grade), cause.target}) ||
              !has({object, role_edge(need.relation, need.grade), need.target}))
            return false;
        }
      }
      return true;
    };
    if (!complete(proven_.medicines[0], proven_.medicines[1]) && !complete(proven_.medicines[1], proven_.medicines[0]))
      say("its path leaves out a target that the medicines share");
  }

  // A value, condition or allergy that the path ends in comes from words of the review.
  void check_values() {
    for (const PathStep& step : finding_.path) {
      const bool of_patient = step.edge == "condition of" || step.edge == "allergy of" ||
                              starts_with(step.edge, "is ") || step.edge == "of";
      if (!of_patient || step.edge == "is a") continue;
      const bool reached = std::any_of(finding_.path.begin(), finding_.path.end(),
                                       [&](const PathStep& other) { return other.to == step.from; });
      const bool stated = fact_with([&](const core::StatedFact& fact) {
        return fact.words == step.from ||
               (fact.words.empty() && (condition_title(fact) == step.from || value_text(fact) == step.from));
      });
      if (!reached && !stated) say("its path has `" + step.edge + "` without the words that it rests on");
    }
    // What follows the medicines among the subjects was read off the path.
    for (std::size_t i = proven_.medicines.size(); i < finding_.subjects.size(); ++i) {
      const std::string& subject = finding_.subjects[i];
      const bool condition = fact_with([&](const core::StatedFact& fact) { return condition_title(fact) == subject; });
      const bool in_path = std::any_of(finding_.path.begin(), finding_.path.end(), [&](const PathStep& step) {
        if (condition) return step.from == subject || step.to == subject;
        if (step.edge == "allergy of" || step.edge == "not known, wanted by") return step.from == subject;
        return (step.edge == "of" || (starts_with(step.edge, "is ") && step.edge != "is a")) &&
               starts_with(step.from, subject + (subject == step.from ? "" : " "));
      });
      if (!in_path) say("a subject is not in its path");
    }
  }

  // Where its medicines stand in the case.
  void check_elements() {
    std::set<std::string> known{"/note"};
    for (const core::StatedFact& fact : review_.facts) known.insert(fact.from);
    for (const core::ResolvedMedication& medicine : review_.resolved) known.insert(medicine.element);
    for (const std::string& element : finding_.elements) {
      if (!known.contains(element)) say("it points at an element that no fact comes from");
    }
    for (const core::StatedFact& fact : review_.facts) {
      const bool medicine = fact.kind == "drug" || fact.kind == "stopped_drug";
      if (!medicine || fact.from == "/note" ||
          std::find(proven_.medicines.begin(), proven_.medicines.end(), fact.concept_name) == proven_.medicines.end())
        continue;
      const std::string element = fact.from.substr(0, fact.from.rfind('/'));
      if (std::find(finding_.elements.begin(), finding_.elements.end(), element) == finding_.elements.end())
        say("it does not point at each of its medicines");
    }
  }

  ProofTables& tables_;
  const ProvenFinding& proven_;
  const core::Finding& finding_;
  const core::Review& review_;
  std::vector<const ProofRule*> rules_;
  std::set<std::string> names_;
  std::vector<std::string> problems_;
};

}  // namespace

struct FindingProof::Impl {
  ProofTables tables;
  explicit Impl(const std::filesystem::path& path) : tables(path) {}
};

FindingProof::FindingProof(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
FindingProof::FindingProof(FindingProof&&) noexcept = default;
FindingProof& FindingProof::operator=(FindingProof&&) noexcept = default;
FindingProof::~FindingProof() = default;

core::Result<FindingProof> FindingProof::open(const std::filesystem::path& path) {
  try {
    return FindingProof(std::make_unique<Impl>(path));
  } catch (const std::exception& error) {
    return core::fail(core::ErrorCode::knowledge_unavailable, path.string() + ": " + error.what());
  }
}

const std::string& FindingProof::digest() const { return impl_->tables.digest; }

bool FindingProof::is_rule(const std::string& id) const { return impl_->tables.rule_ids.contains(id); }

core::Result<std::vector<std::string>> FindingProof::problems(const ProvenFinding& proven, const core::Review& review) {
  try {
    return Check(impl_->tables, proven, review).run();
  } catch (const std::exception& error) {
    return core::fail(core::ErrorCode::knowledge_unavailable, std::string("knowledge base: ") + error.what());
  }
}

std::string id_of(const core::Finding& finding) {
  constexpr std::size_t digits = 12;
  std::string text(to_string(finding.type));
  for (const std::string& subject : finding.subjects) text += "\n" + subject;
  text += "\n";
  for (const std::string& rule : finding.rules) text += "\n" + rule;
  return knowledge::sha256_hex(text).substr(0, digits);
}

}  // namespace guardian::audit
