// Corrections by the daemon's loop against the simulator: each sent once, for a reason, to its end.
#include "theatre.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <csignal>

using namespace ovhl;
using namespace ovhl::test;
using licensing::due_state;
using licensing::guard;

namespace {

constexpr const char* licenses_to_set = R"(
services:
  - name: pcc-1
    datacenters:
      - id: 12
        vms:
          - {vmId: 1, name: web-1, guestOsFamily: windows2019srvNext_64Guest, license: windows 2022 Standard}
          - {vmId: 2, name: web-2, guestOsFamily: windows2019srvNext_64Guest}
          - {vmId: 3, name: tux-1, guestOsFamily: debian11_64Guest, license: windows 2019 Standard}
)";

struct correcting : theatre {
  explicit correcting(const char* fleet = small_fleet) : theatre(fleet) {
    theatre::correcting = true;
    // Signatures carry the time, which a clock that jumps does not have in common with the API.
    setup.accounts.at(0).credentials = ovh::token_credentials{secret(api.accepted().access_token)};
    auto file = std::make_shared<config::policy_file>(*setup.policy);
    file->policy.mode = licensing::mode::enforce;
    file->policy.guards.confirm_polls = 1;
    file->policy.guards.grace = std::chrono::seconds(0);
    adapted = &file->policy;
    setup.policy = std::move(file);
  }
  ~correcting() { CHECK(api.violations() == expected_violations); }

  licensing::policy* adapted;
  std::vector<std::string> expected_violations;

  std::size_t posts() {
    const auto all = api.requests();
    return static_cast<std::size_t>(
        std::count_if(all.begin(), all.end(), [](const auto& r) { return r.method == "POST"; }));
  }
  std::string vm(int id) { return api.control("GET", "/control/vms/" + std::to_string(id)); }

  // Until so many corrections have ended; a poll that comes after them shows what they left.
  void play_until_ended(std::size_t corrections) {
    play_until([=](const publish::snapshot& s) { return s.corrections.size() >= corrections; });
  }
  void play_until(const std::function<bool(const publish::snapshot&)>& reached,
                  const std::function<void(int)>& on_poll = {}) {
    constexpr int most = 500;
    int after = 0;
    bool came = false;
    play([&](int poll) {
      if (on_poll) on_poll(poll);
      came = came || reached(now());
      if ((came && ++after == 2) || poll == most) daemon->stop();
    });
    const std::string said = logged();
    REQUIRE_MESSAGE(came, said.substr(said.size() - std::min<std::size_t>(said.size(), 2000)));
  }
  const publish::finding& finding(std::int64_t vm) {
    for (const publish::finding& f : now().findings)
      if (f.vm_id == vm) return f;
    FAIL("no finding for VM " << vm);
    throw std::logic_error("unreachable");
  }
};

// The first task that the simulator's answer speaks of.
void finish_task(correcting& t, const std::string& answer) {
  const auto at = answer.find("\"taskId\":");
  REQUIRE(at != std::string::npos);
  const int id = std::stoi(answer.substr(at + 9));
  t.api.control("PATCH", fmt::format("/control/tasks/{}", id), R"({"state": "done"})");
}

} // namespace

TEST_CASE("a missing license is set: read afresh, sent once, followed, read again, recorded") {
  correcting t;
  t.play_until_ended(1);
  REQUIRE(t.now().corrections.size() == 1);
  const publish::correction_line& made = t.now().corrections[0];
  CHECK(made.vm_id == 2);
  CHECK(made.name == "web-2");
  CHECK(made.action == licensing::action::set_license);
  CHECK(made.from == std::nullopt);
  CHECK(made.to == "windows 2022 Standard");
  CHECK(made.outcome == "done");
  CHECK(made.task_id.has_value());
  CHECK(t.posts() == 1);
  CHECK(contains(t.vm(2), "windows 2022 Standard"));
  CHECK(t.now().findings.empty());
  CHECK(t.now().corrections_ended[0][0] == 1);
  CHECK(contains(t.logged(), "done: setLicense windows 2022 Standard on web-2 (2 in pcc-1/12)"));

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
  const auto& made = t.now().corrections;
  REQUIRE(made.size() >= 3);
  CHECK(made[0].outcome == "failed");
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
    CHECK(t.now().corrections[0].outcome == "done");
    CHECK(t.posts() == 1);
  }
  SUBCASE("it had not") {
    t.api.arm({.method = "POST", .path = "*/setLicense", .kind = "reset_before"});
    t.play_until_ended(2);
    CHECK(t.now().corrections[0].outcome == "inconclusive");
    CHECK(t.now().corrections[1].outcome == "done");
    CHECK(t.posts() == 2);
  }
  SUBCASE("the API answers with an error after it has taken effect") {
    t.api.arm({.method = "POST", .path = "*/setLicense", .status = 500, .after = true});
    t.play_until_ended(1);
    CHECK(t.now().corrections[0].outcome == "done");
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
  SUBCASE("error") { CHECK(first("error").outcome == "failed"); }
  SUBCASE("canceled") { CHECK(first("canceled").outcome == "failed"); }
  SUBCASE("done without effect") { CHECK(first("no_effect").outcome == "failed"); }
  SUBCASE("no end") {
    CHECK(first("stuck").outcome == "inconclusive");
    CHECK(t.posts() == 1); // it is still under way: nothing else is sent
  }
}

TEST_CASE("a task that cannot be found for some minutes is waited for") {
  correcting t;
  t.api.arm({.method = "GET", .path = "/dedicatedCloud/*/task/*", .status = 404});
  t.play_until_ended(1);
  CHECK(t.now().corrections[0].outcome == "done");
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
  CHECK(t.now().corrections[0].outcome == "done");
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
    CHECK(t.now().corrections[0].outcome == "dropped");
  }
  SUBCASE("its guest OS") {
    t.play_until([](const publish::snapshot& s) { return !s.corrections.empty(); },
                 [&](int poll) {
                   if (poll == 1)
                     t.api.control("PATCH", "/control/vms/2",
                                   R"({"guestOsFamily": "debian11_64Guest"})");
                 });
    CHECK(t.now().corrections[0].outcome == "dropped");
  }
  SUBCASE("it vanishes") {
    t.play_until([](const publish::snapshot& s) { return !s.corrections.empty(); },
                 [&](int poll) {
                   if (poll == 1) t.api.control("DELETE", "/control/vms/2");
                 });
    CHECK(t.now().corrections[0].outcome == "dropped");
  }
  CHECK(t.posts() == 0);
}

TEST_CASE("where Windows licenses are not activated it is said once for the service") {
  correcting t(two_services);
  t.api.control("PATCH", "/control/services/pcc-2", R"({"spla": false})");
  t.play_until([](const publish::snapshot& s) { return s.poll.number > 5; });
  CHECK(t.posts() == 0);
  CHECK(t.finding(2).guard == guard::spla);
  const auto& errors = t.now().errors;
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

TEST_CASE("stopped in the middle, it goes on after the restart and sends nothing twice") {
  correcting t;
  t.api.control("PATCH", "/control/settings", R"({"task_reads": 0})"); // only we move tasks
  t.patient = false;
  t.play_until([&](const publish::snapshot&) { return t.posts() == 1; });
  CHECK(t.now().corrections.empty());

  finish_task(t, t.api.control("GET", "/control/tasks"));
  t.patient = true;
  t.loop.restart();
  t.play_until_ended(1);
  CHECK(t.now().corrections[0].outcome == "done");
  CHECK(t.posts() == 1);

  t.loop.restart(); // and a third start knows what the second did
  t.play_until([](const publish::snapshot& s) { return s.poll.number > 1; });
  CHECK(t.now().corrections.size() == 1);
  CHECK(t.posts() == 1);
}

TEST_CASE("more than the limit of a poll waits for the next") {
  std::string fleet = "services: [{name: pcc-1, datacenters: [{id: 12, vms: [{name: web, count: "
                      "5, guestOsFamily: windows2019srvNext_64Guest}]}]}]";
  correcting t(fleet.c_str());
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

TEST_CASE("what waits for its turn when corrections are switched off is not sent") {
  const std::string fleet = "services: [{name: pcc-1, datacenters: [{id: 12, vms: [{name: web, "
                            "count: 8, guestOsFamily: windows2019srvNext_64Guest}]}]}]";
  correcting t(fleet.c_str());
  t.setup.settings.api.requests_per_minute = 20;                       // two at once
  t.api.control("PATCH", "/control/settings", R"({"task_reads": 0})"); // none of them ends
  t.patient = false;
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
  CHECK(contains(t.now().datacenters[1].error.value_or(""), "account main sees it, too"));
}

TEST_CASE("what was begun before corrections were switched off is still looked after, once") {
  correcting t;
  t.api.control("PATCH", "/control/settings", R"({"task_reads": 0})"); // only we move tasks
  t.patient = false;
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
  CHECK(t.now().corrections[0].outcome == "done");
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
  int full_since = 0;
  t.play([&](int poll) {
    if (full_since == 0 && t.posts() == 1 && t.ledger->history().unfinished().size() == 1 &&
        t.ledger->history().unfinished().begin()->second.sent) {
      full_since = poll;
      rlimit full = before;
      full.rlim_cur = fs::file_size(t.dir / "ledger.db-wal");
      REQUIRE(::setrlimit(RLIMIT_FSIZE, &full) == 0);
      finish_task(t, t.api.control("GET", "/control/tasks"));
    }
    if (full_since > 0 && poll == full_since + 6) {
      CHECK(t.ledger->trouble().has_value());
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
  CHECK_FALSE(t.ledger->trouble().has_value());
}
