// One look for a command: reads the set-up, reads all VMs (with progress on a terminal) and judges
// them.
#pragma once

#include "agent/setup.hpp"
#include "agent/view.hpp"
#include "base/timestamp.hpp"
#include "licensing/decide.hpp"

#include <filesystem>
#include <functional>
#include <optional>

namespace ovhl {

struct once {
  agent::setup setup;
  instant at{};
  licensing::inventory seen;
  licensing::decisions decided;
  licensing::correction_states states; // of the corrections due, where they were to be weighed

  const licensing::policy& policy() const { return setup.policy->policy; }
  agent::picture picture() const { return {seen, decided, policy()}; }
};

// Null if the set-up is wrong or `allowed` refuses it; the problems have been shown. `weigh`: also
// finds out which corrections `apply` would make.
std::optional<once> look_once(const std::filesystem::path& config,
                              const std::function<result<void>(const agent::setup&)>& allowed = {},
                              bool weigh = false);

} // namespace ovhl
