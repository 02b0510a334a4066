// What holds of every admission, whatever is due and whatever the guards.
#include "generator.hpp"
#include "guards_support.hpp"
#include "licensing/guards.hpp"

#include <algorithm>
#include <set>

using namespace ovhl;
using namespace ovhl::licensing;
using namespace ovhl::licensing::testing;
using std::chrono::minutes;

namespace {

constexpr std::uint32_t cases = 400;
constexpr int polls = 8;
constexpr instant start = instant{today} + std::chrono::hours(9);

guards some_guards(generator& g) {
  guards some;
  some.confirm_polls = 1 + static_cast<int>(g.below(3));
  some.grace = minutes(5 * g.below(4));
  some.max_sets_per_poll = static_cast<int>(g.below(6));
  some.max_removals_per_poll = static_cast<int>(g.below(4));
  some.max_set_share = static_cast<int>(g.below(101));
  some.max_removal_share = static_cast<int>(g.below(101));
  some.retry_after = minutes(1 + g.below(15));
  return some;
}

// A fleet over some polls, with corrections that begin, end and fail.
struct theatre {
  explicit theatre(std::uint32_t seed) : g(seed), p(g.a_policy()), limits(some_guards(g)) {
    p.mode = g.one_in(4) ? mode::declare : mode::enforce;
  }

  void look() {
    if (seen.datacenters.empty() || g.one_in(4)) seen = g.a_fleet(25);
    for (datacenter& dc : seen.datacenters) {
      dc.complete = !g.one_in(5);
      dc.carried = !dc.complete && g.one_in(2);
    }
    decisions made = decide(seen, p, remembered, now);
    corrections = licensing::corrections_of(due(seen, made, p), seen, made, p);
    remembered = std::move(made.next);

    around = {};
    around.now = now;
    around.steady = steady;
    around.failed = &failed;
    around.under_way = &under_way;
    around.windows.open = !g.one_in(8);
    around.person = g.one_in(5);
    if (g.one_in(6)) around.not_activated = {{{"main", "pcc-1"}, "off"}};
    if (g.one_in(12)) around.ledger_problem = "the disk is full";
  }

  admission admitted(const guards& with, const circumstances& c) const {
    return admit(due_of(corrections), seen, with, before, c);
  }

  void act(const admission& a) {
    for (const std::size_t i : a.begin)
      under_way[corrections[i].which] = {due_state::running, {}, {}, {}, {}};
    std::erase_if(under_way, [&](const auto& item) {
      if (!g.one_in(2)) return false;
      if (g.one_in(2))
        for (const correction& c : corrections)
          if (c.which == item.first)
            failed[c.which] = {c.action, c.to, failed[c.which].failures + 1, now, "no"};
      return true;
    });
    before = a.next;
    now += g.one_in(10) ? -minutes(60) : g.one_in(10) ? minutes(90) : minutes(5);
    steady += minutes(5);
  }

  generator g;
  policy p;
  guards limits;
  inventory seen;
  memory remembered;
  std::vector<correction> corrections;
  confirmations before;
  circumstances around;
  std::map<vm_key, attempts> failed;
  std::map<vm_key, correction_state> under_way;
  instant now = start;
  std::chrono::steady_clock::time_point steady{};
};

// The conditions as the policy's texts state them, one by one.
bool nothing_is_in_the_way(const theatre& t, const correction& c) {
  const place& where = c.which.where;
  return c.allowed && c.from_complete_list && !t.under_way.contains(c.which) &&
         !t.around.ledger_problem && t.around.windows.open &&
         (c.action == action::remove_license ||
          !t.around.not_activated.contains({where.account, where.service}));
}

bool policy_is_content(const theatre& t, const correction& c, const admission& a) {
  const confirmation& count = *a.next.find(c.which);
  if (count.polls < t.limits.confirm_polls || t.now < c.since + t.limits.grace ||
      count.had_passed + (t.steady - count.counted_since) < t.limits.grace)
    return false;
  const auto failure = t.failed.find(c.which);
  if (failure != t.failed.end() && failure->second.to == c.to &&
      failure->second.action == c.action &&
      t.now < std::min(failure->second.last, t.now) +
                  pause_after(failure->second.failures, t.limits.retry_after))
    return false;
  const auto same = std::ranges::count_if(t.corrections, [&](const correction& other) {
    return other.allowed && other.action == c.action && other.which.where == c.which.where;
  });
  const auto dc = std::ranges::find(t.seen.datacenters, c.which.where, &datacenter::where);
  const int share =
      c.action == action::set_license ? t.limits.max_set_share : t.limits.max_removal_share;
  return dc->vms.size() < 10 || same * 100 <= std::ssize(dc->vms) * share;
}

std::set<std::size_t> set_of(const admission& a) { return {a.begin.begin(), a.begin.end()}; }

bool is_part_of(const admission& fewer, const admission& more) {
  return std::ranges::includes(set_of(more), set_of(fewer));
}

} // namespace

TEST_CASE("nothing begins that anything forbids, never more than may, and the rest says why") {
  std::size_t begun = 0, held = 0;
  for (std::uint32_t seed = 0; seed < cases; ++seed) {
    CAPTURE(seed);
    theatre t(seed);
    for (int n = 0; n < polls; ++n) {
      CAPTURE(n);
      t.look();
      const admission a = t.admitted(t.limits, t.around);
      REQUIRE(a.each.size() == t.corrections.size());
      int sets = 0, removals = 0;
      for (const std::size_t i : a.begin) {
        const correction& c = t.corrections.at(i);
        CHECK(a.each[i].state == due_state::running);
        CHECK(nothing_is_in_the_way(t, c));
        CHECK((t.around.person || policy_is_content(t, c, a)));
        ++(c.action == action::set_license ? sets : removals);
      }
      CHECK((t.around.person || sets <= t.limits.max_sets_per_poll));
      CHECK((t.around.person || removals <= t.limits.max_removals_per_poll));
      CHECK(set_of(a).size() == a.begin.size());
      CHECK(std::ranges::is_sorted(a.begin, {},
                                   [&](std::size_t i) { return t.corrections[i].since; }));

      for (std::size_t i = 0; i < a.each.size(); ++i) {
        const correction& c = t.corrections[i];
        const correction_state& s = a.each[i];
        if (set_of(a).contains(i) || t.under_way.contains(c.which)) continue;
        CHECK_FALSE(s.words.empty());
        CHECK(s.by.has_value() == (s.state != due_state::reported));
        CHECK((s.state == due_state::reported) == !c.allowed);
        CHECK((!s.until || *s.until > t.now || s.by == guard::windows));
        // Only the numbers per poll hold back what everything else lets through.
        const bool full = s.by == guard::max_sets_per_poll || s.by == guard::max_removals_per_poll;
        const bool content = t.around.person || policy_is_content(t, c, a);
        CHECK((nothing_is_in_the_way(t, c) && content) == full);
        ++held;
      }
      begun += a.begin.size();
      t.act(a);
    }
  }
  MESSAGE(begun << " begun, " << held << " held back");
  CHECK(begun > 500);
  CHECK(held > 5000);
}

TEST_CASE("at an earlier time no more begins, and a person never gets less through") {
  for (std::uint32_t seed = 0; seed < cases; ++seed) {
    CAPTURE(seed);
    theatre t(seed);
    t.limits.max_sets_per_poll = t.limits.max_removals_per_poll = 1000;
    for (int n = 0; n < polls; ++n) {
      t.look();
      t.around.person = false;
      const admission a = t.admitted(t.limits, t.around);
      circumstances earlier = t.around;
      earlier.now -= minutes(1 + t.g.below(100));
      CHECK(is_part_of(t.admitted(t.limits, earlier), a));
      circumstances person = t.around;
      person.person = true;
      CHECK(is_part_of(a, t.admitted(t.limits, person)));
      guards stricter = t.limits;
      ++stricter.confirm_polls;
      stricter.max_set_share /= 2;
      CHECK(is_part_of(t.admitted(stricter, t.around), a));
      t.act(a);
    }
  }
}
