// What the VMs that the status file lists lack: it counts all VMs, but lists only some of them.
#pragma once

#include "publish/row_filter.hpp"
#include "publish/status_text.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace ovhl::publish {

// How many VMs match, listed or not; none: the file does not know, because its causes are spread
// over services and datacenters.
std::optional<std::size_t> matching(const status_view&, const row_filter&);

// "the status file lists 1,000 of 8,375 VMs; sudo ovh-licensed plan --rows lists all", or nothing
// if all that match are listed. `how` are the options of `plan` that list all.
std::string shortfall(const status_view&, const row_filter&, std::string_view how);

} // namespace ovhl::publish
