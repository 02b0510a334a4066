// Writes JSON straight into a string: keys in the order of the calls, commas where they belong.
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

  json_text& text(std::string_view key, std::string_view value); // null where data() is null
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
  bool first_ = true; // nothing stands before in the innermost object or list
};

// In quotes, with what JSON wants escaped.
void append_quoted(std::string& out, std::string_view text);

} // namespace ovhl::sim
