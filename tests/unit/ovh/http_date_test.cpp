// Dates as HTTP writes them.
#include "ovh/http/http_date.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace ovhl;

TEST_CASE("A date of HTTP has one form and says one moment") {
  struct row {
    const char *text, *means;
  };
  for (const row& r : {row{"Sun, 06 Nov 1994 08:49:37 GMT", "1994-11-06T08:49:37Z"},
                       {"Thu, 01 Jan 1970 00:00:00 GMT", "1970-01-01T00:00:00Z"},
                       {"Thu, 29 Feb 2024 23:59:59 GMT", "2024-02-29T23:59:59Z"},
                       {"Sat, 31 Dec 2016 23:59:60 GMT", "2017-01-01T00:00:00Z"}, // a leap second
                       {"Fri, 31 Dec 9999 23:59:59 GMT", "9999-12-31T23:59:59Z"}}) {
    CAPTURE(r.text);
    const auto read = ovh::parse_http_date(r.text);
    REQUIRE(read.has_value());
    CHECK(timestamp(*read) == r.means);
  }
  for (const std::string text : {"",
                                 "Sun, 06 Nov 1994 08:49:37",
                                 "Mon, 06 Nov 1994 08:49:37 GMT", // it was a Sunday
                                 "Sunday, 06-Nov-94 08:49:37 GMT",
                                 "Sun Nov  6 08:49:37 1994",
                                 "sun, 06 nov 1994 08:49:37 gmt",
                                 "Sun, 06 Nov 1994 08:49:37 UTC",
                                 "Sun, 06 Nov 1994 08:49:37 GMT ",
                                 " Sun, 06 Nov 1994 08:49:37 GMT",
                                 "Sun,  6 Nov 1994 08:49:37 GMT",
                                 "Sun, -6 Nov 1994 08:49:37 GMT",
                                 "Sun, 06 Non 1994 08:49:37 GMT",
                                 "Sun, 06 v De 1994 08:49:37 GMT",
                                 "Xyz, 06 Nov 1994 08:49:37 GMT",
                                 "Sun, 31 Nov 1994 08:49:37 GMT",
                                 "Sun, 00 Nov 1994 08:49:37 GMT",
                                 "Sun, 06 Nov 1994 24:49:37 GMT",
                                 "Sun, 06 Nov 1994 08:60:37 GMT",
                                 "Sun, 06 Nov 1994 08:49:61 GMT",
                                 "Sun, 06 Nov 1994 08.49.37 GMT",
                                 "Sun, 06 Nov +994 08:49:37 GMT",
                                 "1994-11-06T08:49:37Z"}) {
    CAPTURE(text);
    CHECK_FALSE(ovh::parse_http_date(text).has_value());
  }
}
