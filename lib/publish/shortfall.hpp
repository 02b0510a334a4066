// Says which VMs the status file does not list: it counts all VMs, but lists only some.
#pragma once

#include "publish/row_filter.hpp"
#include "publish/status_text.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace ovhl::publish {

// How many VMs match, listed or not; nothing: unknown, because the file's causes are spread over
// services and datacenters.
std::optional<std::size_t> matching(const status_view&, const row_filter&);

// "the status file lists 1,000 of 8,375 VMs; sudo ovh-licensed plan --rows lists all", or nothing
// if all that match are listed. `how` are the options of `plan` that list all.
std::string shortfall(const status_view&, const row_filter&, std::string_view how);

} // namespace ovhl::publish
