// What the API's clock says, and what becomes of this machine's: signatures and their difference.
#include "against.hpp"

#include <algorithm>

using namespace ovhl;
using namespace ovhl::test;
using namespace std::chrono_literals;

namespace {

// A machine whose clock somebody sets.
class set_clock final : public loop::clock {
 public:
  loop::steady_point now() const override { return time_.now(); }
  instant wall() const override { return time_.wall() + set_by; }
  boost::asio::awaitable<void> wait_until(loop::steady_point end) override {
    return time_.wait_until(end);
  }
  void advance(std::chrono::nanoseconds d) { time_.advance(d); }

  std::chrono::seconds set_by{0};

 private:
  loop::instant_clock time_{real_now()};
};

std::string ask(against& t, ovh::client& c) {
  const auto got = t.run(ovh::list_services(c, t.deadline()));
  return got.has_value() ? "fine" : words(got.error());
}

void set_api(against& t, const std::string& setting) {
  t.api.control("PATCH", "/control/settings", "{" + setting + "}");
}

// In seconds; the two clocks are read at different moments, so a second more or less is none.
bool about(std::optional<std::chrono::seconds> difference, std::chrono::seconds expected) {
  return difference && std::chrono::abs(*difference - expected) <= 5s;
}

} // namespace

TEST_CASE("how far this machine's clock is off is known from the first good answer on") {
  for (const char* kind : {"application", "oauth2", "token"}) {
    CAPTURE(kind);
    against t;
    set_api(t, R"("clock_offset_seconds": -7200)");
    ovh::client c(t.context.get_executor(), t.clock, t.options(kind));
    CHECK_FALSE(c.clock_difference().has_value());
    REQUIRE(ask(t, c) == "fine");
    CHECK(about(c.clock_difference(), 2h));
    set_api(t, R"("clock_offset_seconds": -7190)"); // no reason for a new signature's time
    REQUIRE(ask(t, c) == "fine");
    CHECK(about(c.clock_difference(), 7190s));
  }
}

TEST_CASE("a clock that is set while it runs changes the difference and no signature") {
  against t;
  set_clock machine;
  ovh::client c(t.context.get_executor(), machine, t.options());
  REQUIRE(ask(t, c) == "fine");
  t.api.forget_requests();
  for (const std::chrono::seconds by : {std::chrono::seconds(365 * 24h), -7200s, 0s}) {
    machine.set_by = by;
    CHECK(about(c.clock_difference(), by)); // known before anything is asked again
    CHECK(ask(t, c) == "fine");
    CHECK(about(c.clock_difference(), by));
  }
  CHECK(t.asked() ==
        lines{"GET /dedicatedCloud 200", "GET /dedicatedCloud 200", "GET /dedicatedCloud 200"});
}

TEST_CASE("time that passes is no difference") {
  against t;
  ovh::client c(t.context.get_executor(), t.clock, t.options("token"));
  REQUIRE(ask(t, c) == "fine");
  t.clock.advance(24h);
  CHECK(about(c.clock_difference(), 0s));
}

TEST_CASE("an answer without a date that can be read changes nothing") {
  for (const char* date : {"none", "yesterday", "Mon, 06 Nov 1994 08:49:37 GMT", "1300000000"}) {
    CAPTURE(date);
    against t;
    set_api(t, fmt::format(R"("date_header": "{}")", date));
    ovh::client token(t.context.get_executor(), t.clock, t.options("token"));
    CHECK(ask(t, token) == "fine");
    CHECK_FALSE(token.clock_difference().has_value());
    ovh::client keys(t.context.get_executor(), t.clock, t.options());
    CHECK(ask(t, keys) == "fine");
    CHECK(about(keys.clock_difference(), 0s)); // /auth/time said it
  }
}

TEST_CASE("a date that a cache kept or that comes with an error is not the time") {
  const std::string long_ago = "Sun, 06 Nov 1994 08:49:37 GMT";
  against t;
  ovh::client c(t.context.get_executor(), t.clock, t.options("token"));
  sim::fault f;
  f.kind = "pass";
  f.headers = {{"Date", long_ago}, {"Age", "60"}};
  t.api.arm(f);
  CHECK(ask(t, c) == "fine");
  CHECK_FALSE(c.clock_difference().has_value());

  f = {};
  f.body = "html";
  f.status = 502;
  f.headers = {{"Date", long_ago}};
  t.api.arm(f);
  CHECK(ask(t, c) == "fine"); // the second time
  CHECK(about(c.clock_difference(), 0s));
}

TEST_CASE("a Date that lies does not touch signatures") {
  against t;
  set_api(t, R"("date_header": "Sun, 06 Nov 1994 08:49:37 GMT")");
  ovh::client c(t.context.get_executor(), t.clock, t.options());
  CHECK(ask(t, c) == "fine");
  CHECK(ask(t, c) == "fine");
  CHECK(t.asked() ==
        lines{"GET /auth/time 200", "GET /dedicatedCloud 200", "GET /dedicatedCloud 200"});
}

TEST_CASE("a date to come back at is one of the API's clock") {
  against t;
  set_clock machine;
  machine.set_by = 24h;
  ovh::client c(t.context.get_executor(), machine, t.options("token"));
  sim::fault f;
  f.kind = "throttle";
  f.headers = {{"Date", "Sun, 06 Nov 1994 08:49:07 GMT"}};
  f.retry_after = "Sun, 06 Nov 1994 08:49:37 GMT";
  t.api.arm(f);
  const auto before = machine.now();
  CHECK(t.run(ovh::list_services(c, machine.now() + 4min)).has_value());
  CHECK((machine.now() - before == 30s));
}
