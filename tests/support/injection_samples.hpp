#pragma once
// Injected instructions as an attacker may write them: many wordings, in many disguises. The wordings are not those of
// the table of phrases.

#include <cstddef>
#include <string>
#include <vector>

namespace guardian::tests {

struct InjectionSample {
  std::string text;
  std::string wording;   // in the open
  std::string disguise;  // "plain", "base64", "homoglyphs" ...
};

// The wordings in one disguise after the other; the same each time.
[[nodiscard]] std::vector<InjectionSample> injection_samples();

[[nodiscard]] const std::vector<std::string>& injection_wordings();

}  // namespace guardian::tests
