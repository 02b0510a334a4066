#include "../licensing/alike.hpp"
#include "../licensing/generator.hpp"
#include "agent/overview.hpp"
#include "publish/causes.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <tuple>
#include <vector>

using namespace ovhl;
using namespace ovhl::licensing::testing;
using licensing::due_state;
using licensing::guard;

namespace {

constexpr instant now{today + std::chrono::hours(9)};

struct stage {
  explicit stage(std::uint32_t seed) : random(seed), policy(random.a_policy()) {
    seen = random.a_fleet();
    decided = licensing::decide(seen, policy, {}, now);
    for (const licensing::due_correction& c : licensing::due(seen, decided, policy)) {
      orders.push_back(c.which);
      states.push_back(a_state());
    }
  }
  licensing::correction_state a_state() {
    licensing::correction_state s;
    s.state = static_cast<due_state>(1 + random.below(6));
    if (s.state == due_state::held) s.by = licensing::all_guards[random.below(3)];
    return s;
  }
  licensing::due_corrections due() const {
    auto all = std::make_shared<const std::vector<licensing::due_correction>>(
        licensing::due(seen, decided, policy));
    return {std::move(all), kept(states)};
  }
  agent::picture picture() const { return {seen, decided, policy}; }

  generator random;
  licensing::policy policy;
  licensing::inventory seen;
  licensing::decisions decided;
  std::vector<licensing::vm_key> orders;
  std::vector<licensing::correction_state> states;
};

void check_same(const std::vector<publish::cause_row>& a,
                const std::vector<publish::cause_row>& b) {
  REQUIRE(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i)
    CHECK((a[i] == b[i]));
}

std::map<licensing::verdict, std::size_t>
counted_by_verdict(const std::vector<publish::finding>& of) {
  std::map<licensing::verdict, std::size_t> counts;
  for (const publish::finding& f : of)
    ++counts[f.verdict];
  return counts;
}

std::size_t vms_in(const std::map<licensing::verdict, std::size_t>& counts) {
  std::size_t all = 0;
  for (const auto& [verdict, vms] : counts)
    all += vms;
  return all;
}

} // namespace

TEST_CASE("causes gathered in one pass are those of all findings, however few rows are kept") {
  for (std::uint32_t seed = 0; seed < 400; ++seed) {
    CAPTURE(seed);
    stage s(seed);
    const auto all = agent::findings(s.picture(), s.due());
    const std::size_t most = s.random.below(20);
    const agent::overview made(s.picture(), s.due(), most);
    check_same(made.causes(), publish::causes_of(std::span(all)));
    CHECK(made.rows().size() == std::min(most, all.size()));

    // The rows are the first findings of each verdict, in the order of urgency, place and VM.
    const auto rows = counted_by_verdict(made.rows());
    std::map<licensing::verdict, std::size_t> taken;
    auto wanted = all;
    std::ranges::sort(wanted, {}, [](const auto& f) {
      return std::tuple(publish::urgency(f.verdict), f.where, f.vm_id);
    });
    std::erase_if(wanted, [&](const auto& f) {
      return !rows.contains(f.verdict) || ++taken[f.verdict] > rows.at(f.verdict);
    });
    REQUIRE(wanted.size() == made.rows().size());
    for (std::size_t i = 0; i < made.rows().size(); ++i) {
      CHECK(made.rows()[i].where == wanted[i].where);
      CHECK(made.rows()[i].vm_id == wanted[i].vm_id);
      CHECK(made.rows()[i].reason == wanted[i].reason);
      CHECK(made.rows()[i].state == wanted[i].state);
      CHECK(made.rows()[i].guard == wanted[i].guard);
    }
  }
}

TEST_CASE("each verdict that occurs keeps an eighth of the rows") {
  for (std::uint32_t seed = 0; seed < 400; ++seed) {
    CAPTURE(seed);
    stage s(seed);
    const std::size_t most = 8 * (1 + s.random.below(2));
    const agent::overview made(s.picture(), s.due(), most);
    const auto rows = counted_by_verdict(made.rows());
    const auto all = counted_by_verdict(agent::findings(s.picture(), s.due()));
    for (const auto& [verdict, vms] : all)
      CHECK(rows.at(verdict) >= std::min(vms, most / 8));
    CHECK(made.rows().size() == std::min(most, vms_in(all)));
    CHECK(std::ranges::is_sorted(made.rows(), {}, [](const auto& f) {
      return std::tuple(publish::urgency(f.verdict), f.where, f.vm_id);
    }));
  }
}

TEST_CASE("a correction that goes on is counted anew, whether its VM has a row or not") {
  for (std::uint32_t seed = 0; seed < 200; ++seed) {
    CAPTURE(seed);
    stage s(seed);
    agent::overview made(s.picture(), s.due(), s.random.below(6));
    for (std::size_t i = 0; i < s.orders.size(); ++i) {
      s.states[i] = s.a_state();
      CHECK(made.put(s.orders[i], s.states[i]));
    }
    CHECK(made.any_running() == std::ranges::any_of(s.states, [](const auto& how) {
            return how.state == due_state::running;
          }));
    const auto all = agent::findings(s.picture(), s.due());
    check_same(made.causes(), publish::causes_of(std::span(all)));
    for (const publish::finding& row : made.rows()) {
      const auto twin = std::ranges::find_if(all, [&](const publish::finding& f) {
        return f.where == row.where && f.vm_id == row.vm_id;
      });
      REQUIRE(twin != all.end());
      CHECK(row.state == twin->state);
      CHECK(row.guard == twin->guard);
    }
  }
}

TEST_CASE("nothing is put where nothing is due") {
  agent::overview none;
  CHECK_FALSE(none.put({{"main", "pcc-1", 1}, 7}, {}));
  CHECK(none.causes().empty());
}
