// What holds of every policy and every fleet.
#include "base/text.hpp"
#include "generator.hpp"
#include "licensing/assess.hpp"
#include "licensing/explain.hpp"

#include <algorithm>
#include <map>

using namespace ovhl;
using namespace ovhl::licensing;
using namespace ovhl::licensing::testing;

namespace {

constexpr std::uint32_t cases = 1500;
constexpr instant now{today + std::chrono::hours(9)};

// The actions that a verdict may have.
bool is_legal(const decision& d) {
  switch (d.verdict) {
  case verdict::missing:
  case verdict::wrong: return d.action == action::set_license;
  case verdict::superfluous: return d.action == action::remove_license;
  case verdict::mismatch:
    return d.action == action::none || (d.action == action::set_license && d.bypass);
  case verdict::compliant:
  case verdict::exempt:
  case verdict::review:
  case verdict::managed: return d.action == action::none;
  }
  return false;
}

bool is_presentable(const std::string& text) {
  return !text.empty() && text.back() != '.' && printable(text) == text;
}

using by_vm = std::map<vm_key, std::pair<decision, instant>>;

// The decisions apart from the order of VMs and datacenters.
by_vm unordered(const inventory& seen, const decisions& made) {
  by_vm all;
  for (std::size_t i = 0; i < seen.datacenters.size(); ++i) {
    const datacenter& dc = seen.datacenters[i];
    for (std::size_t n = 0; n < dc.vms.size(); ++n) {
      decision d = made.datacenters[i].vms[n];
      CHECK(d.vm == n);
      d.vm = 0;
      all[{dc.where, dc.vms[n].id}] = {d, made.datacenters[i].since[n]};
    }
  }
  return all;
}

void check_same(const inventory& a, const decisions& of_a, const inventory& b,
                const decisions& of_b) {
  CHECK(unordered(a, of_a) == unordered(b, of_b));
  CHECK(of_a.changes == of_b.changes);
  CHECK(of_a.exemptions == of_b.exemptions);
  CHECK(of_a.next == of_b.next);
}

template <class List>
void shuffle(List& list, generator& g) {
  for (std::size_t i = list.size(); i > 1; --i)
    std::swap(list[i - 1], list[g.below(i)]);
}

void correct(vm& v, const decision& d, const policy& p) {
  v.license = d.action == action::set_license ? expected(d, p) : null;
  v.listed_license = v.license;
  v.listed = known(v.license);
}

} // namespace

TEST_CASE("every VM of every fleet gets a legal verdict with a reason, under any policy") {
  std::map<verdict, int> met;
  for (std::uint32_t seed = 0; seed < cases; ++seed) {
    CAPTURE(seed);
    generator g(seed);
    const policy p = g.a_policy();
    const inventory seen = g.a_fleet();
    const decisions made = decide(seen, p, {}, now);
    REQUIRE(made.datacenters.size() == seen.datacenters.size());
    for (std::size_t i = 0; i < seen.datacenters.size(); ++i) {
      const datacenter& dc = seen.datacenters[i];
      REQUIRE(made.datacenters[i].vms.size() == dc.vms.size());
      REQUIRE(made.datacenters[i].since.size() == dc.vms.size());
      for (const decision& d : made.datacenters[i].vms) {
        const vm& v = dc.vms[d.vm];
        CAPTURE(v.id);
        CAPTURE(d.verdict);
        CAPTURE(d.action);
        CHECK(is_legal(d));
        CHECK(is_presentable(reason(d, v, p)));
        const std::string_view license = expected(d, p);
        CHECK((license.empty() || is_settable(license)));
        CHECK((d.action != action::set_license || !license.empty()));
        CHECK((!d.bypass || d.action == action::set_license));
        CHECK((!declaration_of(v).contradictory || d.action == action::none));
        CHECK((declared(v) != unknown_license || d.action == action::none));
        CHECK((d.mode != mode::report || !allows(d, v)));
        ++met[d.verdict];
      }
    }
  }
  for (const verdict v : all_verdicts) {
    CAPTURE(v);
    CHECK(met[v] > 100); // the generator reaches all of them
  }
}

TEST_CASE("a VM by itself is judged as in its fleet, and the explanation ends at what decided") {
  for (std::uint32_t seed = 0; seed < cases; ++seed) {
    CAPTURE(seed);
    generator g(seed);
    const policy p = g.a_policy();
    const inventory seen = g.a_fleet();
    const decisions made = decide(seen, p, {}, now);
    for (std::size_t i = 0; i < seen.datacenters.size(); ++i) {
      const datacenter& dc = seen.datacenters[i];
      for (const decision& d : made.datacenters[i].vms) {
        const vm& v = dc.vms[d.vm];
        CAPTURE(v.id);
        decision alone = judge(v, dc.where, p, today);
        alone.vm = d.vm;
        CHECK(alone == d);
        const auto tried_sources = explain(v, dc.where, p, today);
        const auto decides = std::ranges::find_if(tried_sources, &tried_source::fits);
        const bool by_policy = d.from.what != source::kind::nothing;
        REQUIRE((decides != tried_sources.end() || !by_policy));
        if (by_policy) CHECK(decides->what == d.from);
        for (const tried_source& t : tried_sources)
          CHECK(is_presentable(t.why));
      }
    }
  }
}

TEST_CASE("the same fleet gives the same decisions, in whatever order it comes") {
  for (std::uint32_t seed = 0; seed < cases; ++seed) {
    CAPTURE(seed);
    generator g(seed);
    const policy p = g.a_policy();
    const memory before = decide(g.a_fleet(), p, {}, now - std::chrono::minutes(5)).next;
    const inventory seen = g.a_fleet();
    const decisions made = decide(seen, p, before, now);
    check_same(seen, made, seen, decide(seen, p, before, now));

    inventory other = copy(seen);
    for (datacenter& dc : other.datacenters)
      shuffle(dc.vms, g);
    check_same(seen, made, other, decide(other, p, before, now));
    shuffle(other.datacenters, g);
    check_same(seen, made, other, decide(other, p, before, now));
  }
}

TEST_CASE(
    "a fleet in which every correction due was made has nothing due, and all of it is right") {
  for (std::uint32_t seed = 0; seed < cases; ++seed) {
    CAPTURE(seed);
    generator g(seed);
    const policy p = g.a_policy();
    inventory seen = g.a_fleet();
    const decisions before = decide(seen, p, {}, now);
    for (std::size_t i = 0; i < seen.datacenters.size(); ++i)
      for (const decision& d : before.datacenters[i].vms)
        if (d.action != action::none) correct(seen.datacenters[i].vms[d.vm], d, p);
    const decisions after = decide(seen, p, {}, now);
    for (std::size_t i = 0; i < seen.datacenters.size(); ++i) {
      for (const decision& d : after.datacenters[i].vms) {
        const decision& was = before.datacenters[i].vms[d.vm];
        CHECK(d.action == action::none);
        CHECK(d.verdict == (was.action == action::none ? was.verdict : verdict::compliant));
      }
    }
  }
}

namespace {

// Memory as one would write it without a thought for speed.
struct naive_memory {
  std::map<vm_key, memory::past_verdict> vms;
  std::set<place> settled;
  std::string policy;
  int other_demands = 0; // under the same verdict
};

// What a poll must change in it, and what of that it must tell (without the reasons).
std::vector<change> poll(naive_memory& m, const inventory& seen, const decisions& made,
                         const policy& by, instant at) {
  std::vector<change> told;
  const occasion changed =
      m.policy.empty() || m.policy == by.id ? occasion::drift : occasion::policy_change;
  std::set<vm_key> there;
  std::set<place> looked_at, complete;
  for (std::size_t i = 0; i < seen.datacenters.size(); ++i) {
    const datacenter& dc = seen.datacenters[i];
    looked_at.insert(dc.where);
    if (dc.complete) complete.insert(dc.where);
    for (const decision& d : made.datacenters[i].vms) {
      const vm_key key{dc.where, dc.vms[d.vm].id};
      there.insert(key);
      const std::uint32_t due = due_fingerprint(
          d.action, d.action == action::set_license ? expected(d, by) : std::string_view());
      const auto old = m.vms.find(key);
      if (old == m.vms.end()) {
        const bool settled = m.settled.contains(dc.where);
        if (settled)
          told.push_back({key, std::string(dc.vms[d.vm].name), std::nullopt, d.verdict, {}});
        m.vms[key] = {d.verdict, settled ? occasion::new_vm : occasion::first_look, due, at};
      } else if (old->second.verdict != d.verdict) {
        told.push_back({key, std::string(dc.vms[d.vm].name), old->second.verdict, d.verdict, {}});
        old->second = {d.verdict, changed, due, at};
      } else if (old->second.due != due) {
        old->second = {d.verdict, changed, due, at};
        ++m.other_demands;
      }
    }
  }
  std::erase_if(m.vms, [&](const auto& item) {
    const auto& [key, was] = item;
    const bool stays =
        there.contains(key) ||
        (looked_at.contains(key.where) ? !complete.contains(key.where) : seen.hidden(key.where));
    if (!stays) told.push_back({key, {}, was.verdict, std::nullopt, {}});
    return !stays;
  });
  std::erase_if(m.settled, [&](const place& where) {
    return !looked_at.contains(where) && !seen.hidden(where);
  });
  m.settled.insert(complete.begin(), complete.end());
  m.policy = by.id;
  std::ranges::sort(told, {}, &change::which);
  return told;
}

} // namespace

TEST_CASE(
    "over any polls, since stands as long as verdict and demand, and changes are the differences") {
  std::size_t told_at_all = 0;
  int other_demands = 0;
  for (std::uint32_t seed = 0; seed < cases / 10; ++seed) {
    CAPTURE(seed);
    generator g(seed);
    policy p = g.a_policy();
    memory remembered;
    naive_memory model;
    for (int n = 0; n < 12; ++n) {
      CAPTURE(n);
      const instant at = now + std::chrono::minutes(5 * n);
      if (g.one_in(4)) p = g.a_policy();
      if (n == 0 || g.one_in(4)) p.id = "policy " + std::to_string(n);
      const inventory seen = g.a_fleet(6);
      decisions made = decide(seen, p, remembered, at);
      const auto told = poll(model, seen, made, p, at);
      for (change& c : made.changes) {
        CHECK(is_presentable(c.reason));
        c.reason.clear();
      }
      CHECK(made.changes == told);
      told_at_all += told.size();
      for (const auto& [key, entry] : unordered(seen, made))
        CHECK(entry.second == model.vms.at(key).since);
      for (std::size_t i = 0; i < seen.datacenters.size(); ++i)
        for (std::size_t k = 0; k < seen.datacenters[i].vms.size(); ++k) {
          const vm_key key{seen.datacenters[i].where, seen.datacenters[i].vms[k].id};
          CHECK(made.datacenters[i].occasions.at(k) == model.vms.at(key).occasion);
        }
      std::map<vm_key, memory::past_verdict> next;
      for (const auto& [where, vms] : made.next.vms) {
        CHECK(std::ranges::is_sorted(vms, {}, [](const auto& item) { return item.first; }));
        for (const auto& [id, entry] : vms)
          next[{where, id}] = entry;
      }
      CHECK(next == model.vms);
      CHECK(made.next.settled == model.settled);
      CHECK(made.next.policy == p.id);
      remembered = std::move(made.next);
    }
    other_demands += model.other_demands;
  }
  CHECK(told_at_all > 1000);
  CHECK(other_demands > 3);
}
