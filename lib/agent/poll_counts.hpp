// Keeps count of polls: the last one, and how many went how. Pure.
#pragma once

#include "agent/event_log.hpp"
#include "agent/state.hpp"

namespace ovhl::agent {

// The report of the poll that begins.
poll_report next_report(const polls&, instant now);
// A poll has ended.
void count(polls&, const poll_report&, instant now);
// A bug ended the poll before it was counted.
void count_bug(polls&);

} // namespace ovhl::agent
