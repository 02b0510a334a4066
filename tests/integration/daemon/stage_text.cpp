// What tests read in answers, status files and logs.
#include "stage.hpp"

#include <boost/json/serialize.hpp>

#include <regex>

namespace ovhl::test {

namespace json = boost::json;

std::int64_t number(const json::value& v, std::string_view pointer) {
  return v.at_pointer(pointer).to_number<std::int64_t>();
}

std::string text(const json::value& v, std::string_view pointer) {
  const json::value& found = v.at_pointer(pointer);
  return found.is_string() ? std::string(found.get_string()) : json::serialize(found);
}

json::value finding(const json::value& status, std::int64_t vm_id) {
  for (const json::value& f : status.at("findings").as_array())
    if (number(f, "/vm_id") == vm_id) return f;
  return {};
}

std::vector<std::string> keys(const json::value& v, std::string_view pointer) {
  std::vector<std::string> all;
  for (const auto& [key, value] : v.at_pointer(pointer).as_object())
    all.emplace_back(key);
  return all;
}

std::vector<std::string> leaks(std::string_view text, const std::vector<std::string>& secrets) {
  std::vector<std::string> found;
  for (const std::string& secret : secrets)
    if (contains(text, secret)) found.push_back(secret);
  return found;
}

bool is_time(const std::string& s) {
  static const std::regex pattern(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)");
  return std::regex_match(s, pattern);
}

std::vector<std::string> messages(std::string_view log) {
  constexpr std::size_t time = std::string_view("2026-11-20T21:48:00Z ").size();
  std::vector<std::string> all = lines(log);
  for (std::string& line : all)
    line.erase(0, time);
  return all;
}

} // namespace ovhl::test
