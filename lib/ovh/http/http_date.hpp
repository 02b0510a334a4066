// Points in time as HTTP writes them. Pure.
#pragma once

#include "base/timestamp.hpp"

#include <optional>
#include <string_view>

namespace ovhl::ovh {

// Only "Sun, 06 Nov 1994 08:49:37 GMT", the one form that RFC 9110 lets servers send.
std::optional<instant> parse_http_date(std::string_view) noexcept;

} // namespace ovhl::ovh
