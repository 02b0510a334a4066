// What a correction does, in a word for people: the API's setLicense is two of these. Pure.
#pragma once

#include "licensing/decide.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ovhl::publish {

enum class deed : std::uint8_t { declare, replace, remove };
inline constexpr std::array all_deeds{deed::declare, deed::replace, deed::remove};
std::string_view name(deed) noexcept;

// `before`: the license declared now. An action is due.
deed deed_of(licensing::action, const std::optional<std::string>& before) noexcept;

} // namespace ovhl::publish
