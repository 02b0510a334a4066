// What is due and its states cannot be mixed up.
#include "alike.hpp"
#include "licensing/due_corrections.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

using namespace ovhl;
using namespace ovhl::licensing;

TEST_CASE("each due correction has a state of its own, and the list itself is shared") {
  std::vector<due_correction> two(2);
  two[0].which.id = 1;
  two[1].which.id = 2;
  const auto list = std::make_shared<const std::vector<due_correction>>(two);
  due_corrections all(list);
  all.set(1, {due_state::held, guard::windows, {}, "outside the policy's windows", {}});
  REQUIRE(all.size() == 2);
  CHECK(all[0].state.state == due_state::reported);
  CHECK(all[1].due.which.id == 2);
  CHECK(all[1].state.by == guard::windows);
  CHECK(&all[1].due == &(*list)[1]);
}

TEST_CASE("the states of other corrections are refused") {
  const auto list = std::make_shared<const std::vector<due_correction>>(3);
  CHECK_THROWS_AS(due_corrections(list, correction_states(2)), std::logic_error);
}
