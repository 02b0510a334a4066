// Requests and answers, without secrets.
#pragma once

#include "simulator/http.hpp"
#include "simulator/simulator.hpp"

#include <boost/json/object.hpp>

#include <deque>
#include <functional>

namespace ovhl::sim {

class request_log {
 public:
  explicit request_log(std::size_t limit) : limit_(limit) {}

  // The caller adds what becomes known later, before the next begin().
  logged_request& begin(const request&, std::string_view path, bool keep_body);
  void clear() { entries_.clear(); }
  std::uint64_t count() const { return count_; }
  const std::deque<logged_request>& entries() const { return entries_; }

  std::function<void()> on_request;

 private:
  std::size_t limit_;
  std::uint64_t count_ = 0;
  std::deque<logged_request> entries_;
  logged_request forgotten_; // used if nothing is kept
};

boost::json::object to_json(const logged_request&);

} // namespace ovhl::sim
