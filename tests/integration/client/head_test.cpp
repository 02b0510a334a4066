// What is wrong in a request's head is never sent, whoever it came from.
#include "against.hpp"

using namespace ovhl;
using namespace ovhl::test;
using namespace std::chrono_literals;

namespace {

constexpr const char* evil = "NeverShow\r\nX-Evil: 1";
const std::string after =
    " contains a character that cannot be sent; check the account in config.yaml and its "
    "credentials";

std::string ask(against& t, ovh::client_options o) {
  ovh::client c(t.context.get_executor(), t.clock, std::move(o));
  const auto got = t.run(ovh::list_services(c, t.deadline()));
  return got.has_value() ? "fine" : words(got.error());
}

} // namespace

TEST_CASE("a token with a line's end in it is no token, and its text is not shown") {
  against t;
  sim::fault f;
  f.path = "/auth/oauth2/token";
  f.kind = "wrong_shape";
  f.times = 0;
  for (const char* token :
       {R"(NeverShow\r\nX-Evil: 1)", R"(Never\u0000Show)", R"(Never Show)", ""}) {
    f.body = fmt::format(R"({{"access_token": "{}", "expires_in": 3600}})", token);
    t.api.disarm();
    t.api.arm(f);
    const std::string said = ask(t, t.options("oauth2"));
    CHECK(said ==
          fmt::format("account main: POST {}: unexpected answer: $.access_token: expected a token "
                      "(HTTP 200, query {})",
                      t.api.token_url(), t.api.requests().back().query_id));
  }
  for (const std::string& asked : t.asked())
    CHECK(asked == "POST /auth/oauth2/token 200");
}

TEST_CASE("keys, tokens and what else is put into a head are refused before anything is sent") {
  against t;
  auto o = t.options("token");
  o.credentials = ovh::token_credentials{secret(evil)};
  CHECK(ask(t, o) == "account main: GET /dedicatedCloud: the access token" + after);
  o = t.options("token");
  o.user_agent = evil;
  CHECK(ask(t, o) == "account main: GET /dedicatedCloud: User-Agent" + after);
  o = t.options("token");
  o.endpoint.base.target += evil;
  CHECK(ask(t, o) == "account main: GET /dedicatedCloud: the path" + after);
  CHECK(t.connections() == 0);
  CHECK(t.asked() == lines{});

  const sim::accepted_credentials& a = t.api.accepted();
  o = t.options();
  o.credentials =
      ovh::application_credentials{a.application_key, secret(a.application_secret), secret(evil)};
  CHECK(ask(t, o) == "account main: GET /dedicatedCloud: consumer_key" + after);
  o.credentials =
      ovh::application_credentials{evil, secret(a.application_secret), secret(a.consumer_key)};
  CHECK(ask(t, o) == "account main: GET /dedicatedCloud: application_key" + after);
  CHECK(t.asked() == lines{"GET /auth/time 200", "GET /auth/time 200"});
}

TEST_CASE("a change that cannot be written is refused and was not sent") {
  against t;
  auto o = t.options("token");
  o.credentials = ovh::token_credentials{secret(evil)};
  ovh::client c(t.context.get_executor(), t.clock, o);
  const auto did = t.run(ovh::remove_license(c, {"main", "pcc-1", 12}, 1074, t.deadline()));
  REQUIRE(did.task.has_error());
  CHECK(did.how == ovh::task_begun::doubt::unsent);
  CHECK(words(did.task.error()) ==
        "account main: POST /dedicatedCloud/pcc-1/datacenter/12/vm/1074/removeLicense: the access "
        "token" +
            after);
  CHECK(t.asked() == lines{});
}

TEST_CASE("whatever a service is called stays within its part of the path") {
  against t;
  ovh::client c(t.context.get_executor(), t.clock, t.options("token"));
  const auto got = t.run(ovh::get_service(c, "pcc-1 HTTP/1.1\r\nX-Evil: 1\r\n\r\n", t.deadline()));
  REQUIRE(got.has_error());
  CHECK(got.error().http_status == 404);
  CHECK(t.api.requests().size() == 1);
}
