// What `login` does once the key is saved: the checks of `check --online`, what the fleet looks
// like, and the next steps.
#pragma once

#include "agent/setup.hpp"
#include "exit_status.hpp"

namespace ovhl {

// The set-up has only the account that was logged in, with its new credentials. The key stays
// saved, whatever the checks find.
exit_status take_first_steps(const agent::setup&, bool key_reads_only);

} // namespace ovhl
