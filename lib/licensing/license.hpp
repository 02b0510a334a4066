// The licenses OVHcloud knows for a Windows VM: which can be declared, which can only be read, and
// the three values that are not licenses. A new one: add it to the table in license.cpp.
#pragma once

#include <span>
#include <string_view>

namespace ovhl::licensing {

// What setLicense takes, sorted.
std::span<const std::string_view> settable_licenses() noexcept;
// What an answer may contain but can no longer be declared (2008 R2, 2012), sorted.
std::span<const std::string_view> legacy_licenses() noexcept;

inline constexpr std::string_view managed_license = "OVHcloud managed";
inline constexpr std::string_view unknown_license = "unknown or unsupported license";
inline constexpr std::string_view unlicensed = "unlicensed windows guestos";

bool is_settable(std::string_view license) noexcept; // exactly as the API writes it
bool is_legacy(std::string_view license) noexcept;

} // namespace ovhl::licensing
