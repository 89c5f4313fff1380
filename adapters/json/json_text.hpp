#pragma once
// Writes JSON as it is said, without building it first: for answers that are made thousands of times a second. Members
// in the order given; bytes that are not UTF-8 replaced. The caller keeps to one name a member and closes what it
// opens. Belongs to one thread.

#include <charconv>
#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>

#include "adapters/json/text_buffer.hpp"

namespace guardian::adapters {

class JsonText {
 public:
  // Room for that many bytes from the start.
  explicit JsonText(std::size_t expected = 0) : out_(expected) {}

  // Within a list, or for the whole document: without a name.
  void open_object(std::string_view name = {});
  void close_object();
  void open_list(std::string_view name = {});
  void close_list();

  // Members of an object; with an empty name, entries of a list.
  void string(std::string_view name, std::string_view value);
  void number(std::string_view name, double value);  // finite, in its shortest form
  void real(std::string_view name, double value);    // as nlohmann's `dump`: 1.0, 1e-05; null for what is no number
  void integer(std::string_view name, std::integral auto value) {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    raw(name, {digits, static_cast<std::size_t>(end - digits)});
  }
  void flag(std::string_view name, bool value);
  void null(std::string_view name);
  void raw(std::string_view name, std::string_view json);  // what is JSON already

  // A member that is left out when it is empty, as CDS Hooks and FHIR know no empty ones.
  void text(std::string_view name, std::string_view value);

  // Entries of a list.
  void text(std::string_view value);
  void raw(std::string_view json);

  [[nodiscard]] std::string take() { return out_.take(); }

 private:
  void begin(std::string_view name);

  TextBuffer out_;
  bool first_ = true;  // nothing yet in the object or list that is open
};

}  // namespace guardian::adapters
