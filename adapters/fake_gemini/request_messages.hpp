#pragma once
// The messages that a request is made of: their fields, types and words.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace guardian::adapters::fake {

enum class FieldKind : std::uint8_t {
  text,
  bytes,  // base64
  truth,
  whole,   // 32 bits; may travel as a string
  number,  // may travel as a string
  word,    // one of an enumeration
  message,
  message_map,  // names to messages
  text_map,
  object,   // any members
  anything  // any JSON
};

struct Field {
  std::string name;
  FieldKind kind;
  std::string type = {};  // of a message or an enumeration
  bool repeated = false;
};

struct Message {
  std::string name;
  std::vector<Field> fields;
};

[[nodiscard]] const Message& message_named(const std::string& name);
// The words of an enumeration; empty: not checked.
[[nodiscard]] const std::vector<std::string>& words_of(const std::string& enumeration);

}  // namespace guardian::adapters::fake
