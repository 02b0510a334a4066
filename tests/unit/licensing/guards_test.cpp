// What each guard lets through and what it says, to the second and to the VM.
#include "licensing/guards.hpp"
#include "support.hpp"

#include <algorithm>
#include <numeric>

using namespace ovhl;
using namespace ovhl::licensing;
using namespace ovhl::licensing::testing;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

constexpr instant now = instant{today} + hours(9);

correction an_order(std::int64_t id, action a = action::set_license) {
  correction c;
  c.which = {here, id};
  c.action = a;
  if (a == action::set_license) c.to = "windows 2019 Standard";
  c.mode = mode::enforce;
  c.allowed = true;
  c.from_complete_list = true;
  c.since = now - hours(2);
  return c;
}

std::vector<correction> orders(int count, action a = action::set_license) {
  std::vector<correction> all;
  for (int id = 1; id <= count; ++id)
    all.push_back(an_order(id, a));
  return all;
}

// A datacenter of so many VMs.
inventory fleet_of(std::size_t vms) {
  inventory seen;
  datacenter& dc = seen.datacenters.emplace_back();
  dc.where = here;
  dc.complete = true;
  dc.vms.resize(vms);
  return seen;
}

// Everything confirmed, nothing in the way; a test changes what it is about.
struct scene {
  std::vector<correction> due = orders(1);
  inventory seen = fleet_of(5);
  licensing::guards guards;
  confirmations before;
  circumstances around;
  std::map<vm_key, attempts> failed;
  std::map<vm_key, standing> under_way;

  scene() {
    guards.confirm_polls = 1;
    around.now = now;
  }
  admission admitted() {
    around.failed = &failed;
    around.under_way = &under_way;
    return admit(due, seen, guards, before, around);
  }
  standing first() { return admitted().each.at(0); }
};

standing begins(std::string words = {}) {
  return {due_state::running, {}, {}, std::move(words), {}};
}
standing held(guard by, std::string words, std::optional<instant> until = {}) {
  return {due_state::held, by, until, std::move(words), {}};
}
standing confirming(guard by, std::string words, std::optional<instant> until = {}) {
  return {due_state::confirming, by, until, std::move(words), {}};
}

std::size_t in_state(const admission& a, due_state s) {
  return static_cast<std::size_t>(std::ranges::count(a.each, s, &standing::state));
}

} // namespace

namespace ovhl::licensing {
static doctest::String toString(const standing& s) {
  return printed(fmt::format("{} by {} until {}: {}", name(s.state), s.by ? name(*s.by) : "-",
                             s.until ? timestamp(*s.until) : "-", s.words));
}
} // namespace ovhl::licensing

TEST_CASE("guards and states are named as users see them, each differently") {
  std::set<std::string_view> names;
  for (const guard g : all_guards)
    CHECK(names.insert(name(g)).second);
  CHECK(names == std::set<std::string_view>{"confirm_polls", "grace", "max_sets_per_poll",
                                            "max_removals_per_poll", "max_set_share",
                                            "max_removal_share", "retry_after", "windows",
                                            "incomplete_list", "ledger", "spla", "task"});
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
  CHECK(a.each == std::vector<standing>{begins()});
  CHECK(a.begin == std::vector<std::size_t>{0});
}

TEST_CASE("what has begun stays as it is, whatever else there is") {
  scene s;
  const standing running{due_state::running, {}, {}, "words", 7};
  s.under_way[s.due[0].which] = running;
  s.due[0].allowed = false;
  const admission a = s.admitted();
  CHECK(a.each == std::vector<standing>{running});
  CHECK(a.begin.empty());
}

TEST_CASE("each guard holds back what it is there for, and says so") {
  scene s;
  SUBCASE("mode report") {
    s.due[0].allowed = false;
    s.due[0].mode = mode::report;
    CHECK(s.first() == standing{due_state::reported, {}, {}, "mode 'report' changes nothing", {}});
  }
  SUBCASE("mode declare") {
    s.due[0].allowed = false;
    s.due[0].mode = mode::declare;
    CHECK(s.first() ==
          standing{due_state::reported, {}, {}, "mode 'declare' only adds missing licenses", {}});
  }
  SUBCASE("a list that did not come whole") {
    s.due[0].from_complete_list = false;
    CHECK(s.first() ==
          held(guard::incomplete_list, "the list of VMs of datacenter 12 did not come whole"));
  }
  SUBCASE("Windows licenses are not activated") {
    s.around.not_activated = {{"main", "pcc-192-0-2-1"}};
    s.due.push_back(an_order(2, action::remove_license));
    CHECK(s.admitted().each ==
          std::vector<standing>{
              held(guard::spla, "Windows licenses are not activated on pcc-192-0-2-1"), begins()});
  }
  SUBCASE("… on another service, or another account's") {
    s.around.not_activated = {{"main", "pcc-2"}, {"other", "pcc-192-0-2-1"}};
    CHECK(s.first() == begins());
  }
  SUBCASE("the ledger cannot be written") {
    s.around.ledger_trouble = "the disk is full";
    CHECK(s.first() == held(guard::ledger, "the disk is full"));
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
  s.due = orders(10);
  s.guards.confirm_polls = 2;
  s.guards.max_sets_per_poll = 0;
  for (correction& c : s.due)
    c.since = now;
  s.due[0].allowed = false;
  s.due[0].from_complete_list = false;
  s.around.windows.open = false;
  s.around.ledger_trouble = "the disk is full";
  s.around.not_activated = {{"main", "pcc-192-0-2-1"}};
  s.failed[s.due[0].which] = {action::set_license, s.due[0].to, 1, now, "no"};

  CHECK(s.first().state == due_state::reported);
  s.due[0].allowed = true;
  const auto next = [&] { return *s.first().by; };
  CHECK(next() == guard::incomplete_list);
  s.due[0].from_complete_list = true;
  CHECK(next() == guard::spla);
  s.around.not_activated.clear();
  CHECK(next() == guard::ledger);
  s.around.ledger_trouble.reset();
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

TEST_CASE("grace is over to the second, and never early for a clock that was set back") {
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
        confirming(guard::grace, "due since 2027-01-17 09:00 UTC, grace is 1h", now + hours(49)));
  s.guards.grace = seconds(0);
  CHECK(due_for(seconds(0)) == begins());
  CHECK(due_for(-seconds(1)).state == due_state::confirming);
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
        standing{due_state::failed,
                 guard::retry_after,
                 now + seconds(1),
                 "task 7 ended with 'error'; next try 2027-01-15 09:00 UTC",
                 {}});
  CHECK(failed(3, minutes(60)) == begins());
  CHECK(failed(3, minutes(59)).until == now + minutes(1));
  CHECK(failed(1, -hours(5)).until == now + hours(5) + minutes(15));

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

TEST_CASE("shares are counted to the VM against the whole datacenter, and bind from 10 VMs on") {
  const struct {
    std::size_t vms;
    int due, share;
    bool let_through;
  } table[] = {
      {9, 9, 0, true},     {10, 3, 30, true},   {10, 4, 30, false}, {30, 9, 30, true},
      {30, 10, 30, false}, {33, 10, 30, false}, {34, 10, 30, true}, {10, 1, 0, false},
      {10, 10, 100, true}, {10, 10, 99, false},
  };
  for (const auto& row : table)
    for (const action a : {action::set_license, action::remove_license}) {
      CAPTURE(row.vms);
      CAPTURE(row.due);
      CAPTURE(row.share);
      scene s;
      s.seen = fleet_of(row.vms);
      s.due = orders(row.due, a);
      (a == action::set_license ? s.guards.max_set_share : s.guards.max_removal_share) = row.share;
      (a == action::set_license ? s.guards.max_removal_share : s.guards.max_set_share) = 50;
      s.guards.max_removals_per_poll = 20;
      const std::size_t begun = s.admitted().begin.size();
      CHECK(begun == (row.let_through ? s.due.size() : 0));
    }
}

TEST_CASE("a share that is exceeded is said with its numbers") {
  scene s;
  s.seen = fleet_of(30);
  s.due = orders(12);
  CHECK(s.first() == held(guard::max_set_share,
                          "12 of 30 VMs of datacenter 12 are due to be set, 40 %, more than the 30 "
                          "% of max_set_share; run ovh-licensed apply"));
  s.seen = fleet_of(33);
  s.due = orders(4, action::remove_license);
  CHECK(s.first() == held(guard::max_removal_share,
                          "4 of 33 VMs of datacenter 12 are due to be removed, 12.2 %, more than "
                          "the 10 % of max_removal_share; run ovh-licensed apply"));
}

TEST_CASE("a share counts what the mode allows, each kind and each datacenter by itself") {
  scene s;
  s.seen = fleet_of(10);
  s.due = orders(4);
  CHECK(in_state(s.admitted(), due_state::held) == 4);
  SUBCASE("what has begun or failed counts") {
    s.under_way[s.due[0].which] = begins();
    s.failed[s.due[1].which] = {action::set_license, s.due[1].to, 1, now, "no"};
    CHECK(in_state(s.admitted(), due_state::held) == 2);
  }
  SUBCASE("what is only reported does not") {
    s.due[0].allowed = false;
    CHECK(s.admitted().begin.size() == 3);
  }
  SUBCASE("another kind does not") {
    s.due[0] = an_order(1, action::remove_license);
    CHECK(s.admitted().begin.size() == 4);
  }
  SUBCASE("another datacenter does not") {
    s.due[0].which.where.datacenter = 13;
    CHECK(s.admitted().begin.size() == 4);
  }
}

TEST_CASE("of more than may begin in one poll, those due the longest do, over the whole fleet") {
  scene s;
  s.guards.max_sets_per_poll = 3;
  s.guards.max_removals_per_poll = 1;
  s.due = orders(8);
  s.due[1].which.where.datacenter = 13;
  s.due[6] = an_order(7, action::remove_license);
  s.due[7] = an_order(8, action::remove_license);
  s.due[7].since -= hours(1);
  s.due[4].since -= hours(3);
  s.due[2].since -= hours(2);
  const admission a = s.admitted();
  CHECK(a.begin == std::vector<std::size_t>{4, 2, 7, 0});
  CHECK(a.each[1] == held(guard::max_sets_per_poll, "max_sets_per_poll is 3; until the next poll"));
  CHECK(a.each[6] ==
        held(guard::max_removals_per_poll, "max_removals_per_poll is 1; until the next poll"));
  CHECK(in_state(a, due_state::running) == 4);
}

TEST_CASE("what was begun earlier takes no place of this poll's") {
  scene s;
  s.guards.max_sets_per_poll = 1;
  s.due = orders(2);
  s.under_way[s.due[0].which] = begins();
  CHECK(s.admitted().begin == std::vector<std::size_t>{1});
}

TEST_CASE("each complete look in which the same is due confirms it") {
  scene s;
  s.guards.confirm_polls = 3;
  const auto poll = [&] {
    const admission a = s.admitted();
    s.before = a.next;
    return a.each.empty() ? std::string() : a.each[0].words;
  };
  CHECK(poll() == "seen in 1 of 3 polls");
  CHECK(poll() == "seen in 2 of 3 polls");

  SUBCASE("so the third lets it through") { CHECK(poll() == ""); }
  SUBCASE("the same look judged again does not") {
    s.around.another_look = false;
    CHECK(poll() == "seen in 2 of 3 polls");
    s.due[0].to = "windows 2022 Standard";
    CHECK(poll() == "seen in 0 of 3 polls");
  }
  SUBCASE("a list that did not come whole does not, and takes nothing away") {
    s.due[0].from_complete_list = false;
    CHECK(poll() == "the list of VMs of datacenter 12 did not come whole");
    s.due[0].from_complete_list = true;
    CHECK(poll() == "");
  }
  SUBCASE("a datacenter that nobody could look at keeps its counts") {
    const auto due = std::exchange(s.due, {});
    s.seen.datacenters.clear();
    s.seen.blind_spots.push_back({"main", "", {}});
    poll();
    s.seen = fleet_of(5);
    s.seen.datacenters[0].complete = false;
    poll();
    s.due = due;
    s.seen = fleet_of(5);
    CHECK(poll() == "");
  }
  SUBCASE("what is not due any more begins anew") {
    const auto due = std::exchange(s.due, {});
    poll();
    s.due = due;
    CHECK(poll() == "seen in 1 of 3 polls");
  }
  SUBCASE("so does another license") {
    s.due[0].to = "windows 2022 Standard";
    CHECK(poll() == "seen in 1 of 3 polls");
  }
  SUBCASE("and another action") {
    s.due = {an_order(1, action::remove_license)};
    CHECK(poll() == "seen in 1 of 3 polls");
  }
  SUBCASE("a datacenter that is gone is forgotten") {
    s.due.clear();
    s.seen.datacenters.clear();
    CHECK(s.admitted().next.empty());
  }
}

TEST_CASE("what is only reported is confirmed all the same, for the day the mode changes") {
  scene s;
  s.guards.confirm_polls = 2;
  s.due[0].allowed = false;
  s.before = s.admitted().next;
  s.due[0].allowed = true;
  CHECK(s.first() == begins());
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
  SUBCASE("shares and grace, both told") {
    s.seen = fleet_of(30);
    s.due = orders(12);
    s.due[0].since = now;
    const admission a = s.admitted();
    CHECK(a.begin.size() == 12);
    CHECK(a.each[0] == begins("exceeds grace (due since 2027-01-15 09:00 UTC, grace is 1h), "
                              "max_set_share (40 % of the datacenter's VMs, 30 % allowed)"));
    CHECK(a.each[1] ==
          begins("exceeds max_set_share (40 % of the datacenter's VMs, 30 % allowed)"));
  }
  SUBCASE("the numbers per poll, told of those beyond them") {
    s.due = orders(2);
    s.guards.max_sets_per_poll = 1;
    CHECK(s.admitted().each ==
          std::vector<standing>{begins(), begins("exceeds max_sets_per_poll")});
  }
}

TEST_CASE("a person exceeds nothing else") {
  scene s;
  s.around.person = true;
  s.due[0].since = now;
  const standing free = s.first();
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
    s.around.not_activated = {{"main", "pcc-192-0-2-1"}};
    CHECK(s.first().by == guard::spla);
  }
  SUBCASE("the ledger") {
    s.around.ledger_trouble = "full";
    CHECK(s.first().by == guard::ledger);
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
