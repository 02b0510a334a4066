#include "publish/causes.hpp"
#include "publish/correction_kind.hpp"
#include "samples.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

using namespace ovhl;
using namespace ovhl::publish;
using namespace ovhl::publish::test;
using licensing::verdict;

namespace {

using text = std::optional<std::string>;

std::vector<finding> some_findings(std::uint32_t seed) {
  std::mt19937 random(seed);
  const auto below = [&](std::size_t n) { return random() % n; };
  const std::array<text, 3> licenses{text(), "", "windows 2019 Standard"};
  std::vector<finding> all(below(60));
  for (std::size_t i = 0; i < all.size(); ++i) {
    finding& f = all[i];
    f.vm_id = static_cast<std::int64_t>(i);
    if (below(3) > 0) f.name = "vm-" + std::to_string(i);
    f.verdict = licensing::all_verdicts[1 + below(licensing::verdict_count - 1)];
    f.license = licenses[below(3)];
    f.expected = licenses[below(3)];
    f.guest_os_family = licenses[below(2)];
    f.reported_guest_os_family = licenses[below(2)];
    f.rule = below(2) == 0 ? "" : "rule 'a'";
    f.reason = below(2) == 0 ? "because" : "therefore";
    f.since = below(4) == 0 ? instant{} : at(static_cast<int>(below(100)));
    if (f.verdict != verdict::missing || below(2) == 0) continue;
    f.action = licensing::action::set_license;
    f.state = below(2) == 0 ? due_state::held : due_state::running;
    if (f.state == due_state::held) f.guard = licensing::all_guards[below(3)];
  }
  return all;
}

auto common(const auto& of) {
  return std::tuple(of.verdict, of.expected, of.license, of.guest_os_family,
                    of.reported_guest_os_family, of.rule, of.reason);
}

} // namespace

TEST_CASE("every finding belongs to exactly one cause, and every cause to its findings") {
  for (std::uint32_t seed = 0; seed < 300; ++seed) {
    CAPTURE(seed);
    const auto findings = some_findings(seed);
    const auto causes = causes_of(std::span(findings));
    CHECK(vms_of(causes) == findings.size());
    std::set<decltype(common(findings[0]))> distinct;
    for (const cause_row& c : causes)
      CHECK(distinct.insert(common(c)).second);
    std::map<decltype(common(findings[0])), std::vector<const finding*>> members;
    for (const finding& f : findings)
      members[common(f)].push_back(&f);
    REQUIRE(members.size() == causes.size());
    for (const cause_row& c : causes) {
      const auto& of = members.at(common(c));
      CHECK(c.vms == of.size());
      CHECK(c.names.size() == std::min<std::size_t>(3, of.size()));
      const auto due = std::ranges::count_if(
          of, [](const finding* f) { return f->action != licensing::action::none; });
      CHECK(due_of(std::span(&c, 1)) == static_cast<std::size_t>(due));
      for (const finding* f : of)
        CHECK((f->since == instant{} || c.since <= f->since));
    }
  }
}

TEST_CASE("causes stand in the same order whatever order their findings came in") {
  for (std::uint32_t seed = 0; seed < 100; ++seed) {
    CAPTURE(seed);
    auto findings = some_findings(seed);
    const auto causes = causes_of(std::span(findings));
    std::ranges::reverse(findings);
    const auto again = causes_of(std::span(findings));
    REQUIRE(again.size() == causes.size());
    for (std::size_t i = 0; i < causes.size(); ++i) {
      CHECK(common(again[i]) == common(causes[i]));
      CHECK(again[i].vms == causes[i].vms);
      CHECK(again[i].since == causes[i].since);
      CHECK(again[i].states == causes[i].states);
    }
  }
}

TEST_CASE("the most urgent causes come first, and of those alike the one of most VMs") {
  std::vector<finding> all;
  const auto add = [&](verdict v, const char* license, int vms) {
    for (int i = 0; i < vms; ++i) {
      finding f;
      f.verdict = v;
      f.license = license;
      all.push_back(f);
    }
  };
  add(verdict::managed, "a", 9);
  add(verdict::exempt, "a", 1);
  add(verdict::review, "a", 2);
  add(verdict::mismatch, "a", 1);
  add(verdict::superfluous, "a", 8);
  add(verdict::missing, "a", 1);
  add(verdict::missing, "b", 2);
  add(verdict::wrong, "a", 3);
  std::string order;
  for (const cause_row& c : causes_of(std::span(all)))
    order += std::string(licensing::name(c.verdict)) + *c.license + std::to_string(c.vms) + " ";
  CHECK(order == "missingb2 missinga1 wronga3 superfluousa8 mismatcha1 reviewa2 exempta1 managed"
                 "a9 ");
}

TEST_CASE("a cause says since when, names three of its VMs, and how its corrections stand") {
  finding f = missing_one();
  std::vector<finding> all(5, f);
  all[0].since = {};
  all[1].since = at(90);
  all[2].since = at(60);
  all[1].name.clear();
  all[3].state = due_state::held;
  all[3].guard = licensing::guard::windows;
  all[4].state = due_state::held;
  all[4].guard = licensing::guard::grace;
  const auto causes = causes_of(std::span(all));
  REQUIRE(causes.size() == 1);
  CHECK(causes[0].since == at(2));
  CHECK(causes[0].names == std::vector<std::string>{"web-1", "1074", "web-1"});
  using enum licensing::guard;
  CHECK(causes[0].states == std::vector<cause_state>{{due_state::reported, {}, 3, at(60)},
                                                     {due_state::held, grace, 1, at(2)},
                                                     {due_state::held, windows, 1, at(2)}});
  CHECK(in_state(causes, due_state::held) == 2);
  CHECK(held_by(causes, due_state::held, windows) == 1);
  CHECK(held_by(causes, due_state::held, std::nullopt) == 0);
}

TEST_CASE("what to do about a cause says what its action does and the mode that lets it") {
  finding f = missing_one();
  f.verdict = verdict::mismatch; // settled by the bypass
  const auto advice = [&] { return remedy(causes_of(std::span(&f, 1)).at(0)); };
  CHECK(advice() == "declare windows 2019 Standard, by hand or with mode declare in the policy");
  f.license = "unlicensed windows guestos"; // none
  CHECK(advice() == "declare windows 2019 Standard, by hand or with mode declare in the policy");
  f.license = "windows 2016 Standard";
  CHECK(advice() ==
        "replace it with windows 2019 Standard, by hand or with mode enforce in the policy");
  f.action = licensing::action::remove_license;
  CHECK(advice() == "remove it, by hand or with mode enforce in the policy");
  for (const licensing::mode m :
       {licensing::mode::report, licensing::mode::declare, licensing::mode::enforce})
    for (const correction_kind k : all_correction_kinds)
      CHECK(
          (m >= mode_for(k)) ==
          licensing::allows(m, k == correction_kind::declare ? verdict::missing : verdict::wrong));
}

TEST_CASE("what to do about a cause follows from its verdict and how its corrections stand") {
  const auto advice = [](finding f) { return remedy(causes_of(std::span(&f, 1)).at(0)); };
  finding f = missing_one();
  CHECK(advice(f) == "declare windows 2019 Standard, by hand or with mode declare in the policy");
  f.state = due_state::running;
  CHECK(advice(f) == "declare windows 2019 Standard");
  f.verdict = verdict::wrong;
  f.license = "windows 2016 Standard";
  CHECK(advice(f) == "replace it with windows 2019 Standard");
  f.state = due_state::reported;
  CHECK(advice(f) ==
        "replace it with windows 2019 Standard, by hand or with mode enforce in the policy");
  f.action = licensing::action::none;
  CHECK(advice(f) == "nothing until the datacenter's list of VMs is complete");
  CHECK(advice(superfluous_one()) == "remove it");
  CHECK(advice(review_one()) == "decide, and add a rule or an entry to the policy");
  CHECK(advice(mismatch_one()) ==
        "correct the guest OS in vSphere, or set bypass_guest_os_family_check in a rule");
  CHECK(advice(exempt_one()).empty());
}
