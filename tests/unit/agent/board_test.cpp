#include "agent/board.hpp"
#include "support/listening_pipe.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace ovhl;

TEST_CASE("an error stands until its source has it no more") {
  const test::listening_pipe pipe;
  const os::log log(os::log_format::text, os::level::error, pipe.fd());
  agent::narrator voice(log);
  agent::board board(voice, instant{});
  error e;
  e.where = "GET /a";
  board.problems("poll", {e}, instant{});
  board.problems("ledger", {}, instant{}); // another source
  CHECK(board.now().errors.at(0).stands);
  board.problems("poll", {}, instant{});
  CHECK_FALSE(board.now().errors.at(0).stands);
  board.problems("poll", {e}, instant{});
  REQUIRE(board.now().errors.size() == 2);
  CHECK_FALSE(board.now().errors[0].stands);
  CHECK(board.now().errors[1].stands);
}

TEST_CASE("of problems that differ the board remembers the last hundred") {
  const test::listening_pipe pipe;
  const os::log log(os::log_format::text, os::level::error, pipe.fd());
  agent::narrator voice(log);
  agent::board board(voice, instant{});
  for (int i = 1; i <= 105; ++i) {
    error e;
    e.message = fmt::format("problem {}", i);
    board.problems("poll", {e}, instant{});
    board.problems("poll", {e}, instant{}); // it stands
  }
  const auto& errors = board.now().errors;
  REQUIRE(errors.size() == 100);
  CHECK(errors.front().what.message == "problem 6");
  CHECK(errors.back().what.message == "problem 105");
}
