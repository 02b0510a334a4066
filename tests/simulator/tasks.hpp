// Tasks: what setLicense and removeLicense set off. They pass through their states as they are
// read, as time goes by, or by the control door, and take effect when they are done.
#pragma once

#include "simulator/fleet.hpp"

#include <boost/json/object.hpp>

#include <chrono>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace ovhl::sim {

using wall_point = std::chrono::system_clock::time_point;

enum class outcome : std::uint8_t { done, error, canceled, no_effect, stuck };
bool parse_outcome(std::string_view, outcome&);

struct task {
  std::int64_t id = 0;
  std::string name; // setLicense, removeLicense
  std::string service;
  std::int64_t datacenter_id = 0, vm_id = 0;
  std::string license; // to be set; empty: to be removed
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

  task& start(task begun, wall_point now);
  // The next `times` tasks end like that.
  void expect(outcome, int times);

  void pass_time(fleet&, wall_point now);
  void read(task&, fleet&, wall_point now); // counts, after the reader has got the state as it was
  void move(task&, std::string_view state, fleet&, wall_point now);

  task* find(std::int64_t id);
  const task* running_on(std::int64_t vm_id) const;
  const std::deque<task>& all() const { return tasks_; }

 private:
  void advance(task&, fleet&, wall_point now);

  std::deque<task> tasks_;
  std::deque<outcome> expected_;
};

boost::json::object task_object(const task&); // dedicatedCloud.Task

} // namespace ovhl::sim
