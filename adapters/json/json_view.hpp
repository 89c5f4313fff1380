#pragma once
// A parsed JSON document that is looked at where it lies, without a copy: for requests, whose parsing would otherwise
// cost more than everything else about them. What is kept beyond the request is read out of it. A reader belongs to one
// thread and can be used again and again; views end with the next `parse`, or with the reader.

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/json/input_problem.hpp"
#include "adapters/json/json_value.hpp"

namespace guardian::adapters {

// One value of a document, or nothing: what is asked of nothing answers with nothing, so that a chain of look-ups ends
// in one check.
class JsonView {
 public:
  JsonView() noexcept = default;  // nothing

  [[nodiscard]] bool present() const noexcept { return present_; }  // also of null
  [[nodiscard]] bool is_null() const noexcept;
  [[nodiscard]] bool is_list() const noexcept;
  [[nodiscard]] bool is_object() const noexcept;
  [[nodiscard]] std::optional<bool> boolean() const noexcept;
  [[nodiscard]] std::optional<double> number() const noexcept;  // finite
  [[nodiscard]] std::optional<std::string_view> text() const noexcept;
  [[nodiscard]] std::string_view text_or(std::string_view otherwise = {}) const noexcept;

  // The first member of that name; nothing where there is none, or this is no object.
  [[nodiscard]] JsonView member(std::string_view name) const noexcept;
  [[nodiscard]] JsonView entry(std::size_t index) const noexcept;  // of a list
  [[nodiscard]] std::size_t size() const noexcept;                 // of a list or object, else 0

  // visit(JsonView entry, std::size_t index), of a list; visit(std::string_view name, JsonView value), of an object, in
  // the order written and with members that repeat.
  template <class Visit>
  void each_entry(Visit&& visit) const {
    visit_entries([](void* to, JsonView value,
                     std::size_t index) { (*static_cast<std::remove_reference_t<Visit>*>(to))(value, index); },
                  &visit);
  }
  template <class Visit>
  void each_member(Visit&& visit) const {
    visit_members([](void* to, std::string_view name,
                     JsonView value) { (*static_cast<std::remove_reference_t<Visit>*>(to))(name, value); },
                  &visit);
  }

  [[nodiscard]] std::string json() const;  // as JSON text, compact; empty for nothing

 private:
  friend class JsonReader;
  friend struct JsonViewAccess;
  void visit_entries(void (*visit)(void*, JsonView, std::size_t), void* to) const;
  void visit_members(void (*visit)(void*, std::string_view, JsonView), void* to) const;

  alignas(void*) std::array<std::byte, 2 * sizeof(void*)> place_{};  // the parser's own reference to the value
  bool present_ = false;
};

struct JsonViewing {
  JsonView value;        // nothing when there is a problem
  InputProblem problem;  // what is wrong, with line and column where they are known
};

class JsonReader {
 public:
  JsonReader();
  ~JsonReader();
  JsonReader(JsonReader&&) noexcept;
  JsonReader& operator=(JsonReader&&) noexcept;

  // Refuses what `parse_json` refuses, but members that repeat: both are there.
  [[nodiscard]] JsonViewing parse(std::string_view text, JsonLimits limits = {});

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace guardian::adapters
