// What is counted: the share of a datacenter, the number in a poll, the polls that confirm.
#include "guards_support.hpp"

using namespace ovhl;
using namespace ovhl::licensing;
using namespace ovhl::licensing::testing;

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
      s.due = corrections(row.due, a);
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
  s.due = corrections(12);
  CHECK(s.first() ==
        held(guard::max_set_share,
             "licenses would be set on 12 of 30 VMs (40 %) of datacenter 12, more than "
             "max_set_share allows (30 %); review the plan, then run ovh-licensed apply"));
  s.seen = fleet_of(33);
  s.due = corrections(4, action::remove_license);
  CHECK(s.first() ==
        held(guard::max_removal_share,
             "licenses would be removed from 4 of 33 VMs (12.2 %) of datacenter 12, more than "
             "max_removal_share allows (10 %); review the plan, then run ovh-licensed apply"));
}

TEST_CASE("a share counts what the mode allows, each kind and each datacenter by itself") {
  scene s;
  s.seen = fleet_of(10);
  s.due = corrections(4);
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
  s.due = corrections(8);
  s.due[1].which.where.datacenter = 13;
  s.due[6] = an_order(7, action::remove_license);
  s.due[7] = an_order(8, action::remove_license);
  s.due[7].since -= hours(1);
  s.due[4].since -= hours(3);
  s.due[2].since -= hours(2);
  const admission a = s.admitted();
  CHECK(a.begin == std::vector<std::size_t>{4, 2, 7, 0});
  CHECK(a.each[1] == held(guard::max_sets_per_poll,
                          "max_sets_per_poll (3) is reached; held until the next poll"));
  CHECK(a.each[6] == held(guard::max_removals_per_poll,
                          "max_removals_per_poll (1) is reached; held until the next poll"));
  CHECK(in_state(a, due_state::running) == 4);
}

TEST_CASE("what was begun within the last interval counts, each kind by itself") {
  scene s;
  s.guards.max_sets_per_poll = 3;
  s.guards.max_removals_per_poll = 1;
  s.due = corrections(3);
  s.due.push_back(an_order(9, action::remove_license));
  s.around.begun[action::set_license] = {2, now + minutes(3)};
  const admission a = s.admitted();
  CHECK(a.begin == std::vector<std::size_t>{0, 3});
  CHECK(a.each[1] == held(guard::max_sets_per_poll,
                          "max_sets_per_poll (3) is reached: 2 began within one poll.interval; "
                          "held until 2027-01-15 09:03 UTC",
                          now + minutes(3)));
  s.around.begun[action::set_license] = {30, now + minutes(3)};
  CHECK(s.admitted().begin == std::vector<std::size_t>{3});
}

TEST_CASE("what was begun earlier takes no place of this poll's") {
  scene s;
  s.guards.max_sets_per_poll = 1;
  s.due = corrections(2);
  s.under_way[s.due[0].which] = begins();
  CHECK(s.admitted().begin == std::vector<std::size_t>{1});
}

TEST_CASE("each complete look in which the same is due confirms it") {
  scene s;
  s.guards.confirm_polls = 3;
  const auto poll = [&] {
    const admission a = s.admitted();
    s.before = a.next;
    return a.each.size() == 0 ? std::string() : a.each[0].words;
  };
  CHECK(poll() == "seen in 1 of 3 polls");
  CHECK(poll() == "seen in 2 of 3 polls");

  SUBCASE("so the third lets it through") { CHECK(poll() == ""); }
  SUBCASE("another demand begins anew") {
    s.due[0].to = "windows 2022 Standard";
    CHECK(poll() == "seen in 1 of 3 polls");
  }
  SUBCASE("a list that did not come whole does not, and takes nothing away") {
    s.due[0].from_complete_list = false;
    CHECK(poll() == "the list of VMs of datacenter 12 is incomplete");
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

TEST_CASE("a thousand corrections that stand alike keep how they stand once") {
  scene s;
  s.seen = fleet_of(2000);
  s.due = corrections(1000);
  s.guards.max_set_share = 10;
  const admission a = s.admitted();
  REQUIRE(a.each.size() == 1000);
  CHECK(a.each[0].by == guard::max_set_share);
  CHECK(&a.each[0] == &a.each[999]);
}

TEST_CASE("confirmations are found by VM, in whatever order they were put") {
  confirmations all;
  CHECK(all.empty());
  const place there{"main", "pcc-2", 7};
  for (const std::int64_t id : {5, 2, 9, 7, 2})
    all.put({here, id}, {1, static_cast<int>(id), {}, {}});
  all.put({there, 5}, {1, 50, {}, {}});
  for (const std::int64_t id : {2, 5, 7, 9})
    CHECK(all.find({here, id})->polls == id);
  CHECK(all.find({there, 5})->polls == 50);
  CHECK(all.find({here, 3}) == nullptr);
  CHECK(all.find({there, 2}) == nullptr);
  all.put({here, 7}, {1, 70, {}, {}});
  CHECK(all.find({here, 7})->polls == 70);
  CHECK(all.all().at(here).size() == 4);
}
