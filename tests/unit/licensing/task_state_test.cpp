#include "licensing/task_state.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

using ovhl::licensing::task_state;

TEST_CASE("a task is over when it is done, failed or canceled, and under way in all other states") {
  for (const char* state : {"done", "error", "canceled"})
    CHECK(task_state(state).is_over());
  const auto others = task_state::names_under_way();
  CHECK(others.size() == 8);
  CHECK(std::is_sorted(others.begin(), others.end()));
  for (const auto state : others)
    CHECK_FALSE(task_state(std::string(state)).is_over());
  const task_state unknown("a state nobody knows yet");
  CHECK(unknown.is() == task_state::value::other);
  CHECK(unknown.text() == "a state nobody knows yet");
  CHECK_FALSE(unknown.is_over());
}
