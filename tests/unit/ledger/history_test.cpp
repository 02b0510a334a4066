// What records add up to.
#include "ledger/history.hpp"
#include "support.hpp"

using namespace ovhl;
using namespace ovhl::ledger;
using namespace ovhl::ledger::testing;

namespace {

// A ledger as it is told, without a file.
class told {
 public:
  std::int64_t operator()(int minute, kind k, std::string body, std::int64_t vm = 0,
                          std::int64_t about = 0, licensing::place where = here) {
    record r;
    static_cast<new_record&>(r) = {at(minute), k, std::move(where), vm, about, std::move(body)};
    r.number = ++number_;
    const auto taken = past.take(r);
    said = taken ? "(taken)" : words(taken.error());
    return r.number;
  }
  std::int64_t intent(int minute, std::int64_t vm, std::string to = "windows 2019 Standard") {
    licensing::intent i;
    i.what.action = licensing::action::set_license;
    i.what.to = std::move(to);
    return (*this)(minute, kind::intent, text(i), vm);
  }
  void result(int minute, std::int64_t vm, std::int64_t intent, licensing::outcome how,
              std::string to = "windows 2019 Standard", std::string message = "why") {
    result_body b;
    b.end.how = how;
    b.end.message = std::move(message);
    b.action = licensing::action::set_license;
    b.to = std::move(to);
    (*this)(minute, kind::result, text(b), vm, intent);
  }
  void corrected(int minute, std::int64_t vm, licensing::outcome how,
                 const std::string& to = "windows 2019 Standard") {
    result(minute, vm, intent(minute, vm, to), how, to);
  }

  history past;
  std::string said;

 private:
  std::int64_t number_ = 0;
};

vm_body a_vm(licensing::verdict v, int since) {
  vm_body b;
  b.verdict = v;
  b.occasion = licensing::occasion::drift;
  b.since = at(since);
  return b;
}

std::string begins(int minute) { return text(started_body{"run", "root", 1, "1", at(minute)}); }

const licensing::vm_key web{here, 1074};

} // namespace

TEST_CASE("a datacenter is observed from when it is seen, with the VMs that are recorded") {
  told t;
  t(1, kind::seen, "{}");
  t(1, kind::vm, text(a_vm(licensing::verdict::missing, 1)), 1075);
  t(1, kind::vm, text(a_vm(licensing::verdict::wrong, 1)), 1074);
  t(2, kind::vm, text(a_vm(licensing::verdict::compliant, 2)), 1074);
  t(3, kind::gone, "{}", 1075);
  t(3, kind::gone, "{}", 999);
  const auto& dc = t.past.datacenters().at(here);
  CHECK(dc.observed);
  REQUIRE(dc.vms.size() == 1);
  CHECK(dc.vms[0].id == 1074);
  CHECK(dc.vms[0].fingerprint == a_vm(licensing::verdict::compliant, 2).fingerprint());
  CHECK((t.past.last_record() == at(3)));
}

TEST_CASE("a gap ends what is observed until it is seen again") {
  told t;
  t(1, kind::seen, "{}");
  t(2, kind::gap, text(gap_body{at(1), "timeout", "nobody answered"}));
  CHECK(!t.past.datacenters().at(here).observed);
  CHECK(t.past.datacenters().at(here).gap_cause == "timeout");
  CHECK((t.past.datacenters().at(here).last_seen == at(1)));
  t(3, kind::seen, "{}");
  CHECK(t.past.datacenters().at(here).observed);
  CHECK(!t.past.datacenters().at(here).last_seen);
}

TEST_CASE("when somebody starts, nothing is observed since the last poll") {
  told t;
  const licensing::place other{"main", "pcc-192-0-2-1", 13};
  t(1, kind::seen, "{}");
  t(1, kind::gap, text(gap_body{{}, "server", "it failed"}), 0, 0, other);
  t(9, kind::started, begins(5));
  CHECK(!t.past.datacenters().at(here).observed);
  CHECK(t.past.datacenters().at(here).gap_cause == "not running");
  CHECK((t.past.datacenters().at(here).last_seen == at(5)));
  CHECK(t.past.datacenters().at(other).gap_cause == "server");
  CHECK(!t.past.datacenters().at(other).last_seen);
}

TEST_CASE("a datacenter that is gone is forgotten, and a service that is seen is no gap any more") {
  told t;
  t(1, kind::seen, "{}");
  t(1, kind::vm, text(a_vm(licensing::verdict::missing, 1)), 1074);
  t(2, kind::gone, "{}");
  const licensing::place service{"main", "pcc-192-0-2-1", 0};
  t(2, kind::gap, text(gap_body{{}, "timeout", ""}), 0, 0, service);
  CHECK(t.past.datacenters().contains(service));
  t(3, kind::seen, "{}", 0, 0, service);
  CHECK(t.past.datacenters().empty());
  CHECK((t.past.memory() == licensing::memory{}));
}

TEST_CASE("the memory has each VM's verdict, what was due, occasion and since, if its datacenter "
          "was ever seen") {
  told t;
  const licensing::place never{"main", "pcc-192-0-2-1", 13};
  t(1, kind::policy, text(policy_body{"abcd", "p", licensing::mode::report, "text"}));
  t(1, kind::seen, "{}");
  vm_body to_set = a_vm(licensing::verdict::wrong, 7);
  to_set.action = licensing::action::set_license;
  to_set.expected = "windows 2019 Standard";
  CHECK(to_set.due_fingerprint() != 0);
  t(1, kind::vm, text(to_set), 1075);
  t(1, kind::vm, text(a_vm(licensing::verdict::missing, 1)), 1074);
  t(2, kind::gap, text(gap_body{at(1), "timeout", ""}));
  t(2, kind::gap, text(gap_body{{}, "timeout", ""}), 0, 0, never);
  licensing::memory expected;
  expected.policy = "abcd";
  expected.settled = {here};
  const auto entry = [](licensing::verdict v, std::uint32_t due, int since) {
    return licensing::memory::past_verdict{v, licensing::occasion::drift, due, at(since)};
  };
  expected.vms[here] = {{1074, entry(licensing::verdict::missing, 0, 1)},
                        {1075, entry(licensing::verdict::wrong, to_set.due_fingerprint(), 7)}};
  CHECK((t.past.memory() == expected));
}

TEST_CASE("the policy in force is the last one, and texts are known by their digests") {
  told t;
  CHECK(t.past.policy().empty());
  t(1, kind::policy, text(policy_body{"aa", "p", licensing::mode::report, "text a"}));
  t(2, kind::policy, text(policy_body{"bb", "p", licensing::mode::report, std::nullopt}));
  CHECK(t.past.policy() == "bb");
  CHECK(t.past.has_text("aa"));
  CHECK(!t.past.has_text("bb"));
}

TEST_CASE("a correction is unfinished until its result, with what is known of it") {
  told t;
  const auto intent = t.intent(1, 1074);
  const auto other = t.intent(1, 1075);
  licensing::sent sent;
  sent.got = licensing::sent::kind::accepted;
  sent.trace = 7;
  t(2, kind::request, text(sent), 1074, intent);
  t(3, kind::task, text(licensing::followed{7, licensing::trace_state_of({"doing"}), "taken over"}),
    1074, intent);
  t(4, kind::task, text(licensing::followed{7, licensing::trace_state_of({"done"}), ""}), 1074,
    intent);
  REQUIRE(t.past.unfinished().size() == 2);
  const licensing::unfinished& u = t.past.unfinished().at(intent);
  CHECK((u.wanted.what.which == web));
  CHECK((u.sent == sent));
  CHECK((u.task == licensing::followed{7, licensing::trace_state_of({"done"}), ""}));
  CHECK(!t.past.unfinished().at(other).sent);
  t.result(5, 1074, intent, licensing::outcome::done);
  CHECK(t.past.unfinished().size() == 1);
  REQUIRE(t.past.recent().size() == 1);
  CHECK((t.past.recent()[0].at == at(5)));
  CHECK((t.past.recent()[0].which == web));
  CHECK(t.past.recent()[0].what.end.how == licensing::outcome::done);
}

TEST_CASE("failures of the same correction are counted until one is done or another is wanted") {
  using enum licensing::outcome;
  told t;
  t.corrected(1, 1074, failed);
  t.corrected(2, 1074, inconclusive);
  t.corrected(3, 1074, dropped);
  t.corrected(3, 1075, failed);
  REQUIRE(t.past.failed().contains(web));
  const licensing::attempts& so_far = t.past.failed().at(web);
  CHECK(so_far.action == licensing::action::set_license);
  CHECK((so_far.to == "windows 2019 Standard"));
  CHECK(so_far.failures == 2);
  CHECK((so_far.last == at(2)));
  CHECK(so_far.error == "why");

  SUBCASE("done") {
    t.corrected(4, 1074, done);
    CHECK(!t.past.failed().contains(web));
    CHECK(t.past.failed().size() == 1);
  }
  SUBCASE("another license wanted") {
    t.intent(4, 1074, "windows 2022 Standard");
    CHECK(!t.past.failed().contains(web));
  }
  SUBCASE("another license failed") {
    t.result(4, 1074, 0, failed, "windows 2022 Standard");
    CHECK(t.past.failed().at(web).failures == 1);
    CHECK((t.past.failed().at(web).to == "windows 2022 Standard"));
  }
}

TEST_CASE("a row of failures ends when the VM is seen in order, or is gone") {
  using licensing::verdict;
  told t;
  t.corrected(1, 1074, licensing::outcome::failed);
  t.corrected(1, 1075, licensing::outcome::failed);
  const auto seen_as = [&](verdict v) {
    t(2, kind::vm, text(a_vm(v, 2)), 1074);
    return t.past.failed().contains(web);
  };
  for (const verdict v :
       {verdict::missing, verdict::wrong, verdict::superfluous, verdict::review, verdict::mismatch})
    CHECK(seen_as(v));
  SUBCASE("compliant") { CHECK(!seen_as(verdict::compliant)); }
  SUBCASE("exempt") { CHECK(!seen_as(verdict::exempt)); }
  SUBCASE("managed") { CHECK(!seen_as(verdict::managed)); }
  SUBCASE("gone") {
    t(3, kind::gone, "{}", 1074);
    CHECK(!t.past.failed().contains(web));
  }
  CHECK(t.past.failed().contains({here, 1075}));
  t.corrected(4, 1076, licensing::outcome::failed);
  t(5, kind::gone, "{}", 0, 0, {"main", "pcc-192-0-2-1", 13});
  CHECK(t.past.failed().size() >= 2);
  t(5, kind::gone, "{}"); // the datacenter
  CHECK(t.past.failed().empty());
}

TEST_CASE("when the clock was set back, what lies ahead of it is as if it were now") {
  told t;
  t(1, kind::seen, "{}");
  t(1, kind::vm, text(a_vm(licensing::verdict::missing, 1)), 1074);
  t(900, kind::vm, text(a_vm(licensing::verdict::missing, 900)), 1075);
  t.corrected(1, 1074, licensing::outcome::failed);
  t.corrected(900, 1075, licensing::outcome::failed);
  t(5, kind::clock, text(clock_body{at(900)}));
  const auto vms = t.past.memory().vms.at(here);
  CHECK((vms[0].second.since == at(1)));
  CHECK((vms[1].second.since == at(5)));
  CHECK((t.past.failed().at(web).last == at(1)));
  CHECK((t.past.failed().at({here, 1075}).last == at(5)));
}

TEST_CASE("the last hundred corrections are at hand, also those dropped before their intent") {
  told t;
  for (int i = 1; i <= 130; ++i)
    t.result(i, 1000 + i, 0, licensing::outcome::dropped);
  REQUIRE(t.past.recent().size() == 100);
  CHECK(t.past.recent().front().which.id == 1031);
  CHECK(t.past.recent().back().which.id == 1130);
  CHECK(t.past.failed().empty());
}

TEST_CASE("the time reached is the latest since the clock was set back, polls included") {
  told t;
  CHECK(!t.past.reached(std::nullopt));
  CHECK((t.past.reached(at(4)) == at(4)));
  t(5, kind::seen, "{}");
  t(3, kind::seen, "{}");
  CHECK((t.past.reached(std::nullopt) == at(5)));
  CHECK((t.past.reached(at(4)) == at(5)));
  CHECK((t.past.reached(at(9)) == at(9)));
  t(1, kind::clock, text(clock_body{at(9)}));
  CHECK((t.past.reached(at(9)) == at(1)));
  CHECK((t.past.reached(at(10)) == at(10)));
  t(2, kind::seen, "{}");
  CHECK((t.past.reached(at(9)) == at(2)));
}

TEST_CASE("a record that cannot be understood is an error and changes nothing") {
  told t;
  t(1, kind::seen, "{}");
  const auto intent = t.intent(1, 1074);
  const auto refused = [&](kind k, const char* body, std::int64_t about = 0) {
    t(2, k, body, 1074, about);
    return t.said;
  };
  CHECK(refused(kind::vm, "{}") == "record 3 cannot be understood: name is missing");
  CHECK(refused(kind::gap, "[]") == "record 4 cannot be understood: it is not an object");
  CHECK(refused(kind::started, "{}") == "record 5 cannot be understood: by is missing");
  CHECK(refused(kind::result, "{}", intent) == "record 6 cannot be understood: outcome is missing");
  CHECK(
      refused(kind::task, R"({"task": 1, "state": "", "message": ""})", 99) ==
      "record 7 cannot be understood: it refers to record 99, which is not a correction under way");
  CHECK((t.past.last_record() == at(1)));
  CHECK(t.past.unfinished().contains(intent));
  CHECK(t.past.datacenters().at(here).observed);
  CHECK(t.past.datacenters().at(here).vms.empty());
}
