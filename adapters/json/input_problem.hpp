#pragma once
// One thing that is wrong with an input, for the person who can mend it.

#include <string>

namespace guardian::adapters {

// `path` is the JSON pointer of the element at fault, empty for the whole document. `message` names allowed words and
// limits, never what was given: it may be patient data.
struct InputProblem {
  std::string path;
  std::string message;

  friend bool operator==(const InputProblem&, const InputProblem&) = default;
};

}  // namespace guardian::adapters
