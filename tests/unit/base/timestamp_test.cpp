#include "base/timestamp.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>

using namespace ovhl;
using std::chrono::seconds;

namespace {

constexpr instant at(std::int64_t count) { return instant(seconds(count)); }

} // namespace

TEST_CASE("A timestamp is RFC 3339 in UTC") {
  CHECK(timestamp(at(0)) == "1970-01-01T00:00:00Z");
  CHECK(timestamp(at(-1)) == "1969-12-31T23:59:59Z");
  CHECK(timestamp(at(951782400)) == "2000-02-29T00:00:00Z");
  CHECK(timestamp(at(1795211280)) == "2026-11-20T21:48:00Z");
}

TEST_CASE("A minute is told in UTC") {
  CHECK(minute_text(at(1795211280 + 59)) == "2026-11-20 21:48 UTC");
}

TEST_CASE("Timestamps are read with Z or an offset") {
  const std::pair<std::string, std::int64_t> table[] = {
      {"1970-01-01T00:00:00Z", 0},
      {"2026-11-20T21:48:00Z", 1795211280},
      {"2026-11-20t21:48:00z", 1795211280},
      {"2026-11-20 21:48:00Z", 1795211280},
      {"2026-11-20T22:48:00+01:00", 1795211280},
      {"2026-11-20T22:48:00+0100", 1795211280},
      {"2026-11-20T16:18:00-05:30", 1795211280},
      {"2026-11-21T00:48:00+03:00", 1795211280},
      {"2026-11-20T21:48:00.999999Z", 1795211280},
      {"2016-12-31T23:59:60Z", 1483228800}, // a leap second is the next one
  };
  for (const auto& [text, expected] : table) {
    CAPTURE(text);
    CHECK((parse_timestamp(text) == at(expected)));
  }
}

TEST_CASE("Anything else is refused as a timestamp") {
  for (const std::string text : {"",
                                 "2026-11-20",
                                 "2026-11-20T21:48:00",
                                 "2026-11-20T21:48Z",
                                 "2026-11-31T00:00:00Z",
                                 "2026-02-29T00:00:00Z",
                                 "2026-13-01T00:00:00Z",
                                 "2026-00-01T00:00:00Z",
                                 "2026-11-20T24:00:00Z",
                                 "2026-11-20T23:60:00Z",
                                 "2026-11-20T23:59:61Z",
                                 "2026-11-20T21:48:00.Z",
                                 "2026-11-20T21:48:00Zx",
                                 "2026-11-20T21:48:00+1:00",
                                 "2026-11-20T21:48:00+24:00",
                                 "2026-11-20T21:48:00+01:60",
                                 "26-11-20T21:48:00Z",
                                 "2026-11-20T-1:48:00Z",
                                 "-026-11-20T21:48:00Z",
                                 "20261120T214800Z",
                                 "now"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_timestamp(text).has_value());
  }
}

TEST_CASE("A timestamp reads back the same") {
  for (std::int64_t t = 0; t < 4102444800; t += 950'389) {
    CAPTURE(t);
    CHECK((parse_timestamp(timestamp(at(t))) == at(t)));
  }
}

TEST_CASE("A date is a day that exists") {
  for (const std::string text : {"1970-01-01", "2024-02-29", "2027-06-30", "9999-12-31"}) {
    const auto date = parse_date(text);
    REQUIRE(date.has_value());
    CHECK(date_text(*date) == text);
  }
  for (const std::string text :
       {"", "2027-02-29", "2027-6-30", "2027-06-31", "2027-06-30 ", " 2027-06-30", "30.6.2027",
        "2027-06-30T00:00:00Z", "2027/06/30", "never", "2027-06-+1"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_date(text).has_value());
  }
}
