// Whole requests of an account, as they are sent.
#include "ovh/client/request_writer.hpp"
#include "ovh/client/signing.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>

using namespace ovhl;
using namespace std::chrono_literals;

namespace {

struct account {
  explicit account(ovh::credentials c, const std::string& token_url = "")
      : parts(clock, options(std::move(c), token_url)) {}

  static ovh::client_options options(ovh::credentials c, const std::string& token_url) {
    ovh::client_options o;
    o.account = "main";
    o.endpoint = *ovh::find_endpoint("https://api.example:8443/1.0", token_url);
    o.credentials = std::move(c);
    return o;
  }

  loop::instant_clock clock{instant(0s)};
  ovh::client_parts parts;
};

const ovh::application_credentials keys{"AppKey", secret("EXEgWIz07P0HYwtQDs7cNIqCiQaWSuHF"),
                                        secret("MtSwSrPpNjqfVSmJhLbPyr2i45lSwPU1")};

// The request, or why there is none.
std::string written(const account& a, std::string_view method, const ovh::request& r) {
  std::string text = "the request before";
  const auto refused = ovh::write_request(text, method, r, a.parts);
  if (refused) CHECK(text.empty()); // nothing can be sent by mistake
  return refused ? words(*refused) : text;
}

const std::string common = "Host: api.example:8443\r\n"
                           "User-Agent: ovh-licensed\r\n"
                           "Accept: application/json\r\n";

} // namespace

TEST_CASE("a request is signed with the API's time, as the steady clock continues it") {
  account a(keys);
  a.parts.who.learn_time({instant(1366560945s), a.clock.now()});
  a.clock.advance(5s);
  ovh::request r;
  r.path = "/domains";
  CHECK(written(a, "GET", r) == "GET /1.0/domains HTTP/1.1\r\n" + common +
                                    "X-Ovh-Application: AppKey\r\n"
                                    "X-Ovh-Consumer: MtSwSrPpNjqfVSmJhLbPyr2i45lSwPU1\r\n"
                                    "X-Ovh-Timestamp: 1366560950\r\n"
                                    "X-Ovh-Signature: " +
                                    ovh::signature(keys, "GET", "https://api.example:8443/1.0",
                                                   "/domains", "", 1366560950) +
                                    "\r\n\r\n");
}

TEST_CASE("a POST has its own headers, the length of its body, and the body") {
  const account a(ovh::token_credentials{secret("abc.def")});
  ovh::request r;
  r.path = "/x";
  r.headers.push_back({"Pragma", "no-cache"});
  r.body = "{}";
  CHECK(written(a, "POST", r) == "POST /1.0/x HTTP/1.1\r\n" + common +
                                     "Authorization: Bearer abc.def\r\n"
                                     "Pragma: no-cache\r\n"
                                     "Content-Type: application/json\r\n"
                                     "Content-Length: 2\r\n\r\n{}");
  r.authenticated = false;
  r.headers.clear();
  r.body.clear();
  CHECK(written(a, "POST", r) == "POST /1.0/x HTTP/1.1\r\n" + common + "Content-Length: 0\r\n\r\n");
}

TEST_CASE("a request that could carry another header is not written") {
  const account a(ovh::token_credentials{secret("NeverShow\r\nX-Evil: 1")});
  ovh::request r;
  r.path = "/x";
  CHECK(written(a, "GET", r) ==
        "the access token contains a character that cannot be sent; check the account in "
        "config.yaml and its credentials");
}

TEST_CASE("OAuth2 credentials are encoded as a form, in a request of their own") {
  const account a(ovh::oauth2_credentials{"EU.id", secret("a&b=c")}, "https://auth.example");
  std::string text;
  CHECK_FALSE(ovh::write_token_request(text, *a.parts.options.endpoint.token, a.parts));
  CHECK(text == "POST / HTTP/1.1\r\n"
                "Host: auth.example\r\n"
                "User-Agent: ovh-licensed\r\n"
                "Accept: application/json\r\n"
                "Connection: close\r\n"
                "Content-Type: application/x-www-form-urlencoded\r\n"
                "Content-Length: 79\r\n\r\n"
                "grant_type=client_credentials&scope=all&client_id=EU.id&client_secret=a%26b%3Dc");
}
