#include "simulator/routes.hpp"

#include "simulator/types.hpp"

#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace ovhl::sim {

namespace {

namespace json = boost::json;

using segments = std::vector<std::string_view>;

void split(std::string_view path, segments& parts) {
  parts.clear();
  while (!path.empty()) {
    path.remove_prefix(1); // the slash
    const auto part = path.substr(0, path.find('/'));
    parts.push_back(part);
    path.remove_prefix(part.size());
  }
}

bool is_parameter(std::string_view segment) { return segment.starts_with('{'); }

struct compiled_route {
  const sim::route* route;
  segments parts;

  bool matches(std::string_view method, const segments& path) const {
    return path.size() == parts.size() && method == route->method &&
           std::ranges::equal(parts, path, [](std::string_view mine, std::string_view theirs) {
             return is_parameter(mine) ? !theirs.empty() : mine == theirs;
           });
  }
};

const std::vector<compiled_route>& table() {
  static const auto compiled = [] {
    std::vector<compiled_route> all;
    for (const auto section : {dedicated_cloud_routes(), auth_routes(), renewal_routes()})
      for (const auto& route : section) {
        all.push_back({&route, {}});
        split(route.path, all.back().parts);
      }
    return all;
  }();
  return compiled;
}

[[noreturn]] void ill_formed(std::string_view parameter, std::string_view why) {
  throw refusal{400, "Client::BadRequest", fmt::format("[{}] {}", parameter, why)};
}

void take_path(call& c, const compiled_route& route, const segments& path) {
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (!is_parameter(route.parts[i])) continue;
    const auto name = route.parts[i].substr(1, route.parts[i].size() - 2);
    auto value = decoded(path[i]);
    if (!value) ill_formed(name, "broken percent-encoding");
    if (name != "serviceName")
      if (const auto why = mistake_in_text("long", *value)) ill_formed(name, *why);
    c.path.emplace_back(name, std::move(*value));
  }
}

void take_query(call& c, const route& route) {
  auto pairs = parse_form(c.asked.query());
  if (!pairs) throw refusal{400, "Client::BadRequest", "Broken percent-encoding in the query"};
  c.query = std::move(*pairs);
  for (const auto& [name, value] : c.query) {
    const auto known = std::ranges::find(route.query, name, &parameter::name);
    if (known == route.query.end()) ill_formed(name, "Undescribed query parameter");
    if (const auto why = mistake_in_text(known->type, value)) ill_formed(name, *why);
  }
}

json::object read_body(const request& asked) {
  if (asked.body.empty()) return {};
  if (asked.method == "GET") throw refusal{400, "Client::BadRequest", "A GET has no body"};
  if (!asked.header("content-type").starts_with("application/json"))
    throw refusal{400, "Client::BadRequest", "Content-Type must be application/json"};
  boost::system::error_code error;
  auto value = json::parse(asked.body, error);
  if (error || !value.is_object())
    throw refusal{400, "Client::BadRequest", "The body is not a JSON object"};
  return std::move(value.get_object());
}

void take_body(call& c, const route& route) {
  c.body = read_body(c.asked);
  for (const auto& [name, value] : c.body) {
    const auto known = std::ranges::find(route.body, std::string_view(name), &parameter::name);
    if (known == route.body.end()) ill_formed(name, "Undescribed body parameter");
    if (value.is_null() && !known->required) continue;
    if (const auto why = mistake_in_json(known->type, value)) ill_formed(name, *why);
  }
  for (const auto& known : route.body)
    if (known.required && !c.body.contains(known.name))
      ill_formed(known.name, "Missing required parameter");
}

std::string signed_url(const call& c) {
  const auto scheme = c.w.origin.substr(0, c.w.origin.find(':'));
  return fmt::format("{}://{}{}", scheme, c.asked.header("host"), c.asked.target);
}

} // namespace

const std::string& call::text(std::string_view parameter) const {
  return std::ranges::find(path, parameter, &std::pair<std::string_view, std::string>::first)
      ->second;
}

std::int64_t call::number(std::string_view parameter) const {
  return parse_long(text(parameter)).value_or(0);
}

const std::string* call::queried(std::string_view parameter) const {
  const auto found =
      std::ranges::find(query, parameter, &std::pair<std::string, std::string>::first);
  return found == query.end() ? nullptr : &found->second;
}

void no_such(std::string_view what, std::string_view id) {
  throw refusal{404, "Client::NotFound",
                fmt::format("The requested object ({} = {}) does not exist", what, id)};
}

reply answer_route(world& w, const request& asked, std::string_view path, bool paged,
                   std::string& authenticated) {
  segments parts;
  split(path, parts);
  const auto& routes = table();
  const auto found = std::ranges::find_if(
      routes, [&](const compiled_route& route) { return route.matches(asked.method, parts); });
  if (found == routes.end()) return not_found("Got an invalid (or empty) URL");
  const auto& route = *found->route;
  call c{.w = w, .asked = asked, .paged = paged};
  if (!route.open) {
    if (auto refusal = w.credentials.authenticate(asked, signed_url(c), w.second(), c.who))
      return std::move(*refusal);
    authenticated = name(c.who.kind);
    if (auto refusal = w.credentials.authorize(c.who, asked.method, path, route.action))
      return std::move(*refusal);
  }
  try {
    take_path(c, *found, parts);
    take_query(c, route);
    take_body(c, route);
    return route.answer(c);
  } catch (const refusal& why) {
    return refused(why);
  }
}

} // namespace ovhl::sim
