// The exit statuses, the same for all commands.
#pragma once

namespace ovhl {

enum class exit_status {
  fine = 0,       // for plan and status: nothing due
  wrong = 1,      // usage, configuration or policy; nothing was done
  drift = 2,      // corrections are due; for explain: or a person must decide
  incomplete = 3, // not everything could be read: neither drift nor clean is claimed
  failed = 4,     // a correction failed or was held back; for verify: the ledger does not fit
  held = 75,      // for run: another process has the ledger (EX_TEMPFAIL); tried again, it may pass
};

} // namespace ovhl
