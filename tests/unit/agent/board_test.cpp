#include "agent/board.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

using namespace ovhl;

TEST_CASE("of troubles that differ the board remembers the last hundred") {
  const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  REQUIRE(nowhere >= 0);
  const os::log log(os::log_format::text, os::level::error, nowhere);
  agent::narrator voice(log);
  agent::board board(voice, instant{});
  for (int i = 1; i <= 105; ++i) {
    error e;
    e.message = fmt::format("trouble {}", i);
    board.troubles("poll", {e}, instant{});
    board.troubles("poll", {e}, instant{}); // it stands
  }
  const auto& errors = board.now().errors;
  REQUIRE(errors.size() == 100);
  CHECK(errors.front().what.message == "trouble 6");
  CHECK(errors.back().what.message == "trouble 105");
  ::close(nowhere);
}
