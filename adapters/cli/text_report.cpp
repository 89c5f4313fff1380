#include "adapters/cli/text_report.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "adapters/cli/explanation_report.hpp"
#include "adapters/cli/plan_report.hpp"
#include "core/finding_words.hpp"

namespace guardian::adapters::cli {
namespace {

using core::Finding;
using core::Review;
using core::Severity;

constexpr std::size_t label_width = 12;  // "  Mechanism "

std::string upper(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return result;
}

// Characters on the screen, not bytes: continuation bytes of UTF-8 take no place.
std::size_t display_width(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string coloured(const std::string& text, std::string_view code, const ReportStyle& style) {
  return style.colour ? "\033[" + std::string(code) + "m" + text + "\033[0m" : text;
}

std::string_view severity_colour(Severity severity) {
  switch (severity) {
    case Severity::critical: return "1;31";
    case Severity::major: return "1;33";
    case Severity::moderate: return "36";
    case Severity::minor: return "2";
  }
  return "0";
}

std::string labelled(std::string_view label, std::string_view text, const ReportStyle& style) {
  if (text.empty()) return {};
  std::string line = "  " + std::string(label);
  line.append(label_width > line.size() ? label_width - line.size() : 1, ' ');
  return line + wrapped(printable(text), style.columns, label_width, line.size()) + "\n";
}

std::string path_text(const std::vector<core::PathStep>& path) {
  std::string text;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const bool continues = i > 0 && path[i].from == path[i - 1].to;
    if (i > 0 && !continues) text += "; ";
    if (!continues) text += path[i].from;
    text += " > " + path[i].edge + " > " + path[i].to;
  }
  return text;
}

std::string source_text(const core::EvidenceRecord& record) {
  std::string text = record.source + ": " + record.title;
  if (!record.section.empty()) text += ", " + record.section;
  if (!record.year.empty()) text += " (" + record.year + ")";
  if (record.status == "draft") text += " [draft]";
  return text;
}

std::string one_line(const Finding& finding, const ReportStyle& style) {
  std::string tag = upper(to_string(finding.severity));
  tag.append(tag.size() < 10 ? 10 - tag.size() : 1, ' ');
  const std::string title = wrapped(printable(finding.title), style.columns, 10, 10);
  return coloured(tag, severity_colour(finding.severity), style) + title + "\n";
}

std::string summary(const Review& review) {
  std::array<std::size_t, 4> counts{};
  for (const Finding& finding : review.findings) ++counts[static_cast<std::size_t>(finding.severity)];
  std::string text;
  for (const Severity severity : {Severity::critical, Severity::major, Severity::moderate, Severity::minor}) {
    const std::size_t count = counts[static_cast<std::size_t>(severity)];
    if (count == 0) continue;
    if (!text.empty()) text += ", ";
    text += std::to_string(count) + " " + std::string(to_string(severity));
  }
  return text.empty() ? "no findings" : text;
}

std::string_view decision_words(core::Decision decision) {
  switch (decision) {
    case core::Decision::block: return "do not give as it stands";
    case core::Decision::escalate: return "needs a decision before it is given";
    case core::Decision::caution: return "give with care";
    case core::Decision::info: return "for information";
    case core::Decision::clear: return "nothing found";
  }
  return {};
}

std::string read_as(const core::ResolvedMedication& medication) {
  std::string text = medication.text.empty() ? medication.element : medication.text;
  std::string names;
  for (const std::string& ingredient : medication.ingredients) names += (names.empty() ? "" : " + ") + ingredient;
  if (names == text) return text + (medication.route.empty() ? "" : " (" + medication.route + ")");
  text += " = " + names;
  if (medication.match == "fuzzy") text += ", read as a misspelling";
  if (!medication.route.empty()) text += " (" + medication.route + ")";
  if (!medication.note.empty()) text += "; " + medication.note;
  return text;
}

// Of "note:<words>", or of another place of the case.
std::string quoted_words(std::string_view via) { return '"' + std::string(via.substr(via.find(':') + 1)) + '"'; }

// What failed, and what a model had a part in.
std::string agents_text(const Review& review, const ReportStyle& style) {
  std::string text;
  for (const core::Degradation& degradation : review.degradations) {
    if (degradation.agent == "ledger") continue;
    text +=
        labelled("DEGRADED", degradation.agent + " agent: " + degradation.reason + "; the findings are whole", style);
  }
  for (const core::AgentReport& agent : review.agents) {
    if (agent.by == "model") text += labelled("Model", agent.name + " agent: " + agent.model, style);
  }
  return text;
}

std::string ledger_text(const Review& review, const ReportStyle& style) {
  if (!review.ledger) return {};
  const core::LedgerStamp& stamp = *review.ledger;
  if (!stamp.unrecorded.empty())
    return labelled("UNRECORDED", stamp.unrecorded + "; plan and explanation are withheld, the findings are whole",
                    style);
  return labelled("Ledger", "row " + std::to_string(stamp.sequence) + ", " + stamp.hash, style);
}

std::string triage_text(const core::Triage& triage, const ReportStyle& style) {
  std::string level(to_string(triage.level));
  std::replace(level.begin(), level.end(), '_', ' ');
  std::string text = labelled("Triage", level, style);
  for (const std::string& reason : triage.reasons) text += labelled("", reason, style);
  const core::News2& news2 = triage.news2;
  if (news2.applicable) {
    std::string line = "NEWS2 " + std::string(news2.complete ? "" : "at least ") + std::to_string(news2.score);
    if (!news2.missing.empty()) {
      line += ", not stated:";
      for (const std::string& name : news2.missing) line += " " + name;
    }
    text += labelled("", line, style);
  }
  for (const core::RedFlag& flag : triage.red_flags) text += labelled("Act", flag.action, style);
  return text;
}

// Rules that wait for the same fact are one line.
std::string not_assessed_text(const Review& review, const ReportStyle& style) {
  struct Wanted {
    std::string what;
    bool must_know = false;
    std::vector<std::string> rules;
  };
  std::vector<Wanted> list;
  for (const core::NotAssessed& missing : review.not_assessed) {
    auto same =
        std::find_if(list.begin(), list.end(), [&](const Wanted& other) { return other.what == missing.wanted; });
    if (same == list.end()) same = list.insert(list.end(), {missing.wanted, false, {}});
    same->must_know = same->must_know || missing.must_know;
    same->rules.push_back(missing.rule);
  }
  std::stable_sort(list.begin(), list.end(),
                   [](const Wanted& left, const Wanted& right) { return left.must_know && !right.must_know; });
  std::string text;
  for (const Wanted& wanted : list) {
    std::string rules;
    constexpr std::size_t rules_shown = 3;
    for (std::size_t i = 0; i < wanted.rules.size() && i < rules_shown; ++i)
      rules += (i > 0 ? ", " : "") + wanted.rules[i];
    if (wanted.rules.size() > rules_shown)
      rules += " and " + std::to_string(wanted.rules.size() - rules_shown) + " more";
    text += labelled(wanted.must_know ? "MUST KNOW" : "Not done", wanted.what + " (" + rules + ")", style);
  }
  return text;
}

std::string set_aside_text(const Review& review, const ReportStyle& style) {
  std::string text;
  for (const core::SetAside& one : review.set_aside) {
    const std::string words = core::expired_words(one);
    if (!words.empty()) text += labelled("Expired", words, style);
  }
  return text;
}

std::string checked(const Review& review) {
  const core::Certificate& certificate = review.certificate;
  std::string text = std::to_string(certificate.ingredients) +
                     (certificate.ingredients == 1 ? " ingredient, " : " ingredients, ") +
                     std::to_string(certificate.pairs) + (certificate.pairs == 1 ? " pair" : " pairs") + " against " +
                     std::to_string(certificate.considered) + " rules; knowledge base " + review.kb.version + " of " +
                     review.kb.released + ", " + review.kb.digest.substr(0, 19);
  if (certificate.within_product > 0) {
    text += "; " + std::to_string(certificate.within_product) +
            " within a fixed combination, where only a critical one would be shown";
  }
  return text;
}

// What the audit looked at, and what it could not say.
std::string audited(const core::AuditReport& audit) {
  std::size_t held = 0;
  std::size_t asked = 0;
  for (const core::InvariantCheck& check : audit.invariants) {
    asked += check.state != core::CheckState::not_applicable ? 1U : 0U;
    held += check.state == core::CheckState::holds ? 1U : 0U;
  }
  std::string text = std::to_string(held) + " of " + std::to_string(asked) + " checks hold";
  if (!audit.claims.empty()) {
    const auto count = [&](core::ClaimState state) {
      return std::count_if(audit.claims.begin(), audit.claims.end(),
                           [&](const core::ClaimCheck& claim) { return claim.state == state; });
    };
    text += "; of " + std::to_string(audit.claims.size()) + " claims " +
            std::to_string(count(core::ClaimState::supported)) + " borne out, " +
            std::to_string(count(core::ClaimState::uncheckable)) + " not checkable";
    const auto wrong = count(core::ClaimState::unsupported) + count(core::ClaimState::contradicting);
    if (wrong > 0) text += ", " + std::to_string(wrong) + " not borne out";
  }
  if (!audit.released) text += "; the model's text was withheld";
  for (const core::AuditReason& reason : audit.reasons) text += "; " + reason.id + ": " + reason.text;
  return text;
}

}  // namespace

std::string printable(std::string_view text) {
  std::string clean;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = [&](std::size_t at) { return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U; };
    // U+200B to U+200F, U+202A to U+202E, U+2066 to U+2069: they hide text or turn its direction.
    const bool marks = byte(i) == 0xE2U && ((byte(i + 1) == 0x80U && byte(i + 2) >= 0x8BU && byte(i + 2) <= 0xAEU &&
                                             !(byte(i + 2) > 0x8FU && byte(i + 2) < 0xAAU)) ||
                                            (byte(i + 1) == 0x81U && byte(i + 2) >= 0xA6U && byte(i + 2) <= 0xA9U));
    if (marks) {
      clean += '?';
      i += 2;
    } else {
      clean += byte(i) < 0x20U || byte(i) == 0x7FU ? ' ' : text[i];
    }
  }
  return clean;
}

std::string wrapped(std::string_view text, std::size_t columns, std::size_t indent, std::size_t used) {
  std::string result;
  std::size_t at = used;
  bool line_empty = true;
  while (!text.empty()) {
    const auto blank = text.find(' ');
    const std::string_view word = text.substr(0, blank);
    text.remove_prefix(blank == std::string_view::npos ? text.size() : blank + 1);
    if (word.empty()) continue;
    const std::size_t width = display_width(word);
    if (!line_empty && at + 1 + width > columns) {
      result += "\n" + std::string(indent, ' ');
      at = indent;
      line_empty = true;
    }
    if (!line_empty) {
      result += ' ';
      ++at;
    }
    result += word;
    at += width;
    line_empty = false;
  }
  return result;
}

std::string finding_details(const Finding& finding, const ReportStyle& style) {
  std::string text = one_line(finding, style);
  text += labelled("Mechanism", finding.mechanism, style);
  text += labelled("Effect", finding.effect, style);
  text += labelled("Do", finding.management, style);
  std::string monitoring;
  for (const std::string& item : finding.monitoring) monitoring += (monitoring.empty() ? "" : "; ") + item;
  text += labelled("Monitor", monitoring, style);
  for (const std::string& note : finding.context) text += labelled("Note", note, style);
  if (!finding.best_removal.empty()) {
    std::string removal;
    for (const std::string& name : finding.best_removal) removal += (removal.empty() ? "" : " or ") + name;
    text += labelled("Ends with", "stopping " + removal, style);
  }
  if (!finding.via.empty())
    text += labelled(finding.via.starts_with("note:") ? "In note" : "In words", quoted_words(finding.via), style);
  if (finding.raise) {
    text += labelled(
        "Raised",
        "to " + std::string(to_string(finding.raise->to)) + " by " + finding.raise->by + ": " + finding.raise->reason,
        style);
  }
  for (const core::FindingSource& source : finding.sources) text += labelled("Says", core::words_of(source), style);
  if (finding.source != "engine") text += labelled("By", finding.source + ", not by a rule", style);
  text += labelled("Why", path_text(finding.path), style);
  for (const core::EvidenceRecord& record : finding.evidence) text += labelled("Source", source_text(record), style);
  std::string rules;
  for (const std::string& rule : finding.rules) rules += (rules.empty() ? "" : ", ") + rule;
  text +=
      labelled("Finding",
               finding.id + (rules.empty() ? "" : ", rule " + rules) + (finding.inferred ? " (inferred)" : ""), style);
  return text;
}

std::string text_report(const Review& review, const ReportStyle& style) {
  const std::string rule(style.columns, '-');
  std::string text = rule + "\n";
  text += "Case " + printable(review.case_id) + ", reviewed as of " + printable(review.as_of) + "\n";
  const Severity worst = review.findings.empty() ? Severity::minor : review.findings.front().severity;
  const std::string decision = upper(to_string(review.decision));
  text += coloured(decision, severity_colour(worst), style) + ": " +
          wrapped(std::string(decision_words(review.decision)) + " (" + summary(review) + ")" +
                      (review.complete ? "" : ", INCOMPLETE"),
                  style.columns, 2, decision.size() + 2) +
          "\n" + rule + "\n";
  if (review.triage && review.triage->level > core::TriageLevel::routine) text += triage_text(*review.triage, style);
  for (const Finding& finding : review.findings) text += one_line(finding, style);

  for (const Finding& finding : review.findings) {
    if (finding.severity == Severity::minor && finding.type != core::FindingType::route) continue;
    text += "\n" + finding_details(finding, style);
  }
  if (review.plan) text += "\n" + plan_report(*review.plan, style);
  text += "\n";
  if (review.explanation) text += patient_summary(*review.explanation, style);
  for (const core::ResolvedMedication& medication : review.resolved)
    text += labelled("Read", read_as(medication), style);
  for (const core::UnresolvedMedication& medication : review.unresolved) {
    text += labelled(
        "NOT READ", (medication.text.empty() ? medication.element : medication.text) + ": " + medication.reason, style);
  }
  text += not_assessed_text(review, style);
  text += set_aside_text(review, style);
  for (const std::string& note : review.notes) text += labelled("Note", note, style);
  text += agents_text(review, style);
  text += labelled("Checked", checked(review), style);
  if (review.audit) text += labelled("Audit", audited(*review.audit), style);
  text += ledger_text(review, style);
  return text;
}

}  // namespace guardian::adapters::cli
