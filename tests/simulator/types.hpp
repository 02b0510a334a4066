// The API's types, as far as parameters have them: what a text or a JSON value must look like to be
// one.
#pragma once

#include <boost/json/value.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace ovhl::sim {

// The members of an enum ("dedicatedCloud.TaskStateEnum"), empty where the name is none.
std::span<const std::string_view> members(std::string_view enum_name);
bool is_member(std::string_view enum_name, std::string_view value);

std::optional<std::int64_t> parse_long(std::string_view);

// What is wrong with a value for that type, as the API words it; nothing where it is right. Types:
// string, long, boolean, datetime, duration, long[], any (checked by the route itself) and the
// enums.
std::optional<std::string> fault_of_text(std::string_view type, std::string_view value);
std::optional<std::string> fault_of_json(std::string_view type, const boost::json::value& value);

// ---- Windows licenses and the guest OS they are for ----

bool is_windows(std::string_view guest_os_family);
// Whether setLicense would take that license for a VM so configured.
bool fits(std::string_view license, std::string_view guest_os_family);
// The plain license for a guest OS, empty where there is none.
std::string_view usual_license(std::string_view guest_os_family);

} // namespace ovhl::sim
