// The API: tables of routes with their parameters, and the checks of every request before its
// handler runs. To add a route: a row in the table of its section (routes_*.cpp), as in the API's
// description.
#pragma once

#include "simulator/world.hpp"

#include <boost/json/object.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ovhl::sim {

struct call;

struct parameter {
  std::string_view name, type; // as in types.hpp
  bool required = false;
};

struct route {
  std::string_view method;
  std::string_view path;   // "/dedicatedCloud/{serviceName}"
  std::string_view action; // for IAM
  reply (*answer)(call&);
  std::vector<parameter> query = {};
  std::vector<parameter> body = {};
  bool open = false; // needs no credentials
};

std::span<const route> auth_routes();
std::span<const route> dedicated_cloud_routes();
std::span<const route> renewal_routes(); // /service and /me

// A request that matched a route.
struct call {
  world& w;
  const request& asked;
  bool paged;
  principal who = {};
  std::vector<std::pair<std::string_view, std::string>> path = {};
  std::vector<std::pair<std::string, std::string>> query = {};
  boost::json::object body = {};

  const std::string& text(std::string_view parameter) const;    // of the path
  std::int64_t number(std::string_view parameter) const;        // likewise
  const std::string* queried(std::string_view parameter) const; // null: not given
};

// Throws the refusal 404.
[[noreturn]] void no_such(std::string_view what, std::string_view id);

// `path` is below /1.0; `authenticated` is set to the kind of the request's valid credentials.
reply answer_route(world&, const request&, std::string_view path, bool paged,
                   std::string& authenticated);

} // namespace ovhl::sim
