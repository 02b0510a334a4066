#include "ledger/body_reader.hpp"

#include <boost/json/parse.hpp>

namespace ovhl::ledger {

namespace json = boost::json;

body_reader::body_reader(std::string_view body)
    : memory_(buffer_.data(), buffer_.size()), root_(&memory_) {
  boost::system::error_code failed;
  json::value read = json::parse(body, failed, &memory_);
  if (failed)
    problem_ = "it is not JSON: " + failed.message();
  else if (!read.is_object())
    problem_ = "it is not a JSON object";
  else
    root_ = std::move(read);
}

const json::value* body_reader::optional(std::string_view key) const {
  const json::object* const object = root_.if_object();
  const json::value* const found = object == nullptr ? nullptr : object->if_contains(key);
  return found == nullptr || found->is_null() ? nullptr : found;
}

const json::value* body_reader::required(std::string_view key) {
  const json::value* const found = optional(key);
  if (found == nullptr) wrong(key, "is missing");
  return found;
}

void body_reader::wrong(std::string_view key, const std::string& what) {
  if (problem_.empty()) problem_ = "'" + std::string(key) + "' " + what;
}

std::string body_reader::text(std::string_view key) {
  const json::value* const v = required(key);
  if (v == nullptr) return {};
  if (const json::string* const s = v->if_string()) return std::string(*s);
  wrong(key, "is not a string");
  return {};
}

bool body_reader::boolean(std::string_view key) {
  const json::value* const v = required(key);
  if (v == nullptr) return false;
  if (const bool* const b = v->if_bool()) return *b;
  wrong(key, "is neither true nor false");
  return false;
}

// Only in the form in which it is written.
instant body_reader::time(std::string_view key) {
  const std::string written = text(key);
  const auto at = parse_timestamp(written);
  if (at && timestamp(*at) == written) return *at;
  wrong(key, "is not a time: '" + written + "'");
  return {};
}

std::optional<std::string> body_reader::maybe_text(std::string_view key) {
  if (optional(key) == nullptr) return std::nullopt;
  return text(key);
}

std::optional<instant> body_reader::maybe_time(std::string_view key) {
  if (optional(key) == nullptr) return std::nullopt;
  return time(key);
}

} // namespace ovhl::ledger
