// The program in small: it looks, decides, and carries out the courses' steps, one at a time, until
// it is thrown away in the middle. All that it knows afterwards stands in the book.
#pragma once

#include "book.hpp"
#include "licensing/guards.hpp"
#include "world.hpp"

#include <functional>
#include <list>

namespace ovhl::model {

using faults = std::function<fault(door)>;

inline licensing::policy the_policy() {
  const auto entry = [](const char* guest, licensing::wanted what, std::string license) {
    licensing::expectation e;
    e.what = what;
    e.license = std::move(license);
    return licensing::map_entry{glob(guest), std::move(e)};
  };
  licensing::policy p;
  p.id = "policy";
  p.mode = licensing::mode::enforce;
  p.guest_os_families = {
      entry("windows2019srv_64Guest", licensing::wanted::license, "windows 2019 Standard"),
      entry("*", licensing::wanted::none, "")};
  p.guards.confirm_polls = 1;
  p.guards.grace = seconds(0);
  p.guards.retry_after = seconds(60);
  return p;
}

inline constexpr licensing::patience patience{.settling = seconds(60),
                                              .foreign_task = seconds(300),
                                              .unreadable = seconds(300),
                                              .task = seconds(900),
                                              .first_pause = milliseconds(250),
                                              .longest_pause = milliseconds(30'000)};

// The wall clock: it may be set back between two lives.
struct wall {
  instant start = instant{std::chrono::sys_days{std::chrono::January / 15 / 2027}};
  seconds set_back{0};
  instant at(moment now) const {
    return start - set_back + std::chrono::floor<seconds>(now.time_since_epoch());
  }
};

class shell {
 public:
  shell(world& w, book& b, const wall& clock, faults f)
      : world_(w), book_(b), clock_(clock), faults_(std::move(f)), policy_(the_policy()) {
    for (const auto& [number, left] : book_.history().unfinished())
      jobs_.push_back({number, licensing::course(left, patience, world_.now), std::nullopt});
  }

  // What is due is admitted as the daemon would.
  void poll() {
    const licensing::inventory seen = inventory();
    licensing::decisions made = decide(seen, policy_, memory_, wall_now());
    const auto due = licensing::due(seen, made, policy_);
    std::map<licensing::vm_key, licensing::standing> under_way;
    for (const job& j : jobs_)
      under_way[j.course.wanted().what.which] = j.course.standing();
    licensing::circumstances around;
    around.now = wall_now();
    around.failed = &book_.history().failed();
    around.under_way = &under_way;
    licensing::admission a = admit(due, seen, policy_.guards, counted_, around);
    for (const std::size_t i : a.begin)
      jobs_.push_back({0,
                       licensing::course(wanted(correction_of(due[i], seen, made, policy_)),
                                         patience, world_.now),
                       {}});
    counted_ = std::move(a.next);
    memory_ = std::move(made.next);
  }

  // One step of one correction; false: all of them wait.
  bool step() {
    std::vector<std::list<job>::iterator> able;
    for (auto j = jobs_.begin(); j != jobs_.end(); ++j)
      if (!j->wakes || *j->wakes <= world_.now) able.push_back(j);
    if (able.empty()) return false;
    const auto chosen = able[static_cast<std::size_t>(world_.below(static_cast<int>(able.size())))];
    const licensing::step next = chosen->course.next();
    std::visit([&](const auto& what) { carry_out(*chosen, what); }, next);
    if (chosen->over) jobs_.erase(chosen);
    return true;
  }

  std::optional<moment> next_wake() const {
    std::optional<moment> first;
    for (const job& j : jobs_)
      first = std::min(first.value_or(*j.wakes), *j.wakes);
    return first;
  }

  bool idle() const { return jobs_.empty(); }
  bool anything_due() {
    const licensing::inventory seen = inventory();
    return !licensing::due(seen, decide(seen, policy_, {}, wall_now()), policy_).empty();
  }

 private:
  struct job {
    std::int64_t number = 0;
    licensing::course course;
    std::optional<moment> wakes;
    std::optional<std::string> seen = std::nullopt; // when it was looked at last
    bool over = false;
  };
  using ask_pause = licensing::ask::pause;

  licensing::intent wanted(const licensing::correction& what) const {
    return {what, {}, policy_.id};
  }
  instant wall_now() const { return clock_.at(world_.now); }
  fault now_at(door d) { return faults_(d); }
  static std::int64_t vm_of(const job& j) { return j.course.wanted().what.which.id; }

  void tell(job& j, const licensing::event& e) {
    world_.advance(world_.now + milliseconds(world_.below(200)));
    j.course.take(e, world_.now);
  }

  void carry_out(job& j, const licensing::ask::tasks&) {
    tell(j, world_.tasks_on(vm_of(j), now_at(door::tasks)));
  }

  void carry_out(job& j, const licensing::ask::vm&) {
    const std::int64_t id = vm_of(j);
    if (const auto other = world_.look_at(id, now_at(door::vm))) return tell(j, *other);
    const day today = std::chrono::floor<std::chrono::days>(wall_now());
    j.seen = world_.vm(id).license;
    tell(j, told::vm{j.seen,
                     outdated(j.course.wanted().what, details(world_.vm(id)), policy_, today)});
  }

  void carry_out(job& j, const licensing::ask::record& r) {
    if (const auto* const wanted = std::get_if<licensing::intent>(&r.what)) {
      const fault f = now_at(door::intent);
      world_.happen(vm_of(j), f);
      for (const auto& [number, other] : book_.history().unfinished())
        if (other.wanted.what.which.id == vm_of(j))
          world_.violations.emplace_back("two intents for one VM");
      const auto number = book_.intent(*wanted, wall_now(), f == fault::full_disk);
      if (!number) return tell(j, told::not_recorded{said(failure::invalid, "the disk is full")});
      j.number = *number;
    } else {
      if (const auto* const end = std::get_if<licensing::ending>(&r.what)) {
        world_.said_ends[j.number] = {end->how, world_.now};
        if (end->how == licensing::outcome::done && j.seen != j.course.wanted().what.to)
          world_.violations.emplace_back("done was said of what had not been seen");
      }
      const bool full = now_at(door::note) == fault::full_disk;
      book_.note(j.number, j.course.wanted().what, r.what, wall_now(), full);
    }
    tell(j, told::recorded{});
  }

  void carry_out(job& j, const licensing::ask::post&) {
    if (!book_.history().unfinished().contains(j.number))
      world_.violations.emplace_back("posted without an intent in the ledger");
    const auto& what = j.course.wanted().what;
    // It may wait for its turn within the budget.
    if (world_.below(6) == 0) world_.advance(world_.now + seconds(world_.below(590)));
    tell(j, world_.post({j.number, what.which.id, what.to, {}, {}}, now_at(door::post)));
  }

  void carry_out(job& j, const licensing::ask::task& t) {
    tell(j, world_.state_of(t.id, vm_of(j), now_at(door::task)));
  }

  void carry_out(job& j, const ask_pause& p) {
    if (!j.wakes) {
      j.wakes = world_.now + p.how_long;
      return;
    }
    j.wakes.reset();
    j.course.take(told::passed{}, world_.now);
  }

  void carry_out(job& j, const licensing::ask::finish&) { j.over = true; }

  static licensing::vm details(const machine& m) {
    licensing::vm v;
    v.id = m.id;
    v.name = "vm";
    v.guest_os_family = m.guest;
    if (m.license) v.license = *m.license;
    v.listed = m.license.has_value();
    v.listed_license = v.license;
    return v;
  }

  licensing::inventory inventory() const {
    licensing::inventory seen;
    licensing::datacenter& dc = seen.datacenters.emplace_back();
    dc.where = {"main", "pcc-1", 1};
    dc.complete = true;
    for (const machine& m : world_.vms) {
      if (!m.there) continue;
      dc.vms.push_back(details(m));
    }
    return seen;
  }

  world& world_;
  book& book_;
  const wall& clock_;
  faults faults_;
  licensing::policy policy_;
  licensing::memory memory_;
  licensing::confirmations counted_;
  std::list<job> jobs_;
};

} // namespace ovhl::model
