// The verdicts and the actions, and which of them a mode allows.
#pragma once

#include "licensing/policy.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ovhl::licensing {

enum class verdict : std::uint8_t {
  compliant,
  missing,
  wrong,
  superfluous,
  exempt,
  review,
  mismatch,
  managed
};
inline constexpr std::size_t verdict_count = 8;
inline constexpr std::array<verdict, verdict_count> all_verdicts{
    verdict::compliant, verdict::missing, verdict::wrong,    verdict::superfluous,
    verdict::exempt,    verdict::review,  verdict::mismatch, verdict::managed};
std::string_view name(verdict) noexcept;

enum class action : std::uint8_t { none, set_license, remove_license };
std::string_view name(action) noexcept; // "", "setLicense", "removeLicense"

// Whether a mode allows the correction of such a verdict: declare only adds missing declarations,
// enforce also replaces and removes.
bool allows(mode, verdict) noexcept;

} // namespace ovhl::licensing
