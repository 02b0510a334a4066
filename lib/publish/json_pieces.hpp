// The JSON that status.json and plans have in common.
#pragma once

#include "json/json_writer.hpp"
#include "publish/snapshot.hpp"

#include <span>

namespace ovhl::publish {

// null where the value was never set.
void member_time(json_writer&, std::string_view key, instant);
void member_time(json_writer&, std::string_view key, const std::optional<instant>&);
void member_text(json_writer&, std::string_view key, std::string_view);

void write_place(json_writer&, const licensing::place&); // three members of the object that is open
// Where a VM is and what it is: the first members of every object about a VM.
template <class T> // finding, plan_line
void write_vm(json_writer& json, const T& about) {
  write_place(json, about.where);
  json.member("vm_id", about.vm_id).member("name", about.name);
  json.member("guest_os_family", about.guest_os_family);
  json.member("reported_guest_os_family", about.reported_guest_os_family);
}
void write_datacenters(json_writer&, std::span<const datacenter_line>);
void write_errors(json_writer&, std::span<const error_line>);

} // namespace ovhl::publish
