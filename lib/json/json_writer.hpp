// Appends JSON to a string in the order of the calls, without building a tree of a hundred thousand
// findings first. Text that is not UTF-8 becomes U+FFFD. The result is valid if every begin has its
// end.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ovhl {

// The text as a JSON string, with its quotes.
void append_json(std::string& out, std::string_view text);

class json_writer {
 public:
  // The members of an object or array: all on one line, or each on its own.
  enum class layout : std::uint8_t { row, lines };

  explicit json_writer(std::string& out) : out_(out) {}

  json_writer& begin_object(layout l = layout::row) { return begin('{', l); }
  json_writer& end_object() { return end('}'); }
  json_writer& begin_array(layout l = layout::row) { return begin('[', l); }
  json_writer& end_array() { return end(']'); }

  json_writer& key(std::string_view);

  json_writer& value(std::string_view);
  json_writer& value(const char* text) { return value(std::string_view(text)); }
  json_writer& value(const std::string& text) { return value(std::string_view(text)); }
  json_writer& value(bool);
  json_writer& value(double); // null if JSON cannot express it (NaN, infinity)
  json_writer& value(std::nullopt_t);
  template <std::integral T>
  json_writer& value(T number) {
    return raw(std::to_string(number));
  }
  template <class T>
  json_writer& value(const std::optional<T>& v) {
    return v ? value(*v) : value(std::nullopt);
  }

  template <class T>
  json_writer& member(std::string_view name, const T& v) {
    return key(name).value(v);
  }

 private:
  struct level {
    layout how;
    bool empty = true;
  };

  json_writer& begin(char bracket, layout);
  json_writer& end(char bracket);
  json_writer& raw(std::string_view);
  void next(); // appends the separator between two members
  void new_line();

  std::string& out_;
  std::vector<level> open_;
  bool after_key_ = false;
};

} // namespace ovhl
