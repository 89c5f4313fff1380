#pragma once
// Events of a review as lines of JSON (schema guardian-events/1, docs/byte-formats.md). An event of a model holds its
// whole answer, and so words of the patient: the file is a record to be kept like one.

#include <string>
#include <string_view>

#include "agents/event.hpp"
#include "core/result.hpp"

namespace guardian::adapters {

// One line, without its end.
[[nodiscard]] std::string encode_event(const agents::Event& event);
// `invalid_input` names the member that is wrong.
[[nodiscard]] core::Result<agents::Event> decode_event(std::string_view line);

}  // namespace guardian::adapters
