// What `apply` would do with the corrections that one survey found due, as far as this can be known
// without the ledger.
#pragma once

#include "agent/accounts.hpp"
#include "agent/surveyed.hpp"
#include "licensing/due_corrections.hpp"
#include "loop/clock.hpp"

#include <boost/asio/awaitable.hpp>

#include <memory>

namespace ovhl::agent {

// Admits them as for a person's `apply`, and begins nothing: those that `apply` would make are
// `running`. Failures and other hands are known from the ledger alone, so they hold nothing here.
// With corrections: off, all are `reported`.
boost::asio::awaitable<licensing::due_corrections>
preview_admission(const accounts&, loop::clock&, std::shared_ptr<const surveyed>);

} // namespace ovhl::agent
