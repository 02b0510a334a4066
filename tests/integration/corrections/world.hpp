// A small cloud in memory with a clock that jumps: VMs with licenses, tasks that take their time,
// other people at work, and everything that goes wrong. It notes what should never have happened.
#pragma once

#include "licensing/correction_goal.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace ovhl::model {

using moment = errand::course::time_point;
using std::chrono::milliseconds;
using std::chrono::seconds;
namespace told = errand::told;

// Where a fault can strike.
enum class door : std::uint8_t { tasks, vm, post, task, intent, note };

enum class fault : std::uint8_t {
  none,
  unanswered,      // reading fails
  full_disk,       // the ledger cannot be written
  vm_vanishes,     // before the answer, as the next two
  license_changes, // by somebody else
  foreign_task,    // somebody else begins one on the VM
  unsent,          // the POST, and so on
  lost_unreceived,
  lost_received,
  lost_late, // received after some time
  refused,
  busy,
  task_error,
  task_canceled,
  task_stuck,
  task_unseen, // not found for some minutes
  task_slow,
  no_effect,
  shown_late, // the VM's details follow the end of its task after a while
  turn_late   // it is not sent: its checks are too old when its turn comes
};
inline constexpr auto last_fault = static_cast<int>(fault::turn_late);

inline bool strikes(fault f, door at) {
  switch (f) {
  case fault::none: return false;
  case fault::unanswered: return at == door::tasks || at == door::vm || at == door::task;
  case fault::full_disk: return at == door::intent || at == door::note;
  case fault::vm_vanishes:
  case fault::license_changes:
  case fault::foreign_task: return at != door::post && at != door::note;
  default: return at == door::post;
  }
}

struct machine {
  std::int64_t id = 0;
  std::string_view guest;
  std::optional<std::string> license;
  bool there = true;
  std::uint64_t changed = 0, looked_at = 0, tasks_looked_at = 0; // when, in steps of the world
};

struct task {
  std::int64_t id = 0, vm = 0;
  std::int64_t intent = 0;            // 0: somebody else's
  std::optional<std::string> license; // to be there at its end
  std::string end = "done";
  bool has_effect = true, stuck = false;
  moment ends{}, shown_from{};
  milliseconds shows_after{0}; // its end
  std::uint64_t began = 0;
  bool over = false;
};

struct request {
  std::int64_t intent = 0, vm = 0;
  std::optional<std::string> license;
  fault what = fault::none;
  moment arrives{};
};

struct effect {
  std::int64_t intent = 0;
  moment at{};
};

// What a task has done and nobody sees yet.
struct hidden_effect {
  task of;
  moment shows{};
};

// What was said of an intent in the end.
struct said_end {
  licensing::outcome how{};
  moment at{};
};

inline error said(failure kind, std::string message, int status = 0) {
  error e;
  e.kind = kind;
  e.message = std::move(message);
  e.http_status = status;
  return e;
}

class world {
 public:
  explicit world(std::uint32_t seed) : random(seed) {}

  int below(int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); }

  machine& vm(std::int64_t id) { return *std::ranges::find(vms, id, &machine::id); }

  void advance(moment to) {
    for (;;) {
      const auto arrived = std::ranges::min_element(late_, {}, &request::arrives);
      task* const ended = next_to_end();
      const auto shown = std::ranges::min_element(hidden_, {}, &hidden_effect::shows);
      const moment first_arrival = arrived == late_.end() ? moment::max() : arrived->arrives;
      const moment first_end = ended == nullptr ? moment::max() : ended->ends;
      const moment first_shown = shown == hidden_.end() ? moment::max() : shown->shows;
      const moment first = std::min({first_arrival, first_end, first_shown});
      if (first > to) break;
      now = first;
      if (first == first_shown) {
        const task of = shown->of;
        hidden_.erase(shown);
        take_effect(of);
      } else if (first == first_end) {
        end(*ended);
      } else {
        receive(*arrived);
        late_.erase(arrived);
      }
    }
    now = std::max(now, to);
  }

  // ---- what is asked ----

  errand::event tasks_on(std::int64_t id, fault f) {
    happen(id, f);
    if (f == fault::unanswered) return told::unanswered{said(failure::timeout, "no answer")};
    vm(id).tasks_looked_at = ++step_;
    const task* const running = running_on(id);
    return told::found{running == nullptr ? std::nullopt : std::optional(running->id)};
  }

  // Nothing: it is answered.
  std::optional<errand::event> look_at(std::int64_t id, fault f) {
    happen(id, f);
    if (f == fault::unanswered) return told::unanswered{said(failure::server, "HTML page", 502)};
    if (!vm(id).there) return told::vanished{};
    vm(id).looked_at = ++step_;
    return std::nullopt;
  }

  errand::event post(request what, fault f) {
    if (f == fault::turn_late) return told::outdated{};
    check(what);
    what.what = f;
    if (f == fault::unsent) return told::unsent{said(failure::unreachable, "no connection")};
    const told::lost lost{said(failure::timeout, "no answer")};
    if (f == fault::lost_unreceived) return lost;
    if (f == fault::refused) return told::refused{said(failure::refused, "no right", 403)};
    if (f == fault::lost_late) {
      what.arrives = now + milliseconds(1 + below(50'000));
      late_.push_back(std::move(what));
      return lost;
    }
    const auto answer = receive(what);
    return f == fault::lost_received ? errand::event(lost) : answer;
  }

  errand::event state_of(std::int64_t id, std::int64_t on_vm, fault f) {
    happen(on_vm, f);
    const auto found = std::ranges::find(tasks, id, &task::id);
    if (f == fault::unanswered || found == tasks.end() || found->shown_from > now)
      return told::unanswered{said(failure::refused, "no such task", 404)};
    return told::state{licensing::trace_state_of(found->over ? found->end : std::string("doing"))};
  }

  // ---- what others do ----

  void happen(std::int64_t id, fault f) {
    ++step_;
    machine& m = vm(id);
    if (f == fault::vm_vanishes) m.there = false;
    if (f == fault::license_changes) set(m, some_license());
    if (f != fault::foreign_task) return;
    task other = begun(id, {});
    other.ends = now + milliseconds(below(200'000));
    other.has_effect = below(3) == 0;
    other.license = some_license();
    tasks.push_back(std::move(other));
  }

  // Nothing goes wrong any more.
  void heal() {
    for (task& t : tasks) {
      t.shown_from = {};
      if (t.stuck) t.ends = now + seconds(1);
      t.stuck = false;
    }
  }

  bool at_rest() const {
    return late_.empty() && hidden_.empty() &&
           std::ranges::all_of(tasks, [](const task& t) { return t.over; });
  }

  std::mt19937 random;
  moment now{};
  std::vector<machine> vms;
  std::vector<task> tasks;
  std::map<std::int64_t, int> posts; // by intent
  std::vector<effect> effects;
  std::map<std::int64_t, said_end> said_ends; // by intent
  std::vector<std::string> violations;

 private:
  task* next_to_end() {
    task* found = nullptr;
    for (task& t : tasks)
      if (!t.over && !t.stuck && (found == nullptr || t.ends < found->ends)) found = &t;
    return found;
  }

  const task* running_on(std::int64_t id) const {
    const auto found =
        std::ranges::find_if(tasks, [&](const task& t) { return t.vm == id && !t.over; });
    return found == tasks.end() ? nullptr : &*found;
  }

  task begun(std::int64_t id, const std::optional<std::string>& license) {
    task t;
    t.id = 100 + static_cast<std::int64_t>(tasks.size());
    t.vm = id;
    t.license = license;
    t.began = ++step_;
    t.ends = now + milliseconds(below(4000));
    return t;
  }

  errand::event receive(const request& what) {
    if (!vm(what.vm).there) return told::refused{said(failure::refused, "no such VM", 404)};
    if (running_on(what.vm) != nullptr || what.what == fault::busy)
      return told::refused{said(failure::refused, "busy", 409)};
    task t = begun(what.vm, what.license);
    t.intent = what.intent;
    if (what.what == fault::task_error || what.what == fault::task_canceled) {
      t.end = what.what == fault::task_error ? "error" : "canceled";
      t.has_effect = below(4) == 0; // it may all the same
    }
    if (what.what == fault::no_effect) t.has_effect = false;
    if (what.what == fault::task_stuck) t.stuck = true;
    if (what.what == fault::task_unseen) t.shown_from = now + seconds(below(400));
    if (what.what == fault::task_slow) t.ends = now + seconds(below(1200));
    if (what.what == fault::shown_late) t.shows_after = milliseconds(1 + below(50'000));
    const std::int64_t id = t.id;
    tasks.push_back(std::move(t));
    return told::accepted{id, "EU.ext-1"};
  }

  void end(task& t) {
    t.over = true;
    if (!t.has_effect) return;
    if (t.shows_after > milliseconds(0))
      hidden_.push_back({t, now + t.shows_after});
    else
      take_effect(t);
  }

  void take_effect(const task& t) {
    if (!vm(t.vm).there) return;
    set(vm(t.vm), t.license);
    if (t.intent != 0) effects.push_back({t.intent, now});
  }

  void set(machine& m, std::optional<std::string> license) {
    m.license = std::move(license);
    m.changed = ++step_;
  }

  std::optional<std::string> some_license() {
    const int which = below(3);
    if (which == 0) return std::nullopt;
    return which == 1 ? "windows 2016 Standard" : "windows 2019 Standard";
  }

  // A request that nobody who looked before would have sent.
  void check(const request& what) {
    const machine& m = vm(what.vm);
    const task* const running = running_on(what.vm);
    if (++posts[what.intent] > 1) violations.emplace_back("posted twice for one intent");
    if (running != nullptr && running->began < m.tasks_looked_at)
      violations.emplace_back("posted while a task was running that had been seen");
    if (m.license == what.license && m.changed < m.looked_at)
      violations.emplace_back("posted for what was there already");
    if (m.looked_at < m.tasks_looked_at) violations.emplace_back("posted without a look");
  }

  std::vector<request> late_;
  std::vector<hidden_effect> hidden_;
  std::uint64_t step_ = 0;
};

} // namespace ovhl::model
