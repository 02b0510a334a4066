#include "simulator/control.hpp"

#include "simulator/control_doors.hpp"

#include <algorithm>
#include <optional>

namespace ovhl::sim {

namespace {

// The names that stand where the pattern has {}, or nothing where the path does not fit it.
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
  for (const auto doors : {fleet_doors(), watching_doors(), account_doors()}) {
    for (const auto& it : doors) {
      auto names = it.method == method ? fit(it.path, inside) : std::nullopt;
      if (!names) continue;
      try {
        return json_reply(it.open({w, std::move(*names), body}));
      } catch (const std::exception& mistake) {
        return bad_request(mistake.what());
      }
    }
  }
  return not_found(fmt::format("the control door knows no {} {}", method, path));
}

} // namespace ovhl::sim
