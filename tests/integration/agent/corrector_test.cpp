// Corrections by the daemon's loop against the simulator: each sent once, for a reason, to its end.
#include "correcting.hpp"
#include "ledger/sqlite/store.hpp"
#include "ledger/sqlite/verify.hpp"

#include <algorithm>

using namespace ovhl;
using namespace ovhl::test;
using licensing::due_state;
using licensing::guard;

namespace {

const std::string licenses_to_set = pcc_1(R"(
  {vmId: 1, name: web-1, guestOsFamily: windows2019srvNext_64Guest, license: windows 2022 Standard},
  {vmId: 2, name: web-2, guestOsFamily: windows2019srvNext_64Guest},
  {vmId: 3, name: tux-1, guestOsFamily: debian11_64Guest, license: windows 2019 Standard})");

} // namespace

TEST_CASE("a missing license is set: read afresh, sent once, followed, read again, recorded") {
  correcting t;
  t.play_until_ended(1);
  REQUIRE(t.now().corrections.size() == 1);
  const publish::correction_row made = t.now().corrections.at(0);
  CHECK(made.vm_id == 2);
  CHECK(made.name == "web-2");
  CHECK(made.action == licensing::action::set_license);
  CHECK(made.from == std::nullopt);
  CHECK(made.to == "windows 2022 Standard");
  CHECK(made.outcome == licensing::outcome::done);
  CHECK(made.task_id.has_value());
  CHECK(t.posts() == 1);
  CHECK(contains(t.vm(2), "windows 2022 Standard"));
  CHECK(t.now().findings.empty());
  CHECK(t.now().corrections_ended[0][0] == 1);
  CHECK(contains(t.logged(), "done: declare windows 2022 Standard on web-2 (2 in pcc-1/12)"));

  std::vector<std::string> kinds;
  std::vector<std::string> bodies;
  const auto read = ledger::read(t.dir / "ledger.db", [&](const ledger::record& r) {
    if (r.about != 0 || r.kind == ledger::kind::intent) kinds.emplace_back(name(r.kind));
    if (r.kind == ledger::kind::intent) bodies.push_back(r.body);
  });
  REQUIRE(read.has_value());
  const std::vector<std::string> wanted{"intent", "request", "task", "result"};
  CHECK(kinds == wanted);
  REQUIRE(bodies.size() == 1);
  CHECK(contains(bodies[0], t.setup.policy->sha256));
}

TEST_CASE("declare only adds, enforce also removes") {
  correcting t(licenses_to_set);
  SUBCASE("declare") {
    t.adapted->mode = licensing::mode::declare;
    t.play_until_ended(1);
    CHECK(t.posts() == 1);
    CHECK(t.finding(3).state == due_state::reported);
  }
  SUBCASE("enforce") {
    t.play_until_ended(2);
    CHECK(t.posts() == 2);
    CHECK(t.now().findings.empty());
    CHECK(contains(t.vm(3), R"("license":null)"));
  }
  SUBCASE("report") {
    t.adapted->mode = licensing::mode::report;
    t.play_until([](const publish::snapshot& s) { return s.poll.number > 3; });
    CHECK(t.posts() == 0);
    CHECK(t.finding(2).state == due_state::reported);
  }
}

TEST_CASE("confirmations and grace are waited for") {
  correcting t;
  t.adapted->guards.confirm_polls = 3;
  t.adapted->guards.grace = std::chrono::hours(1);
  std::vector<due_state> states;
  int sent_at = 0;
  t.play_until([](const publish::snapshot& s) { return !s.corrections.empty(); },
               [&](int poll) {
                 if (poll > 1 && !t.now().findings.empty())
                   states.push_back(t.now().findings[0].state);
                 if (t.posts() > 0 && sent_at == 0) sent_at = poll;
               });
  REQUIRE(!states.empty());
  CHECK(states.front() == due_state::confirming);
  CHECK(sent_at >= 12); // an hour of polls every five minutes
}

TEST_CASE("a refused correction fails with the reason, and waits before it is tried again") {
  correcting t;
  t.api.control("PATCH", "/control/vms/2", R"({"guestOsFamily": "windows7Server64Guest"})");
  t.adapted->guest_os_families.insert(
      t.adapted->guest_os_families.begin(),
      {glob("windows7Server64Guest"), t.adapted->guest_os_families[0].expect});
  t.play_until_ended(3);
  const auto made = t.now().corrections;
  REQUIRE(made.size() >= 3);
  CHECK(made[0].outcome == licensing::outcome::failed);
  CHECK(contains(made[0].message, "bypass_guest_os_family_check"));
  CHECK_FALSE(made[0].query_id.empty());
  CHECK(made[1].at - made[0].at >= std::chrono::minutes(15));
  CHECK(made[2].at - made[1].at >= std::chrono::minutes(30));
}

TEST_CASE("after a lost answer nothing is sent again before it is known what became of it") {
  correcting t;
  SUBCASE("it had taken effect") {
    t.api.arm({.method = "POST", .path = "*/setLicense", .kind = "reset_after"});
    t.play_until_ended(1);
    CHECK(t.now().corrections[0].outcome == licensing::outcome::done);
    CHECK(t.posts() == 1);
  }
  SUBCASE("it had not") {
    t.api.arm({.method = "POST", .path = "*/setLicense", .kind = "reset_before"});
    t.play_until_ended(2);
    CHECK(t.now().corrections[0].outcome == licensing::outcome::inconclusive);
    CHECK(t.now().corrections[1].outcome == licensing::outcome::done);
    CHECK(t.posts() == 2);
  }
  SUBCASE("the API answers with an error after it has taken effect") {
    t.api.arm({.method = "POST", .path = "*/setLicense", .status = 500, .after = true});
    t.play_until_ended(1);
    CHECK(t.now().corrections[0].outcome == licensing::outcome::done);
    CHECK(t.posts() == 1);
  }
}

TEST_CASE("a task that does not end well is told as it is") {
  correcting t;
  const auto first = [&](const char* outcome) {
    t.api.control("POST", "/control/outcomes",
                  std::string(R"({"outcome": ")") + outcome + R"(", "times": 1})");
    t.play_until_ended(1);
    return t.now().corrections.at(0);
  };
  SUBCASE("error") { CHECK(first("error").outcome == licensing::outcome::failed); }
  SUBCASE("canceled") { CHECK(first("canceled").outcome == licensing::outcome::failed); }
  SUBCASE("done without effect") {
    CHECK(first("no_effect").outcome == licensing::outcome::failed);
  }
  SUBCASE("no end") {
    CHECK(first("stuck").outcome == licensing::outcome::inconclusive);
    CHECK(t.posts() == 1); // it is still under way: nothing else is sent
  }
}

TEST_CASE("a task that cannot be found for some minutes is waited for") {
  correcting t;
  t.api.arm({.method = "GET", .path = "/dedicatedCloud/*/task/*", .status = 404});
  t.play_until_ended(1);
  CHECK(t.now().corrections[0].outcome == licensing::outcome::done);
  CHECK(t.posts() == 1);
}

TEST_CASE("somebody else's task on the VM is waited for") {
  correcting t;
  const std::string started =
      t.api.control("POST", "/control/tasks",
                    R"({"vmId": 2, "name": "reconfigure", "state": "fixing", "license": null,
                    "description": "reconfigure virtual machine 2"})");
  bool held = false;
  t.play_until([&](const publish::snapshot& s) { return !s.corrections.empty(); },
               [&](int poll) {
                 for (const auto& f : t.now().findings)
                   held = held || (f.state == due_state::held && f.guard == guard::task);
                 if (poll == 20) {
                   CHECK(t.posts() == 0);
                   finish_task(t, started);
                 }
               });
  CHECK(held);
  CHECK(t.now().corrections[0].outcome == licensing::outcome::done);
}

TEST_CASE("a VM that changes between the poll and the correction is left alone, and that is said") {
  correcting t;
  SUBCASE("its license") {
    t.play_until([](const publish::snapshot& s) { return !s.corrections.empty(); },
                 [&](int poll) {
                   if (poll == 1)
                     t.api.control("PATCH", "/control/vms/2",
                                   R"({"license": "windows 2022 Standard"})");
                 });
    CHECK(t.now().corrections[0].outcome == licensing::outcome::dropped);
  }
  SUBCASE("its guest OS") {
    t.play_until([](const publish::snapshot& s) { return !s.corrections.empty(); },
                 [&](int poll) {
                   if (poll == 1)
                     t.api.control("PATCH", "/control/vms/2",
                                   R"({"guestOsFamily": "debian11_64Guest"})");
                 });
    CHECK(t.now().corrections[0].outcome == licensing::outcome::dropped);
  }
  SUBCASE("it vanishes") {
    t.play_until([](const publish::snapshot& s) { return !s.corrections.empty(); },
                 [&](int poll) {
                   if (poll == 1) t.api.control("DELETE", "/control/vms/2");
                 });
    CHECK(t.now().corrections[0].outcome == licensing::outcome::dropped);
  }
  CHECK(t.posts() == 0);
}

TEST_CASE("where Windows licenses are not activated it is said once for the service") {
  correcting t(two_services);
  t.api.control("PATCH", "/control/services/pcc-2", R"({"spla": false})");
  t.play_until([](const publish::snapshot& s) { return s.poll.number > 5; });
  CHECK(t.posts() == 0);
  CHECK(t.finding(2).guard == guard::spla);
  const auto errors = t.now().errors;
  CHECK(std::count_if(errors.begin(), errors.end(), [](const auto& e) {
          return contains(e.what.message, "not activated");
        }) == 1);
}

TEST_CASE("without a ledger nothing is corrected, and looking goes on") {
  correcting t;
  t.setup.settings.ledger = t.dir / "status.json" / "ledger.db"; // below a file
  t.play_until([](const publish::snapshot& s) { return s.poll.number > 3; });
  CHECK(t.posts() == 0);
  CHECK(t.finding(2).state == due_state::held);
  CHECK(t.finding(2).guard == guard::ledger);
  CHECK(t.now().polls_succeeded >= 3);
}

TEST_CASE("a ledger that vanishes between the look and the correction keeps it from being sent") {
  correcting t;
  t.play_until([](const publish::snapshot& s) { return s.poll.number > 3; },
               [&](int poll) {
                 if (poll != 1) return; // seen and recorded, and nothing sent yet
                 fs::create_directory(t.dir / "aside");
                 for (const char* name : {"ledger.db", "ledger.db-wal", "ledger.db-shm",
                                          "ledger.db.lock", "ledger.db.witness"})
                   fs::rename(t.dir / name, t.dir / "aside" / name);
               });
  CHECK(t.posts() == 0);
  CHECK(t.finding(2).state == due_state::held);
  CHECK(t.finding(2).guard == guard::ledger);
  CHECK(t.ledger->access().problem().has_value());
  CHECK(contains(t.logged(), "was moved, deleted or replaced while it was in use"));
  CHECK(contains(t.logged(), "its records are missing: it had reached record "));
  CHECK_FALSE(fs::exists(t.dir / "ledger.db"));
}

TEST_CASE("more than the limit of a poll waits for the next") {
  correcting t(pcc_1("{name: web, count: 5, guestOsFamily: windows2019srvNext_64Guest}"));
  t.adapted->guards.max_sets_per_poll = 2;
  std::ptrdiff_t held = 0;
  t.play_until([](const publish::snapshot& s) { return s.corrections.size() == 5; },
               [&](int poll) {
                 if (poll == 2)
                   held = std::ranges::count(t.now().findings, guard::max_sets_per_poll,
                                             &publish::finding::guard);
               });
  CHECK(held == 3);
  CHECK(t.posts() == 5);
}

TEST_CASE("a service that two accounts see is corrected once") {
  correcting t;
  agent::account_setup second = t.setup.accounts.at(0);
  second.account.name = "other";
  t.setup.settings.accounts.push_back(second.account);
  t.setup.accounts.push_back(second);
  t.play_until_ended(1);
  CHECK(t.posts() == 1);
  CHECK(t.now().datacenters.size() == 2);
  CHECK_FALSE(t.now().datacenters[1].ok);
  CHECK(contains(t.now().datacenters[1].error.value_or(""), "account main also sees it"));
}
