// The state as it is published. Pure.
#pragma once

#include "agent/state.hpp"
#include "publish/snapshot.hpp"

#include <string>
#include <vector>

namespace ovhl::agent {

publish::snapshot snapshot_of(const state&);
std::vector<publish::account_row> accounts_of(const state&);
// One line, for `systemctl status`.
std::string status_line(const state&);

} // namespace ovhl::agent
