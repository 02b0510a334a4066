#include "config/opening.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <random>
#include <string>
#include <vector>

using namespace ovhl;
using namespace ovhl::config;
using licensing::time_window;
using std::chrono::hours;
using std::chrono::minutes;

namespace {

constexpr std::uint8_t every_day = 0x7F;
constexpr std::uint8_t monday = 1, friday = 1 << 4, sunday = 1 << 6;
constexpr std::uint8_t workdays = 0x1F;

time_window window(std::uint8_t days, int from, int to, std::string zone) {
  const auto time = [](int hhmm) { return minutes(hhmm / 100 * 60 + hhmm % 100); };
  return {days, time(from), time(to), std::move(zone)};
}

instant at(const std::string& text) { return *parse_timestamp(text); }

// "open", the moment of the next opening, or "never".
std::string opening_in_words(const std::vector<time_window>& windows, instant now) {
  const licensing::opening found = opening_at(windows, now);
  if (found.open) return found.until ? "open, but only until" : "open";
  return found.until ? timestamp(*found.until) : "never";
}

struct row {
  const char* now;
  const char* expected;
};
void check(const time_window& w, const std::vector<row>& table) {
  for (const row& r : table) {
    CAPTURE(r.now);
    CHECK(opening_in_words({w}, at(r.now)) == r.expected);
  }
}

} // namespace

TEST_CASE("no windows are always open") { CHECK(opening_in_words({}, instant{}) == "open"); }

TEST_CASE("a window is open from its first second to before its end, on its days") {
  check(window(workdays, 800, 1800, "UTC"), {
                                                {"2027-01-15T07:59:59Z", "2027-01-15T08:00:00Z"},
                                                {"2027-01-15T08:00:00Z", "open"},
                                                {"2027-01-15T17:59:59Z", "open"},
                                                {"2027-01-15T18:00:00Z", "2027-01-18T08:00:00Z"},
                                                {"2027-01-17T12:00:00Z", "2027-01-18T08:00:00Z"},
                                            });
}

TEST_CASE("a window past midnight belongs to the day on which it begins") {
  check(window(friday, 2200, 600, "UTC"), {
                                              {"2027-01-15T05:00:00Z", "2027-01-15T22:00:00Z"},
                                              {"2027-01-15T22:00:00Z", "open"},
                                              {"2027-01-16T05:59:59Z", "open"},
                                              {"2027-01-16T06:00:00Z", "2027-01-22T22:00:00Z"},
                                          });
  check(window(sunday, 0, 2400, "UTC"), {
                                            {"2027-01-16T23:59:59Z", "2027-01-17T00:00:00Z"},
                                            {"2027-01-17T23:59:59Z", "open"},
                                            {"2027-01-18T00:00:00Z", "2027-01-24T00:00:00Z"},
                                        });
}

TEST_CASE("the day and the time are the zone's") {
  check(window(monday, 100, 300, "Asia/Tokyo"),
        {
            {"2027-01-17T15:59:59Z", "2027-01-17T16:00:00Z"},
            {"2027-01-17T17:59:59Z", "open"},
            {"2027-01-17T18:00:00Z", "2027-01-24T16:00:00Z"},
        });
}

TEST_CASE("office hours follow the summer time") {
  check(window(every_day, 800, 1800, "Europe/Paris"),
        {
            {"2026-10-24T05:59:59Z", "2026-10-24T06:00:00Z"},
            {"2026-10-24T16:00:00Z", "2026-10-25T07:00:00Z"},
            {"2027-03-27T17:00:00Z", "2027-03-28T06:00:00Z"},
            {"2027-03-28T15:59:59Z", "open"},
            {"2027-03-28T16:00:00Z", "2027-03-29T06:00:00Z"},
        });
  check(window(every_day, 800, 1800, "America/New_York"),
        {
            {"2026-10-31T22:00:00Z", "2026-11-01T13:00:00Z"},
            {"2027-03-13T23:00:00Z", "2027-03-14T12:00:00Z"},
        });
  // Half an hour of summer time.
  check(window(every_day, 800, 1800, "Australia/Lord_Howe"),
        {
            {"2026-10-03T07:30:00Z", "2026-10-03T21:00:00Z"},
            {"2027-04-03T07:00:00Z", "2027-04-03T21:30:00Z"},
        });
}

TEST_CASE("a local time that is skipped is the moment of the jump") {
  // Paris: 02:00 becomes 03:00 at 01:00 UTC.
  check(window(every_day, 230, 500, "Europe/Paris"),
        {
            {"2027-03-28T00:59:59Z", "2027-03-28T01:00:00Z"},
            {"2027-03-28T01:00:00Z", "open"},
            {"2027-03-28T03:00:00Z", "2027-03-29T00:30:00Z"},
        });
  check(window(every_day, 100, 230, "Europe/Paris"),
        {
            {"2027-03-28T00:59:59Z", "open"},
            {"2027-03-28T01:00:00Z", "2027-03-28T23:00:00Z"},
        });
  // All of it is skipped: it does not open that day.
  check(window(every_day, 210, 250, "Europe/Paris"),
        {
            {"2027-03-27T01:50:00Z", "2027-03-29T00:10:00Z"},
            {"2027-03-28T01:00:00Z", "2027-03-29T00:10:00Z"},
        });
  // Lord Howe: 02:00 becomes 02:30 at 15:30 UTC the day before.
  check(window(every_day, 215, 300, "Australia/Lord_Howe"),
        {
            {"2026-10-03T15:29:59Z", "2026-10-03T15:30:00Z"},
            {"2026-10-03T15:59:59Z", "open"},
            {"2026-10-03T16:00:00Z", "2026-10-04T15:15:00Z"},
        });
}

TEST_CASE("of a local time that comes twice, the first begins a window and the last ends it") {
  // Paris: 03:00 becomes 02:00 at 01:00 UTC.
  check(window(every_day, 230, 500, "Europe/Paris"),
        {
            {"2026-10-25T00:29:59Z", "2026-10-25T00:30:00Z"},
            {"2026-10-25T01:15:00Z", "open"},
            {"2026-10-25T04:00:00Z", "2026-10-26T01:30:00Z"},
        });
  check(window(every_day, 100, 230, "Europe/Paris"),
        {
            {"2026-10-25T00:45:00Z", "open"},
            {"2026-10-25T01:29:59Z", "open"},
            {"2026-10-25T01:30:00Z", "2026-10-26T00:00:00Z"},
        });
  // New York: 02:00 becomes 01:00 at 06:00 UTC.
  check(window(sunday, 115, 130, "America/New_York"),
        {
            {"2026-11-01T05:14:59Z", "2026-11-01T05:15:00Z"},
            {"2026-11-01T06:29:59Z", "open"},
            {"2026-11-01T06:30:00Z", "2026-11-08T06:15:00Z"},
        });
}

TEST_CASE("one open window of several is enough, else the next to open counts") {
  const std::vector<time_window> two{window(monday, 800, 900, "UTC"),
                                     window(friday, 2000, 2100, "UTC")};
  CHECK(opening_in_words(two, at("2027-01-15T20:30:00Z")) == "open");
  CHECK(opening_in_words(two, at("2027-01-15T21:00:00Z")) == "2027-01-18T08:00:00Z");
  CHECK(opening_in_words(two, at("2027-01-18T09:00:00Z")) == "2027-01-22T20:00:00Z");
}

TEST_CASE("a window without days never opens, and does not keep others shut") {
  const time_window never = window(0, 800, 900, "UTC");
  CHECK(opening_in_words({never}, at("2027-01-15T08:30:00Z")) == "never");
  CHECK(opening_in_words({never, window(friday, 800, 900, "UTC")}, at("2027-01-15T08:30:00Z")) ==
        "open");
}

TEST_CASE(
    "whatever the windows, they are open when they are said to open, and not a minute before") {
  std::mt19937 random(1);
  const auto below = [&](unsigned n) { return static_cast<int>(random() % n); };
  const std::vector<std::string> zones{"Europe/Paris", "America/New_York", "Australia/Lord_Howe",
                                       "UTC"};
  const std::vector<instant> changes{at("2026-10-25T00:00:00Z"), at("2026-11-01T05:00:00Z"),
                                     at("2026-10-03T15:00:00Z"), at("2027-03-28T00:00:00Z"),
                                     at("2027-03-14T06:00:00Z"), at("2027-04-03T14:00:00Z")};
  int closed = 0;
  for (int n = 0; n < 3000; ++n) {
    CAPTURE(n);
    std::vector<time_window> windows;
    for (int k = 1 + below(2); k > 0; --k)
      windows.push_back({static_cast<std::uint8_t>(1 + below(127)), minutes(below(24 * 60)),
                         minutes(below(24 * 60 + 1)), zones[random() % zones.size()]});
    const instant now = changes[random() % changes.size()] - hours(36) + minutes(below(72 * 60));
    const licensing::opening found = opening_at(windows, now);
    if (found.open) continue;
    ++closed;
    REQUIRE(found.until);
    CHECK(*found.until > now);
    CHECK(opening_at(windows, *found.until).open);
    const licensing::opening before = opening_at(windows, *found.until - std::chrono::seconds(1));
    CHECK_FALSE(before.open);
    CHECK(before.until == found.until);
  }
  CHECK(closed > 500);
}
