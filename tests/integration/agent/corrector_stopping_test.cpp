// Corrections while the daemon stops, starts again, and is told otherwise.
#include "correcting.hpp"
#include "ledger/sqlite/store.hpp"
#include "ledger/sqlite/verify.hpp"

#include <sys/resource.h>

#include <csignal>

using namespace ovhl;
using namespace ovhl::test;

TEST_CASE("stopped in the middle, it goes on after the restart and sends nothing twice") {
  correcting t;
  t.api.control("PATCH", "/control/settings", R"({"task_reads": 0})"); // only we move tasks
  t.patient = false;
  t.sent_first = 1;
  t.play_until([&](const publish::snapshot&) { return t.posts() == 1; });
  CHECK(t.now().corrections.empty());

  finish_task(t, t.api.control("GET", "/control/tasks"));
  t.patient = true;
  t.loop.restart();
  t.play_until_ended(1);
  CHECK(t.now().corrections[0].outcome == licensing::outcome::done);
  CHECK(t.posts() == 1);

  t.loop.restart(); // and a third start knows what the second did
  t.play_until([](const publish::snapshot& s) { return s.poll.number > 1; });
  CHECK(t.now().corrections.size() == 1);
  CHECK(t.posts() == 1);
}

TEST_CASE("what waits for its turn when corrections are switched off is not sent") {
  correcting t(pcc_1("{name: web, count: 8, guestOsFamily: windows2019srvNext_64Guest}"));
  t.setup.settings.api.requests_per_minute = 20;                       // two at once
  t.api.control("PATCH", "/control/settings", R"({"task_reads": 0})"); // none of them ends
  t.patient = false;
  t.sent_first = 2;
  t.next_read.value = t.setup;
  SUBCASE("off") { t.next_read.value->settings.corrections = false; }
  SUBCASE("back to report") {
    auto reporting = std::make_shared<config::policy_file>(*t.setup.policy);
    reporting->policy.mode = licensing::mode::report;
    t.next_read.value->policy = reporting;
  }
  std::size_t at_reload = 0;
  int rests = 0;
  t.on_rest = [&] {
    if (at_reload > 0 && ++rests == 10) t.afterwards([&] { t.daemon->stop(); });
  };
  t.play([&](int) {
    if (at_reload > 0 || t.posts() < 2) return;
    at_reload = t.posts();
    t.api.control("PATCH", "/control/settings", R"({"task_reads": 1})");
    t.daemon->reload();
  });
  CHECK(at_reload == 2);
  CHECK(t.posts() == 2);
}

TEST_CASE("what was begun before corrections have been switched off is still looked after, once") {
  correcting t;
  t.api.control("PATCH", "/control/settings", R"({"task_reads": 0})"); // only we move tasks
  t.patient = false;
  t.sent_first = 1;
  t.play_until([&](const publish::snapshot&) { return t.posts() == 1; });
  finish_task(t, t.api.control("GET", "/control/tasks"));
  t.patient = true;
  t.setup.settings.corrections = false;
  t.loop.restart();
  int rests = 0;
  t.on_rest = [&] {
    if (++rests == 4) t.afterwards([&] { t.daemon->stop(); });
  };
  t.play([](int) {});
  REQUIRE(t.now().corrections.size() == 1);
  CHECK(t.now().corrections[0].outcome == licensing::outcome::done);
  CHECK(t.posts() == 1);
}

TEST_CASE(
    "a result that could not be written at first is written once, and the ledger stays whole") {
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
  correcting t;
  t.api.control("PATCH", "/control/settings", R"({"task_reads": 0})"); // only we move tasks
  t.patient = false;
  t.sent_first = 1;
  int full_since = 0;
  t.play([&](int poll) {
    if (full_since == 0 && t.posts() == 1 &&
        t.ledger->access().history().unfinished().size() == 1 &&
        t.ledger->access().history().unfinished().begin()->second.sent) {
      full_since = poll;
      rlimit full = before;
      full.rlim_cur = 4096; // less than a record takes in the log, which is used from its beginning
      REQUIRE(::setrlimit(RLIMIT_FSIZE, &full) == 0);
      finish_task(t, t.api.control("GET", "/control/tasks"));
    }
    if (full_since > 0 && poll == full_since + 6) {
      CHECK(t.ledger->access().problem().has_value());
      REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);
    }
    if ((full_since > 0 && poll == full_since + 12) || poll == 500) t.daemon->stop();
  });
  ::setrlimit(RLIMIT_FSIZE, &before);
  REQUIRE(full_since > 0);
  int results = 0;
  const auto read = ledger::read(t.dir / "ledger.db", [&](const ledger::record& r) {
    if (r.kind == ledger::kind::result) ++results;
  });
  REQUIRE(read.has_value());
  CHECK(results == 1);
  CHECK(t.posts() == 1);
  t.loop.restart();
  t.play_until([](const publish::snapshot& s) { return s.poll.number > 1; });
  CHECK_FALSE(t.ledger->access().problem().has_value());
}
