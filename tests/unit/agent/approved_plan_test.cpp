// When an approved plan may be applied: in its time, and once.
#include "agent/approved_plan.hpp"
#include "ledger/bodies.hpp"
#include "publish/plan_file.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace ovhl;
using namespace std::chrono_literals;

namespace {

constexpr instant made{std::chrono::sys_days{std::chrono::January / 15 / 2027} + 8h};

publish::approved_plan a_plan() {
  publish::approved_plan plan;
  plan.made_at = made;
  plan.seal = "5ea1";
  return plan;
}

std::string said(const result<void>& r) { return r ? "(fine)" : words(r.error()); }
std::string after(std::chrono::seconds age, bool old = false) {
  return said(agent::in_time(a_plan(), made + age, old));
}

// A ledger with one intent of that plan.
ledger::history past_with(const licensing::requester& by, int intents = 1) {
  ledger::history past;
  for (int i = 1; i <= intents; ++i) {
    licensing::intent wanted;
    wanted.what.action = licensing::action::set_license;
    wanted.what.to = "windows 2019 Standard";
    wanted.by = by;
    ledger::record r;
    r.number = i;
    r.at = made + std::chrono::hours(i);
    r.kind = ledger::kind::intent;
    r.vm = i;
    r.body = ledger::text(wanted);
    REQUIRE(past.take(r).has_value());
  }
  return past;
}

constexpr const char* again = "; make a new one with `ovh-licensed plan --out`";

} // namespace

TEST_CASE("a plan may be applied for seven days, and then only on purpose") {
  CHECK(after(0s) == "(fine)");
  CHECK(after(24h * 7) == "(fine)");
  CHECK(after(24h * 7 + 1s) ==
        std::string("the plan: it was made 7 d 0 h ago, at 2027-01-15T08:00:00Z") + again +
            ", or use --old to apply it anyway");
  CHECK(after(24h * 400) ==
        std::string("the plan: it was made 400 d 0 h ago, at 2027-01-15T08:00:00Z") + again +
            ", or use --old to apply it anyway");
  CHECK(after(24h * 400, true) == "(fine)");
}

TEST_CASE("a plan from the future is refused, on purpose or not") {
  CHECK(after(-5min) == "(fine)");
  for (const bool old : {false, true})
    CHECK(after(-5min - 1s, old) ==
          "the plan: it was made at 2027-01-15T08:00:00Z, which is 5 min 1 s ahead of this "
          "machine's clock; correct the clock (timedatectl), or make a new one with "
          "`ovh-licensed plan --out`");
}

TEST_CASE("how old a plan is can be said") {
  CHECK(agent::age_of(a_plan(), made + 3h + 20min) ==
        "The plan was made 3 h 20 min ago, at 2027-01-15T08:00:00Z.");
  CHECK(agent::age_of(a_plan(), made - 1min) ==
        "The plan was made just now, at 2027-01-15T08:00:00Z.");
}

TEST_CASE("a plan of which something was begun is not applied again, which says when and by whom") {
  const auto said_of = [](const ledger::history& past) {
    return said(agent::not_applied_yet(a_plan(), past));
  };
  CHECK(said_of({}) == "(fine)");
  CHECK(said_of(past_with({true, "alice"})) == "(fine)");
  CHECK(said_of(past_with({true, "alice", {}, "another"})) == "(fine)");
  CHECK(said_of(past_with({true, "alice", {}, "5ea1"}, 3)) ==
        std::string(
            "the plan: it was already applied at 2027-01-15T09:00:00Z by alice; a plan can be "
            "applied only once") +
            again);
  CHECK(said_of(past_with({true, "root", "bob", "5ea1"})) ==
        std::string(
            "the plan: it was already applied at 2027-01-15T09:00:00Z by root (SUDO_USER says "
            "'bob'); a plan can be applied only once") +
            again);
}
