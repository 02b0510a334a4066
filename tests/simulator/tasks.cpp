#include "simulator/tasks.hpp"

#include "base/timestamp.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace ovhl::sim {

namespace {

constexpr std::pair<std::string_view, outcome> outcome_names[] = {
    {"done", outcome::done},           {"error", outcome::error}, {"canceled", outcome::canceled},
    {"no_effect", outcome::no_effect}, {"stuck", outcome::stuck},
};

std::string datetime(wall_point at) {
  return timestamp(std::chrono::floor<std::chrono::seconds>(at));
}

void take_effect(const task& finished, fleet& all) {
  all.change(finished.vm_id, [&](vm& machine) {
    machine.license =
        finished.license.empty() ? pooled_text() : all.texts->intern(finished.license);
  });
}

} // namespace

bool parse_outcome(std::string_view written, outcome& value) {
  for (const auto& [name, it] : outcome_names) {
    if (name == written) {
      value = it;
      return true;
    }
  }
  return false;
}

task& task_book::start(task begun, wall_point now) {
  begun.id = 5000 + static_cast<std::int64_t>(tasks_.size());
  begun.created = begun.changed = now;
  if (!expected_.empty()) {
    begun.outcome = expected_.front();
    expected_.pop_front();
  }
  tasks_.push_back(std::move(begun));
  return tasks_.back();
}

void task_book::expect(outcome next, int times) {
  expected_.insert(expected_.end(), static_cast<std::size_t>(std::max(times, 0)), next);
}

void task_book::pass_time(fleet& all, wall_point now) {
  if (time_per_state.count() == 0) return;
  for (auto& it : tasks_) {
    while (it.running() && now - it.changed >= time_per_state) {
      const auto due = it.changed + time_per_state;
      const auto before = it.state;
      advance(it, all, due);
      if (it.state == before) break;
    }
  }
}

void task_book::read(task& it, fleet& all, wall_point now) {
  if (time_per_state.count() == 0 && reads_per_state != 0 && it.running() &&
      ++it.reads % reads_per_state == 0)
    advance(it, all, now);
}

void task_book::advance(task& it, fleet& all, wall_point now) {
  if (it.state == "todo")
    move(it, "doing", all, now);
  else if (it.state == "doing" && it.outcome != outcome::stuck)
    move(it,
         it.outcome == outcome::error      ? "error"
         : it.outcome == outcome::canceled ? "canceled"
                                           : "done",
         all, now);
}

void task_book::move(task& it, std::string_view state, fleet& all, wall_point now) {
  it.state = state;
  it.changed = now;
  if (state == "done" && it.outcome != outcome::no_effect) take_effect(it, all);
}

task* task_book::find(std::int64_t id) {
  const auto found = std::ranges::find(tasks_, id, &task::id);
  return found == tasks_.end() ? nullptr : &*found;
}

const task* task_book::running_on(std::int64_t vm_id) const {
  const auto found = std::ranges::find_if(
      tasks_, [&](const task& it) { return it.vm_id == vm_id && it.running(); });
  return found == tasks_.end() ? nullptr : &*found;
}

boost::json::object task_object(const task& it) {
  boost::json::value end;
  if (!it.running()) end = datetime(it.changed);
  return {{"createdBy", "sim1-ovh"},
          {"createdFrom", "api"},
          {"datacenterId", it.datacenter_id},
          {"description", fmt::format("{} on virtual machine {}", it.name, it.vm_id)},
          {"endDate", end},
          {"executionDate", datetime(it.created)},
          {"filerId", nullptr},
          {"hostId", nullptr},
          {"lastModificationDate", datetime(it.changed)},
          {"maintenanceDateFrom", nullptr},
          {"maintenanceDateTo", nullptr},
          {"name", it.name},
          {"network", nullptr},
          {"networkAccessId", nullptr},
          {"orderId", nullptr},
          {"parentTaskId", nullptr},
          {"progress", it.state == "todo" ? 0
                       : it.running()     ? 50
                                          : 100},
          {"state", it.state},
          {"taskId", it.id},
          {"type", "generic"},
          {"userId", nullptr},
          {"vlanId", nullptr}};
}

} // namespace ovhl::sim
