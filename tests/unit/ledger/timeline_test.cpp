// What records tell of one VM, and of everything.
#include "ledger/timeline.hpp"
#include "support.hpp"

using namespace ovhl;
using namespace ovhl::ledger;
using namespace ovhl::ledger::testing;
using licensing::verdict;

namespace {

// Records as they come, without a file.
class told {
 public:
  std::int64_t operator()(int minute, kind k, std::string body, std::int64_t vm = 0,
                          std::int64_t about = 0, licensing::place where = here) {
    record r;
    static_cast<new_record&>(r) = {at(minute), k, std::move(where), vm, about, std::move(body)};
    r.number = static_cast<std::int64_t>(all.size()) + 1;
    all.push_back(r);
    return r.number;
  }
  void seen(int minute, std::int64_t vm, const std::string& name, verdict v,
            std::optional<int> last_seen = {}) {
    vm_body b;
    b.name = name;
    b.verdict = v;
    b.since = at(minute);
    if (last_seen) b.last_seen = at(*last_seen);
    (*this)(minute, kind::vm, text(b), vm);
  }
  std::vector<event> events(std::optional<std::set<licensing::vm_key>> vms = {},
                            std::optional<instant> since = {}) const {
    timeline t(std::move(vms));
    for (const record& r : all)
      CHECK(t.take(r).has_value());
    return std::move(t).events(since);
  }
  std::set<licensing::vm_key> found(std::string_view word) const {
    vm_search search(word);
    for (const record& r : all)
      search.take(r);
    return search.found();
  }

  std::vector<record> all;
};

const licensing::vm_key web{here, 1074}, app{here, 1075};

} // namespace

TEST_CASE("A VM's states are intervals, each with the verdict before it") {
  told t;
  t.seen(0, 1074, "web-1", verdict::missing);
  t.seen(10, 1074, "web-1", verdict::compliant, 9);
  t(20, kind::gone, text(gone_body{at(19)}), 1074);
  const auto all = t.events();
  REQUIRE(all.size() == 3);
  const auto& first = std::get<was_seen>(all[0].what);
  CHECK_FALSE(first.before);
  CHECK((first.until == at(9)));
  const auto& second = std::get<was_seen>(all[1].what);
  CHECK(second.before == verdict::missing);
  CHECK((second.until == at(19)));
  CHECK(std::get<vm_went>(all[2].what).last_seen == at(19));
  CHECK(all[2].name == "web-1");
}

TEST_CASE("A correction is one event from its intent to its result") {
  told t;
  licensing::intent i;
  i.what.action = licensing::action::set_license;
  i.what.to = "windows 2019 Standard";
  i.what.name = "web-1";
  const auto intent = t(0, kind::intent, text(i), 1074);
  t(1, kind::request, text(licensing::sent{licensing::sent::kind::accepted, 9, "", 200, "q"}), 1074,
    intent);
  t(2, kind::task, text(licensing::followed{9, licensing::trace_state_of({"done"}), "", ""}), 1074,
    intent);
  result_body r;
  r.end.how = licensing::outcome::done;
  r.action = licensing::action::set_license;
  t(3, kind::result, text(r), 1074, intent);
  const auto all = t.events(std::set{web});
  REQUIRE(all.size() == 1);
  CHECK(all[0].name == "web-1");
  const auto& made = std::get<was_corrected>(all[0].what);
  CHECK((made.answer && made.answer->query_id == "q" && made.task && made.end));
  CHECK((made.ended_at == at(3)));
}

TEST_CASE("A correction that was dropped before its intent is told, too") {
  told t;
  result_body r;
  r.end.how = licensing::outcome::dropped;
  r.action = licensing::action::remove_license;
  r.name = "web-1";
  t(3, kind::result, text(r), 1074);
  const auto all = t.events();
  REQUIRE(all.size() == 1);
  CHECK(all[0].name == "web-1");
  CHECK_FALSE(std::get<was_corrected>(all[0].what).wanted);
}

TEST_CASE("Of one VM there are its own events, and what hid its datacenter") {
  told t;
  t.seen(0, 1074, "web-1", verdict::missing);
  t.seen(0, 1075, "app-1", verdict::missing);
  const std::string gap = text(gap_body{at(1), "timeout", "nobody answered"});
  t(2, kind::gap, gap, 0, 0, {"main", "pcc-other", 3});
  t(2, kind::gap, gap);
  t(3, kind::seen, "{}");
  t(4, kind::gap, gap, 0, 0, {"main", "", 0}); // the whole account
  t(5, kind::policy, text(policy_body{"d", "p", licensing::mode::report, {}}));
  const auto all = t.events(std::set{web});
  REQUIRE(all.size() == 3);
  CHECK(all[0].vm == 1074);
  CHECK((std::get<was_hidden>(all[1].what).until == at(3)));
  CHECK_FALSE(std::get<was_hidden>(all[2].what).until);
  CHECK(t.events().size() == 6);
}

TEST_CASE("A VM is found by its id, or by any name it ever had in any case") {
  told t;
  t.seen(0, 1074, "web-1", verdict::missing);
  t.seen(1, 1074, "front", verdict::missing, 0);
  t.seen(1, 1075, "1074", verdict::missing);
  CHECK((t.found("WEB-1") == std::set{web}));
  CHECK((t.found("front") == std::set{web}));
  CHECK((t.found("1075") == std::set{app}));
  CHECK((t.found("1074") == std::set{web})); // an id comes before a name
  CHECK(t.found("nothing").empty());
  vm_search near("web-2");
  near.take(t.all[0]);
  CHECK(near.suggestion() == "; did you mean 'web-1'?");
}

TEST_CASE("What was over before is left out, but of one VM, not what still held") {
  told t;
  t.seen(0, 1074, "web-1", verdict::missing);
  t.seen(10, 1074, "web-1", verdict::compliant, 9);
  CHECK(t.events(std::set{web}, at(5)).size() == 2);
  CHECK(t.events(std::set{web}, at(10)).size() == 1);
  CHECK(t.events({}, at(5)).size() == 1); // of the fleet, what changed
}

TEST_CASE("Texts from a record are shown without what a terminal would obey") {
  told t;
  t.seen(0, 1074, "web-\x1b[2J", verdict::missing);
  vm_search near("web-[2J");
  near.take(t.all[0]);
  CHECK(near.suggestion() == "; did you mean 'web-\\x1b[2J'?");
  record r = t.all[0];
  r.body = R"({"name": "a", "verdict": "\u001b[2J"})";
  timeline all;
  CHECK(all.take(r).error().message ==
        "record 1 cannot be understood: verdict '\\x1b[2J' is not known");
}

TEST_CASE("A record that cannot be understood is reported with its number") {
  record r;
  r.number = 7;
  r.kind = kind::vm;
  r.vm = 1;
  r.body = "{}";
  timeline all;
  const auto taken = all.take(r);
  REQUIRE_FALSE(taken.has_value());
  CHECK(taken.error().message == "record 7 cannot be understood: name is missing");
}
