// The events of a ledger for people, as a table, and for programs (config/history.schema.json).
#pragma once

#include "base/terminal.hpp"
#include "ledger/timeline.hpp"

#include <optional>
#include <span>
#include <string>

namespace ovhl::agent {

// `of_one`: all events are about one VM, so lines need not name it.
std::string history_table(std::span<const ledger::event>, bool of_one, const terminal&);
std::string history_json(std::span<const ledger::event>, const std::string& ledger,
                         std::optional<instant> since);

} // namespace ovhl::agent
