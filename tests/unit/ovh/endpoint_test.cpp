#include "ovh/client/endpoint.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace ovhl;

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
