// Bodies: what is written, that it is read back, and what is refused.
#include "ledger/bodies.hpp"
#include "support.hpp"

#include <set>

using namespace ovhl;
using namespace ovhl::ledger;
using namespace ovhl::ledger::testing;

namespace {

template <class T>
void stands_as(const T& value, const std::string& written) {
  CHECK(text(value) == written);
  const auto read = parse<T>(written);
  REQUIRE(read.has_value());
  CHECK((*read == value));
}

vm_body a_vm() {
  vm_body b;
  b.name = "web-1";
  b.guest_os_family = "windows2019srv_64Guest";
  b.reported_guest_os_family = "windows2019srv_64Guest";
  b.license = "windows 2019 Standard";
  b.verdict = licensing::verdict::compliant;
  b.rule = "guest_os_families 'windows2019srv_64Guest'";
  b.power = licensing::power_state::powered_on;
  b.cpus = 4;
  b.occasion = licensing::occasion::drift;
  b.since = at(1);
  b.last_seen = at(0);
  return b;
}

licensing::intent an_intent() {
  licensing::intent i;
  i.what.action = licensing::action::set_license;
  i.what.from = "windows 2016 Standard";
  i.what.to = "windows 2019 Standard";
  i.what.bypass = true;
  i.what.mode = licensing::mode::enforce;
  i.what.verdict = licensing::verdict::wrong;
  i.what.allowed = true;
  i.what.from_complete_list = true;
  i.what.occasion = licensing::occasion::policy_change;
  i.what.since = at(1);
  i.what.name = "web-1";
  i.what.guest_os_family = "windows2019srv_64Guest";
  i.what.listed = true;
  i.what.listed_license = "windows 2016 Standard";
  i.what.rule = "rule 'web'";
  i.what.reason = "so \"it\" is";
  i.by = {true, "alice", "bob", "5ea1"};
  i.policy = "abcd";
  return i;
}

template <class T>
std::string mistake(std::string_view body) {
  const auto read = parse<T>(body);
  return read ? "(none)" : words(read.error());
}

} // namespace

TEST_CASE("every body is written in its form and read back the same") {
  stands_as(started_body{"run", "ovh-licensed", 1234, "1.2.3", at(1)},
            R"({"by": "run", "user": "ovh-licensed", "pid": 1234, "version": "1.2.3", )"
            R"("last_poll": "2027-01-15T08:01:00Z"})");
  stands_as(started_body{"apply", "root", 1, "1.2.3", {}},
            R"({"by": "apply", "user": "root", "pid": 1, "version": "1.2.3"})");
  stands_as(policy_body{"abcd", "/etc/p.yaml", licensing::mode::declare, "mode: declare\n"},
            R"({"sha256": "abcd", "path": "/etc/p.yaml", "mode": "declare", )"
            R"("text": "mode: declare\n"})");
  stands_as(gap_body{at(2), "timeout", "nobody answered"},
            R"({"last_seen": "2027-01-15T08:02:00Z", "cause": "timeout", )"
            R"("message": "nobody answered"})");
  stands_as(gone_body{at(2)}, R"({"last_seen": "2027-01-15T08:02:00Z"})");
  stands_as(gone_body{}, "{}");
  stands_as(clock_body{at(3)}, R"({"before": "2027-01-15T08:03:00Z"})");
  stands_as(a_vm(), R"({"name": "web-1", "guest_os_family": "windows2019srv_64Guest", )"
                    R"("reported_guest_os_family": "windows2019srv_64Guest", )"
                    R"("license": "windows 2019 Standard", "verdict": "compliant", )"
                    R"("rule": "guest_os_families 'windows2019srv_64Guest'", )"
                    R"("power": "poweredOn", "cpus": 4, "occasion": "drift", )"
                    R"("since": "2027-01-15T08:01:00Z", "last_seen": "2027-01-15T08:00:00Z"})");
  vm_body due = a_vm();
  due.license.reset();
  due.verdict = licensing::verdict::missing;
  due.action = licensing::action::set_license;
  due.expected = "windows 2019 Standard";
  stands_as(due, R"({"name": "web-1", "guest_os_family": "windows2019srv_64Guest", )"
                 R"("reported_guest_os_family": "windows2019srv_64Guest", )"
                 R"("verdict": "missing", "action": "setLicense", )"
                 R"("expected": "windows 2019 Standard", )"
                 R"("rule": "guest_os_families 'windows2019srv_64Guest'", )"
                 R"("power": "poweredOn", "cpus": 4, "occasion": "drift", )"
                 R"("since": "2027-01-15T08:01:00Z", "last_seen": "2027-01-15T08:00:00Z"})");
}

TEST_CASE("what is due according to a VM's record is known, except for old records") {
  using licensing::action;
  using licensing::verdict;
  const auto fingerprint = [](verdict v, action a, std::optional<std::string> expected) {
    vm_body b = a_vm();
    b.verdict = v;
    b.action = a;
    b.expected = std::move(expected);
    return b.due_fingerprint();
  };
  const std::string license = "windows 2019 Standard";
  const auto to_set = licensing::due_fingerprint(action::set_license, license);
  CHECK(fingerprint(verdict::missing, action::set_license, license) == to_set);
  CHECK(fingerprint(verdict::mismatch, action::set_license, license) == to_set);
  CHECK(fingerprint(verdict::superfluous, action::remove_license, {}) ==
        licensing::due_fingerprint(action::remove_license, ""));
  const auto nothing = licensing::due_fingerprint(action::none, "");
  CHECK(fingerprint(verdict::mismatch, action::none, {}) == nothing);
  CHECK(fingerprint(verdict::compliant, action::none, {}) == nothing);
  for (const verdict v : {verdict::missing, verdict::wrong, verdict::superfluous})
    CHECK(fingerprint(v, action::none, {}) == 0);
}

TEST_CASE("the fingerprint of a VM's record is the same in every version") {
  vm_body b = a_vm();
  CHECK(b.fingerprint() == 0x16b128742ee30a35U);
  b.license.reset();
  b.verdict = licensing::verdict::missing;
  CHECK(b.fingerprint() != 0xca8eccdae863eb8dU);
  b.action = licensing::action::set_license;
  b.expected = "windows 2019 Standard";
  CHECK(b.fingerprint() == 0xca8eccdae863eb8dU);
}

TEST_CASE("the bodies of a correction are written in their form and read back the same") {
  stands_as(
      an_intent(),
      R"({"action": "setLicense", "from": "windows 2016 Standard", )"
      R"("to": "windows 2019 Standard", "bypass": true, "mode": "enforce", )"
      R"("verdict": "wrong", "allowed": true, "from_complete_list": true, )"
      R"("occasion": "policy_change", "since": "2027-01-15T08:01:00Z", "name": "web-1", )"
      R"("guest_os_family": "windows2019srv_64Guest", "listed": true, )"
      R"("listed_license": "windows 2016 Standard", "rule": "rule 'web'", )"
      R"("reason": "so \"it\" is", "person": true, "user": "alice", "claimed": "bob", "plan": "5ea1", "policy": "abcd"})");
  stands_as(licensing::sent{licensing::sent::kind::accepted, 77, "", 0, "EU.q1"},
            R"({"answer": "accepted", "task": 77, "message": "", "http_status": 0, )"
            R"("query_id": "EU.q1"})");
  stands_as(licensing::sent{licensing::sent::kind::refused, {}, "no", 403, ""},
            R"({"answer": "refused", "message": "no", "http_status": 403, "query_id": ""})");
  stands_as(licensing::followed{77, licensing::trace_state_of({"done"}), ""},
            R"({"task": 77, "state": "done", "message": ""})");
  result_body ended;
  ended.end.how = licensing::outcome::inconclusive;
  ended.end.looked = true;
  ended.end.found = "windows 2016 Standard";
  ended.end.trace = 77;
  ended.end.message = "it never ended";
  ended.end.query_id = "EU.q1";
  ended.action = licensing::action::remove_license;
  ended.from = "windows 2016 Standard";
  ended.name = "web-1";
  stands_as(ended, R"({"outcome": "inconclusive", "looked": true, )"
                   R"("license": "windows 2016 Standard", "task": 77, )"
                   R"("message": "it never ended", "query_id": "EU.q1", )"
                   R"("action": "removeLicense", "from": "windows 2016 Standard", )"
                   R"("name": "web-1"})");
}

TEST_CASE("keys that are not known and optional ones that are null do not matter") {
  const auto read = parse<gap_body>(
      R"({"message": "m", "later": [1, {"x": null}], "cause": "c", "last_seen": null})");
  REQUIRE(read.has_value());
  CHECK((*read == gap_body{{}, "c", "m"}));
}

TEST_CASE("a body that is not as it must be is refused with the first key that is wrong") {
  CHECK(mistake<clock_body>("") == "it is not JSON: incomplete JSON");
  CHECK(mistake<clock_body>("[]") == "it is not an object");
  CHECK(mistake<clock_body>("{}") == "before is missing");
  CHECK(mistake<clock_body>(R"({"before": 5})") == "before is not a string");
  CHECK(mistake<clock_body>(R"({"before": "soon"})") == "before 'soon' is not a time");
  CHECK(mistake<clock_body>(R"({"before": "2027-01-15T09:01:00+01:00"})") ==
        "before '2027-01-15T09:01:00+01:00' is not a time");
  CHECK(mistake<gone_body>(R"({"last_seen": 5})") == "last_seen is not a string");
  CHECK(mistake<licensing::followed>(R"({"task": "7", "state": "", "message": ""})") ==
        "task is not a number");
  CHECK(mistake<licensing::followed>(R"({"task": 1.5, "state": "", "message": ""})") ==
        "task is out of range");
  CHECK(mistake<licensing::followed>(R"({"task": 9223372036854775808, "state": 1})") ==
        "task is out of range");
  CHECK(mistake<licensing::sent>(R"({"answer": "perhaps"})") == "answer 'perhaps' is not known");
  CHECK(mistake<vm_body>(R"({"name": "", "verdict": "wrong", "action": "set"})") ==
        "action 'set' is not known");
  CHECK(mistake<policy_body>(R"({"sha256": "", "path": "", "mode": "Report"})") ==
        "mode 'Report' is not known");
  CHECK(mistake<result_body>(R"({"outcome": "done", "looked": 1})") ==
        "looked is neither true nor false");
}

TEST_CASE("every field of a VM but when it was last seen makes another fingerprint") {
  std::set<std::uint64_t> prints{a_vm().fingerprint()};
  const auto changes = [&](auto change) {
    vm_body b = a_vm();
    change(b);
    return prints.insert(b.fingerprint()).second;
  };
  CHECK(changes([](vm_body& b) { b.name = "web-2"; }));
  CHECK(changes([](vm_body& b) { b.guest_os_family.reset(); }));
  CHECK(changes([](vm_body& b) { b.guest_os_family = ""; }));
  CHECK(changes([](vm_body& b) { b.reported_guest_os_family.reset(); }));
  CHECK(changes([](vm_body& b) { b.license.reset(); }));
  CHECK(changes([](vm_body& b) { b.license = ""; }));
  CHECK(changes([](vm_body& b) { b.verdict = licensing::verdict::wrong; }));
  CHECK(changes([](vm_body& b) { b.action = licensing::action::remove_license; }));
  CHECK(changes([](vm_body& b) { b.action = licensing::action::set_license; }));
  CHECK(changes([](vm_body& b) {
    b.action = licensing::action::set_license;
    b.expected = "windows 2019 Standard";
  }));
  CHECK(changes([](vm_body& b) { b.rule = ""; }));
  CHECK(changes([](vm_body& b) { b.power = licensing::power_state::suspended; }));
  CHECK(changes([](vm_body& b) { b.cpus = 8; }));
  CHECK(changes([](vm_body& b) { b.occasion = licensing::occasion::new_vm; }));
  CHECK(changes([](vm_body& b) { b.since += std::chrono::seconds(1); }));
  CHECK(!changes([](vm_body& b) { b.last_seen.reset(); }));
}
