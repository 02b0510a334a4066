// Reading the JSON of a body: strict about types, ignoring keys that are not asked for. After the
// first mistake it continues with empty values, and finish() reports that mistake.
#pragma once

#include "base/error.hpp"
#include "base/timestamp.hpp"

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/value.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace ovhl::ledger {

class body_reader {
 public:
  explicit body_reader(std::string_view body);

  // Values that must be there …
  std::string text(std::string_view key);
  bool boolean(std::string_view key);
  instant time(std::string_view key);
  template <class T>
  T number(std::string_view key) {
    const boost::json::value* const v = required(key);
    if (v == nullptr) return {};
    boost::system::error_code failed;
    const T n = v->is_number() ? v->to_number<T>(failed) : T{};
    if (v->is_double() || !v->is_number() || failed)
      return wrong(key, "is not a whole number within the possible range"), T{};
    return n;
  }
  // One of those that have a name.
  template <class E>
  E choice(std::string_view key, std::span<const E> all) {
    const std::string written = text(key);
    for (const E e : all)
      if (name(e) == written) return e;
    return wrong(key, "is not known: '" + written + "'"), E{};
  }

  // … and values that may be missing or null.
  std::optional<std::string> maybe_text(std::string_view key);
  std::optional<instant> maybe_time(std::string_view key);
  template <class T>
  std::optional<T> maybe_number(std::string_view key) {
    if (optional(key) == nullptr) return std::nullopt;
    return number<T>(key);
  }

  template <class T>
  result<T> finish(T value) {
    if (problem_.empty()) return value;
    error e;
    e.message = std::move(problem_);
    return e;
  }

 private:
  const boost::json::value* optional(std::string_view key) const;
  const boost::json::value* required(std::string_view key);
  void wrong(std::string_view key, const std::string& what);

  std::array<unsigned char, 4096> buffer_; // nearly always enough for the whole tree
  boost::json::monotonic_resource memory_;
  boost::json::value root_;
  std::string problem_;
};

} // namespace ovhl::ledger
