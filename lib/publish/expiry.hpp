// What ends soon: credentials, services, exemptions. One place decides what is worth a word.
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

struct ending {
  enum class kind : std::uint8_t { credential, service } what{};
  std::string account, service; // of a credential: no service
  instant at{};
  nearness how{};
};

// One that renews itself is worth a word only when it did not: the day may pass first, and it is
// asked about twice a day.
nearness near(const service_end&, instant now) noexcept;

// The credentials and services that have ended or soon will; the next one first.
std::vector<ending> endings(std::span<const account_line>, instant now);

// Of an exemption: `until` is the last day it applies.
nearness near(const exemption_line&, instant now) noexcept;

} // namespace ovhl::publish
