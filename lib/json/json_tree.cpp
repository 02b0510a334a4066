#include "json/json_tree.hpp"

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include <array>

namespace ovhl {

namespace json = boost::json;

std::string json_path::text() const {
  if (parent == nullptr) return {};
  const std::string before = parent->text();
  if (key.empty()) return fmt::format("{}[{}]", before, index);
  return before.empty() ? std::string(key) : fmt::format("{}.{}", before, key);
}

json_node json_node::maybe(std::string_view key) const {
  const json::object* const object = value_ == nullptr ? nullptr : value_->if_object();
  if (value_ != nullptr && object == nullptr) wrong("is not an object");
  return {object == nullptr ? nullptr : object->if_contains(key), *this, key};
}

json_node json_node::member(std::string_view key) const {
  const json_node found = maybe(key);
  if (found.value_ == nullptr) found.wrong("is missing");
  return found;
}

bool json_node::null() const noexcept { return value_ == nullptr || value_->is_null(); }

std::size_t json_node::size() const {
  if (value_ == nullptr) return 0;
  if (const json::array* const list = value_->if_array()) return list->size();
  wrong("is not an array");
  return 0;
}

json_node json_node::element(std::size_t index) const {
  return {&value_->get_array()[index], *this, {}, index};
}

void json_node::each_member(
    const std::function<void(std::string_view, const json_node&)>& take) const {
  if (value_ == nullptr) return;
  const json::object* const object = value_->if_object();
  if (object == nullptr) return wrong("is not an object");
  for (const auto& [key, value] : *object)
    take(key, json_node(&value, *this, key));
}

std::string_view json_node::text() const {
  if (value_ == nullptr) return {};
  if (const json::string* const s = value_->if_string()) return *s;
  wrong("is not a string");
  return {};
}

bool json_node::boolean() const {
  if (value_ == nullptr) return false;
  if (const bool* const b = value_->if_bool()) return *b;
  wrong("is neither true nor false");
  return false;
}

double json_node::number() const {
  if (value_ == nullptr) return 0;
  boost::system::error_code failed;
  const double n = value_->to_number<double>(failed);
  if (failed) wrong("is not a number");
  return n;
}

std::int64_t json_node::signed_integer(std::int64_t least, std::int64_t most) const {
  if (value_ == nullptr) return 0;
  const std::int64_t* const n = value_->if_int64();
  if (n != nullptr && *n >= least && *n <= most) return *n;
  wrong(value_->is_number() ? "is out of range" : "is not a number");
  return 0;
}

// Boost.JSON stores a number as unsigned only if it is too large for a signed one.
std::uint64_t json_node::unsigned_integer(std::uint64_t most) const {
  if (value_ == nullptr) return 0;
  std::uint64_t n = 0;
  const std::int64_t* const small = value_->if_int64();
  const std::uint64_t* const large = value_->if_uint64();
  const bool whole = large != nullptr || (small != nullptr && *small >= 0);
  if (whole) n = large != nullptr ? *large : static_cast<std::uint64_t>(*small);
  if (whole && n <= most) return n;
  wrong(value_->is_number() ? "is out of range" : "is not a number");
  return 0;
}

void json_node::wrong(std::string_view what) const {
  if (!problem_->empty()) return;
  *problem_ = fmt::format("{} {}", path_.parent == nullptr ? "it" : path_.text(), what);
}

instant time_in(const json_node& from) {
  const std::string_view written = from.text();
  const auto at = parse_timestamp(written);
  // Faster than comparing with timestamp(): refuses other separators, fractions, offsets and leap
  // seconds.
  if (at && written.size() == 20 && written[10] == 'T' && written[17] != '6' && written[19] == 'Z')
    return *at;
  from.wrong(fmt::format("'{}' is not a time", written));
  return {};
}

day date_in(const json_node& from) {
  const std::string_view written = from.text();
  const auto on = parse_date(written);
  if (!on) from.wrong(fmt::format("'{}' is not a date", written));
  return on.value_or(day{});
}

std::string read_json_tree(std::string_view text, std::size_t deepest,
                           const std::function<void(const json_node&)>& take) {
  std::array<unsigned char, 4096> buffer; // nearly always enough for a record
  json::monotonic_resource memory(buffer.data(), buffer.size());
  json::parse_options limits;
  limits.max_depth = deepest;
  boost::system::error_code failed;
  const json::value root = json::parse(text, failed, &memory, limits);
  if (failed) return "it is not JSON: " + failed.message();
  std::string problem;
  take(json_node(root, problem));
  return problem;
}

} // namespace ovhl
