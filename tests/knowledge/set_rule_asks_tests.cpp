#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/knowledge/small_knowledge.hpp"

using guardian::tests::SmallKnowledge;
using Lines = std::vector<std::string>;

// A matcher keeps its outcomes from case to case, so that it need not allocate.
TEST_CASE("a rule over sets asks for what this case lacks, and for nothing of the case or rule before",
          "[knowledge][matcher]") {
  SmallKnowledge small({{"R1", "major", "count(2) = class:nsaid {dose>1000 mg/day ?ask}", "cumulative"},
                        {"R2", "major", "count(2) = effect:qt+2 {dose>10 mg/day ?ask}", "cumulative"}});
  const auto asked = [&](const Lines& medicines) {
    Lines lines = small.unevaluated(small.drugs(medicines));
    std::sort(lines.begin(), lines.end());
    return lines;
  };
  const Lines of_nsaids{"R1 dose of aspirin", "R1 dose of ibuprofen"};
  const Lines of_qt{"R2 dose of amiodarone", "R2 dose of ondansetron"};
  CHECK(asked({"aspirin", "ibuprofen"}) == of_nsaids);
  CHECK(asked({"amiodarone", "ondansetron"}) == of_qt);
  Lines both = of_nsaids;
  both.insert(both.end(), of_qt.begin(), of_qt.end());
  CHECK(asked({"aspirin", "ibuprofen", "amiodarone", "ondansetron"}) == both);
  CHECK(asked({"aspirin", "ibuprofen"}) == of_nsaids);
}
