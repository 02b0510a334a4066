// Why OVHcloud accepts neither credentials nor a call: the codes of its answers that we know
// (error::api_code).
#pragma once

#include "base/names.hpp"

#include <cstdint>

namespace ovhl {

enum class access_code : std::uint8_t {
  invalid_key,
  invalid_signature,
  invalid_credential,
  not_credential,
  not_granted_call
};

constexpr std::string_view name(access_code code) noexcept {
  switch (code) {
  case access_code::invalid_key: return "INVALID_KEY";
  case access_code::invalid_signature: return "INVALID_SIGNATURE";
  case access_code::invalid_credential: return "INVALID_CREDENTIAL";
  case access_code::not_credential: return "NOT_CREDENTIAL";
  case access_code::not_granted_call: return "NOT_GRANTED_CALL";
  }
  return {};
}

template <>
inline constexpr auto names<access_code> =
    std::array{access_code::invalid_key, access_code::invalid_signature,
               access_code::invalid_credential, access_code::not_credential,
               access_code::not_granted_call};

} // namespace ovhl
