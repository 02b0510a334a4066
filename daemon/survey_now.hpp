// One survey for a command: reads the set-up, reads all VMs (with progress on a terminal) and
// decides on them.
#pragma once

#include "agent/surveyed.hpp"
#include "licensing/due_corrections.hpp"

#include <filesystem>
#include <functional>
#include <memory>

namespace ovhl {

// Null if the set-up is wrong or `allowed` refuses it; the problems have been shown. `due`,
// if given, becomes what is due, with the states that `apply` would find.
std::shared_ptr<const agent::surveyed>
survey_now(const std::filesystem::path& config,
           const std::function<result<void>(const agent::setup&)>& allowed = {},
           licensing::due_corrections* due = nullptr);

} // namespace ovhl
