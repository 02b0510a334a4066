#include "agent/narrator.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <array>
#include <string>

using namespace ovhl;

namespace {

// A log that writes into a pipe, and what has been written to it since the last look, without the
// time.
class listener {
 public:
  listener() { REQUIRE(::pipe(ends_.data()) == 0); }
  ~listener() {
    ::close(ends_[0]);
    ::close(ends_[1]);
  }
  listener(const listener&) = delete;
  listener& operator=(const listener&) = delete;

  int fd() const { return ends_[1]; }

  std::string heard() const {
    REQUIRE(::write(ends_[1], "\n", 1) == 1); // so that there is always something to read
    std::string text(64 * 1024, '\0');
    const ssize_t length = ::read(ends_[0], text.data(), text.size());
    REQUIRE(length > 0);
    text.resize(static_cast<std::size_t>(length) - 1);
    std::string stripped;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = text.find('\n', at) + 1;
      stripped += text.substr(at + std::string("2026-11-20T21:48:00Z ").size(),
                              end - at - std::string("2026-11-20T21:48:00Z ").size());
      at = end;
    }
    return stripped;
  }

 private:
  std::array<int, 2> ends_{};
};

struct stage {
  listener ear;
  os::log log{os::log_format::text, os::level::info, ear.fd()};
  agent::narrator voice{log};
};

error trouble(std::string message, std::string query_id = {}) {
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
  CHECK(s.ear.heard() == "info  poll 42: 1200 VMs in 1 datacenter: 1191 compliant, 9 missing; "
                         "9 corrections due (14 requests, 1.9 s)\n");
}

TEST_CASE("a poll that saw nothing, or not everything, says so as a warning") {
  stage s;
  agent::poll_report r;
  r.number = 2;
  r.failed = true;
  r.requests = 1;
  s.voice.poll(r);
  CHECK(s.ear.heard() == "warning poll 2 failed: nothing could be read (1 request, 0.0 s)\n");
  r.failed = false;
  r.summary = "3 VMs in 1 datacenter: 3 compliant";
  s.voice.poll(r);
  CHECK(s.ear.heard() == "warning poll 2: 3 VMs in 1 datacenter: 3 compliant; 0 corrections due; "
                         "not everything could be read (1 request, 0.0 s)\n");
}

TEST_CASE("a trouble is told when it begins and when it is over, not in between") {
  stage s;
  CHECK(s.voice.troubles("poll", {trouble("it broke")}).size() == 1);
  CHECK(s.ear.heard() == "error main: it broke\n");
  CHECK(s.voice.troubles("poll", {trouble("it broke")}).empty());
  CHECK(s.ear.heard().empty());
  s.voice.troubles("poll", {});
  CHECK(s.ear.heard() == "info  resolved: main: it broke\n");
  s.voice.troubles("poll", {trouble("it broke")});
  CHECK(s.ear.heard() == "error main: it broke\n");
}

TEST_CASE("the same trouble with another query id is the same trouble") {
  stage s;
  s.voice.troubles("poll", {trouble("it broke", "EU.ext-1")});
  CHECK(s.ear.heard() == "error main: it broke (HTTP 500, query EU.ext-1)\n");
  s.voice.troubles("poll", {trouble("it broke", "EU.ext-2")});
  CHECK(s.ear.heard().empty());
}

TEST_CASE("troubles of different sources do not end each other") {
  stage s;
  s.voice.troubles("poll", {trouble("it broke")});
  s.ear.heard();
  s.voice.troubles("status files", {});
  CHECK(s.ear.heard().empty());
}

TEST_CASE("the troubles that are not over fit into a line") {
  stage s;
  CHECK(s.voice.standing_troubles().empty());
  s.voice.troubles("poll", {trouble("it broke", "EU.ext-1")});
  CHECK(s.voice.standing_troubles() == "main: it broke (HTTP 500)");
  s.voice.troubles("status files", {trouble("a")});
  s.voice.troubles("the ledger", {trouble("b")});
  CHECK(s.voice.standing_troubles() == "main: it broke (HTTP 500) (and 2 more)");
  for (const char* source : {"poll", "status files", "the ledger"})
    s.voice.troubles(source, {});
  CHECK(s.voice.standing_troubles().empty());
}

TEST_CASE("what may pass is the same trouble however long it was waited for") {
  stage s;
  s.voice.troubles("poll", {trouble("no answer within 29 s, tried 4 times")});
  CHECK(s.ear.heard() == "error main: no answer within 29 s, tried 4 times\n");
  s.voice.troubles("poll", {trouble("no answer within 30 s, tried 5 times")});
  CHECK(s.ear.heard().empty());
  s.voice.troubles("poll", {});
  CHECK(s.ear.heard() == "info  resolved: main: no answer within 29 s, tried 4 times\n");
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
  CHECK(s.ear.heard() == "info  web-1 (1074 in pcc-1/12): compliant → missing: none is declared\n");
  c.before.reset();
  s.voice.changes(std::array{c});
  CHECK(s.ear.heard() == "info  web-1 (1074 in pcc-1/12): new → missing: none is declared\n");
  c.before = licensing::verdict::missing;
  c.after.reset();
  c.name.clear();
  c.reason.clear();
  s.voice.changes(std::array{c});
  CHECK(s.ear.heard() == "info  VM 1074 in pcc-1/12: missing → gone\n");
}

TEST_CASE("how far the ledger is on disk is said whenever that is another record") {
  stage s;
  s.voice.witnessed(std::nullopt);
  CHECK(s.ear.heard().empty());
  const ledger::witness last{746, "c0ffee"};
  s.voice.witnessed(last);
  CHECK(s.ear.heard() == "info  ledger: record 746 is on disk, with digest c0ffee\n");
  s.voice.witnessed(last);
  CHECK(s.ear.heard().empty());
}
