// What `apply` would do with the corrections that one look found due, as far as this can be known
// without the ledger.
#pragma once

#include "agent/accounts.hpp"
#include "agent/actuator.hpp"

#include <boost/asio/awaitable.hpp>

namespace ovhl::agent {

// Weighs them as for a person's `apply`, and begins nothing: those that it would make are
// `running`. What only the ledger knows (failures, other hands) holds nothing here. With
// corrections: off, all are `reported`.
boost::asio::awaitable<licensing::correction_states> foresee(const accounts&, loop::clock&,
                                                             const proposal&);

} // namespace ovhl::agent
