// What `check --online` checks and prints; `login` does the same with its new credentials.
#pragma once

#include "agent/access_check.hpp"
#include "agent/setup.hpp"

#include <span>
#include <vector>

namespace ovhl {

// Includes the rights that corrections in this mode need.
std::vector<agent::account_remarks> check_online(const agent::setup&, licensing::mode);
void show_remarks(std::span<const agent::account_remarks>);
agent::remark::grade worst(std::span<const agent::account_remarks>);

} // namespace ovhl
