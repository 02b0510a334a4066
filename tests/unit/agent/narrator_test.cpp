#include "agent/narrator.hpp"
#include "support/listening_pipe.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace ovhl;

namespace {

struct stage {
  test::listening_pipe pipe;
  os::log log{os::log_format::text, os::level::info, pipe.fd()};
  agent::narrator voice{log};

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
  s.voice.poll(r);
  CHECK(s.heard() == "info  poll 42: 1200 VMs in 1 datacenter: 1191 compliant, 9 missing; "
                     "9 corrections due (14 requests, 1.9 s)\n");
}

TEST_CASE("a poll that saw nothing, or not everything, says so as a warning") {
  stage s;
  agent::poll_report r;
  r.number = 2;
  r.failed = true;
  r.requests = 1;
  s.voice.poll(r);
  CHECK(s.heard() == "warning poll 2 failed: nothing could be read (1 request, 0.0 s)\n");
  r.failed = false;
  r.summary = "3 VMs in 1 datacenter: 3 compliant";
  s.voice.poll(r);
  CHECK(s.heard() == "warning poll 2: 3 VMs in 1 datacenter: 3 compliant; 0 corrections due; "
                     "not everything could be read (1 request, 0.0 s)\n");
}

TEST_CASE("a problem is told when it begins and when it is over, not in between") {
  stage s;
  CHECK(s.voice.problems("poll", {problem("it broke")}).size() == 1);
  CHECK(s.heard() == "error main: it broke\n");
  CHECK(s.voice.problems("poll", {problem("it broke")}).empty());
  CHECK(s.heard().empty());
  s.voice.problems("poll", {});
  CHECK(s.heard() == "info  resolved: main: it broke\n");
  s.voice.problems("poll", {problem("it broke")});
  CHECK(s.heard() == "error main: it broke\n");
}

TEST_CASE("the same problem with another query id is the same problem") {
  stage s;
  s.voice.problems("poll", {problem("it broke", "EU.ext-1")});
  CHECK(s.heard() == "error main: it broke (HTTP 500, query EU.ext-1)\n");
  s.voice.problems("poll", {problem("it broke", "EU.ext-2")});
  CHECK(s.heard().empty());
}

TEST_CASE("problems of different sources do not end each other") {
  stage s;
  s.voice.problems("poll", {problem("it broke")});
  s.heard();
  s.voice.problems("status files", {});
  CHECK(s.heard().empty());
}

TEST_CASE("the problems that are not over fit into a line") {
  stage s;
  CHECK(s.voice.current_problems().empty());
  s.voice.problems("poll", {problem("it broke", "EU.ext-1")});
  CHECK(s.voice.current_problems() == "main: it broke (HTTP 500)");
  s.voice.problems("status files", {problem("a")});
  s.voice.problems("the ledger", {problem("b")});
  CHECK(s.voice.current_problems() == "main: it broke (HTTP 500) (and 2 more)");
  for (const char* source : {"poll", "status files", "the ledger"})
    s.voice.problems(source, {});
  CHECK(s.voice.current_problems().empty());
}

TEST_CASE("what may pass is the same problem however long it was waited for") {
  stage s;
  s.voice.problems("poll", {problem("no answer within 29 s, tried 4 times")});
  CHECK(s.heard() == "error main: no answer within 29 s, tried 4 times\n");
  s.voice.problems("poll", {problem("no answer within 30 s, tried 5 times")});
  CHECK(s.heard().empty());
  s.voice.problems("poll", {});
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
  s.voice.changes(std::array{c});
  CHECK(s.heard() == "info  web-1 (1074 in pcc-1/12): compliant → missing: none is declared\n");
  c.before.reset();
  s.voice.changes(std::array{c});
  CHECK(s.heard() == "info  web-1 (1074 in pcc-1/12): new → missing: none is declared\n");
  c.before = licensing::verdict::missing;
  c.after.reset();
  c.name.clear();
  c.reason.clear();
  s.voice.changes(std::array{c});
  CHECK(s.heard() == "info  VM 1074 in pcc-1/12: missing → gone\n");
}

TEST_CASE("how far the ledger is on disk is said whenever that is another record") {
  stage s;
  s.voice.witnessed(std::nullopt);
  CHECK(s.heard().empty());
  const ledger::witness last{746, "c0ffee"};
  s.voice.witnessed(last);
  CHECK(s.heard() == "info  ledger: record 746 is on disk, with digest c0ffee\n");
  s.voice.witnessed(last);
  CHECK(s.heard().empty());
}
