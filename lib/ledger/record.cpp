#include "ledger/record.hpp"

namespace ovhl::ledger {} // namespace ovhl::ledger
