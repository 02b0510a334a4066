#include "agent/schedule.hpp"

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using ovhl::agent::pause;
using ovhl::agent::pause_before_writing;

TEST_CASE("while corrections run the status is written every 10 s, or in a tenth of the time") {
  CHECK(pause_before_writing(true, 0s) == 10s);
  CHECK(pause_before_writing(true, 999ms) == 10s);
  CHECK(pause_before_writing(true, 1500ms) == 15s);
  CHECK(pause_before_writing(false, 2ms) == 1s);
  CHECK(pause_before_writing(false, 250ms) == 2500ms);
}

TEST_CASE("a pause is the interval, ten percent more or less") {
  CHECK(pause(300s, 0, 0.0) == 270s);
  CHECK(pause(300s, 0, 0.5) == 300s);
  CHECK(pause(300s, 0, 1.0) == 330s);
}

TEST_CASE("failures in a row double the pause, up to eight intervals") {
  CHECK(pause(60s, 1, 0.5) == 120s);
  CHECK(pause(60s, 2, 0.5) == 240s);
  CHECK(pause(60s, 3, 0.5) == 480s);
  CHECK(pause(60s, 4, 0.5) == 480s);
  CHECK(pause(60s, 1'000'000, 0.5) == 480s);
}

TEST_CASE("a pause never grows beyond an hour, unless the interval itself is longer") {
  CHECK(pause(1200s, 3, 0.5) == 3600s);
  CHECK(pause(7200s, 0, 0.5) == 7200s);
  CHECK(pause(7200s, 5, 0.5) == 7200s);
}
