#include "core/finding_words.hpp"

#include "core/severity.hpp"

namespace guardian::core {

std::string words_of(const FindingSource& source) {
  std::string words = source.source + " (" + source.level + "): ";
  words += source.compared == "agrees"   ? "agrees, "
           : source.compared == "higher" ? "ranks it higher, "
           : source.compared == "lower"  ? "ranks it lower, "
                                         : "";
  words += to_string(source.severity);
  return source.says.empty() ? words : words + ": " + source.says;
}

}  // namespace guardian::core
