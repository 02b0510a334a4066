// Writing the JSON of a body in one row; an optional value that is not there is left out.
#pragma once

#include "json/json_writer.hpp"
#include "base/timestamp.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace ovhl::ledger {

class body_writer {
 public:
  body_writer() : json_(text_) { json_.begin_object(); }

  template <class T>
  body_writer& put(std::string_view key, const T& value) {
    json_.member(key, value);
    return *this;
  }
  body_writer& put(std::string_view key, instant t) { return put(key, timestamp(t)); }
  template <class T>
  body_writer& put(std::string_view key, const std::optional<T>& value) {
    return value ? put(key, *value) : *this;
  }

  std::string finish() {
    json_.end_object();
    return std::move(text_);
  }

 private:
  std::string text_;
  json_writer json_;
};

} // namespace ovhl::ledger
