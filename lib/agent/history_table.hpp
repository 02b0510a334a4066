// The events of a ledger as a table for people.
#pragma once

#include "base/terminal.hpp"
#include "ledger/timeline.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>

namespace ovhl::agent {

// `of_one`: all events are about one VM, so lines need not name it. Otherwise the first looks at
// VMs, which are no changes, are one line. With a limit: the newest lines.
std::string history_table(std::span<const ledger::event>, bool of_one,
                          std::optional<std::size_t> limit, const terminal&);

} // namespace ovhl::agent
