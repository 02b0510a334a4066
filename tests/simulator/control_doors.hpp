// What stands behind the control door: a table of doors for each thing it opens. A new one: its row
// in a table, its line in README.md.
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

// What somebody at the door wants.
struct wish {
  world& w;
  std::vector<std::string> names; // what stands in the path where the door's has {}
  std::string_view text;          // the body as it came

  boost::json::object body() const {
    return text.empty() ? boost::json::object() : boost::json::parse(text).as_object();
  }
  std::int64_t number() const { return parse_long(names.at(0)).value_or(-1); }
};

struct door {
  std::string_view method, path;
  // Exceptions are the caller's mistakes: of JSON, of a value, of a name.
  boost::json::value (*open)(const wish&);
};

std::span<const door> fleet_doors();
std::span<const door> watching_doors(); // faults, the log, violations
std::span<const door> account_doors();  // settings, credentials, tasks, orders

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
