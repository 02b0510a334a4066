// Every fault of the simulator on every route the client uses: what was sent, and what was said.
#include "against.hpp"

#include <algorithm>
#include <functional>

using namespace ovhl;
using namespace ovhl::test;
using namespace std::chrono_literals;

namespace {

// "fine", or what went wrong.
using question = std::function<std::string(against&, ovh::client&)>;

template <class T>
std::string outcome(const result<T>& r) {
  return r.has_error() ? words(r.error()) : "fine";
}

std::string look(against& t, ovh::client& c, ovh::listing how) {
  const auto seen = t.survey(c, how, {"pcc-1"});
  const auto wrong = problems(seen);
  if (wrong.empty() && only(seen).complete && only(seen).vms.size() == 3) return "fine";
  return wrong.empty() ? "silently incomplete" : wrong.front();
}

struct route {
  const char* path; // as the simulator knows it
  const char* credentials;
  question ask;
  std::string shape; // said of {"unexpected":[1,"two",null]}
  std::string deep;  // said of something nested without end
  int limit;         // MiB
};

const std::string list_shape = "unexpected answer: $: expected a list, found an object";

std::vector<route> routes() {
  const auto services = [](against& t, ovh::client& c) {
    return outcome(t.run(ovh::list_services(c, t.deadline())));
  };
  const auto pages = [](against& t, ovh::client& c) { return look(t, c, ovh::listing::pages); };
  const auto each = [](against& t, ovh::client& c) { return look(t, c, ovh::listing::each); };
  return {
      {"/auth/time", "application", services,
       "unexpected answer: $: expected an integer, found an object",
       "unexpected answer: $: expected an integer, found a list", 1},
      {"/dedicatedCloud", "application", services, list_shape,
       "unexpected answer: $[0]: expected a string, found a list", 1},
      {"/dedicatedCloud/pcc-1", "application",
       [](against& t, ovh::client& c) {
         return outcome(t.run(ovh::get_service(c, "pcc-1", t.deadline())));
       },
       "unexpected answer: $.spla: missing", "excessive answer: $: nested deeper than 32", 1},
      {"/dedicatedCloud/pcc-1/serviceInfos", "oauth2",
       [](against& t, ovh::client& c) {
         return outcome(t.run(ovh::get_term(c, "pcc-1", t.deadline())));
       },
       "unexpected answer: $.expiration: missing", "excessive answer: $: nested deeper than 32", 1},
      {"/auth/currentCredential", "application",
       [](against& t, ovh::client& c) {
         return outcome(t.run(ovh::get_current_credential(c, t.deadline())));
       },
       "unexpected answer: $.status: missing", "excessive answer: $: nested deeper than 32", 1},
      {"/dedicatedCloud/pcc-1/datacenter", "token",
       [](against& t, ovh::client& c) {
         return outcome(t.run(ovh::list_datacenters(c, "pcc-1", t.deadline())));
       },
       list_shape, "unexpected answer: $[0]: expected an integer, found a list", 1},
      {"/dedicatedCloud/pcc-1/datacenter/12/vmLicensed", "application", pages, list_shape,
       "excessive answer: $[0]: nested deeper than 32", 64},
      {"/dedicatedCloud/pcc-1/datacenter/12/vm", "application", pages, list_shape,
       "excessive answer: $[0]: nested deeper than 32", 64},
      {"/dedicatedCloud/pcc-1/datacenter/12/vm", "token", each, list_shape,
       "unexpected answer: $[0]: expected an integer, found a list", 64},
      {"/dedicatedCloud/pcc-1/datacenter/12/vm/1074", "application", each,
       "unexpected answer: $.vmId: missing", "excessive answer: $: nested deeper than 32", 1},
      {"/dedicatedCloud/pcc-1/datacenter/12/vm/1074", "token",
       [](against& t, ovh::client& c) {
         return outcome(t.run(ovh::get_vm(c, {"main", "pcc-1", 12}, 1074, t.deadline())));
       },
       "unexpected answer: $.vmId: missing", "excessive answer: $: nested deeper than 32", 1},
      {"/dedicatedCloud/pcc-1/task", "application",
       [](against& t, ovh::client& c) {
         return outcome(t.run(ovh::list_tasks(c, "pcc-1", "todo", t.deadline())));
       },
       list_shape, "unexpected answer: $[0]: expected an integer, found a list", 1},
      {"/dedicatedCloud/pcc-1/task/5000", "oauth2",
       [](against& t, ovh::client& c) {
         t.api.control("POST", "/control/tasks", R"({"vmId": 1074, "name": "setLicense"})");
         return outcome(t.run(ovh::get_task(c, "pcc-1", 5000, t.deadline())));
       },
       "unexpected answer: $.taskId: missing", "excessive answer: $: nested deeper than 32", 1},
      {"/auth/oauth2/token", "oauth2", services, "unexpected answer: $.access_token: missing",
       "excessive answer: $: nested deeper than 32", 1},
  };
}

enum class then { tried_again, final, no_matter };

struct row {
  sim::fault fault;
  then what;
  std::string said; // when it strikes for ever; {shape}, {deep}, {limit}, {query} stand for the
                    // route's and the request's
};

sim::fault fault(std::string kind, int status = 500, std::string body = {}) {
  sim::fault f;
  f.kind = std::move(kind);
  f.status = status;
  f.body = std::move(body);
  return f;
}

std::vector<row> rows() {
  return {
      {fault("status", 500), then::tried_again,
       "Simulated failure: Internal Server Error, tried 5 times (HTTP 500, query {query})"},
      {fault("status", 503, "{}"), then::tried_again,
       "Service Unavailable, tried 5 times (HTTP 503, query {query})"},
      {fault("status", 502, "html"), then::tried_again,
       "an HTML page instead of an answer: '502 Bad Gateway', tried 5 times (HTTP 502, query "
       "{query})"},
      {fault("status", 408, "html"), then::tried_again,
       "an HTML page instead of an answer: '408 Request Timeout', tried 5 times (HTTP 408, query "
       "{query})"},
      {fault("status", 409, "{\"message\":\"Busy\"}"), then::final,
       "Busy (HTTP 409, query {query})"},
      {fault("reset_before"), then::tried_again,
       "the connection was closed before an answer arrived, tried 5 times"},
      {fault("reset_after"), then::tried_again,
       "the connection was closed before an answer arrived, tried 5 times"},
      {fault("truncated"), then::tried_again,
       "the connection was closed in the middle of an answer, tried 5 times (HTTP 200, query "
       "{query})"},
      {fault("garbage"), then::tried_again,
       "unreadable answer: not JSON: syntax error at byte 0, tried 5 times (HTTP 200, query "
       "{query})"},
      {fault("html"), then::tried_again,
       "unreadable answer: an HTML page, not JSON, tried 5 times (HTTP 200, query {query})"},
      {fault("empty"), then::tried_again,
       "unreadable answer: empty, tried 5 times (HTTP 200, query {query})"},
      {fault("wrong_shape"), then::final, "{shape} (HTTP 200, query {query})"},
      {fault("deep"), then::final, "{deep} (HTTP 200, query {query})"},
      {fault("huge"), then::final,
       "excessive answer: longer than {limit} MiB (HTTP 200, query {query})"},
      {fault("delay"), then::no_matter, "fine"},
  };
}

std::string filled(std::string text, std::string_view key, std::string_view value) {
  if (const auto at = text.find(key); at != std::string::npos) text.replace(at, key.size(), value);
  return text;
}

std::vector<sim::logged_request> struck(against& t) {
  std::vector<sim::logged_request> out = t.api.requests();
  std::erase_if(out, [](const sim::logged_request& r) { return r.fault.empty(); });
  return out;
}

std::size_t asked_for(against& t, std::string_view path) {
  const auto all = t.api.requests();
  return static_cast<std::size_t>(
      std::count_if(all.begin(), all.end(), [&](const auto& r) { return r.path == path; }));
}

std::string place_of(against& t, const route& r) {
  if (std::string_view(r.path) == "/auth/oauth2/token") return "POST " + t.api.token_url();
  const std::string query = std::string_view(r.path).ends_with("/task") ? "?state=todo" : "";
  return "GET " + (r.path + query);
}

} // namespace

TEST_CASE("what strikes once is overcome by another try, or final at once") {
  against t;
  for (const route& r : routes()) {
    for (const row& f : rows()) {
      if (f.fault.kind == "huge") continue;
      CAPTURE(r.path);
      CAPTURE(f.fault.kind);
      CAPTURE(f.fault.status);
      ovh::client c(t.context.get_executor(), t.clock, t.options(r.credentials));
      t.api.disarm();
      t.api.forget_requests();
      sim::fault once = f.fault;
      once.path = r.path;
      t.api.arm(once);
      const std::string said = r.ask(t, c);
      CHECK(struck(t).size() == 1);
      CHECK((said == "fine") == (f.what != then::final));
      CHECK(asked_for(t, r.path) == (f.what == then::tried_again ? 2 : 1));
    }
  }
}

TEST_CASE("what strikes for ever is given up, and said") {
  against t;
  for (const route& r : routes()) {
    for (const row& f : rows()) {
      CAPTURE(r.path);
      CAPTURE(f.fault.kind);
      CAPTURE(f.fault.status);
      ovh::client c(t.context.get_executor(), t.clock, t.options(r.credentials));
      t.api.disarm();
      t.api.forget_requests();
      sim::fault always = f.fault;
      always.path = r.path;
      always.times = 0;
      t.api.arm(always);
      const std::string said = r.ask(t, c);
      const auto hit = struck(t);
      REQUIRE_FALSE(hit.empty());
      // Each connection that was open already may have been closed while idle: that costs no try.
      const bool reset = f.fault.kind == "reset_before" || f.fault.kind == "reset_after";
      const std::size_t tries = f.what == then::tried_again ? 5 : 1;
      CHECK(hit.size() >= tries);
      CHECK(hit.size() <= tries + (reset ? static_cast<std::size_t>(c.connections()) : 0));
      std::string expected = f.said;
      if (expected != "fine") {
        expected = filled(expected, "{shape}", r.shape);
        expected = filled(expected, "{deep}", r.deep);
        expected = filled(expected, "{limit}", std::to_string(r.limit));
        expected = filled(expected, "{query}", hit.back().query_id);
        expected = fmt::format("account main: {}: {}", place_of(t, r), expected);
      }
      // What a refused token request has in common is an advice of its own.
      const bool refused_token = hit.back().path == "/auth/oauth2/token" && f.fault.status == 409 &&
                                 f.fault.kind == "status";
      if (refused_token)
        expected += "; check client_id and client_secret, and that they belong to this endpoint";
      CHECK(said == expected);
    }
  }
}

TEST_CASE("who does not answer in time is asked again") {
  against t;
  for (const char* kind : {"hang", "slow"}) {
    for (const route& r : routes()) {
      if (std::string_view(kind) == "slow" && std::string_view(r.path) != "/dedicatedCloud")
        continue;
      CAPTURE(r.path);
      auto o = t.options(r.credentials);
      o.timeout = 300ms; // of real time: the rest must fit into it on a busy machine
      ovh::client c(t.context.get_executor(), t.clock, o);
      t.api.disarm();
      t.api.forget_requests();
      sim::fault once = fault(kind);
      once.path = r.path;
      once.bytes = 1;
      once.delay = 200ms;
      t.api.arm(once);
      CHECK(r.ask(t, c) == "fine");
      CHECK(asked_for(t, r.path) >= 2);
    }
  }
}

TEST_CASE("who never answers is given up, and said") {
  against t;
  auto o = t.options();
  o.timeout = 100ms;
  ovh::client c(t.context.get_executor(), t.clock, o);
  sim::fault always = fault("hang");
  always.times = 0;
  t.api.arm(always);
  const auto got = t.run(ovh::list_services(c, t.deadline()));
  CHECK(outcome(got) == "account main: GET /auth/time: no answer within 0.1 s, tried 5 times");
  CHECK(got.error().kind == failure::timeout);
}

TEST_CASE("a VM that cannot be read leaves the others seen and the datacenter incomplete") {
  against t;
  ovh::client c(t.context.get_executor(), t.clock, t.options());
  sim::fault f = fault("status", 500);
  f.path = "*/vm/1075";
  f.times = 0;
  t.api.arm(f);
  const auto seen = t.survey(c, ovh::listing::each);
  REQUIRE(seen.datacenters.size() == 1);
  CHECK_FALSE(seen.datacenters[0].complete);
  REQUIRE(seen.datacenters[0].vms.size() == 2);
  CHECK(seen.datacenters[0].vms[0].id == 1074);
  CHECK(seen.datacenters[0].vms[1].id == 1076);
  CHECK(
      problems(seen) ==
      lines{fmt::format("account main: GET /dedicatedCloud/pcc-1/datacenter/12/vm/1075: Simulated "
                        "failure: Internal Server Error, tried 5 times (HTTP 500, query {})",
                        struck(t).back().query_id)});
}

TEST_CASE("a secret that an answer repeats is taken out before its words are cut to size") {
  against t;
  ovh::client c(t.context.get_executor(), t.clock, t.options());
  sim::fault f = fault("status", 403);
  f.body = R"({"class": "Client::Forbidden", "message": ")" + std::string(175, 'x') +
           t.api.accepted().consumer_key + R"("})";
  f.times = 0;
  t.api.arm(f);
  for (const std::string& said : problems(t.survey(c)))
    CHECK(said.find(t.api.accepted().consumer_key.substr(0, 8)) == std::string::npos);
}

TEST_CASE("a VM that is gone when it is read is not missed") {
  against t;
  ovh::client c(t.context.get_executor(), t.clock, t.options());
  sim::fault f = fault("wrong_shape");
  f.path = "*/datacenter/12/vm";
  f.body = "[1074, 1075, 1076, 1077]"; // the list as it was a moment ago
  t.api.arm(f);
  const auto seen = t.survey(c, ovh::listing::each);
  CHECK(problems(seen) == lines{});
  CHECK(only(seen).complete);
  CHECK(only(seen).vms.size() == 3);
}
