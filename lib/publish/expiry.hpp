// What expires soon: credentials, services, exemptions. Nothing else decides what is worth
// reporting.
#pragma once

#include "publish/snapshot.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace ovhl::publish {

enum class nearness : std::uint8_t { far, soon, close, past };

inline constexpr std::chrono::days soon_is(30), close_is(7);
nearness near(instant end, instant now) noexcept;

struct expiry {
  enum class kind : std::uint8_t { credential, service } what{};
  std::string account, service; // of a credential: no service
  instant at{};
  nearness how{};
};

// A service that renews itself is reported only if it did not: after its day has passed, because
// the date is read twice a day.
nearness near(const service_end&, instant now) noexcept;

// The credentials and services that have expired or soon will; the earliest first.
std::vector<expiry> expiries(std::span<const account_row>, instant now);

// For an exemption, `until` is the last day it applies.
nearness near(const exemption_row&, instant now) noexcept;

} // namespace ovhl::publish
