// Signatures, the budget and the waits between tries: all pure.
#include "ovh/client/backoff.hpp"
#include "ovh/client/budget.hpp"
#include "ovh/client/signing.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace ovhl;
using namespace std::chrono_literals;

TEST_CASE("a request is signed as the API's documentation does it") {
  const ovh::application_credentials who{"7kbG7Bk7S9Nt7ZSV",
                                         secret("EXEgWIz07P0HYwtQDs7cNIqCiQaWSuHF"),
                                         secret("MtSwSrPpNjqfVSmJhLbPyr2i45lSwPU1")};
  // printf %s
  // 'EXEgWIz07P0HYwtQDs7cNIqCiQaWSuHF+MtSwSrPpNjqfVSmJhLbPyr2i45lSwPU1+GET+https://eu.api.ovh.com/1.0/domains/++1366560945'
  // | sha1sum
  const std::string expected = "$1$d3705e8afb27a0d2970a322b96550abfc67bb798";
  CHECK(ovh::signature(who, "GET", "https://eu.api.ovh.com/1.0", "/domains/", "", 1366560945) ==
        expected);
  std::string head;
  ovh::request_head writer(head);
  writer.begin("GET", "", "/");
  ovh::append_signature(writer, who, "GET", "https://eu.api.ovh.com/1.0", "/domains/", "",
                        1366560945);
  CHECK(head == "GET / HTTP/1.1\r\nX-Ovh-Application: 7kbG7Bk7S9Nt7ZSV\r\n"
                "X-Ovh-Consumer: MtSwSrPpNjqfVSmJhLbPyr2i45lSwPU1\r\n"
                "X-Ovh-Timestamp: 1366560945\r\nX-Ovh-Signature: " +
                    expected + "\r\n");
}

TEST_CASE("a token is sent as Bearer") {
  std::string head;
  ovh::request_head writer(head);
  ovh::append_bearer(writer, secret("abc.def"));
  CHECK(head == "Authorization: Bearer abc.def\r\n");
}

TEST_CASE("the budget lets a burst of a minute's requests go, and then one each interval") {
  const loop::steady_point start{1000s};
  ovh::budget b(3, start);
  std::vector<long> sent;
  for (int i = 0; i < 6; ++i) {
    const auto at = b.next(start);
    b.take(at);
    sent.push_back(std::chrono::duration_cast<std::chrono::seconds>(at - start).count());
  }
  CHECK(sent == std::vector<long>{0, 0, 0, 20, 40, 60});
}

TEST_CASE("the budget fills up again, and not beyond its size") {
  const loop::steady_point start{1000s};
  ovh::budget b(3, start);
  for (int i = 0; i < 3; ++i)
    b.take(b.next(start));
  CHECK(b.next(start + 5s) == start + 20s);
  CHECK(b.next(start + 25s) == start + 25s);
  const auto later = start + 10min;
  for (int i = 0; i < 3; ++i) {
    CHECK(b.next(later) == later);
    b.take(later);
  }
  CHECK(b.next(later) == later + 20s);
}

TEST_CASE("the budget knows how many requests are possible before a deadline") {
  const loop::steady_point start{1000s};
  struct row {
    int per_minute, taken;
    std::chrono::seconds until;
    std::uint64_t possible;
  };
  const row rows[] = {{60, 0, 0s, 60}, {60, 0, 240s, 300}, {60, 10, 240s, 290}, {3, 0, 19s, 3},
                      {3, 0, 20s, 4},  {3, 3, 19s, 0},     {3, 3, 20s, 1},      {3, 5, 20s, 0},
                      {1, 0, 0s, 1},   {1, 1, 59s, 0},     {1, 1, 60s, 1},      {60, 0, -1s, 0}};
  for (const row& r : rows) {
    CAPTURE(r.per_minute);
    CAPTURE(r.taken);
    CAPTURE(r.until.count());
    ovh::budget b(r.per_minute, start);
    for (int i = 0; i < r.taken; ++i)
      b.take(b.next(start));
    CHECK(b.possible(start, start + r.until) == r.possible);
    // and it is true
    std::uint64_t sent = 0;
    while (b.next(start) <= start + r.until) {
      b.take(b.next(start));
      ++sent;
    }
    CHECK(sent == r.possible);
  }
}

TEST_CASE("without a limit every request goes at once, unless the API wants none") {
  const loop::steady_point start{1000s};
  ovh::budget b(0, start);
  for (int i = 0; i < 1000; ++i)
    b.take(b.next(start));
  CHECK(b.next(start) == start);
  CHECK_FALSE(b.possible(start, start + 1s));
  b.hold_until(start + 30s);
  b.hold_until(start + 10s);
  CHECK(b.next(start) == start + 30s);
}

TEST_CASE("a failure is tried again after a wait that grows, or not at all") {
  const auto wait = [](failure kind, bool again, int tries, double chance,
                       std::optional<std::chrono::seconds> retry_after = {}) -> long {
    ovh::failed_try f;
    f.what.kind = kind;
    f.again = again;
    f.retry_after = retry_after;
    const auto w = ovh::wait_before_next(f, tries, chance);
    return w ? std::chrono::duration_cast<std::chrono::milliseconds>(*w).count() : -1;
  };
  struct row {
    failure kind;
    bool again;
    int tries;
    double chance;
    std::optional<std::chrono::seconds> retry_after;
    long milliseconds; // -1: final
  };
  const row rows[] = {
      {failure::server, true, 1, 0, {}, 500},
      {failure::server, true, 2, 0, {}, 1000},
      {failure::server, true, 3, 0, {}, 2000},
      {failure::server, true, 4, 0, {}, 4000},
      {failure::server, true, 5, 0, {}, -1},
      {failure::server, true, 1, 0.5, {}, 375},
      {failure::unreachable, true, 4, 0.999, {}, 2001},
      {failure::refused, false, 1, 0, {}, -1},
      {failure::answer, true, 1, 0, {}, 500},
      {failure::server, true, 1, 0.5, 7s, 7000},
      {failure::server, true, 5, 0, 7s, -1},
      {failure::throttled, true, 1, 0, {}, 2000},
      {failure::throttled, true, 5, 0, {}, 32000},
      {failure::throttled, true, 6, 0, {}, 60000},
      {failure::throttled, true, 1000, 0, {}, 60000},
      {failure::throttled, true, 1, 0.5, 3600s, 3600000},
      {failure::throttled, true, 1, 0, 0s, 1000},
      {failure::throttled, false, 1, 0, 5s, -1},
  };
  for (const row& r : rows) {
    CAPTURE(name(r.kind));
    CAPTURE(r.tries);
    CHECK(wait(r.kind, r.again, r.tries, r.chance, r.retry_after) == r.milliseconds);
  }
}

TEST_CASE("Retry-After is understood in both its forms") {
  const instant now = *parse_timestamp("1994-11-06T08:49:07Z");
  const auto seconds = [&](std::string_view text) -> long {
    const auto s = ovh::parse_retry_after(text, now);
    return s ? s->count() : -1;
  };
  CHECK(seconds("0") == 0);
  CHECK(seconds(" 120 ") == 120);
  CHECK(seconds("Sun, 06 Nov 1994 08:49:37 GMT") == 30);
  CHECK(seconds("Sun, 06 Nov 1994 08:49:00 GMT") == 0); // it has come
  CHECK(seconds("Fri, 31 Dec 9999 23:59:59 GMT") == 31'536'000);
  CHECK(seconds("2147483647") == 31'536'000);
  for (const char* wrong : {"", "-1", "1.5", "soon", "99999999999", "Sun, 31 Nov 1994 08:49:37 GMT",
                            "Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 06 Nov 1994 25:49:37 GMT",
                            "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 06 Non 1994 08:49:37 GMT"}) {
    CAPTURE(wrong);
    CHECK(seconds(wrong) == -1);
  }
}
