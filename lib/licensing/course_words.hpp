// What a course writes into the ledger and finds there again after a restart.
#pragma once

#include "licensing/course.hpp"

#include <string_view>

namespace ovhl::licensing {

// Messages that mean something to a course that goes on from them.
inline constexpr std::string_view ended_before_answer = "the program ended before the answer";
inline constexpr std::string_view called_off = "called off before it was sent";
inline constexpr std::string_view taken_over = "taken over after a lost answer";

inline constexpr int busy = 409; // the API's answer where something else is under way on the VM

// It was followed no longer though it had not come to its end.
inline bool is_given_up(const followed& task) noexcept {
  return !task.message.empty() && task.message != taken_over;
}

} // namespace ovhl::licensing
