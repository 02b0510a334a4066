// The end of `ovh-licensed status`: what expires, and what to do next.
#pragma once

#include "publish/status_text.hpp"

namespace ovhl::publish {

std::string_view meaning(licensing::verdict) noexcept; // in a few words
void append_expiries(std::string& out, const status_view&, const terminal&, instant now);
void append_exemptions(std::string& out, const status_view&, const terminal&, instant now);
// What is wrong now, the newest last.
void append_current_errors(std::string& out, const status_view&, const terminal&, instant now);
// `runs`: the daemon is running.
void append_next_steps(std::string& out, const status_view&, bool runs, const terminal&,
                       instant now);

} // namespace ovhl::publish
