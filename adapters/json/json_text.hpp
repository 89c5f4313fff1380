#pragma once
// Writes JSON as it is said, without building it first: for answers that are made thousands of times a second. Members
// in the order given; bytes that are not UTF-8 replaced. The caller keeps to one name a member and closes what it
// opens; an empty text is left out of an object, as CDS Hooks and FHIR know no empty member. Belongs to one thread.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace guardian::adapters {

class JsonText {
 public:
  // Within a list, or for the whole document: without a name.
  void open_object(std::string_view name = {});
  void close_object();
  void open_list(std::string_view name = {});
  void close_list();

  // Members of an object.
  void text(std::string_view name, std::string_view value);  // nothing when the value is empty
  void number(std::string_view name, double value);          // finite, in its shortest form
  void flag(std::string_view name, bool value);
  void raw(std::string_view name, std::string_view json);  // what is JSON already

  // Entries of a list.
  void text(std::string_view value);
  void raw(std::string_view json);

  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  void begin(std::string_view name);

  std::string out_;
  bool first_ = true;  // nothing yet in the object or list that is open
};

}  // namespace guardian::adapters
