// What `check --online` finds out and says; `login` does the same with the credentials it has just
// got.
#pragma once

#include "agent/rehearsal.hpp"
#include "agent/setup.hpp"

#include <span>
#include <vector>

namespace ovhl {

// Wanted are the rights that corrections in this mode take, too.
std::vector<agent::account_remarks> check_online(const agent::setup&, licensing::mode);
void show_remarks(std::span<const agent::account_remarks>);
agent::remark::grade worst(std::span<const agent::account_remarks>);

} // namespace ovhl
