// A consumer key asked for and confirmed at a simulated OVHcloud, with a clock that does not wait.
#include "agent/login.hpp"
#include "simulator/simulator.hpp"
#include "support/printing.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json/parse.hpp>
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <exception>
#include <string>
#include <vector>

using namespace ovhl;
using outcome = agent::login_result::outcome;

namespace {

constexpr std::string_view own = "/auth/currentCredential";

sim::options nothing_there() { return {.fleet = "services: []\n"}; }

struct login {
  sim::simulator api{nothing_there()};
  loop::instant_clock clock{
      std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now())};
  std::string key = api.accepted().application_key, hidden = api.accepted().application_secret;
  std::vector<ovh::wanted_rule> wanted = ovh::rules_for({.mode = licensing::mode::enforce}, {});
  std::function<void()> when_shown = [] {};
  std::function<void(std::chrono::seconds)> when_waiting = [](auto) {};
  std::function<void()> when_problem = [] {};
  std::vector<std::string> links, problems;

  agent::login_result run() {
    ovh::client_options with;
    with.account = "main";
    with.endpoint = *ovh::find_endpoint(api.endpoint(), std::nullopt);
    with.credentials = ovh::application_credentials{key, secret(hidden), secret()};
    with.ca_file = api.ca_file();
    with.seed = 1;
    agent::login_events events;
    events.confirm_at = [this](const std::string& url) {
      links.push_back(url);
      when_shown();
    };
    events.waiting = [this](std::chrono::seconds left) { when_waiting(left); };
    events.problem = [this](const error& e) {
      problems.push_back(words(e));
      when_problem();
    };
    boost::asio::io_context loop;
    agent::login_result out;
    boost::asio::co_spawn(
        loop, agent::obtain_key(loop.get_executor(), clock, std::move(with), wanted, events),
        [&](std::exception_ptr bug, agent::login_result got) {
          if (bug) std::rethrow_exception(bug);
          out = std::move(got);
          loop.stop();
        });
    loop.run();
    return out;
  }

  void set(const std::string& json) { api.control("PATCH", "/control/credentials/2", json); }
  void confirm() { set(R"({"status": "validated"})"); }
  // From now on that is what OVHcloud says of the key.
  void say(int status, const std::string& body, int times = 0) {
    sim::fault f;
    f.path = own;
    f.kind = "status";
    f.status = status;
    f.body = body;
    f.times = times;
    api.arm(f);
  }
  std::size_t asked(std::string_view path) {
    std::size_t n = 0;
    for (const auto& r : api.requests())
      if (r.path == path) ++n;
    return n;
  }
};

} // namespace

TEST_CASE("a key that a person confirms is given with what it may, and is good at once") {
  login l;
  int seconds = 0;
  l.when_waiting = [&](auto) {
    if (++seconds == 10) l.confirm();
  };
  const auto got = l.run();
  CHECK(got.how == outcome::validated);
  REQUIRE(l.links.size() == 1);
  CHECK(l.links.front().find("credentialToken=") != std::string::npos);
  CHECK(l.problems.empty());
  REQUIRE(l.api.issued_consumer_keys().size() == 1);
  CHECK(got.keys.application_key == l.key);
  CHECK(got.keys.application_secret == secret(l.hidden));
  CHECK(got.keys.consumer_key == secret(l.api.issued_consumer_keys().front()));
  CHECK(got.facts.rules.size() == l.wanted.size());
  CHECK_FALSE(got.facts.expiration.has_value());

  std::vector<sim::logged_request> posts = l.api.requests();
  std::erase_if(posts, [](const auto& r) { return r.method != "POST"; });
  REQUIRE(posts.size() == 1);
  CHECK(posts.front().path == "/auth/credential");
  CHECK(posts.front().authenticated.empty());
  CHECK(posts.front().body ==
        R"({"accessRules": [{"method": "GET", "path": "/auth/currentCredential"}, )"
        R"({"method": "GET", "path": "/dedicatedCloud"}, )"
        R"({"method": "GET", "path": "/dedicatedCloud/*"}, )"
        R"({"method": "POST", "path": "/dedicatedCloud/*/datacenter/*/vm/*/setLicense"}, )"
        R"({"method": "POST", "path": "/dedicatedCloud/*/datacenter/*/vm/*/removeLicense"}]})");
}

TEST_CASE("nobody is waited for longer than a quarter of an hour, and told how long it still is") {
  login l;
  const auto begun = l.clock.now();
  std::chrono::seconds most(0), least(3600);
  l.when_waiting = [&](std::chrono::seconds left) {
    most = std::max(most, left);
    least = std::min(least, left);
  };
  CHECK(l.run().how == outcome::late);
  CHECK(l.clock.now() - begun == agent::login_patience);
  CHECK(most == agent::login_patience);
  CHECK(least == std::chrono::seconds(1));
  CHECK(l.asked(own) < 400); // every few seconds, and a few more when our clock has run away
  CHECK(l.asked("/auth/credential") == 1);
}

TEST_CASE("a key that was refused, or is not known any more, is not waited for") {
  struct row {
    int status;
    const char* body;
    outcome how;
  };
  const row rows[] = {
      {200, R"({"status":"refused","rules":[],"expiration":null})", outcome::refused},
      {200, R"({"status":"expired","rules":[],"expiration":null})", outcome::gone},
      {403, R"({"message":"This credential does not exist","errorCode":"NOT_CREDENTIAL"})",
       outcome::gone},
  };
  for (const row& r : rows) {
    CAPTURE(std::string(r.body));
    login l;
    l.when_shown = [&] { l.say(r.status, r.body); };
    CHECK(l.run().how == r.how);
    CHECK(l.asked(own) < 6);
  }
}

TEST_CASE("a server that has not heard of the key yet is asked again") {
  login l;
  l.say(403, R"({"message":"This credential does not exist","errorCode":"NOT_CREDENTIAL"})", 1);
  l.when_shown = [&] { l.confirm(); };
  CHECK(l.run().how == outcome::validated);
}

TEST_CASE("a wrong application shows itself before anybody is sent to a link") {
  login l;
  l.hidden = "AnotherSecretThatIsNotTheRight01";
  auto got = l.run();
  CHECK(got.how == outcome::failed);
  REQUIRE(got.why.has_value());
  CHECK(got.why->message == "Invalid signature");
  CHECK(l.links.empty());

  login unknown;
  unknown.key = "unknown";
  got = unknown.run();
  CHECK(got.how == outcome::failed);
  REQUIRE(got.why.has_value());
  CHECK(got.why->api_code == "INVALID_KEY");
  CHECK(unknown.links.empty());
  CHECK(unknown.asked(own) == 0);
}

TEST_CASE("problems that may pass are told once and waited out") {
  login l;
  l.when_shown = [&] { l.say(503, ""); };
  int seconds = 0;
  bool troubled = false;
  l.when_problem = [&] { troubled = true; };
  l.when_waiting = [&](auto) {
    if (!troubled || ++seconds != 30) return;
    l.api.disarm();
    l.confirm();
  };
  CHECK(l.run().how == outcome::validated);
  REQUIRE(l.problems.size() == 1);
  CHECK(l.problems.front().find("account main: GET /auth/currentCredential: ") == 0);
  CHECK(l.problems.front().find("HTTP 503") != std::string::npos);
}

TEST_CASE("a key that came with fewer rights than asked for is not called good") {
  login l;
  l.when_shown = [&] {
    l.set(R"({"status": "validated", "rules": [{"method": "GET", "path": "/auth/*"},
                                               {"method": "GET", "path": "/dedicatedCloud*"}]})");
  };
  const auto got = l.run();
  CHECK(got.how == outcome::incomplete);
  REQUIRE(got.missing.size() == 2);
  CHECK(got.missing.front().path == "/dedicatedCloud/*/datacenter/*/vm/*/setLicense");
}

TEST_CASE("a key is asked for once: a lost answer is an end") {
  for (const char* kind : {"reset_after", "reset_before", "truncated", "wrong_shape"}) {
    CAPTURE(std::string(kind));
    login l;
    sim::fault f;
    f.path = "/auth/credential";
    f.kind = kind;
    f.times = 0;
    l.api.arm(f);
    const auto got = l.run();
    CHECK(got.how == outcome::failed);
    CHECK(got.why.has_value());
    CHECK(l.asked("/auth/credential") == 1);
    CHECK(l.links.empty());
  }
}
