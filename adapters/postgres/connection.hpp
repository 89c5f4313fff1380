#pragma once
// One connection to a PostgreSQL server, for one thread at a time. Every wait has a deadline. A failure is `io_failure`
// in words of ours: those of the server may quote what it was given.

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace guardian::adapters::postgres {

// A parameter of a statement. Bytes are looked at during the call only.
class Value {
 public:
  enum class Kind : std::uint8_t { nothing, number, bytes, text };

  [[nodiscard]] static Value nothing() { return Value(Kind::nothing, 0, {}); }
  [[nodiscard]] static Value number(std::int64_t value) { return Value(Kind::number, value, {}); }
  [[nodiscard]] static Value bytes(std::string_view value) { return Value(Kind::bytes, 0, value); }
  [[nodiscard]] static Value text(std::string_view value) { return Value(Kind::text, 0, value); }
  template <class Array>
  [[nodiscard]] static Value array(const Array& value) {
    return bytes({reinterpret_cast<const char*>(value.data()), value.size()});
  }

  [[nodiscard]] Kind kind() const { return kind_; }
  [[nodiscard]] std::int64_t as_number() const { return number_; }
  [[nodiscard]] std::string_view as_bytes() const { return bytes_; }

 private:
  Value(Kind kind, std::int64_t number, std::string_view bytes) : kind_(kind), number_(number), bytes_(bytes) {}

  Kind kind_;
  std::int64_t number_;
  std::string_view bytes_;
};

// What a statement gave. Views hold as long as the rows.
class Rows {
 public:
  struct Impl;
  explicit Rows(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

  [[nodiscard]] int count() const;
  [[nodiscard]] int changed() const;  // rows that an INSERT, UPDATE or DELETE touched
  [[nodiscard]] bool is_null(int row, int column) const;
  // Of a column of type bigint.
  [[nodiscard]] std::int64_t number(int row, int column) const;
  // Of a column of type bytea or text; empty of a null.
  [[nodiscard]] std::string_view bytes(int row, int column) const;

 private:
  std::shared_ptr<const Impl> impl_;
};

class Connection {
 public:
  // Tries until `wait` is over while the server is not there or is just starting.
  [[nodiscard]] static core::Result<Connection> open(const std::string& conninfo, std::chrono::milliseconds wait);
  Connection(Connection&&) noexcept;
  Connection& operator=(Connection&&) noexcept;
  ~Connection();

  // One statement. A connection on which it does not end in time is lost.
  [[nodiscard]] core::Result<Rows> run(const std::string& sql, const std::vector<Value>& values = {},
                                       std::chrono::milliseconds wait = std::chrono::milliseconds(10'000));
  // Several, without parameters.
  [[nodiscard]] core::Result<void> script(const std::string& sql);

  [[nodiscard]] bool lost() const;
  [[nodiscard]] bool in_transaction() const;
  [[nodiscard]] bool transaction_failed() const;  // nothing but a rollback is left to it

 private:
  struct Impl;
  explicit Connection(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace guardian::adapters::postgres
