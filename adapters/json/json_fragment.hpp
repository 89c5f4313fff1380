#pragma once
// A JSON value that is already text: for large answers that are written thousands of times a second, where a tree of
// values would cost more than what it tells. Built from the inside out; an object keeps the order of its members, and
// the caller keeps to one value a name. The text is that of nlohmann's `dump`, bytes that are not UTF-8 replaced.
// Belongs to one thread.

#include <concepts>
#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace guardian::adapters {

struct JsonFragmentMember;

// Words become part of an object or array without a value of their own in between.
template <class T>
concept JsonWords = std::convertible_to<const T&, std::string_view> && !std::same_as<T, std::nullptr_t>;

class JsonFragment {
 public:
  // A member that is still without a value.
  class Place {
   public:
    Place(JsonFragment& object, std::string_view name) : object_(object), name_(name) {}
    void operator=(const JsonFragment& value) const { object_.add(name_, value); }
    void operator=(const JsonWords auto& words) const { object_.add(name_, std::string_view(words)); }

   private:
    JsonFragment& object_;
    std::string_view name_;
  };

  JsonFragment(std::nullptr_t) : text_("null") {}  // NOLINT(google-explicit-constructor)
  JsonFragment(std::string_view text);             // NOLINT(google-explicit-constructor)
  JsonFragment(const std::string& text)
      : JsonFragment(std::string_view(text)) {}                             // NOLINT(google-explicit-constructor)
  JsonFragment(const char* text) : JsonFragment(std::string_view(text)) {}  // NOLINT(google-explicit-constructor)
  JsonFragment(double number);                                              // NOLINT(google-explicit-constructor)
  template <class Number>
  requires std::integral<Number> JsonFragment(Number number) {  // NOLINT(google-explicit-constructor)
    if constexpr (std::same_as<Number, bool>) {
      text_ = number ? "true" : "false";
    } else {
      text_ = std::to_string(number);
    }
  }
  JsonFragment(std::initializer_list<JsonFragmentMember> members);  // an object

  // What is JSON already, in one line.
  [[nodiscard]] static JsonFragment of_json(std::string text) {
    JsonFragment value(nullptr);
    value.text_ = std::move(text);
    return value;
  }
  [[nodiscard]] static JsonFragment object() { return JsonFragment(Open{'{', '}'}); }
  [[nodiscard]] static JsonFragment array() { return JsonFragment(Open{'[', ']'}); }

  [[nodiscard]] Place operator[](std::string_view name) { return {*this, name}; }  // of an object
  void push_back(const JsonFragment& value);                                       // to an array
  void push_back(const JsonWords auto& words) { add(std::string_view(words)); }

  [[nodiscard]] bool is_null() const { return text_ == "null"; }
  [[nodiscard]] bool empty() const { return text_.size() == 2; }  // of an object or array
  [[nodiscard]] const std::string& text() const& { return text_; }
  [[nodiscard]] std::string text() && { return std::move(text_); }

 private:
  struct Open {
    char begin;
    char end;
  };
  explicit JsonFragment(Open open) : text_{open.begin, open.end} {}
  void open();  // where the next member or entry goes
  void add(std::string_view name, std::string_view words);
  void add(std::string_view name, const JsonFragment& value);
  void add(std::string_view words);

  std::string text_;
};

// Belongs to the expression that names it: words are only looked at.
struct JsonFragmentMember {
  JsonFragmentMember(std::string_view of, JsonFragment given) : name(of), value(std::move(given)) {}
  JsonFragmentMember(std::string_view of, const JsonWords auto& words) : name(of), value(std::string_view(words)) {}

  std::string_view name;
  std::variant<std::string_view, JsonFragment> value;
};

}  // namespace guardian::adapters
