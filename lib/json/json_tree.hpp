// Reads a whole JSON document, for our own files and records; values are checked as they are taken.
// After a mistake, reading continues with empty values, and the first mistake is kept with its
// path: "corrections[0].vm_id is missing".
#pragma once

#include "base/timestamp.hpp"

#include <boost/json/fwd.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>

namespace ovhl {

// Where a value is, for people: "corrections[0].vm_id".
struct json_path {
  const json_path* parent = nullptr; // which outlives it; null: the whole document
  std::string_view key = {};         // empty: an element of a list
  std::size_t index = 0;

  std::string text() const;
};

// A value in the tree, or the place of one that is missing. Views are valid while the tree is.
class json_node {
 public:
  json_node(const boost::json::value& root, std::string& problem)
      : value_(&root), problem_(&problem) {}

  json_node member(std::string_view key) const; // required
  json_node maybe(std::string_view key) const;  // optional
  bool null() const noexcept;                   // or missing

  // For an array or an object; anything else is a mistake and counts as empty.
  std::size_t size() const;
  json_node element(std::size_t index) const;
  void each_member(const std::function<void(std::string_view key, const json_node&)>&) const;

  std::string_view text() const;
  bool boolean() const;
  double number() const;
  template <std::integral T>
  T integer() const {
    using limits = std::numeric_limits<T>;
    if constexpr (std::is_signed_v<T>)
      return static_cast<T>(signed_integer(limits::min(), limits::max()));
    else
      return static_cast<T>(unsigned_integer(limits::max()));
  }

  // Reports a mistake that only the reader of the value can know; the first one is kept.
  void wrong(std::string_view what) const;

 private:
  json_node(const boost::json::value* value, const json_node& parent, std::string_view key,
            std::size_t index = 0)
      : value_(value), problem_(parent.problem_), path_{&parent.path_, key, index} {}

  std::int64_t signed_integer(std::int64_t least, std::int64_t most) const;
  std::uint64_t unsigned_integer(std::uint64_t most) const;

  const boost::json::value* value_;
  std::string* problem_;
  json_path path_;
};

// Times and dates, only in the form in which we write them.
instant time_in(const json_node&);
day date_in(const json_node&);

// Parses the text and passes on its root. Returns what is wrong with it; empty: nothing.
std::string read_json_tree(std::string_view text, std::size_t deepest,
                           const std::function<void(const json_node& root)>& take);

} // namespace ovhl
