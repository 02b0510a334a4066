// Looking once for a command: the set-up is read, everything is looked at (with progress on a
// terminal) and judged.
#pragma once

#include "agent/setup.hpp"
#include "agent/view.hpp"
#include "base/timestamp.hpp"
#include "licensing/decide.hpp"

#include <boost/asio/awaitable.hpp>

#include <filesystem>
#include <functional>
#include <optional>

namespace ovhl {

struct once {
  agent::setup setup;
  instant at{};
  licensing::inventory seen;
  licensing::decisions decided;

  const licensing::policy& policy() const { return setup.policy->policy; }
  agent::picture picture() const { return {seen, decided, policy()}; }
};

// Nothing where the set-up is wrong, or `allowed` says no to it: it has been complained about.
std::optional<once> look_once(const std::filesystem::path& config,
                              const std::function<result<void>(const agent::setup&)>& allowed = {});

} // namespace ovhl
