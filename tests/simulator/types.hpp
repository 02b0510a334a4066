// The types of the API's parameters: whether a text or a JSON value is of a type.
#pragma once

#include <boost/json/value.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace ovhl::sim {

// The members of an enum ("dedicatedCloud.TaskStateEnum"); empty: there is no such enum.
std::span<const std::string_view> members(std::string_view enum_name);
bool is_member(std::string_view enum_name, std::string_view value);

std::optional<std::int64_t> parse_long(std::string_view);

// What is wrong with a value of that type, in the API's words; nothing: it is right. Types: string,
// long, boolean, datetime, duration, long[], any (which the route checks) and the enums.
std::optional<std::string> mistake_in_text(std::string_view type, std::string_view value);
std::optional<std::string> mistake_in_json(std::string_view type, const boost::json::value& value);

// ---- Windows licenses and the guest OS they are for ----

bool is_windows(std::string_view guest_os_family);
// Whether setLicense accepts the license for a VM with that configured guest OS.
bool fits(std::string_view license, std::string_view guest_os_family);
// The plain license for a guest OS; empty: there is none.
std::string_view usual_license(std::string_view guest_os_family);

} // namespace ovhl::sim
