// The events of a ledger as a table for people.
#pragma once

#include "base/terminal.hpp"
#include "ledger/timeline.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>

namespace ovhl::agent {

// `of_one`: all events are about one VM, so rows need not name it. Otherwise VMs that were first
// seen together are one row, because nothing changed. With a limit: the newest rows.
std::string history_table(std::span<const ledger::event>, bool of_one,
                          std::optional<std::size_t> limit, const terminal&);

} // namespace ovhl::agent
