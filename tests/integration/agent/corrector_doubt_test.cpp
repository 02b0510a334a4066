// Where a correction would be made on doubt: on looks that are old, beside another hand, by a wrong
// clock, more often than the policy lets it; and where success shows late.
#include "correcting.hpp"
#include "support/waited_chronicle.hpp"

using namespace ovhl;
using namespace ovhl::test;
using licensing::due_state;
using licensing::guard;

namespace {

const std::string six_to_set =
    pcc_1("{vmId: 1, name: web, guestOsFamily: windows2019srvNext_64Guest, count: 6}");
const std::string wrong_license =
    pcc_1("{vmId: 2, name: web, guestOsFamily: windows2019srvNext_64Guest, license: windows 2016 "
          "Standard}");
constexpr const char* as_expected = R"({"license": "windows 2022 Standard"})";

void patch(correcting& t, int vm, const char* what) {
  t.api.control("PATCH", fmt::format("/control/vms/{}", vm), what);
}

} // namespace

TEST_CASE("a license that shows after the end of its task is asked for once, and is done") {
  correcting t(six_to_set);
  t.adapted->guards.retry_after = std::chrono::seconds(1);
  t.api.control("PATCH", "/control/settings", R"({"shown_after_ms": 3000})");
  t.play_until_ended(6);
  for (const publish::correction_row& made : t.now().corrections)
    CHECK(made.outcome == licensing::outcome::done);
  CHECK(t.posts() == 6);
}

TEST_CASE(
    "what else a verdict rests on is read again before the request, not taken from the look") {
  correcting t(wrong_license);
  const char* changed = nullptr;
  const char* said = nullptr;
  SUBCASE("what VMware Tools report") {
    changed = R"({"reportedGuestOsFamily": "debian11_64Guest"})";
    said = "changed meanwhile: its reported guest OS is now debian11_64Guest";
  }
  SUBCASE("what vmLicensed declares") {
    changed = R"({"vmLicensed": {"license": "windows 2019 Standard"}})";
    said = "changed meanwhile: nothing needs correcting any more: the VM's details show 'windows "
           "2016 Standard', the list of licensed VMs shows 'windows 2019 Standard'";
  }
  t.play_until([](const publish::snapshot& s) { return !s.corrections.empty(); },
               [&](int poll) {
                 if (poll == 1) patch(t, 2, changed);
               });
  CHECK(t.now().corrections[0].outcome == licensing::outcome::dropped);
  CHECK(contains(t.now().corrections[0].message, said));
  CHECK(t.posts() == 0);
}

TEST_CASE("one vmLicensed serves the corrections of a datacenter, and the service's tasks are "
          "listed once") {
  correcting t(six_to_set);
  t.play_until_ended(6);
  const auto all = t.api.requests();
  const auto times = [&](const char* path) {
    return std::ranges::count(all, std::string("/dedicatedCloud/pcc-1/") + path,
                              &sim::logged_request::path);
  };
  // One more for each of the three polls.
  CHECK(times("datacenter/12/vmLicensed") <= 3 + 2);
  CHECK(times("task") <= 2 * 8);
  MESSAGE(all.size() << " requests in all");
}

namespace {

// Somebody corrects two VMs at the first poll, before we do.
void somebody_is_quicker(correcting& t, int poll) {
  if (poll != 1) return;
  patch(t, 1, as_expected);
  patch(t, 2, as_expected);
}

// What `apply` leaves in the ledger.
void apply_by_a_person(correcting& t, bool corrects) {
  t.ledger.reset();
  const instant now = t.clock.wall();
  const auto opened = ledger::testing::waited_chronicle::open(
      t.setup.settings.ledger, {"apply", "alice", ::getpid(), "1"}, now);
  REQUIRE(opened.has_value());
  ledger::testing::waited_chronicle& person = **opened;
  if (corrects) {
    licensing::intent wanted;
    wanted.what.which = {{"main", "pcc-1", 12}, 6};
    wanted.what.action = licensing::action::set_license;
    wanted.what.to = "windows 2022 Standard";
    wanted.by.person = true;
    const auto numbers = person.intents({&wanted, 1}, now);
    REQUIRE(numbers.has_value());
    licensing::ending end;
    end.how = licensing::outcome::dropped;
    person.note(numbers->at(0), wanted.what, end, now);
  }
  CHECK(person.stop(now).has_value());
}

bool is_held(correcting& t, guard by) {
  return std::ranges::any_of(t.now().findings, [&](const publish::finding& f) {
    return f.state == due_state::held && f.guard == by;
  });
}

} // namespace

TEST_CASE("two signs of another hand hold the account's corrections for an hour") {
  correcting t(six_to_set);
  t.adapted->guards.max_sets_per_poll = 2;
  std::size_t sent_in_the_hour = 0;
  bool held = false;
  t.play_until([](const publish::snapshot& s) { return s.corrections.size() == 6; },
               [&](int poll) {
                 somebody_is_quicker(t, poll);
                 held = held || is_held(t, guard::other_hand);
                 if (poll <= 11) sent_in_the_hour = t.posts();
               });
  CHECK(held);
  CHECK(sent_in_the_hour == 0);
  CHECK(t.posts() == 4);
  CHECK(contains(t.logged(), "corrections are held: someone else is changing VMs of account main"));
}

TEST_CASE("the hold outlasts a restart, and ends with a person's apply") {
  correcting t(six_to_set);
  t.adapted->guards.max_sets_per_poll = 2;
  t.play_until([](const publish::snapshot& s) { return s.corrections.size() == 2; },
               [&](int poll) { somebody_is_quicker(t, poll); });
  REQUIRE(t.posts() == 0);
  t.loop.restart();
  t.play_until([](const publish::snapshot& s) { return s.poll.number > 1; });
  CHECK(is_held(t, guard::other_hand));
  CHECK(t.posts() == 0);

  apply_by_a_person(t, false); // looked, and begins nothing
  t.loop.restart();
  t.play_until([](const publish::snapshot& s) { return s.poll.number > 1; });
  CHECK(is_held(t, guard::other_hand));

  apply_by_a_person(t, true);
  t.loop.restart();
  t.play_until([](const publish::snapshot& s) { return s.poll.number > 1; });
  CHECK_FALSE(is_held(t, guard::other_hand));
  CHECK(t.posts() >= 2);
}

TEST_CASE("a license task that is not ours and a VM that turned are two signs") {
  correcting t(six_to_set);
  t.adapted->guards.max_sets_per_poll = 1;
  std::string started;
  bool held = false;
  t.play_until([&](const publish::snapshot& s) { return s.poll.number > 4; },
               [&](int poll) {
                 if (poll == 1)
                   started = t.api.control("POST", "/control/tasks",
                                           R"({"vmId": 1, "name": "setLicense", "state": "doing",
                                  "license": "windows 2022 Standard",
                                  "description": "setLicense on virtual machine 1"})");
                 if (poll == 2) finish_task(t, started);
                 held = held || is_held(t, guard::other_hand);
               });
  CHECK(held);
  CHECK(t.posts() == 0);
}

TEST_CASE("a task that may be about every VM is one sign, and is waited for") {
  correcting t(six_to_set);
  bool held = false;
  std::string started;
  t.play_until([&](const publish::snapshot& s) { return s.corrections.size() == 6; },
               [&](int poll) {
                 if (poll == 1)
                   started = t.api.control("POST", "/control/tasks",
                                           R"({"vmId": 6, "name": "setLicense", "state": "doing",
                                           "license": null, "description": null})");
                 if (poll == 4) {
                   CHECK(t.posts() == 0);
                   finish_task(t, started);
                 }
                 held = held || is_held(t, guard::other_hand);
               });
  CHECK_FALSE(held);
  CHECK(t.posts() == 6);
}

TEST_CASE("two VMs that are busy are two signs, also after a restart") {
  correcting t(six_to_set);
  t.adapted->guards.max_sets_per_poll = 2;
  t.api.arm({.method = "POST",
             .path = "*/setLicense",
             .kind = "status",
             .times = 2,
             .status = 409,
             .body = R"({"class": "Client::Conflict", "message": "A task is already running"})"});
  bool held = false;
  t.play_until([&](const publish::snapshot& s) { return s.poll.number > 3; },
               [&](int) { held = held || is_held(t, guard::other_hand); });
  CHECK(held);
  CHECK(t.posts() == 2);
  t.loop.restart();
  t.play_until([](const publish::snapshot& s) { return s.poll.number > 1; });
  CHECK(is_held(t, guard::other_hand));
  CHECK(t.posts() == 2);
}

TEST_CASE("a request that cannot leave within 30 s of its looks is not sent, and no failure") {
  correcting t;
  t.setup.settings.api.requests_per_minute = 8; // the looks alone take longer
  std::string said;
  t.play_until([](const publish::snapshot& s) { return s.poll.number > 5; },
               [&](int) {
                 for (const publish::finding& f : t.now().findings)
                   if (f.state == due_state::held) said = f.error.value_or("");
               });
  CHECK(t.now().corrections.empty());
  CHECK(contains(said, "the request budget left no room within 30 s of the checks"));
  CHECK(t.posts() == 0);
}

TEST_CASE("a clock that differs from OVHcloud's holds everything, until it is right") {
  correcting t;
  const int minutes = 6;
  t.api_ahead = std::chrono::minutes(-minutes);
  t.set_api_clock();
  bool held = false;
  std::size_t sent = 0;
  t.play_until([](const publish::snapshot& s) { return !s.corrections.empty(); },
               [&](int poll) {
                 held = held || is_held(t, guard::clock);
                 if (poll < 6) return;
                 if (poll == 6) sent = t.posts();
                 t.api_ahead = std::chrono::minutes(-4);
                 t.set_api_clock();
               });
  CHECK(held);
  CHECK(sent == 0);
  CHECK(t.posts() == 1);
  CHECK(contains(t.logged(), "corrections are held: this machine's clock is 6 min"));
}

TEST_CASE("the numbers per poll count over an interval, however often it polls or starts") {
  correcting t(six_to_set);
  t.adapted->guards.max_sets_per_poll = 2;
  // Without a rest, until so many were sent and for some polls more.
  const auto polls_at_once = [&](std::size_t sent) {
    int more = 0;
    t.play([&](int poll) {
      if ((t.posts() >= sent && ++more == 6) || poll == 500)
        t.daemon->stop();
      else
        t.daemon->poll_now();
    });
  };
  polls_at_once(2);
  CHECK(t.posts() == 2);
  t.loop.restart();
  polls_at_once(0);
  CHECK(t.posts() == 2);
  CHECK(is_held(t, guard::max_sets_per_poll));

  t.loop.restart();
  t.play_until_ended(6);
  CHECK(t.posts() == 6);
}
