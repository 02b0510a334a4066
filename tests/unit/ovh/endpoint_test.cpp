#include "ovh/endpoint.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace ovhl;

TEST_CASE("URLs are taken apart, or refused with the reason") {
  struct row {
    std::string written, read; // as text() writes it again, or the error
  };
  const row rows[] = {
      {"https://eu.api.ovh.com/1.0", "https://eu.api.ovh.com/1.0"},
      {"https://EU.API.ovh.com:443/1.0/", "https://eu.api.ovh.com/1.0"},
      {"https://eu.api.ovh.com", "https://eu.api.ovh.com"},
      {"https://api.example.org:8443/v2", "https://api.example.org:8443/v2"},
      {"https://[2001:db8::1]:8443/1.0", "https://[2001:db8::1]:8443/1.0"},
      {"http://127.0.0.1:80/1.0", "http://127.0.0.1/1.0"},
      {"http://127.1.2.3:8080/1.0", "http://127.1.2.3:8080/1.0"},
      {"http://[::1]:8080/1.0", "http://[::1]:8080/1.0"},
      {"http://LocalHost:8080/1.0", "http://localhost:8080/1.0"},
      {"http://192.0.2.1/1.0", "plain http is allowed only for a loopback address; use https"},
      {"http://eu.api.ovh.com/1.0", "plain http is allowed only for a loopback address; use https"},
      {"http://localhost.example.org/",
       "plain http is allowed only for a loopback address; use https"},
      {"http://127.0.0.1.example.org/", "not a URL"},
      {"http://[::ffff:192.0.2.1]/",
       "plain http is allowed only for a loopback address; use https"},
      {"ftp://localhost/1.0", "not an https URL"},
      {"eu.api.ovh.com/1.0", "not a URL"},
      {"https://", "the URL names no host"},
      {"https:///1.0", "the URL names no host"},
      {"https://user:word@localhost/1.0", "the URL must not contain a user or a password"},
      {"https://localhost/1.0?x=1", "the URL must end with its path"},
      {"https://localhost/1.0#x", "the URL must end with its path"},
      {"https://localhost:0/1.0", "the URL's port is invalid"},
      {"https://localhost:65536/1.0", "the URL's port is invalid"},
      {"https://local host/", "not a URL"},
      {"https://local%0d%0aX-Evil%3a%20host/", "the URL's host is invalid"},
      {"https://localhost%00.example.org/", "the URL's host is invalid"},
      {"https://caf%c3%a9.example.org/", "the URL's host is invalid"},
      {"", "not a URL"},
  };
  for (const row& r : rows) {
    CAPTURE(r.written);
    const auto got = ovh::parse_url(r.written);
    CHECK((got ? got->text() : words(got.error())) == r.read);
  }
}

TEST_CASE("endpoints are known by name, with where their tokens come from") {
  struct row {
    std::string name, base, token;
  };
  const row rows[] = {
      {"ovh-eu", "https://eu.api.ovh.com/1.0", "https://www.ovh.com/auth/oauth2/token"},
      {"ovh-ca", "https://ca.api.ovh.com/1.0", "https://ca.ovh.com/auth/oauth2/token"},
      {"ovh-us", "https://api.us.ovhcloud.com/1.0", "https://us.ovhcloud.com/auth/oauth2/token"},
  };
  for (const row& r : rows) {
    const auto got = ovh::find_endpoint(r.name, std::nullopt);
    REQUIRE(got.has_value());
    CHECK(got->name == r.name);
    CHECK(got->base.text() == r.base);
    REQUIRE(got->token);
    CHECK(got->token->text() == r.token);
  }
}

TEST_CASE("an endpoint by URL keeps it as written, and has only the token URL it is given") {
  const auto bare = ovh::find_endpoint("https://localhost:8443/1.0/", std::nullopt);
  REQUIRE(bare.has_value());
  CHECK(bare->name == "https://localhost:8443/1.0/");
  CHECK(bare->base.authority() == "localhost:8443");
  CHECK_FALSE(bare->token);
  const auto with = ovh::find_endpoint("ovh-eu", "https://localhost:8443/token");
  REQUIRE(with.has_value());
  REQUIRE(with->token);
  CHECK(with->token->text() == "https://localhost:8443/token");
}

TEST_CASE("a wrong endpoint is refused in words") {
  const auto said = [](std::string_view name, const std::optional<std::string>& token) {
    const auto got = ovh::find_endpoint(name, token);
    return got ? std::string("fine") : words(got.error());
  };
  CHECK(said("ovh-ue", std::nullopt) == "unknown endpoint 'ovh-ue'; did you mean 'ovh-eu'?");
  CHECK(said("kimsufi-eu-and-more", std::nullopt) == "unknown endpoint 'kimsufi-eu-and-more'");
  CHECK(said("http://example.org", std::nullopt) ==
        "endpoint: plain http is allowed only for a loopback address; use https");
  CHECK(said("ovh-eu", "http://example.org") ==
        "oauth2_token_url: plain http is allowed only for a loopback address; use https");
}
