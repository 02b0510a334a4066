// Tasks: what setLicense and removeLicense set off, and what somebody else did. They pass through
// their states as they are read, as time goes by, or by the control door, and take effect when they
// are done. No question about them takes longer for there being many.
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
  std::string name; // setLicense, removeLicense; of a foreign one anything
  std::string service;
  std::int64_t datacenter_id = 0, vm_id = 0;
  std::optional<std::string> license;     // declared when it is done; empty: none, null: as it was
  std::optional<std::string> description; // null as it is
  bool foreign = false;                   // somebody else's
  std::string state = "todo";
  sim::outcome outcome = outcome::done;
  int reads = 0;
  wall_point created, changed;

  bool running() const { return state != "done" && state != "error" && state != "canceled"; }
};

class task_book {
 public:
  int reads_per_state = 1;                     // 0: reading moves nothing
  std::chrono::milliseconds time_per_state{0}; // not 0: time moves them, reading does not
  std::chrono::milliseconds shown_after{0};    // their end: when the VM shows what they did

  task& start(task begun, fleet&, wall_point now);
  // The next `times` tasks end like that, foreign ones not counted.
  void expect(outcome, int times);

  void pass_time(fleet&, wall_point now);
  void read(task&, fleet&, wall_point now); // counts, after the reader has got the state as it was
  void move(task&, std::string_view state, fleet&, wall_point now);

  task* find(std::int64_t id);
  const task* running_on(std::int64_t vm_id);
  const std::set<std::int64_t>& in_state(std::string_view) const;
  const std::deque<task>& all() const { return tasks_; }

  std::function<void(const task&)> on_effect; // it has just changed its VM

 private:
  void advance(task&, fleet&, wall_point now);
  void finish(const task&, fleet&, wall_point now);
  void take_effect(const task&, fleet&) const;
  void enter(const task&);
  void leave(const task&);

  std::deque<task> tasks_; // by id, none missing
  std::deque<outcome> expected_;
  std::map<std::string, std::set<std::int64_t>, std::less<>> by_state_;
  std::unordered_map<std::int64_t, std::set<std::int64_t>> running_; // of each VM
  std::set<std::pair<wall_point, std::int64_t>> waiting_; // those that time moves on, by `changed`
  std::set<std::pair<wall_point, std::int64_t>> unshown_; // done, by when their VM shows it
};

boost::json::object task_object(const task&); // dedicatedCloud.Task

} // namespace ovhl::sim
