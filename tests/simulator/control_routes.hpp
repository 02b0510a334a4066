// The routes of the control interface, in three tables. To add one: a row in a table, and a line in
// README.md.
#pragma once

#include "simulator/types.hpp"
#include "simulator/world.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <boost/json/value_to.hpp>
#include <fmt/format.h>

#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace ovhl::sim {

struct control_request {
  world& w;
  std::vector<std::string> names; // the parts of the path where the route's has {}
  std::string_view text;          // the body as received

  boost::json::object body() const {
    return text.empty() ? boost::json::object() : boost::json::parse(text).as_object();
  }
  std::int64_t number() const { return parse_long(names.at(0)).value_or(-1); }
};

struct control_route {
  std::string_view method, path;
  // Throws if the caller's JSON, a value or a name is wrong.
  boost::json::value (*handle)(const control_request&);
};

std::span<const control_route> fleet_controls();
std::span<const control_route> fault_controls();   // faults, the request log, violations
std::span<const control_route> account_controls(); // settings, credentials, tasks, orders

[[noreturn]] inline void unknown(std::string_view what, std::string_view name) {
  throw std::runtime_error(fmt::format("there is no {} '{}'", what, name));
}

inline boost::json::value done() { return boost::json::object{{"done", true}}; }

template <class T>
T as(const boost::json::value& value) {
  return boost::json::value_to<T>(value);
}

template <class List, class F>
boost::json::array each(const List& list, F object) {
  boost::json::array all;
  for (const auto& element : list)
    all.push_back(object(element));
  return all;
}

} // namespace ovhl::sim
