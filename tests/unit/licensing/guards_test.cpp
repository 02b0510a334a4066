// What each guard holds back and what it says, to the second.
#include "guards_support.hpp"

using namespace ovhl;
using namespace ovhl::licensing;
using namespace ovhl::licensing::testing;

TEST_CASE("guards and states are named as users see them, each differently") {
  std::set<std::string_view> names;
  for (const guard g : all_guards)
    CHECK(names.insert(name(g)).second);
  CHECK(names == std::set<std::string_view>{
                     "confirm_polls", "grace", "max_sets_per_poll", "max_removals_per_poll",
                     "max_set_share", "max_removal_share", "retry_after", "windows",
                     "incomplete_list", "ledger", "spla", "task", "clock", "other_hand"});
  CHECK(name(due_state::none) == "");
  names.clear();
  for (const due_state s : {due_state::reported, due_state::confirming, due_state::held,
                            due_state::running, due_state::failed, due_state::done})
    names.insert(name(s));
  CHECK(names ==
        std::set<std::string_view>{"reported", "confirming", "held", "running", "failed", "done"});
}

TEST_CASE("where nothing holds it back, a correction begins") {
  scene s;
  const admission a = s.admitted();
  CHECK(listed(a.each) == std::vector<correction_state>{begins()});
  CHECK(a.begin == std::vector<std::size_t>{0});
}

TEST_CASE("what has begun stays as it is, whatever else there is") {
  scene s;
  const correction_state running{due_state::running, {}, {}, "words", 7};
  s.under_way[s.due[0].which] = running;
  s.due[0].allowed = false;
  const admission a = s.admitted();
  CHECK(listed(a.each) == std::vector<correction_state>{running});
  CHECK(a.begin.empty());
}

TEST_CASE("each guard holds back what it is there for, and says so") {
  scene s;
  SUBCASE("mode report") {
    s.due[0].allowed = false;
    s.due[0].mode = mode::report;
    CHECK(s.first() ==
          correction_state{due_state::reported, {}, {}, "mode 'report' changes nothing", {}});
  }
  SUBCASE("mode declare") {
    s.due[0].allowed = false;
    s.due[0].mode = mode::declare;
    CHECK(s.first() ==
          correction_state{
              due_state::reported, {}, {}, "mode 'declare' only adds missing licenses", {}});
  }
  SUBCASE("a list that did not come whole") {
    s.due[0].from_complete_list = false;
    CHECK(s.first() ==
          held(guard::incomplete_list, "the list of VMs of datacenter 12 is incomplete"));
  }
  SUBCASE("Windows licenses are not activated") {
    s.around.not_activated = {{{"main", "pcc-192-0-2-1"}, "it could not be found out: no answer"}};
    s.due.push_back(an_order(2, action::remove_license));
    CHECK(listed(s.admitted().each) ==
          std::vector<correction_state>{held(guard::spla, "it could not be found out: no answer"),
                                        begins()});
  }
  SUBCASE("… on another service, or another account's") {
    s.around.not_activated = {{{"main", "pcc-2"}, "off"}, {{"other", "pcc-192-0-2-1"}, "off"}};
    CHECK(s.first() == begins());
  }
  SUBCASE("the ledger cannot be written") {
    s.around.ledger_problem = "the disk is full";
    CHECK(s.first() == held(guard::ledger, "the disk is full"));
  }
  SUBCASE("the account's clock is wrong") {
    s.around.clock_off = {{"main", "this machine's clock is 2 h ahead of OVHcloud's"}};
    CHECK(s.first() == held(guard::clock, "this machine's clock is 2 h ahead of OVHcloud's"));
    s.around.clock_off = {{"other", "off"}};
    CHECK(s.first() == begins());
  }
  SUBCASE("somebody else corrects the account's VMs") {
    s.around.other_hands["main"] = {now + minutes(9), "somebody else"};
    CHECK(s.first() == held(guard::other_hand, "somebody else", now + minutes(9)));
    s.around.other_hands = {{"other", {now + minutes(9), "somebody else"}}};
    CHECK(s.first() == begins());
  }
  SUBCASE("seen too seldom") {
    s.guards.confirm_polls = 2;
    CHECK(s.first() == confirming(guard::confirm_polls, "seen in 1 of 2 polls"));
  }
  SUBCASE("closed windows") {
    s.around.windows = {false, now + hours(23)};
    CHECK(s.first() == held(guard::windows,
                            "outside the policy's windows until 2027-01-16 08:00 UTC",
                            now + hours(23)));
    s.around.windows = {false, std::nullopt};
    CHECK(s.first() ==
          held(guard::windows, "outside the policy's windows, and none opens within a year"));
  }
}

TEST_CASE("of several guards the first in their order is named") {
  scene s;
  s.seen = fleet_of(10);
  s.due = corrections(10);
  s.guards.confirm_polls = 2;
  s.guards.max_sets_per_poll = 0;
  for (correction& c : s.due)
    c.since = now;
  s.due[0].allowed = false;
  s.due[0].from_complete_list = false;
  s.around.windows.open = false;
  s.around.ledger_problem = "the disk is full";
  s.around.not_activated = {{{"main", "pcc-192-0-2-1"}, "off"}};
  s.failed[s.due[0].which] = {action::set_license, s.due[0].to, 1, now, "no"};

  CHECK(s.first().state == due_state::reported);
  s.due[0].allowed = true;
  const auto next = [&] { return *s.first().by; };
  CHECK(next() == guard::incomplete_list);
  s.due[0].from_complete_list = true;
  CHECK(next() == guard::spla);
  s.around.not_activated.clear();
  CHECK(next() == guard::ledger);
  s.around.ledger_problem.reset();
  s.around.clock_off = {{"main", "off"}};
  s.around.other_hands["main"] = {now + minutes(9), "somebody else"};
  CHECK(next() == guard::clock);
  s.around.clock_off.clear();
  CHECK(next() == guard::other_hand);
  s.around.other_hands.clear();
  CHECK(next() == guard::retry_after);
  s.failed.clear();
  CHECK(next() == guard::confirm_polls);
  s.guards.confirm_polls = 1;
  CHECK(next() == guard::grace);
  s.due[0].since = now - hours(1);
  CHECK(next() == guard::windows);
  s.around.windows.open = true;
  CHECK(next() == guard::max_set_share);
  s.guards.max_set_share = 100;
  CHECK(next() == guard::max_sets_per_poll);
  s.guards.max_sets_per_poll = 1;
  CHECK(s.first() == begins());
}

TEST_CASE("grace is over to the second, and begins now where the clock was set back") {
  scene s;
  const auto due_for = [&](seconds age) {
    s.due[0].since = now - age;
    return s.first();
  };
  CHECK(due_for(hours(1)) == begins());
  CHECK(due_for(hours(1) - seconds(1)) ==
        confirming(guard::grace, "due since 2027-01-15 08:00 UTC, grace is 1h", now + seconds(1)));
  CHECK(due_for(seconds(0)).state == due_state::confirming);
  CHECK(due_for(-hours(48)) ==
        confirming(guard::grace, "due since 2027-01-15 09:00 UTC, grace is 1h", now + hours(1)));
  s.guards.grace = seconds(0);
  CHECK(due_for(seconds(0)) == begins());
  CHECK(due_for(-seconds(1)) == begins());
}

TEST_CASE("grace is measured by a clock that cannot be set, too") {
  using clock = std::chrono::steady_clock;
  scene s;
  s.due[0].since = now;
  const auto poll = [&](seconds steady, seconds wall) {
    s.around.steady = clock::time_point(steady);
    s.around.now = now + wall;
    const admission a = s.admitted();
    s.before = a.next;
    return a.each[0];
  };
  CHECK(poll(seconds(0), seconds(0)).by == guard::grace);
  SUBCASE("set forward by two hours it is not over") {
    CHECK(poll(minutes(5), hours(2)) == confirming(guard::grace,
                                                   "due since 2027-01-15 09:00 UTC, grace is 1h",
                                                   now + hours(2) + minutes(55)));
    CHECK(poll(hours(1) - seconds(1), hours(3)).by == guard::grace);
    CHECK(poll(hours(1), hours(3)) == begins());
  }
  SUBCASE("standing still it is not over either") {
    CHECK(poll(hours(5), minutes(30)).by == guard::grace);
  }
  SUBCASE("what had passed before the start counts") {
    s.before = {};
    s.due[0].since = now - minutes(40);
    CHECK(poll(minutes(5), seconds(0)).by == guard::grace);
    CHECK(poll(minutes(25), minutes(20)) == begins());
  }
  SUBCASE("another demand begins anew") {
    s.due[0].to = "windows 2022 Standard";
    s.due[0].since = now + minutes(59);
    CHECK(poll(minutes(59), minutes(59)).by == guard::grace);
    CHECK(poll(minutes(62), hours(3)).by == guard::grace);
  }
}

TEST_CASE("after a failure the same correction waits, longer each time, another one does not") {
  scene s;
  const auto failed = [&](int times, seconds ago) {
    s.failed[s.due[0].which] = {action::set_license, "windows 2019 Standard", times, now - ago,
                                "task 7 ended with 'error'"};
    return s.first();
  };
  CHECK(failed(1, minutes(15)) == begins());
  CHECK(failed(1, minutes(15) - seconds(1)) ==
        correction_state{due_state::failed,
                         guard::retry_after,
                         now + seconds(1),
                         "task 7 ended with 'error'; next try 2027-01-15 09:00 UTC",
                         {}});
  CHECK(failed(3, minutes(60)) == begins());
  CHECK(failed(3, minutes(59)).until == now + minutes(1));
  CHECK(failed(1, -hours(5)).until == now + minutes(15));

  failed(1, seconds(0));
  s.due[0].to = "windows 2022 Standard";
  CHECK(s.first() == begins());
  s.due = {an_order(1, action::remove_license)};
  CHECK(s.first() == begins());
}

TEST_CASE("the pause after failures doubles up to a day") {
  CHECK(pause_after(0, minutes(15)) == seconds(0));
  CHECK(pause_after(-1, minutes(15)) == seconds(0));
  CHECK(pause_after(1, minutes(15)) == minutes(15));
  CHECK(pause_after(2, minutes(15)) == minutes(30));
  CHECK(pause_after(7, minutes(15)) == hours(16));
  CHECK(pause_after(8, minutes(15)) == hours(24));
  CHECK(pause_after(2'000'000'000, minutes(15)) == hours(24));
  CHECK(pause_after(2'000'000'000, seconds(1)) == hours(24));
  CHECK(pause_after(2'000'000'000, seconds(0)) == seconds(0));
  CHECK(pause_after(1, hours(48)) == hours(24));
}

TEST_CASE("a person exceeds what is the policy's caution, and is told so") {
  scene s;
  s.around.person = true;
  CHECK(s.first() == begins());
  SUBCASE("grace") {
    s.due[0].since = now - minutes(1);
    CHECK(s.first() == begins("exceeds grace (due since 2027-01-15 08:59 UTC, grace is 1h)"));
  }
  SUBCASE("confirmations") {
    s.guards.confirm_polls = 2;
    CHECK(s.first() == begins("exceeds confirm_polls (seen in 1 of 2 polls)"));
  }
  SUBCASE("the pause after a failure") {
    s.failed[s.due[0].which] = {action::set_license, s.due[0].to, 1, now, "no"};
    CHECK(s.first() == begins("exceeds retry_after (next try 2027-01-15 09:15 UTC)"));
  }
  SUBCASE("another hand") {
    s.around.other_hands["main"] = {now + minutes(9), "somebody else"};
    CHECK(s.first() == begins("exceeds other_hand"));
  }
  SUBCASE("shares and grace, both told") {
    s.seen = fleet_of(30);
    s.due = corrections(12);
    s.due[0].since = now;
    const admission a = s.admitted();
    CHECK(a.begin.size() == 12);
    CHECK(a.each[0] == begins("exceeds grace (due since 2027-01-15 09:00 UTC, grace is 1h), "
                              "max_set_share (40 % of the datacenter's VMs, 30 % allowed)"));
    CHECK(a.each[1] ==
          begins("exceeds max_set_share (40 % of the datacenter's VMs, 30 % allowed)"));
  }
  SUBCASE("the numbers per poll, told of those beyond them") {
    s.due = corrections(2);
    s.guards.max_sets_per_poll = 1;
    CHECK(listed(s.admitted().each) ==
          std::vector<correction_state>{begins(), begins("exceeds max_sets_per_poll")});
  }
}

TEST_CASE("a person exceeds nothing else") {
  scene s;
  s.around.person = true;
  s.due[0].since = now;
  const correction_state free = s.first();
  CHECK(free.state == due_state::running);
  SUBCASE("mode") {
    s.due[0].allowed = false;
    CHECK(s.first().state == due_state::reported);
  }
  SUBCASE("a list that did not come whole") {
    s.due[0].from_complete_list = false;
    CHECK(s.first().by == guard::incomplete_list);
  }
  SUBCASE("spla") {
    s.around.not_activated = {{{"main", "pcc-192-0-2-1"}, "off"}};
    CHECK(s.first().by == guard::spla);
  }
  SUBCASE("the ledger") {
    s.around.ledger_problem = "full";
    CHECK(s.first().by == guard::ledger);
  }
  SUBCASE("the clock") {
    s.around.clock_off["main"] = "off";
    CHECK(s.first().by == guard::clock);
  }
  SUBCASE("windows") {
    s.around.windows.open = false;
    CHECK(s.first().by == guard::windows);
  }
  SUBCASE("what is under way") {
    s.under_way[s.due[0].which] = begins("still");
    CHECK(s.first() == begins("still"));
    CHECK(s.admitted().begin.empty());
  }
}
