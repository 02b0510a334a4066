#include "licensing/license.hpp"

#include <algorithm>
#include <array>

namespace ovhl::licensing {

namespace {

constexpr auto settable = std::to_array<std::string_view>({
    "windows 2016 Datacenter",
    "windows 2016 Standard",
    "windows 2016 Standard SQL2016 Standard",
    "windows 2016 Standard SQL2016 Web",
    "windows 2019 Datacenter",
    "windows 2019 Datacenter Core",
    "windows 2019 Standard",
    "windows 2019 Standard Core",
    "windows 2019 Standard SQL2019 Standard",
    "windows 2019 Standard SQL2019 Web",
    "windows 2019 Standard SQL2022 Standard",
    "windows 2019 Standard SQL2022 Web",
    "windows 2022 Datacenter",
    "windows 2022 Datacenter Core",
    "windows 2022 Datacenter SQL2019 Standard",
    "windows 2022 Datacenter SQL2019 Web",
    "windows 2022 Datacenter SQL2022 Standard",
    "windows 2022 Datacenter SQL2022 Web",
    "windows 2022 Standard",
    "windows 2022 Standard Core",
    "windows 2022 Standard SQL2019 Standard",
    "windows 2022 Standard SQL2019 Web",
    "windows 2022 Standard SQL2022 Standard",
    "windows 2022 Standard SQL2022 Web",
    "windows 2025 Datacenter",
    "windows 2025 Datacenter Core",
    "windows 2025 Datacenter SQL2022 Enterprise",
    "windows 2025 Datacenter SQL2022 Standard",
    "windows 2025 Datacenter SQL2022 Web",
    "windows 2025 Standard",
    "windows 2025 Standard Core",
    "windows 2025 Standard SQL2022 Standard",
    "windows 2025 Standard SQL2022 Web",
});

constexpr auto legacy = std::to_array<std::string_view>({
    "windows 2008 R2 Datacenter",
    "windows 2008 R2 Enterprise",
    "windows 2008 R2 Standard",
    "windows 2008 R2 Web",
    "windows 2012 Datacenter",
    "windows 2012 R2 Datacenter",
    "windows 2012 R2 Standard",
    "windows 2012 R2 Standard SQL2016 Standard",
    "windows 2012 R2 Standard SQL2016 Web",
    "windows 2012 Standard",
});

static_assert(settable.size() == 33 && std::ranges::is_sorted(settable));
static_assert(legacy.size() == 10 && std::ranges::is_sorted(legacy));

} // namespace

std::span<const std::string_view> settable_licenses() noexcept { return settable; }
std::span<const std::string_view> legacy_licenses() noexcept { return legacy; }

bool is_settable(std::string_view license) noexcept {
  return std::ranges::binary_search(settable, license);
}

bool is_legacy(std::string_view license) noexcept {
  return std::ranges::binary_search(legacy, license);
}

} // namespace ovhl::licensing
