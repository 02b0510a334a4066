// Writes JSON straight into a string: keys in the order of the calls, with commas.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ovhl::sim {

class json_text {
 public:
  explicit json_text(std::string& out) : out_(out) {}

  json_text& open();                          // {
  json_text& open(std::string_view key);      // "key":{
  json_text& close();                         // }
  json_text& open_list(std::string_view key); // "key":[
  json_text& close_list();                    // ]

  json_text& text(std::string_view key, std::string_view value); // null if data() is null
  json_text& number(std::string_view key, std::int64_t value);
  json_text& number_text(std::string_view key, std::int64_t value); // in quotes
  json_text& decimal(std::string_view key, std::int64_t hundredths);
  json_text& boolean(std::string_view key, bool value);
  json_text& null(std::string_view key);
  json_text& raw(std::string_view key, std::string_view json);

 private:
  void key(std::string_view);
  void append(std::int64_t);

  std::string& out_;
  bool first_ = true; // the innermost object or list is still empty
};

// Appends the text in quotes, escaped as JSON requires.
void append_quoted(std::string& out, std::string_view text);

} // namespace ovhl::sim
