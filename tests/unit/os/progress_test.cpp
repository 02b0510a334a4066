#include "os/progress.hpp"
#include "support/listening_pipe.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>

namespace os = ovhl::os;
using namespace std::chrono_literals;

namespace {

constexpr os::progress::time_point start{};

} // namespace

TEST_CASE("a progress line says how far it is and how long it will take") {
  struct {
    std::size_t done, total;
    std::chrono::milliseconds elapsed;
    std::string_view line;
  } const table[] = {
      {0, 0, 3s, "looking at VMs"},
      {1500, 0, 3s, "looking at VMs: 1,500"},
      {0, 12000, 3s, "looking at VMs: 0 of 12,000, 0 %"},
      {3000, 12000, 3s, "looking at VMs: 3,000 of 12,000, 25 %, 10 s left"},
      {100, 1000000, 1s, "looking at VMs: 100 of 1,000,000, 0 %, 2 h 46 min left"},
      {1000, 100000, 5s, "looking at VMs: 1,000 of 100,000, 1 %, 8 min 16 s left"},
      {12000, 12000, 9s, "looking at VMs: 12,000 of 12,000, 100 %"},
      {12001, 12000, 9s, "looking at VMs: 12,000 of 12,000, 100 %"},
  };
  for (const auto& row : table)
    CHECK(os::progress_line("looking at VMs", row.done, row.total, row.elapsed, 80) == row.line);
  CHECK(os::progress_line("looking at VMs", 3000, 12000, 3s, 20) == "looking at VMs: 3,0…");
}

TEST_CASE(
    "progress is drawn after two seconds and ten times a second at most, and wiped at the end") {
  const ovhl::test::listening_pipe pipe;
  os::progress progress({true, true, 80}, "looking", start, pipe.fd());
  progress.update(1, 10, start + 1999ms);
  CHECK(pipe.heard().empty());
  progress.update(5, 10, start + 2s);
  CHECK(pipe.heard() == "\rlooking: 5 of 10, 50 %, 3 s left");
  progress.update(6, 10, start + 2099ms);
  CHECK(pipe.heard().empty());
  progress.update(10, 10, start + 2100ms);
  CHECK(pipe.heard() == "\rlooking: 10 of 10, 100 %        ");
  progress.clear();
  CHECK(pipe.heard() == "\r                        \r");
  progress.clear();
  CHECK(pipe.heard().empty());
}

TEST_CASE("progress shows nothing without a terminal") {
  const ovhl::test::listening_pipe pipe;
  {
    os::progress progress({}, "looking", start, pipe.fd());
    progress.update(5, 10, start + 10s);
  }
  CHECK(pipe.heard().empty());
}

TEST_CASE("a progress line never fills the last column, and goes when its owner goes") {
  const ovhl::test::listening_pipe pipe;
  {
    os::progress progress({true, false, 10}, "looking", start, pipe.fd());
    progress.update(5, 10, start + 10s);
    CHECK(pipe.heard() == "\rlooking:…");
  }
  CHECK(pipe.heard() == "\r         \r");
}
