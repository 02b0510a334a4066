// OVHcloud's clock, from what it last said.
#include "ovh/client/api_time.hpp"

#include <doctest/doctest.h>

using namespace ovhl;
using namespace std::chrono_literals;

TEST_CASE("the API's time continues from the last report by the steady clock") {
  const loop::steady_point at{1000s};
  const ovh::api_time t{instant(5000s), at};
  CHECK((t.now(at) == instant(5000s)));
  CHECK((t.now(at + 1999ms) == instant(5001s)));
  CHECK((t.now(at + 24h) == instant(5000s + 24h)));
}

TEST_CASE("a date is ignored if it is invalid or came late") {
  const loop::steady_point asked{1000s};
  constexpr std::string_view date = "Sun, 06 Nov 1994 08:49:37 GMT";
  const auto said = ovh::api_time_from(date, asked, asked + 10s);
  REQUIRE(said.has_value());
  CHECK(timestamp(said->reported) == "1994-11-06T08:49:37Z");
  CHECK((said->at == asked + 10s));
  CHECK_FALSE(ovh::api_time_from(date, asked, asked + 10001ms).has_value());
  CHECK_FALSE(ovh::api_time_from("", asked, asked).has_value());
  CHECK_FALSE(
      ovh::api_time_from("Sun, 06 Nov 1994 08:49:37 GMTSun, 06 Nov 1994 08:49:37 GMT", asked, asked)
          .has_value());
}
