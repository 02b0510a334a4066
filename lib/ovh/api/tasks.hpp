// Tasks of a service: /dedicatedCloud/{service}/task. How to add a call: asking.hpp.
#pragma once

#include "licensing/task_state.hpp"
#include "ovh/api/asking.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ovhl::ovh {

struct task_facts {
  std::int64_t id = 0;
  std::string name;
  licensing::task_state state;
  std::string description; // null is empty

  // Whether it may be about this VM. The API does not say which VM a task is about, but its
  // description may contain the id or name. True also in doubt: it is about licenses and names no
  // VM, or its text is damaged. The years in a license's name are no ids.
  bool concerns(std::int64_t vm, std::string_view vm_name) const;
  bool about_licenses() const;
};

// dedicatedCloud.Task
class task_reader final : public json_reader {
 public:
  task_reader();
  std::optional<std::int64_t> expected; // another id is refused
  task_facts facts;

 private:
  void forget() override { facts = {}; }
  json_place id_{json_type::integer};
  json_place name_ = maybe_damaged(presence::required), state_ = maybe_damaged(presence::required);
  json_place description_ = maybe_damaged();
  json_place object_{
      .type = json_type::object,
      .fields = {
          {"taskId", &id_}, {"name", &name_}, {"state", &state_}, {"description", &description_}}};
};

awaitable<result<std::vector<std::int64_t>>>
list_tasks(client&, std::string service, std::string_view state, steady_point deadline);
awaitable<result<task_facts>> get_task(client&, std::string service, std::int64_t task,
                                       steady_point deadline);

} // namespace ovhl::ovh
