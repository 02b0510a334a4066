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

constexpr std::int64_t first_id = 5000;

bool moved_by_time(const task& it) {
  return it.state == "todo" || (it.state == "doing" && it.outcome != outcome::stuck);
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

task& task_store::start(task begun, fleet& all, wall_point now) {
  begun.id = first_id + static_cast<std::int64_t>(tasks_.size());
  begun.created = begun.changed = now;
  if (!begun.foreign && !expected_.empty()) {
    begun.outcome = expected_.front();
    expected_.pop_front();
  }
  tasks_.push_back(std::move(begun));
  task& it = tasks_.back();
  enter(it);
  if (it.state == "done") finish(it, all, now);
  return it;
}

void task_store::expect(outcome next, int times) {
  expected_.insert(expected_.end(), static_cast<std::size_t>(std::max(times, 0)), next);
}

void task_store::pass_time(fleet& all, wall_point now) {
  while (!unshown_.empty() && unshown_.begin()->first <= now) {
    const std::int64_t shown = unshown_.begin()->second;
    unshown_.erase(unshown_.begin());
    take_effect(*find(shown), all);
  }
  if (time_per_state.count() == 0) return;
  while (!waiting_.empty() && now - waiting_.begin()->first >= time_per_state) {
    task& it = *find(waiting_.begin()->second);
    advance(it, all, it.changed + time_per_state);
  }
}

void task_store::read(task& it, fleet& all, wall_point now) {
  if (time_per_state.count() == 0 && reads_per_state != 0 && it.running() &&
      ++it.reads % reads_per_state == 0)
    advance(it, all, now);
}

void task_store::advance(task& it, fleet& all, wall_point now) {
  if (it.state == "todo")
    move(it, "doing", all, now);
  else if (it.state == "doing" && it.outcome != outcome::stuck)
    move(it,
         it.outcome == outcome::error      ? "error"
         : it.outcome == outcome::canceled ? "canceled"
                                           : "done",
         all, now);
}

void task_store::move(task& it, std::string_view state, fleet& all, wall_point now) {
  leave(it);
  it.state = state;
  it.changed = now;
  enter(it);
  if (state == "done") finish(it, all, now);
}

void task_store::finish(const task& done, fleet& all, wall_point now) {
  if (shown_after.count() == 0)
    take_effect(done, all);
  else
    unshown_.emplace(now + shown_after, done.id);
}

void task_store::take_effect(const task& finished, fleet& all) const {
  if (finished.outcome == outcome::no_effect || !finished.license) return;
  const auto& license = *finished.license;
  all.change(finished.vm_id, [&](vm& machine) {
    machine.license = license.empty() ? pooled_text() : all.texts->intern(license);
  });
  if (on_effect) on_effect(finished);
}

void task_store::enter(const task& it) {
  by_state_[it.state].insert(it.id);
  if (it.running()) running_[it.vm_id].insert(it.id);
  if (moved_by_time(it)) waiting_.emplace(it.changed, it.id);
}

void task_store::leave(const task& it) {
  by_state_[it.state].erase(it.id);
  waiting_.erase({it.changed, it.id});
  const auto on_vm = running_.find(it.vm_id);
  if (on_vm == running_.end()) return;
  on_vm->second.erase(it.id);
  if (on_vm->second.empty()) running_.erase(on_vm);
}

task* task_store::find(std::int64_t id) {
  if (id < first_id || id - first_id >= static_cast<std::int64_t>(tasks_.size())) return nullptr;
  return &tasks_[static_cast<std::size_t>(id - first_id)];
}

const task* task_store::running_on(std::int64_t vm_id) {
  const auto found = running_.find(vm_id);
  return found == running_.end() ? nullptr : find(*found->second.begin());
}

const std::set<std::int64_t>& task_store::in_state(std::string_view state) const {
  static const std::set<std::int64_t> none;
  const auto found = by_state_.find(state);
  return found == by_state_.end() ? none : found->second;
}

boost::json::object task_object(const task& it) {
  boost::json::value end;
  if (!it.running()) end = datetime(it.changed);
  const boost::json::value description =
      it.description ? boost::json::value(*it.description) : boost::json::value();
  return {{"createdBy", it.foreign ? "somebody-ovh" : "sim1-ovh"},
          {"createdFrom", "api"},
          {"datacenterId", it.datacenter_id},
          {"description", description},
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
