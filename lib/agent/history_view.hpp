// The events of a ledger for people, as a table, and for programs (config/history.schema.json).
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
// Every event, also first looks; with a limit: the newest.
std::string history_json(std::span<const ledger::event>, const std::string& ledger,
                         std::optional<instant> since, std::optional<std::size_t> limit);

} // namespace ovhl::agent
