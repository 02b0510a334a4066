// The program of the model: the real runner with real jobs, courses and goals, over a door and a
// record that are the model's. Each of their calls and each wait is a step; one at a time goes on,
// until the program is thrown away in the middle. All that it knows afterwards stands in the book.
#pragma once

#include "agent/correction_job.hpp"
#include "book.hpp"
#include "licensing/guards.hpp"
#include "world.hpp"

#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <functional>
#include <list>
#include <map>
#include <memory>

namespace ovhl::model {

template <class T>
using awaitable = boost::asio::awaitable<T>;
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

inline constexpr errand::patience patience{.settling = seconds(60),
                                           .others = seconds(300),
                                           .unreadable = seconds(300),
                                           .trace = seconds(900),
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

// The program's calls that are waited for.
class calls {
 public:
  // Returns when it is chosen; not before `wakes`.
  awaitable<void> next(moment wakes = moment::min()) {
    waiter mine{wakes, {}, false};
    const auto place = all_.insert(all_.end(), &mine);
    struct leaving {
      std::list<waiter*>& from;
      std::list<waiter*>::iterator at;
      ~leaving() { from.erase(at); }
    };
    const leaving at_the_end{all_, place};
    while (!mine.chosen)
      co_await mine.line.wait(std::chrono::hours(1000));
  }

  // Chooses one; false: all have to wait.
  bool go_on(world& w) {
    able_.clear();
    for (waiter* one : all_)
      if (one->wakes <= w.now && !one->chosen) able_.push_back(one);
    if (able_.empty()) return false;
    waiter& one = *able_[static_cast<std::size_t>(w.below(static_cast<int>(able_.size())))];
    one.chosen = true;
    one.line.wake_one();
    return true;
  }
  std::optional<moment> first_wake() const {
    std::optional<moment> first;
    for (const waiter* one : all_)
      first = std::min(first.value_or(one->wakes), one->wakes);
    return first;
  }

 private:
  struct waiter {
    moment wakes;
    loop::wait_queue line;
    bool chosen = false;
  };
  std::list<waiter*> all_;
  std::vector<waiter*> able_;
};

class clock final : public loop::clock {
 public:
  clock(calls& c, const world& w, const model::wall& on_the_wall)
      : calls_(c), world_(w), wall_(on_the_wall) {}
  loop::steady_point now() const override { return world_.now; }
  instant wall() const override { return wall_.at(world_.now); }
  awaitable<void> wait_until(loop::steady_point end) override { return calls_.next(end); }

 private:
  calls& calls_;
  const world& world_;
  const model::wall& wall_;
};

inline licensing::vm details(const machine& m) {
  licensing::vm v;
  v.id = m.id;
  v.name = "vm";
  v.guest_os_family = m.guest;
  if (m.license) v.license = *m.license;
  v.listed = m.license.has_value();
  v.listed_license = v.license;
  return v;
}

// To the world instead of OVHcloud.
class world_door final : public agent::door {
 public:
  world_door(calls& c, world& w, const book& b, const clock& time, faults f,
             const licensing::policy& p)
      : calls_(c), world_(w), book_(b), clock_(time), faults_(std::move(f)), policy_(p) {}

  awaitable<event> find(const licensing::correction& what, agent::looked_at&, bool) override {
    co_await calls_.next();
    co_return came(world_.tasks_on(what.which.id, faults_(door::tasks)));
  }

  awaitable<event> look(const licensing::correction& what, agent::looked_at&, bool) override {
    co_await calls_.next();
    const std::int64_t id = what.which.id;
    if (auto other = world_.look_at(id, faults_(door::vm))) co_return came(std::move(*other));
    const day today = std::chrono::floor<std::chrono::days>(clock_.wall());
    seen[id] = world_.vm(id).license;
    co_return came(told::seen{seen[id], outdated(what, details(world_.vm(id)), policy_, today)});
  }

  awaitable<event> send(const licensing::correction& what, const agent::looked_at&,
                        std::function<std::optional<error>()> last_word) override {
    co_await calls_.next();
    std::int64_t number = 0;
    for (const auto& [n, left] : book_.history().unfinished())
      if (left.wanted.what.which == what.which) number = n;
    if (number == 0) world_.violations.emplace_back("posted without an intent in the ledger");
    // It may wait for its turn within the budget.
    if (world_.below(6) == 0) world_.advance(world_.now + seconds(world_.below(590)));
    const fault f = faults_(door::post);
    if (f != fault::turn_late && f != fault::unsent)
      if (auto why = last_word()) co_return came(told::unsent{std::move(*why)});
    co_return came(world_.post({number, what.which.id, what.to, {}, {}}, f));
  }

  awaitable<event> follow(const licensing::correction& what, std::int64_t task) override {
    co_await calls_.next();
    co_return came(world_.state_of(task, what.which.id, faults_(door::task)));
  }

  void unknown(const licensing::place&, int more) override {
    unknown_ += more;
    if (unknown_ < 0) world_.violations.emplace_back("fewer than no requests without a task");
  }

  // Time passes until there is an answer.
  template <class Event>
  event came(Event e) {
    world_.advance(world_.now + milliseconds(world_.below(200)));
    return e;
  }
  std::map<std::int64_t, std::optional<std::string>> seen; // by VM, when it was looked at last

 private:
  using door = model::door;
  calls& calls_;
  world& world_;
  const book& book_;
  const clock& clock_;
  faults faults_;
  const licensing::policy& policy_;
  int unknown_ = 0;
};

class program {
 public:
  program(world& w, book& b, const wall& on_the_wall, faults f)
      : world_(w),
        book_(b),
        faults_(std::move(f)),
        policy_(the_policy()),
        clock_(calls_, w, on_the_wall),
        door_(calls_, w, b, clock_, faults_, policy_),
        hands_(hands()),
        runner_({loop_->get_executor(), clock_, [] { return agent::errand_runner::limits{4, 3}; },
                 [this](const error& bug) { world_.violations.push_back(words(bug)); }}) {
    for (const auto& [number, left] : book_.history().unfinished())
      add(left.wanted, errand::past{left.sent, left.task}, number);
    run();
  }
  ~program() { loop_.reset(); } // and with it all that is under way
  program(const program&) = delete;
  program& operator=(const program&) = delete;

  // What is due is admitted as the daemon would.
  void poll() {
    const licensing::inventory seen = inventory();
    licensing::decisions made = decide(seen, policy_, memory_, clock_.wall());
    const auto due = licensing::due(seen, made, policy_);
    licensing::circumstances around;
    around.now = clock_.wall();
    around.failed = &book_.history().failed();
    around.under_way = &under_way_;
    licensing::admission a = admit(due, seen, policy_.guards, counted_, around);
    for (const std::size_t i : a.begin)
      add({correction_of(due[i], seen, made, policy_), {}, policy_.id}, std::nullopt, 0);
    counted_ = std::move(a.next);
    memory_ = std::move(made.next);
    run();
  }

  // One step of one correction; false: all of them wait.
  bool step() {
    if (!calls_.go_on(world_)) return false;
    run();
    return true;
  }

  std::optional<moment> next_wake() const { return calls_.first_wake(); }
  bool idle() const { return under_way_.empty(); }
  bool anything_due() {
    const licensing::inventory seen = inventory();
    return !licensing::due(seen, decide(seen, policy_, {}, clock_.wall()), policy_).empty();
  }

 private:
  void run() {
    loop_->restart();
    loop_->poll();
  }

  void add(licensing::intent wanted, std::optional<errand::past> before, std::int64_t number) {
    auto goal = std::make_shared<const licensing::correction_goal>(std::move(wanted));
    errand::course course = before ? errand::course(goal, *before, patience, world_.now)
                                   : errand::course(goal, patience, world_.now);
    auto job =
        std::make_shared<agent::correction_job>(hands_, std::move(goal), std::move(course), number);
    under_way_[job->what().which] = job->state();
    runner_.add(std::move(job));
  }

  agent::correction_hands hands() {
    return {door_,
            [this](licensing::intent wanted) { return record(std::move(wanted)); },
            [this](std::int64_t number, const licensing::correction& what, licensing::note came) {
              return note(number, what, std::move(came));
            },
            [](const auto&, const auto&, bool) { return std::nullopt; },
            [this](const licensing::vm_key& which, const licensing::correction_state& now) {
              under_way_[which] = now;
            },
            [this](const licensing::correction& what, const auto&, const auto&) {
              under_way_.erase(what.which);
            },
            [this](const licensing::vm_key& which, const auto&) { under_way_.erase(which); }};
  }

  awaitable<result<std::int64_t>> record(licensing::intent wanted) {
    co_await calls_.next();
    const fault f = faults_(door::intent);
    world_.happen(wanted.what.which.id, f);
    for (const auto& [number, other] : book_.history().unfinished())
      if (other.wanted.what.which == wanted.what.which)
        world_.violations.emplace_back("two intents for one VM");
    const auto number = book_.intent(wanted, clock_.wall(), f == fault::full_disk);
    world_.advance(world_.now + milliseconds(world_.below(200)));
    if (!number) co_return said(failure::invalid, "the disk is full");
    co_return *number;
  }

  awaitable<void> note(std::int64_t number, const licensing::correction& what,
                       licensing::note came) {
    co_await calls_.next();
    if (const auto* const end = std::get_if<licensing::ending>(&came)) {
      world_.said_ends[number] = {end->how, world_.now};
      if (end->how == licensing::outcome::done && door_.seen[what.which.id] != what.to)
        world_.violations.emplace_back("done was said of what had not been seen");
    }
    book_.note(number, what, came, clock_.wall(), faults_(door::note) == fault::full_disk);
    world_.advance(world_.now + milliseconds(world_.below(200)));
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

  std::unique_ptr<boost::asio::io_context> loop_ = std::make_unique<boost::asio::io_context>(1);
  world& world_;
  book& book_;
  faults faults_;
  licensing::policy policy_;
  licensing::memory memory_;
  licensing::confirmations counted_;
  std::map<licensing::vm_key, licensing::correction_state> under_way_;
  calls calls_;
  clock clock_;
  world_door door_;
  agent::correction_hands hands_;
  agent::errand_runner runner_;
};

} // namespace ovhl::model
