#include "runtime/recording.hpp"

#include <string>
#include <utility>

namespace guardian::runtime {

void note_recording(core::Review& review, const core::Result<core::LedgerStamp>& recorded) {
  if (recorded) {
    review.ledger = *recorded;
    return;
  }
  core::LedgerStamp stamp;
  stamp.unrecorded = recorded.error().message;
  review.degradations.push_back({"ledger", "not recorded: " + stamp.unrecorded});
  review.ledger = std::move(stamp);
  review.plan.reset();
  review.explanation.reset();
}

}  // namespace guardian::runtime
