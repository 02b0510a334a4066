#include "agent/problems.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace ovhl;

TEST_CASE("a problem stands until its source has it no more") {
  agent::problems all;
  error e;
  e.where = "GET /a";
  all.update("poll", {e}, instant{});
  all.update("ledger", {}, instant{}); // another source
  CHECK(all.last().at(0).stands);
  all.update("poll", {}, instant{});
  CHECK_FALSE(all.last().at(0).stands);
  all.update("poll", {e}, instant{});
  REQUIRE(all.last().size() == 2);
  CHECK_FALSE(all.last()[0].stands);
  CHECK(all.last()[1].stands);
}

TEST_CASE("of problems that differ the last hundred are kept") {
  agent::problems all;
  for (int i = 1; i <= 105; ++i) {
    error e;
    e.message = fmt::format("problem {}", i);
    all.update("poll", {e}, instant{});
    all.update("poll", {e}, instant{}); // it stands
  }
  REQUIRE(all.last().size() == 100);
  CHECK(all.last().front().what.message == "problem 6");
  CHECK(all.last().back().what.message == "problem 105");
}
