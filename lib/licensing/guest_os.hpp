// What VMware's guest ids say about Windows.
#pragma once

#include <string_view>

namespace ovhl::licensing {

// Any id that begins with "win", known or not.
bool is_windows(std::string_view guest_id) noexcept;
// A Windows Server for which OVHcloud has licenses that can be read but no longer declared (2008
// R2, 2012).
bool is_legacy_windows(std::string_view guest_id) noexcept;
// "windowsGuest": VMware Tools saw a Windows but not which one. It contradicts no configured
// Windows.
bool is_unspecific_windows(std::string_view guest_id) noexcept;
// "Windows Server 2022"; empty for an unknown id.
std::string_view product_name(std::string_view guest_id) noexcept;

} // namespace ovhl::licensing
