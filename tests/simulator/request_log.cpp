#include "simulator/request_log.hpp"

#include <algorithm>

namespace ovhl::sim {

namespace {

// Never the headers that carry credentials.
constexpr std::string_view kept_headers[] = {"pragma",          "accept",         "content-type",
                                             "user-agent",      "host",           "retry-after",
                                             "accept-encoding", "content-length", "connection"};

bool worth_keeping(std::string_view name) {
  return name.starts_with("x-pagination-") ||
         std::ranges::find(kept_headers, name) != std::end(kept_headers);
}

} // namespace

logged_request& request_log::begin(const request& asked, std::string_view path, bool keep_body) {
  ++count_;
  if (on_request) on_request();
  if (limit_ == 0) return forgotten_ = {};
  if (entries_.size() == limit_) entries_.pop_front();
  auto& entry = entries_.emplace_back();
  entry.number = count_;
  entry.connection = asked.connection;
  entry.method = asked.method;
  entry.path = path;
  entry.query = asked.query();
  if (keep_body) entry.body = asked.body;
  for (const auto& [name, value] : asked.headers)
    if (worth_keeping(name)) entry.headers.emplace(name, value);
  return entry;
}

boost::json::object to_json(const logged_request& entry) {
  boost::json::object headers;
  for (const auto& [name, value] : entry.headers)
    headers[name] = value;
  return {{"number", entry.number},     {"connection", entry.connection},
          {"method", entry.method},     {"path", entry.path},
          {"query", entry.query},       {"headers", std::move(headers)},
          {"body", entry.body},         {"status", entry.status},
          {"query_id", entry.query_id}, {"authenticated", entry.authenticated},
          {"fault", entry.fault}};
}

} // namespace ovhl::sim
