#include "simulator/control.hpp"

#include "simulator/control_routes.hpp"

#include <algorithm>
#include <optional>

namespace ovhl::sim {

namespace {

// The parts of the path where the pattern has {}; nothing: the path does not match.
std::optional<std::vector<std::string>> fit(std::string_view pattern, std::string_view path) {
  std::vector<std::string> names;
  while (!pattern.empty() && !path.empty()) {
    pattern.remove_prefix(1);
    path.remove_prefix(1);
    const auto wanted = pattern.substr(0, pattern.find('/'));
    const auto given = path.substr(0, path.find('/'));
    if (wanted == "{}" && !given.empty())
      names.emplace_back(given);
    else if (wanted != given)
      return std::nullopt;
    pattern.remove_prefix(wanted.size());
    path.remove_prefix(given.size());
  }
  return pattern.empty() && path.empty() ? std::optional(std::move(names)) : std::nullopt;
}

} // namespace

reply control(world& w, std::string_view method, std::string_view path, std::string_view body) {
  const auto inside = path.substr(std::min(path.size(), std::string_view("/control").size()));
  for (const auto routes : {fleet_controls(), fault_controls(), account_controls()}) {
    for (const auto& it : routes) {
      auto names = it.method == method ? fit(it.path, inside) : std::nullopt;
      if (!names) continue;
      try {
        return json_reply(it.handle({w, std::move(*names), body}));
      } catch (const std::exception& mistake) {
        return bad_request(mistake.what());
      }
    }
  }
  return not_found(fmt::format("the control interface has no {} {}", method, path));
}

} // namespace ovhl::sim
