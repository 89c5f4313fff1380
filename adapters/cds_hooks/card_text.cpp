#include "adapters/cds_hooks/card_text.hpp"

#include <algorithm>
#include <array>

#include "core/finding_words.hpp"

namespace guardian::adapters::cds_hooks {
namespace {

// Of each byte, whether it may need another form than itself wherever it stands.
constexpr std::array<bool, 256> special = [] {
  std::array<bool, 256> table{};
  for (std::size_t byte = 0; byte < 0x20; ++byte) table[byte] = true;
  for (const char c : {'\x7F', '<', '>', '&', '\\', '`', '*', '_', '[', ']', '|', '~'})
    table[static_cast<unsigned char>(c)] = true;
  return table;
}();

std::size_t plain_length(std::string_view text) {
  const auto end =
      std::find_if(text.begin(), text.end(), [](char c) { return special[static_cast<unsigned char>(c)]; });
  return static_cast<std::size_t>(end - text.begin());
}

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

void paragraph(std::string& out, std::string_view name, std::string_view text) {
  if (text.empty()) return;
  if (!out.empty()) out += "\n\n";
  out += "**";
  out += name;
  out += ":** ";
  out += escaped(text);
}

void list(std::string& out, std::string_view name, const std::vector<std::string>& entries) {
  if (entries.empty()) return;
  out += "\n\n**";
  out += name;
  out += ":**\n";
  for (const std::string& entry : entries) out += "\n- " + escaped(entry);
}

std::string step_text(const core::PathStep& step) { return step.from + " (" + step.edge + ") " + step.to; }

std::string source_text(const core::EvidenceRecord& record) {
  std::string text = record.source;
  if (!record.title.empty()) text += ": " + record.title;
  if (!record.section.empty()) text += ", " + record.section;
  if (!record.year.empty()) text += " (" + record.year + ")";
  return text;
}

}  // namespace

std::string one_line(std::string_view text, std::size_t most) {
  std::string line;
  line.reserve(text.size());
  for (const char c : text) {
    const bool blank = static_cast<unsigned char>(c) <= 0x20 || c == 0x7F;
    if (!blank) {
      line += c;
    } else if (!line.empty() && line.back() != ' ') {
      line += ' ';
    }
  }
  while (!line.empty() && line.back() == ' ') line.pop_back();
  std::size_t characters = 0;
  std::size_t cut = 0;  // after the last whole word that leaves room for the sign of omission
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (continues_character(line[i])) continue;
    ++characters;
    if (characters <= most && line[i] == ' ') cut = i;
    if (characters > most) {
      if (cut == 0) {
        for (std::size_t kept = 0; kept + 1 < most; ++cut) {
          if (cut + 1 < line.size() && !continues_character(line[cut + 1])) ++kept;
        }
      }
      return line.substr(0, cut) + "\xE2\x80\xA6";
    }
  }
  return line;
}

std::string escaped(std::string_view text) {
  static constexpr std::string_view markup = "\\`*_{}[]()#+-.!|~";
  std::string out;
  out.reserve(text.size() + 16);
  while (!text.empty()) {
    const std::size_t plain = plain_length(text);
    if (plain > 0 && (!out.empty() || markup.find(text.front()) == std::string_view::npos)) {
      out += text.substr(0, plain);
      text.remove_prefix(plain);
      continue;
    }
    const char c = text.front();
    text.remove_prefix(1);
    if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '&') {
      out += "&amp;";
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      out += ' ';
    } else {
      // Within words and numbers these stand for themselves; where one could begin markup it is escaped.
      const bool always = c == '\\' || c == '`' || c == '*' || c == '_' || c == '[' || c == ']' || c == '|' || c == '~';
      if (always || (out.empty() && markup.find(c) != std::string_view::npos)) out += '\\';
      out += c;
    }
  }
  return out;
}

std::string detail_of(const core::Finding& finding) {
  std::string out;
  paragraph(out, "What can happen", finding.effect);
  paragraph(out, "Why", finding.mechanism);
  paragraph(out, "What to do", finding.management);
  list(out, "Watch", finding.monitoring);
  list(out, "In this patient", finding.context);
  if (!finding.via.empty()) paragraph(out, "Read in", finding.via);
  if (!finding.path.empty()) {
    std::string way;
    for (const core::PathStep& step : finding.path) {
      if (!way.empty()) way += "; ";
      way += step_text(step);
    }
    paragraph(out, "How it was derived", way);
  }
  if (!finding.evidence.empty()) {
    std::vector<std::string> sources;
    for (const core::EvidenceRecord& record : finding.evidence) sources.push_back(source_text(record));
    list(out, "Evidence", sources);
  }
  std::vector<std::string> sayings;
  for (const core::FindingSource& source : finding.sources) sayings.push_back(core::words_of(source));
  list(out, "Who says so", sayings);
  paragraph(out, "Severity",
            std::string(core::to_string(core::weight(finding))) +
                (finding.contraindication ? ", contraindicated" : "") +
                (finding.source == "engine" ? "" : ", found by a model and not by a rule"));
  return out;
}

std::string entry_of(const core::Finding& finding) {
  std::string out =
      "- **" + escaped(finding.title) + "** (" + std::string(core::to_string(core::weight(finding))) + ")";
  if (!finding.management.empty()) out += ": " + escaped(finding.management);
  return out;
}

}  // namespace guardian::adapters::cds_hooks
