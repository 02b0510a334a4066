#include "agent/event_log.hpp"
#include "support/listening_pipe.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace ovhl;

namespace {

struct stage {
  test::listening_pipe pipe;
  os::log log{os::log_format::text, os::level::info, pipe.fd()};
  agent::event_log events{log};
  agent::problems known;

  std::vector<error> report(const std::string& source, const std::vector<error>& now) {
    const agent::problems::change made = known.update(source, now, {});
    events.problems(made);
    return made.begun;
  }

  // What was logged since the last time, without the times.
  std::string heard() const {
    std::string all;
    for (const std::string& line : pipe.lines_heard())
      all += line + "\n";
    return all;
  }
};

error problem(std::string message, std::string query_id = {}) {
  error e;
  e.kind = failure::server;
  e.where = "main";
  e.message = std::move(message);
  e.http_status = query_id.empty() ? 0 : 500;
  e.query_id = std::move(query_id);
  return e;
}

} // namespace

TEST_CASE("a poll is one line with what was seen, what is due and what it took") {
  stage s;
  agent::poll_report r;
  r.number = 42;
  r.complete = true;
  r.summary = "1200 VMs in 1 datacenter: 1191 compliant, 9 missing";
  r.due = 9;
  r.requests = 14;
  r.seconds = 1.94;
  s.events.poll(r);
  CHECK(s.heard() == "info  poll 42: 1200 VMs in 1 datacenter: 1191 compliant, 9 missing; "
                     "9 corrections due (14 requests, 1.9 s)\n");
}

TEST_CASE("a poll that saw nothing, or not everything, says so as a warning") {
  stage s;
  agent::poll_report r;
  r.number = 2;
  r.failed = true;
  r.requests = 1;
  s.events.poll(r);
  CHECK(s.heard() == "warning poll 2 failed: nothing could be read (1 request, 0.0 s)\n");
  r.failed = false;
  r.summary = "3 VMs in 1 datacenter: 3 compliant";
  s.events.poll(r);
  CHECK(s.heard() == "warning poll 2: 3 VMs in 1 datacenter: 3 compliant; 0 corrections due; "
                     "not everything could be read (1 request, 0.0 s)\n");
}

TEST_CASE("a problem is told when it begins and when it is over, not in between") {
  stage s;
  CHECK(s.report("poll", {problem("it broke")}).size() == 1);
  CHECK(s.heard() == "error main: it broke\n");
  CHECK(s.report("poll", {problem("it broke")}).empty());
  CHECK(s.heard().empty());
  s.report("poll", {});
  CHECK(s.heard() == "info  resolved: main: it broke\n");
  s.report("poll", {problem("it broke")});
  CHECK(s.heard() == "error main: it broke\n");
}

TEST_CASE("the same problem with another query id is the same problem") {
  stage s;
  s.report("poll", {problem("it broke", "EU.ext-1")});
  CHECK(s.heard() == "error main: it broke (HTTP 500, query EU.ext-1)\n");
  s.report("poll", {problem("it broke", "EU.ext-2")});
  CHECK(s.heard().empty());
}

TEST_CASE("problems of different sources do not end each other") {
  stage s;
  s.report("poll", {problem("it broke")});
  s.heard();
  s.report("status files", {});
  CHECK(s.heard().empty());
}

TEST_CASE("the problems that are not over fit into a line") {
  stage s;
  CHECK(s.known.in_one_line().empty());
  s.report("poll", {problem("it broke", "EU.ext-1")});
  CHECK(s.known.in_one_line() == "main: it broke (HTTP 500)");
  s.report("status files", {problem("a")});
  s.report("the ledger", {problem("b")});
  CHECK(s.known.in_one_line() == "main: it broke (HTTP 500) (and 2 more)");
  for (const char* source : {"poll", "status files", "the ledger"})
    s.report(source, {});
  CHECK(s.known.in_one_line().empty());
}

TEST_CASE("what may pass is the same problem however long it was waited for") {
  stage s;
  s.report("poll", {problem("no answer within 29 s, tried 4 times")});
  CHECK(s.heard() == "error main: no answer within 29 s, tried 4 times\n");
  s.report("poll", {problem("no answer within 30 s, tried 5 times")});
  CHECK(s.heard().empty());
  s.report("poll", {});
  CHECK(s.heard() == "info  resolved: main: no answer within 29 s, tried 4 times\n");
}

TEST_CASE("a change of verdict is one line with both verdicts and the reason") {
  stage s;
  licensing::change c;
  c.which = {{"main", "pcc-1", 12}, 1074};
  c.name = "web-1";
  c.before = licensing::verdict::compliant;
  c.after = licensing::verdict::missing;
  c.reason = "none is declared";
  s.events.changes(std::array{c});
  CHECK(s.heard() == "info  web-1 (1074 in pcc-1/12): compliant → missing: none is declared\n");
  c.before.reset();
  s.events.changes(std::array{c});
  CHECK(s.heard() == "info  web-1 (1074 in pcc-1/12): new → missing: none is declared\n");
  c.before = licensing::verdict::missing;
  c.after.reset();
  c.name.clear();
  c.reason.clear();
  s.events.changes(std::array{c});
  CHECK(s.heard() == "info  VM 1074 in pcc-1/12: missing → gone\n");
}

TEST_CASE("how far the ledger is on disk is said whenever that is another record") {
  stage s;
  s.events.witnessed(std::nullopt);
  CHECK(s.heard().empty());
  const ledger::witness last{746, "c0ffee"};
  s.events.witnessed(last);
  CHECK(s.heard() == "info  ledger: record 746 is on disk, with digest c0ffee\n");
  s.events.witnessed(last);
  CHECK(s.heard().empty());
}
