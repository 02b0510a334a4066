// What a correction does, in one word: the API's setLicense is either declare or replace. Pure.
#pragma once

#include "licensing/decide.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ovhl::publish {

enum class correction_kind : std::uint8_t { declare, replace, remove };
inline constexpr std::array all_correction_kinds{correction_kind::declare, correction_kind::replace,
                                                 correction_kind::remove};
std::string_view name(correction_kind) noexcept;

// Whether people would call it no license: OVHcloud has two ways to say so.
bool is_none(const std::optional<std::string>& license) noexcept;

// `before`: the license declared now. Call only if an action is due.
correction_kind kind_of(licensing::action, const std::optional<std::string>& before) noexcept;
// The least mode that lets it be made.
licensing::mode mode_for(correction_kind) noexcept;

} // namespace ovhl::publish
