// Tasks of setLicense and removeLicense, and of somebody else. They advance when they are read,
// with time, or by the control interface, and take effect when they are done. Look-ups stay fast
// however many there are.
#pragma once

#include "simulator/fleet.hpp"

#include <boost/json/object.hpp>

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace ovhl::sim {

using wall_point = std::chrono::system_clock::time_point;

enum class outcome : std::uint8_t { done, error, canceled, no_effect, stuck };
bool parse_outcome(std::string_view, outcome&);

struct task {
  std::int64_t id = 0;
  std::string name; // setLicense or removeLicense; a foreign one may have any
  std::string service;
  std::int64_t datacenter_id = 0, vm_id = 0;
  std::optional<std::string> license; // declared when it is done; empty: none; nullopt: unchanged
  std::optional<std::string> description; // nullopt: null
  bool foreign = false;                   // somebody else's
  std::string state = "todo";
  sim::outcome outcome = outcome::done;
  int reads = 0;
  wall_point created, changed;

  bool running() const { return state != "done" && state != "error" && state != "canceled"; }
};

class task_store {
 public:
  int reads_per_state = 1;                     // 0: reading does not advance them
  std::chrono::milliseconds time_per_state{0}; // not 0: only time advances them
  std::chrono::milliseconds shown_after{0};    // how long after the end the VM shows the effect

  task& start(task begun, fleet&, wall_point now);
  // The next `times` tasks that are not foreign end like that.
  void expect(outcome, int times);

  void pass_time(fleet&, wall_point now);
  void read(task&, fleet&, wall_point now); // call it after the state was rendered
  void move(task&, std::string_view state, fleet&, wall_point now);

  task* find(std::int64_t id);
  const task* running_on(std::int64_t vm_id);
  const std::set<std::int64_t>& in_state(std::string_view) const;
  const std::deque<task>& all() const { return tasks_; }

  std::function<void(const task&)> on_effect; // called after a task has changed its VM

 private:
  void advance(task&, fleet&, wall_point now);
  void finish(const task&, fleet&, wall_point now);
  void take_effect(const task&, fleet&) const;
  void enter(const task&);
  void leave(const task&);

  std::deque<task> tasks_; // by id, without gaps
  std::deque<outcome> expected_;
  std::map<std::string, std::set<std::int64_t>, std::less<>> by_state_;
  std::unordered_map<std::int64_t, std::set<std::int64_t>> running_; // of each VM
  std::set<std::pair<wall_point, std::int64_t>> waiting_; // those that time advances, by `changed`
  std::set<std::pair<wall_point, std::int64_t>> unshown_; // done, by the time their VM shows it
};

boost::json::object task_object(const task&); // dedicatedCloud.Task

} // namespace ovhl::sim
