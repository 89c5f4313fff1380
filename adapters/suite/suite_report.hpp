#pragma once
// What came of running suites, for people (text, Markdown), for programs (JSON, `guardian-regress/1`) and for
// continuous integration (JUnit XML). Pure; the same results give the same bytes.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "audit/suite/summary.hpp"
#include "knowledge/store.hpp"

namespace guardian::adapters::suite {

struct VariantCounts {
  std::size_t slips = 0;
  std::size_t slips_read = 0;
};

struct RunReport {
  knowledge::ReleaseInfo knowledge;
  std::vector<audit::suite::JudgedSuite> judged;
  std::optional<VariantCounts> variants;
  // Of a second knowledge base; `changes` are from that one to `knowledge`.
  std::optional<knowledge::ReleaseInfo> against;
  std::vector<audit::suite::RowChange> changes;
};

[[nodiscard]] bool all_held(const RunReport& report);

[[nodiscard]] std::string text_report(const RunReport& report);
[[nodiscard]] std::string markdown_report(const RunReport& report);
[[nodiscard]] std::string json_report(const RunReport& report);
[[nodiscard]] std::string junit_report(const RunReport& report);

}  // namespace guardian::adapters::suite
