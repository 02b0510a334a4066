// Every fault around a correction: that it arrives once at most, and what is known of it after.
#include "posting.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <functional>

using namespace ovhl;
using namespace ovhl::test;
using namespace std::chrono_literals;
using doubt = ovh::task_begun::doubt;
namespace asio = boost::asio;

namespace {

struct row {
  sim::fault fault;
  doubt how;
  bool effect; // a task was started
  std::string said;
};

sim::fault fault(std::string kind, int status = 500, std::string body = {}, bool after = false) {
  sim::fault f;
  f.kind = std::move(kind);
  f.status = status;
  f.body = std::move(body);
  f.after = after;
  return f;
}

const char* const no = R"({"class": "Client::X", "message": "No"})";

std::vector<row> rows() {
  return {
      {fault("reset_before"), doubt::lost, false,
       "the connection was closed before an answer arrived"},
      {fault("reset_after"), doubt::lost, true,
       "the connection was closed before an answer arrived"},
      {fault("status", 500), doubt::lost, false,
       "Simulated failure: Internal Server Error (HTTP 500, query {})"},
      {fault("status", 500, "", true), doubt::lost, true,
       "Simulated failure: Internal Server Error (HTTP 500, query {})"},
      {fault("status", 502, "html", true), doubt::lost, true,
       "an HTML page instead of an answer: '502 Bad Gateway' (HTTP 502, query {})"},
      {fault("status", 408, "html", true), doubt::lost, true,
       "an HTML page instead of an answer: '408 Request Timeout' (HTTP 408, query {})"},
      {fault("status", 408, no, true), doubt::lost, true, "No (HTTP 408, query {})"},
      {fault("status", 302, "{}"), doubt::lost, false,
       "a redirect instead of an answer (HTTP 302, query {}); check the endpoint's URL"},
      {fault("status", 418, no), doubt::lost, false, "No (HTTP 418, query {})"},
      {fault("status", 403, "html"), doubt::lost, false,
       "an HTML page instead of an answer: '403 Forbidden' (HTTP 403, query {})"},
      {fault("status", 404, "html"), doubt::lost, false,
       "an HTML page instead of an answer: '404 Not Found' (HTTP 404, query {})"},
      {fault("status", 400, "{}"), doubt::lost, false, "Bad Request (HTTP 400, query {})"},
      {fault("status", 400, no), doubt::refused, false, "No (HTTP 400, query {})"},
      {fault("status", 403, no), doubt::refused, false, "No (HTTP 403, query {})"},
      {fault("status", 404, no), doubt::refused, false, "No (HTTP 404, query {})"},
      {fault("status", 409, no), doubt::refused, false,
       "No (HTTP 409, query {}); the VM is busy; it will be tried again"},
      {fault("status", 460, no), doubt::refused, false,
       "No (HTTP 460, query {}); renew the service"},
      {fault("throttle"), doubt::lost, false,
       "Too many requests, please try again later (HTTP 429, query {}); lower "
       "api.requests_per_minute"},
      {fault("throttle", 429, "", true), doubt::lost, true,
       "Too many requests, please try again later (HTTP 429, query {}); lower "
       "api.requests_per_minute"},
      {fault("truncated"), doubt::lost, true,
       "the connection was closed in the middle of an answer (HTTP 200, query {})"},
      {fault("garbage"), doubt::lost, true,
       "unreadable answer: not JSON: syntax error at byte 0 (HTTP 200, query {})"},
      {fault("html"), doubt::lost, true,
       "unreadable answer: an HTML page, not JSON (HTTP 200, query {})"},
      {fault("empty"), doubt::lost, true, "unreadable answer: empty (HTTP 200, query {})"},
      {fault("wrong_shape"), doubt::lost, true,
       "unexpected answer: $.taskId: missing (HTTP 200, query {})"},
      {fault("deep"), doubt::lost, true,
       "excessive answer: $: nested deeper than 32 (HTTP 200, query {})"},
      {fault("huge"), doubt::lost, false,
       "excessive answer: longer than 1 MiB (HTTP 200, query {})"},
  };
}

bool started(against& t) { return t.api.control("GET", "/control/tasks") != "[]"; }

// A license is being set until it is told to stop.
ovh::task_begun stopped(against& t, ovh::client& c, const std::function<bool()>& far_enough) {
  asio::cancellation_signal stop;
  std::optional<ovh::task_begun> out;
  t.context.restart();
  asio::co_spawn(
      t.context,
      ovh::set_license(c, here, 1074, "windows 2019 Datacenter", false, c.clock().now() + 4min),
      asio::bind_cancellation_slot(
          stop.slot(),
          [&](const std::exception_ptr&, ovh::task_begun did) { out.emplace(std::move(did)); }));
  while (!out && !far_enough())
    t.context.run_for(5ms);
  stop.emit(asio::cancellation_type::terminal);
  t.context.run();
  REQUIRE(out.has_value());
  REQUIRE(out->task.has_error());
  CHECK(words(out->task.error()) == "account main: POST " + set_path(1074) + ": canceled");
  CHECK(out->task.error().kind == failure::canceled);
  return std::move(*out);
}

} // namespace

TEST_CASE("whatever is answered, a change arrives once, and what is known of it is said") {
  for (const bool reused : {false, true}) {
    for (const row& r : rows()) {
      CAPTURE(reused);
      CAPTURE(r.fault.kind);
      CAPTURE(r.fault.status);
      CAPTURE(r.fault.after);
      against t;
      ovh::client c(t.context.get_executor(), t.clock, t.options());
      if (reused) look(t, c, 1074);
      sim::fault f = r.fault;
      f.path = set_path(1074);
      f.times = 0;
      t.api.arm(f);
      const auto start = t.clock.now();
      const auto did = set(t, c, 1074);
      CHECK(did.how == r.how);
      REQUIRE(did.task.has_error());
      CHECK(posts(t).size() == 1);
      CHECK(t.clock.now() == start);
      CHECK(started(t) == r.effect);
      const auto query = t.api.requests().back().query_id;
      CHECK(words(did.task.error()) == "account main: POST " + set_path(1074) + ": " +
                                           fmt::format(fmt::runtime(r.said), query));
      CHECK(did.query_id == did.task.error().query_id);
    }
  }
}

TEST_CASE("a change that is never answered is lost when its time is over, whatever the deadline") {
  against t;
  auto o = t.options("token");
  o.timeout = 200ms;
  ovh::client c(t.context.get_executor(), t.clock, o);
  t.api.arm(fault("hang"));
  const auto did =
      t.run(ovh::remove_license(c, here, 1074, t.clock.now() + std::chrono::microseconds(1)));
  CHECK(did.how == doubt::lost);
  CHECK(words(did.task.error()) ==
        "account main: POST /dedicatedCloud/pcc-1/datacenter/12/vm/1074/removeLicense: no answer "
        "within 0.2 s");
  CHECK(posts(t) == lines{"removeLicense 0"});
}

TEST_CASE("what cannot be connected was not sent, and is not tried again") {
  against t;
  ovh::client c(t.context.get_executor(), t.clock, t.options("token"));
  t.api.stop_listening();
  const auto start = t.clock.now();
  const auto did = set(t, c, 1074);
  CHECK(did.how == doubt::unsent);
  CHECK(words(did.task.error()) ==
        fmt::format("account main: POST {}: no connection to localhost:{}: Connection refused",
                    set_path(1074), t.api.port()));
  CHECK(c.counted().failed == 1);
  CHECK(t.clock.now() == start);

  t.api.resume();
  auto o = t.options("token");
  o.ca_file.reset();
  ovh::client distrustful(t.context.get_executor(), t.clock, o);
  const auto other = set(t, distrustful, 1074);
  CHECK(other.how == doubt::unsent);
  CHECK(other.task.error().message.find("the certificate of localhost is not trusted") == 0);

  o.ca_file = "/nowhere/ca.pem";
  ovh::client broken(t.context.get_executor(), t.clock, o);
  CHECK(set(t, broken, 1074).how == doubt::unsent);
  CHECK(t.api.requests().empty());
}

TEST_CASE("who does not finish the TLS handshake was not sent anything") {
  against t;
  asio::ip::tcp::acceptor silent(t.context, {asio::ip::make_address("127.0.0.1"), 0});
  auto o = t.options("token");
  o.endpoint.base.host = "127.0.0.1";
  o.endpoint.base.port = std::to_string(silent.local_endpoint().port());
  o.timeout = 100ms;
  ovh::client c(t.context.get_executor(), t.clock, o);
  const auto did = set(t, c, 1074);
  CHECK(did.how == doubt::unsent);
  CHECK(words(did.task.error()) ==
        fmt::format("account main: POST {}: no TLS session with 127.0.0.1:{} within 0.1 s",
                    set_path(1074), o.endpoint.base.port));

  bool asked = false; // the last word comes when nothing more is waited for
  const auto last_word = [&]() -> std::optional<error> {
    asked = true;
    return std::nullopt;
  };
  t.run(ovh::remove_license(c, here, 1074, t.deadline(), last_word));
  CHECK_FALSE(asked);
}

TEST_CASE("without credentials in time nothing is sent") {
  for (const char* kind : {"application", "oauth2"}) {
    against t;
    ovh::client c(t.context.get_executor(), t.clock, t.options(kind));
    auto f = fault("status", 500);
    f.path = std::string_view(kind) == "oauth2" ? "/auth/oauth2/token" : "/auth/time";
    f.times = 0;
    t.api.arm(f);
    const auto did = set(t, c, 1074);
    CHECK(did.how == doubt::unsent);
    CHECK(did.task.error().message.ends_with(", tried 5 times"));
    CHECK(posts(t) == lines{});
    CHECK(t.api.requests().size() == 5);
  }
}

TEST_CASE("what gets no turn before the deadline is not sent") {
  against t;
  auto o = t.options("token");
  o.requests_per_minute = 1;
  ovh::client c(t.context.get_executor(), t.clock, o);
  look(t, c, 1074);
  const auto late =
      t.run(ovh::set_license(c, here, 1074, "windows 2019 Datacenter", false, t.in(10s)));
  CHECK(late.how == doubt::unsent);
  CHECK(words(late.task.error()) ==
        "account main: POST " + set_path(1074) +
            ": the budget of 1 requests per minute leaves none before the deadline; raise "
            "api.requests_per_minute or poll.timeout");
  const auto gone =
      t.run(ovh::set_license(c, here, 1074, "windows 2019 Datacenter", false, t.clock.now()));
  CHECK(gone.how == doubt::unsent);
  CHECK(gone.task.error().message == "the deadline passed before the request could be sent");
  CHECK(posts(t) == lines{});
  CHECK(set(t, c, 1074).how == doubt::none); // waits for its turn
}

TEST_CASE("canceled before it is sent it was not sent") {
  against t;
  auto o = t.options("token");
  o.requests_per_minute = 1;
  loop::real_clock clock;
  ovh::client c(t.context.get_executor(), clock, o);
  look(t, c, 1074); // takes the only turn
  int rounds = 0;
  CHECK(stopped(t, c, [&] { return ++rounds > 2; }).how == doubt::unsent);

  asio::ip::tcp::acceptor silent(t.context, {asio::ip::make_address("127.0.0.1"), 0});
  o.requests_per_minute = 0;
  o.endpoint.base.host = "127.0.0.1";
  o.endpoint.base.port = std::to_string(silent.local_endpoint().port());
  ovh::client connecting(t.context.get_executor(), clock, o);
  rounds = 0;
  CHECK(stopped(t, connecting, [&] { return ++rounds > 2; }).how == doubt::unsent);
  CHECK(posts(t) == lines{});
}

TEST_CASE("canceled while the answer is waited for it may have been carried out") {
  for (const char* kind : {"hang", "slow"}) {
    against t;
    ovh::client c(t.context.get_executor(), t.clock, t.options());
    auto f = fault(kind);
    f.path = set_path(1074);
    f.bytes = 1;
    f.delay = 1min;
    t.api.arm(f);
    const auto did = stopped(t, c, [&] { return !posts(t).empty(); });
    CHECK(did.how == doubt::lost);
    CHECK(posts(t).size() == 1);
    CHECK(set(t, c, 1076, true).how == doubt::none); // and the client still serves
  }
}

TEST_CASE("a connection that was used a moment ago is used, one that has long been idle is not") {
  against t;
  ovh::client c(t.context.get_executor(), t.clock, t.options("token"));
  look(t, c, 1074);
  t.clock.advance(4s);
  CHECK(set(t, c, 1074).how == doubt::none);
  CHECK(t.connections() == 1);
  t.clock.advance(6s);
  look(t, c, 1076); // for a question the old one is good enough
  CHECK(t.connections() == 1);
  t.clock.advance(6s);
  CHECK(set(t, c, 1076, true).how == doubt::none);
  CHECK(t.connections() == 2);
}

TEST_CASE("a connection that the other side has closed is not used for a change") {
  against t;
  ovh::client c(t.context.get_executor(), t.clock, t.options("token"));
  look(t, c, 1074);
  t.api.stop_listening();
  t.api.resume();
  CHECK(set(t, c, 1074).how == doubt::none);
  CHECK(posts(t) == lines{"setLicense 200"});
}
