#pragma once
// A model that answers from the record of earlier reviews: the same question gets the same answer. With a live model
// behind it, only what was not finished is asked again; without one, a review is made again offline, byte for byte.
// Safe to use from several threads.

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "agents/event.hpp"
#include "core/result.hpp"

namespace guardian::adapters {

class RecordedModel : public agents::ModelClient {
 public:
  // `live` may be null: then a recorded failure is given as it was, and a question that was never asked is a failure.
  // With `live` a recorded failure is not an answer, and it is asked again.
  RecordedModel(const std::vector<agents::Event>& events, std::shared_ptr<agents::ModelClient> live);

  [[nodiscard]] agents::ModelAnswer generate(const agents::ModelRequest& request,
                                             const agents::CallLimits& limits) override;

 private:
  std::map<std::string, agents::ModelAnswer> answers_;  // by digest of the request
  std::shared_ptr<agents::ModelClient> live_;
};

// The events of a file. A last line that was cut off while it was written is left out; any other that cannot be read
// fails, with its number. A file that is not there has none, if `may_be_missing`.
[[nodiscard]] core::Result<std::vector<agents::Event>> read_events(const std::filesystem::path& file,
                                                                   bool may_be_missing);

}  // namespace guardian::adapters
