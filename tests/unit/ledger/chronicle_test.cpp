// The chronicle records what changed in polls, and almost nothing else.
#include "fleet.hpp"
#include "support.hpp"

#include <fstream>

using namespace ovhl;
using namespace ovhl::ledger;
using namespace ovhl::ledger::testing;

TEST_CASE("opening and closing in good order is recorded, with the last poll before") {
  const temporary_directory dir;
  {
    keeper d(dir / "ledger.db", 0);
    d.sees(1, {a_datacenter({})});
    REQUIRE(d.book->stop(at(2)).has_value());
  }
  keeper d(dir / "ledger.db", 10);
  CHECK(
      d.appended() ==
      lines{R"(08:00 started {"by": "run", "user": "ovh-licensed", "pid": 1, "version": "1.2.3"})",
            "08:01 seen main/pcc-192-0-2-1/12 {}", "08:02 stopped {}",
            R"(08:10 started {"by": "run", "user": "ovh-licensed", "pid": 1, "version": "1.2.3", )"
            R"("last_poll": "2027-01-15T08:01:00Z"})"});
}

TEST_CASE("the first complete look records the datacenter and each VM") {
  const temporary_directory dir;
  keeper d(dir / "ledger.db", 0);
  d.appended();
  licensing::vm listed = a_vm(1075);
  listed.listed = true;
  listed.listed_license = "unlicensed windows guestos";
  listed.guest_os_family = {};
  d.sees(1, {a_datacenter({a_vm(1074, "windows 2019 Standard"), listed})});
  CHECK(d.appended() ==
        lines{"08:01 seen main/pcc-192-0-2-1/12 {}",
              R"(08:01 vm main/pcc-192-0-2-1/12#1074 {"name": "vm-1074", )"
              R"("guest_os_family": "windows2019srv_64Guest", "license": "windows 2019 Standard", )"
              R"("verdict": "compliant", "rule": "", "power": "poweredOn", "cpus": 4, )"
              R"("occasion": "first_look", "since": "2027-01-15T08:00:00Z"})",
              R"(08:01 vm main/pcc-192-0-2-1/12#1075 {"name": "vm-1075", )"
              R"("license": "unlicensed windows guestos", "verdict": "compliant", "rule": "", )"
              R"("power": "poweredOn", "cpus": 4, "occasion": "first_look", )"
              R"("since": "2027-01-15T08:00:00Z"})"});
  CHECK((d.book->head().polled_at == at(1)));
}

TEST_CASE("a quiet poll appends nothing and moves the time of the last poll") {
  const temporary_directory dir;
  keeper d(dir / "ledger.db", 0);
  d.sees(1, {a_datacenter({a_vm(1074)})});
  d.appended();
  d.sees(2, {a_datacenter({a_vm(1074)})});
  d.sees(3, {a_datacenter({a_vm(1074)})});
  CHECK(d.appended().empty());
  CHECK((d.book->head().polled_at == at(3)));
  CHECK(d.book->head().polls == 3);
}

TEST_CASE("changes, arrivals and departures are recorded with when the VM was last seen before") {
  const temporary_directory dir;
  keeper d(dir / "ledger.db", 0);
  d.sees(1, {a_datacenter({a_vm(1), a_vm(2), a_vm(4)})});
  d.sees(2, {a_datacenter({a_vm(1), a_vm(2), a_vm(4)})});
  d.appended();
  licensing::vm off = a_vm(2);
  off.power = licensing::power_state::powered_off;
  d.sees(3, {a_datacenter({a_vm(1), off, a_vm(3)})});
  CHECK(d.appended() == lines{"08:03 vm main/pcc-192-0-2-1/12#2 " + d.body_of(off, at(2)),
                              "08:03 vm main/pcc-192-0-2-1/12#3 " + d.body_of(a_vm(3), {}),
                              R"(08:03 gone main/pcc-192-0-2-1/12#4 )"
                              R"({"last_seen": "2027-01-15T08:02:00Z"})"});
  d.sees(4, {a_datacenter({a_vm(1), off, a_vm(3)})});
  CHECK(d.appended().empty());
}

TEST_CASE("a verdict, its occasion, its rule and since when it stands count as changes") {
  const temporary_directory dir;
  keeper d(dir / "ledger.db", 0);
  d.sees(1, {a_datacenter({a_vm(1)})});
  d.appended();
  const auto changes = [&](auto change) {
    licensing::inventory seen = a_fleet({a_datacenter({a_vm(1)})});
    licensing::decisions made = decided(seen);
    change(made.datacenters[0]);
    d.sees(2, seen, made);
    return d.appended().size();
  };
  CHECK(changes([](auto& dc) { dc.vms[0].verdict = licensing::verdict::wrong; }) == 1);
  CHECK(changes([](auto& dc) { dc.vms[0].action = licensing::action::set_license; }) == 1);
  CHECK(changes([](auto& dc) { dc.occasions[0] = licensing::occasion::drift; }) == 1);
  CHECK(changes([](auto& dc) { dc.since[0] = at(5); }) == 1);
  CHECK(changes([](auto& dc) { dc.vms[0].from.what = licensing::source::kind::rule; }) == 1);
  CHECK(changes([](auto&) {}) == 1);
  CHECK(changes([](auto&) {}) == 0);
}

TEST_CASE(
    "a datacenter that is not seen whole is a gap, once for each cause, and then seen again") {
  const temporary_directory dir;
  keeper d(dir / "ledger.db", 0);
  d.sees(1, {a_datacenter({a_vm(1)})});
  d.appended();
  const auto fails = [&](int minute, failure cause) {
    licensing::datacenter dc = a_datacenter({a_vm(1), a_vm(2)});
    dc.complete = false;
    dc.carried = true;
    dc.problem = a_problem(cause);
    d.sees(minute, {std::move(dc)});
    return d.appended();
  };
  CHECK(fails(2, failure::timeout) ==
        lines{R"(08:02 gap main/pcc-192-0-2-1/12 {"last_seen": "2027-01-15T08:01:00Z", )"
              R"("cause": "timeout", "message": "GET /dedicatedCloud: it did not work"})"});
  CHECK(fails(3, failure::timeout).empty());
  CHECK(fails(4, failure::server) ==
        lines{R"(08:04 gap main/pcc-192-0-2-1/12 {"last_seen": "2027-01-15T08:01:00Z", )"
              R"("cause": "server", "message": "GET /dedicatedCloud: it did not work"})"});
  licensing::vm off = a_vm(1);
  off.power = licensing::power_state::powered_off;
  d.sees(5, {a_datacenter({off})});
  CHECK(d.appended() == lines{"08:05 seen main/pcc-192-0-2-1/12 {}",
                              "08:05 vm main/pcc-192-0-2-1/12#1 " + d.body_of(off, at(1))});
}

TEST_CASE("a datacenter that was never whole is a gap since ever, and has no VMs") {
  const temporary_directory dir;
  keeper d(dir / "ledger.db", 0);
  d.appended();
  licensing::datacenter dc = a_datacenter({a_vm(1)});
  dc.complete = false;
  d.sees(1, {std::move(dc)});
  CHECK(d.appended() == lines{R"(08:01 gap main/pcc-192-0-2-1/12 )"
                              R"({"cause": "answer", "message": "the list is incomplete"})"});
  CHECK(d.book->history().memory().settled.empty());
}

TEST_CASE("a service in a blind spot is a gap of the datacenters known in it") {
  const temporary_directory dir;
  keeper d(dir / "ledger.db", 0);
  d.sees(1, {a_datacenter({a_vm(1)})});
  d.appended();
  licensing::inventory seen;
  seen.blind_spots = {{"main", "", a_problem(failure::unreachable)}};
  d.sees(2, seen);
  CHECK(d.appended() ==
        lines{R"(08:02 gap main/pcc-192-0-2-1/12 {"last_seen": "2027-01-15T08:01:00Z", )"
              R"("cause": "unreachable", "message": "GET /dedicatedCloud: it did not work"})"});
  d.sees(3, seen);
  CHECK(d.appended().empty());
  d.sees(4, {a_datacenter({a_vm(1)})});
  CHECK(d.appended() == lines{"08:04 seen main/pcc-192-0-2-1/12 {}"});
}

TEST_CASE(
    "what is blind from the beginning is a gap by what is known of it, until it can be seen") {
  const temporary_directory dir;
  keeper d(dir / "ledger.db", 0);
  d.appended();
  licensing::inventory seen;
  seen.blind_spots = {{"main", "pcc-192-0-2-1", a_problem(failure::refused)},
                      {"other", "", a_problem(failure::timeout)}};
  d.sees(1, seen);
  CHECK(d.appended() ==
        lines{R"(08:01 gap main/pcc-192-0-2-1/0 )"
              R"({"cause": "refused", "message": "GET /dedicatedCloud: it did not work"})",
              R"(08:01 gap other//0 )"
              R"({"cause": "timeout", "message": "GET /dedicatedCloud: it did not work"})"});
  d.sees(2, seen);
  CHECK(d.appended().empty());
  seen = a_fleet({a_datacenter({})});
  seen.blind_spots = {{"other", "", a_problem(failure::timeout)}};
  d.sees(3, seen);
  CHECK(d.appended() ==
        lines{"08:03 seen main/pcc-192-0-2-1/12 {}", "08:03 seen main/pcc-192-0-2-1/0 {}"});
  d.sees(4, seen);
  CHECK(d.appended().empty());
}

TEST_CASE("a datacenter that is not listed any more is gone, with its VMs") {
  const temporary_directory dir;
  keeper d(dir / "ledger.db", 0);
  d.sees(1, {a_datacenter({a_vm(1), a_vm(2)})});
  d.appended();
  d.sees(2, licensing::inventory());
  const std::string body = R"({"last_seen": "2027-01-15T08:01:00Z"})";
  CHECK(d.appended() == lines{"08:02 gone main/pcc-192-0-2-1/12#1 " + body,
                              "08:02 gone main/pcc-192-0-2-1/12#2 " + body,
                              "08:02 gone main/pcc-192-0-2-1/12 " + body});
  d.sees(3, licensing::inventory());
  CHECK(d.appended().empty());
}

TEST_CASE("after a restart what is observed is seen again, and only changes since are recorded") {
  const temporary_directory dir;
  keeper(dir / "ledger.db", 0).sees(1, {a_datacenter({a_vm(1), a_vm(2)})});
  keeper d(dir / "ledger.db", 60);
  d.appended();
  licensing::vm off = a_vm(2);
  off.power = licensing::power_state::powered_off;
  d.sees(61, {a_datacenter({a_vm(1), off})});
  CHECK(d.appended() == lines{"09:01 seen main/pcc-192-0-2-1/12 {}",
                              "09:01 vm main/pcc-192-0-2-1/12#2 " + d.body_of(off, at(1))});
}

TEST_CASE("no poll for too long is a gap in everything observed") {
  const temporary_directory dir;
  keeper d(dir / "ledger.db", 0);
  d.sees(1, {a_datacenter({a_vm(1)})});
  d.sees(11, {a_datacenter({a_vm(1)})});
  d.appended();
  d.sees(22, {a_datacenter({})});
  CHECK(d.appended() ==
        lines{R"(08:22 gap main/pcc-192-0-2-1/12 {"last_seen": "2027-01-15T08:11:00Z", )"
              R"("cause": "silence", "message": "not polled for 11 min 0 s"})",
              "08:22 seen main/pcc-192-0-2-1/12 {}",
              R"(08:22 gone main/pcc-192-0-2-1/12#1 {"last_seen": "2027-01-15T08:11:00Z"})"});
}

TEST_CASE("setting the clock back is recorded once") {
  const temporary_directory dir;
  {
    keeper d(dir / "ledger.db", 0);
    d.sees(30, {a_datacenter({a_vm(1)})});
    d.appended();
    d.sees(20, {a_datacenter({a_vm(1)})});
    d.sees(21, {a_datacenter({})});
    CHECK(d.appended() ==
          lines{R"(08:20 clock {"before": "2027-01-15T08:30:00Z"})",
                R"(08:21 gone main/pcc-192-0-2-1/12#1 {"last_seen": "2027-01-15T08:20:00Z"})"});
  }
  {
    keeper d(dir / "ledger.db", 10);
    CHECK(d.appended()[5] == R"(08:10 clock {"before": "2027-01-15T08:21:00Z"})");
  }
  keeper d(dir / "ledger.db", 11);
  CHECK(d.appended().size() == 8); // one more than before
  d.sees(12, licensing::inventory());
  REQUIRE(d.book->policy({"aa", "p", {}, {}}, at(13)).has_value());
  CHECK(d.appended().size() == 2);
}

TEST_CASE("texts that are not UTF-8 are recorded once, as they can be") {
  const temporary_directory dir;
  keeper d(dir / "ledger.db", 0);
  licensing::vm odd = a_vm(1);
  odd.name = "caf\xE9";
  d.sees(1, {a_datacenter({odd})});
  d.appended();
  d.sees(2, {a_datacenter({odd})});
  CHECK(d.appended().empty());
}

TEST_CASE("a policy is recorded when it is another, with its text when that is new") {
  const temporary_directory dir;
  const auto policy = [](const char* digest) {
    return policy_body{digest, "p.yaml", licensing::mode::enforce,
                       std::string("text of ") + digest};
  };
  {
    keeper d(dir / "ledger.db", 0);
    d.appended();
    REQUIRE(d.book->policy(policy("aa"), at(1)).has_value());
    REQUIRE(d.book->policy(policy("aa"), at(2)).has_value());
    REQUIRE(d.book->policy(policy("bb"), at(3)).has_value());
    REQUIRE(d.book->policy(policy("aa"), at(4)).has_value());
    CHECK(d.appended() ==
          lines{R"(08:01 policy {"sha256": "aa", "path": "p.yaml", "mode": "enforce", )"
                R"("text": "text of aa"})",
                R"(08:03 policy {"sha256": "bb", "path": "p.yaml", "mode": "enforce", )"
                R"("text": "text of bb"})",
                R"(08:04 policy {"sha256": "aa", "path": "p.yaml", "mode": "enforce"})"});
  }
  keeper d(dir / "ledger.db", 9);
  d.appended();
  REQUIRE(d.book->policy(policy("aa"), at(10)).has_value());
  CHECK(d.appended().empty());
}

TEST_CASE("fifty quiet polls of ten thousand VMs write less than 4 KiB each") {
  const temporary_directory dir;
  keeper d(dir / "ledger.db", 0);
  std::vector<licensing::vm> vms;
  for (int id = 1; id <= 10'000; ++id)
    vms.push_back(a_vm(id));
  const licensing::inventory seen = a_fleet({a_datacenter(vms)});
  const licensing::decisions made = decided(seen);
  d.sees(1, seen, made);
  d.sees(2, seen, made);
  const auto written = [] {
    std::ifstream io("/proc/self/io");
    std::string key;
    long long count = 0;
    while (io >> key >> count)
      if (key == "wchar:") return count;
    return -1LL;
  };
  const std::int64_t records = d.book->head().records;
  const long long before = written();
  REQUIRE(before > 0);
  for (int minute = 3; minute < 53; ++minute)
    d.sees(minute, seen, made);
  CHECK((written() - before) / 50 < 4096);
  CHECK(d.book->head().records == records);
  CHECK(d.book->head().polls == 52);
}
