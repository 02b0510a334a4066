// How `login` ends once its key is kept: what `check --online` says of it, a first look, and what
// to do next.
#pragma once

#include "agent/setup.hpp"
#include "exit_status.hpp"

namespace ovhl {

// The set-up has the one account that was logged in, with its new credentials. The key is kept,
// whatever comes of this.
exit_status take_first_steps(const agent::setup&, bool key_reads_only);

} // namespace ovhl
