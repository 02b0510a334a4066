#include "base/duration.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

using namespace ovhl;
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST_CASE("A duration is a whole number and a unit") {
  const std::pair<std::string, std::int64_t> table[] = {{"0s", 0},
                                                        {"1s", 1},
                                                        {"30s", 30},
                                                        {"5m", 300},
                                                        {"12h", 43200},
                                                        {"7d", 604800},
                                                        {"24855d", 2147472000},
                                                        {"2147483647s", 2147483647}};
  for (const auto& [text, expected] : table) {
    CAPTURE(text);
    CHECK((parse_duration(text) == seconds(expected)));
  }
}

TEST_CASE("Anything else is refused as a duration") {
  for (const std::string text : {"",
                                 "s",
                                 "5",
                                 "5 m",
                                 " 5m",
                                 "5m ",
                                 "-5m",
                                 "-0s",
                                 "+5m",
                                 "5M",
                                 "5w",
                                 "5ms",
                                 "007s",
                                 "010m",
                                 "00s",
                                 "1_0s",
                                 "1h30m",
                                 "1.5h",
                                 "0x5s",
                                 "24856d",
                                 "2147483648s",
                                 "99999999999999999999s",
                                 "m5",
                                 "\xC3\xA9"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_duration(text).has_value());
  }
  CHECK_FALSE(parse_duration(std::string_view()).has_value());
  CHECK_FALSE(parse_duration(std::string_view("5m\0", 3)).has_value());
}

TEST_CASE("A duration is written in its largest whole unit, and reads back the same") {
  const std::pair<std::int64_t, const char*> table[] = {
      {0, "0s"},    {1, "1s"},     {59, "59s"},   {60, "1m"},      {90, "90s"},
      {3600, "1h"}, {5400, "90m"}, {86400, "1d"}, {129600, "36h"}, {604800, "7d"}};
  for (const auto& [count, text] : table) {
    CAPTURE(text);
    CHECK(duration_text(seconds(count)) == text);
    CHECK((parse_duration(text) == seconds(count)));
  }
}

TEST_CASE("A wait is shown in two units at most, rounded down") {
  const std::pair<std::int64_t, const char*> table[] = {{0, "0.0 s"},
                                                        {99, "0.0 s"},
                                                        {1900, "1.9 s"},
                                                        {1999, "1.9 s"},
                                                        {59'999, "59.9 s"},
                                                        {60'000, "1 min 0 s"},
                                                        {200'000, "3 min 20 s"},
                                                        {3'599'999, "59 min 59 s"},
                                                        {3'600'000, "1 h 0 min"},
                                                        {7'500'000, "2 h 5 min"},
                                                        {86'400'000, "1 d 0 h"},
                                                        {356'400'000, "4 d 3 h"}};
  for (const auto& [count, text] : table)
    CHECK(rough_duration(milliseconds(count)) == text);
}
