// Who asks: signatures and the API's clock, tokens and their age, rights that are missing.
#include "against.hpp"

#include <algorithm>

using namespace ovhl;
using namespace ovhl::test;
using namespace std::chrono_literals;

namespace {

std::string ask(against& t, ovh::client& c) {
  const auto got = t.run(ovh::list_services(c, t.deadline()));
  return got.has_value() ? "fine" : words(got.error());
}

std::string last_query(against& t) { return t.api.requests().back().query_id; }

} // namespace

TEST_CASE("each kind of credentials is accepted as what it is") {
  for (const char* kind : {"application", "oauth2", "token"}) {
    against t;
    ovh::client c(t.context.get_executor(), t.clock, t.options(kind));
    CHECK(ask(t, c) == "fine");
    CHECK(t.api.requests().back().authenticated == kind);
  }
}

TEST_CASE("the API's time is asked for once, however wrong ours is") {
  against t;
  t.api.control("PATCH", "/control/settings", R"({"clock_offset_seconds": -86400})");
  ovh::client c(t.context.get_executor(), t.clock, t.options());
  for (int i = 0; i < 3; ++i)
    CHECK(ask(t, c) == "fine");
  CHECK(t.asked() == lines{"GET /auth/time 200", "GET /dedicatedCloud 200",
                           "GET /dedicatedCloud 200", "GET /dedicatedCloud 200"});
}

TEST_CASE("a clock that is found wrong is set right, once") {
  against t;
  ovh::client c(t.context.get_executor(), t.clock, t.options());
  CHECK(ask(t, c) == "fine");
  t.api.control("PATCH", "/control/settings", R"({"clock_offset_seconds": 86400})");
  t.api.forget_requests();
  CHECK(ask(t, c) == "fine");
  CHECK(t.asked() ==
        lines{"GET /dedicatedCloud 400", "GET /auth/time 200", "GET /dedicatedCloud 200"});

  sim::fault f;
  f.path = "/dedicatedCloud";
  f.times = 0;
  f.status = 400;
  f.body = R"({"message": "Query out of time"})";
  t.api.arm(f);
  t.api.forget_requests();
  std::string said = ask(t, c);
  CHECK(said ==
        fmt::format("account main: GET /dedicatedCloud: Query out of time (HTTP 400, query {}); "
                    "check this machine's clock: 'timedatectl' shows whether it is synchronized",
                    last_query(t)));
  CHECK(t.asked() ==
        lines{"GET /dedicatedCloud 400", "GET /auth/time 200", "GET /dedicatedCloud 400"});
}

TEST_CASE("a token is fetched once for all who need it, and again before it expires") {
  against t({.generate = {.vms = 40, .services = 2, .datacenters = 4}});
  ovh::client c(t.context.get_executor(), t.clock, t.options("oauth2"));
  const auto fetched = [&] {
    const lines all = t.asked();
    return std::count(all.begin(), all.end(), "POST /auth/oauth2/token 200");
  };
  CHECK(problems(t.survey(c)) == lines{});
  CHECK(fetched() == 1);
  t.clock.advance(50min);
  CHECK(problems(t.survey(c)) == lines{});
  CHECK(fetched() == 1);
  t.clock.advance(10min);
  CHECK(problems(t.survey(c)) == lines{});
  CHECK(fetched() == 2);
}

TEST_CASE("tokens that are revoked are replaced once, by one request for all") {
  against t({.generate = {.vms = 40, .services = 2, .datacenters = 4}});
  ovh::client c(t.context.get_executor(), t.clock, t.options("oauth2"));
  CHECK(problems(t.survey(c)) == lines{});
  t.api.control("PATCH", "/control/tokens", R"({"revoke": true})");
  t.api.forget_requests();
  CHECK(problems(t.survey(c)) == lines{});
  const lines all = t.asked();
  CHECK(std::count(all.begin(), all.end(), "POST /auth/oauth2/token 200") == 1);

  sim::fault f;
  f.path = "/dedicatedCloud";
  f.status = 401;
  f.times = 0;
  f.body = R"({"message": "Invalid token"})";
  t.api.arm(f);
  t.api.forget_requests();
  std::string said = ask(t, c);
  CHECK(said ==
        fmt::format("account main: GET /dedicatedCloud: Invalid token (HTTP 401, "
                    "query {}); check that client_id and client_secret are still valid at this "
                    "endpoint",
                    last_query(t)));
  CHECK(t.asked() ==
        lines{"GET /dedicatedCloud 401", "POST /auth/oauth2/token 200", "GET /dedicatedCloud 401"});
}

TEST_CASE("credentials and rights that are wrong are said to be, with what to do") {
  struct row {
    std::string kind;
    std::string path, body; // PATCH of the control interface
    std::string said;
  };
  const row rows[] = {
      {"application", "/control/credentials/1", R"({"status": "expired"})",
       "GET /dedicatedCloud: This credential is not valid (HTTP 403, query {}); run 'ovh-licensed "
       "login' to get a new consumer key"},
      {"application", "/control/credentials/1", R"({"rules": [{"method": "GET", "path": "/me"}]})",
       "GET /dedicatedCloud: This call has not been granted (HTTP 403, query {}); run "
       "'ovh-licensed login' again, or create a consumer key with the access rule 'GET "
       "/dedicatedCloud'"},
      {"oauth2", "/control/iam", R"({"denied": ["pccVMware:apiovh:get"]})",
       "GET /dedicatedCloud: User not authorized to perform this request (HTTP 403, query {}); "
       "allow the "
       "IAM action pccVMware:apiovh:get on it"},
      {"token", "/control/iam", R"({"denied": ["pccVMware:*"]})",
       "GET /dedicatedCloud: User not authorized to perform this request (HTTP 403, query {}); "
       "allow the "
       "IAM action pccVMware:apiovh:get on it"},
  };
  for (const row& r : rows) {
    against t;
    t.api.control("PATCH", r.path, r.body);
    ovh::client c(t.context.get_executor(), t.clock, t.options(r.kind));
    const std::string said = ask(t, c);
    CHECK(said == "account main: " + fmt::format(fmt::runtime(r.said), last_query(t)));
    CHECK(c.counted().answered_4xx == 1);
  }
}

TEST_CASE("wrong keys are told apart") {
  const auto said = [](ovh::credentials wrong) {
    against t;
    auto o = t.options();
    o.credentials = std::move(wrong);
    ovh::client c(t.context.get_executor(), t.clock, o);
    std::string text = ask(t, c);
    const std::string query = last_query(t);
    if (const auto at = text.find(query); !query.empty() && at != std::string::npos)
      text.replace(at, query.size(), "Q");
    return text.substr(text.find(": ", 14) + 2);
  };
  const sim::accepted_credentials a;
  CHECK(said(ovh::application_credentials{"nobody", secret(a.application_secret),
                                          secret(a.consumer_key)}) ==
        "Invalid application key (HTTP 403, query Q); check application_key, and that it was "
        "created at this "
        "endpoint");
  CHECK(said(ovh::application_credentials{a.application_key, secret("not-the-right-one"),
                                          secret(a.consumer_key)}) ==
        "Invalid signature (HTTP 400, query Q); check application_secret and consumer_key: one of "
        "them is "
        "wrong");
  CHECK(said(ovh::application_credentials{a.application_key, secret(a.application_secret),
                                          secret("not-the-right-one")}) ==
        "This credential does not exist (HTTP 403, query Q); run 'ovh-licensed login' to get a new "
        "consumer key");
  CHECK(said(ovh::token_credentials{secret("not-the-right-one")}) ==
        "Invalid or expired access token (HTTP 401, query Q); get a new access_token: this one has "
        "expired "
        "or was revoked");
  CHECK(said(ovh::oauth2_credentials{a.client_id, secret("not-the-right-one")})
            .find("invalid_client (HTTP 401") != std::string::npos);
}

TEST_CASE("OAuth2 without a place to get tokens from says so") {
  against t;
  auto o = t.options("oauth2");
  o.endpoint.token.reset();
  ovh::client c(t.context.get_executor(), t.clock, o);
  CHECK(ask(t, c) == "account main: GET /dedicatedCloud: the URL for OAuth2 tokens is not known; "
                     "set the account's oauth2_token_url");
}

TEST_CASE("no secret comes back in an error, even if the API repeats it") {
  for (const char* kind : {"application", "oauth2", "token"}) {
    against t;
    const sim::accepted_credentials& a = t.api.accepted();
    for (const std::string& hidden :
         {a.application_secret, a.consumer_key, a.client_secret, a.access_token}) {
      ovh::client c(t.context.get_executor(), t.clock, t.options(kind));
      t.api.disarm();
      sim::fault f;
      f.times = 0;
      f.status = 400;
      f.body = fmt::format(
          R"({{"class": "x {0}", "message": "you sent {0}", "error_description": "{0}", "error": "{0}"}})",
          hidden);
      t.api.arm(f);
      const auto got = t.run(ovh::list_services(c, t.deadline()));
      REQUIRE_FALSE(got.has_value());
      const bool ours = (std::string_view(kind) == "token" && hidden == a.access_token) ||
                        (std::string_view(kind) == "oauth2" && hidden == a.client_secret) ||
                        (std::string_view(kind) == "application" &&
                         (hidden == a.application_secret || hidden == a.consumer_key));
      const std::string all = words(got.error()) + got.error().api_class;
      CHECK((all.find(hidden) == std::string::npos) == ours);
    }
  }
}
