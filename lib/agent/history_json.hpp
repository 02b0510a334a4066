// The events of a ledger for programs (config/history.schema.json).
#pragma once

#include "base/timestamp.hpp"
#include "ledger/timeline.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>

namespace ovhl::agent {

// Every event, also that a VM was first seen. With a limit: the newest.
std::string history_json(std::span<const ledger::event>, const std::string& ledger,
                         std::optional<instant> since, std::optional<std::size_t> limit);

} // namespace ovhl::agent
