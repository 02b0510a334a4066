// The fields that status.json and plans share: places, VMs, datacenters, errors; and how our own
// files are read.
#pragma once

#include "base/wrong.hpp"
#include "json/fields.hpp"
#include "licensing/names.hpp"
#include "publish/fleet_counts.hpp"
#include "publish/snapshot.hpp"

#include <fmt/format.h>

namespace ovhl {

template <>
inline constexpr auto names<failure> =
    std::array{failure::invalid, failure::unreachable, failure::timeout, failure::canceled,
               failure::refused, failure::throttled,   failure::server,  failure::answer};
template <>
inline constexpr auto names<publish::daemon_state> =
    std::array{publish::daemon_state::starting, publish::daemon_state::ok,
               publish::daemon_state::degraded, publish::daemon_state::failing,
               publish::daemon_state::stopping};
template <>
inline constexpr auto names<publish::exemption_kind> =
    std::array{publish::exemption_kind::keep, publish::exemption_kind::review};

} // namespace ovhl

namespace ovhl::publish {

// Where a VM is, and what it is: the first members of every object about a VM.
void place_fields(auto& io, maybe_const<licensing::place> auto& where) {
  io("account", where.account);
  io("service", where.service);
  io("datacenter", where.datacenter);
}
void vm_fields(auto& io, auto& vm) {
  place_fields(io, vm.where);
  io("vm_id", vm.vm_id);
  io("name", vm.name);
  io("guest_os_family", vm.guest_os_family);
  io("reported_guest_os_family", vm.reported_guest_os_family);
}

void fields(auto& io, maybe_const<fleet_counts> auto& c) {
  io("vms", c.vms);
  for (const licensing::verdict v : licensing::all_verdicts)
    io(name(v), c.verdicts[static_cast<std::size_t>(v)]);
}

void fields(auto& io, maybe_const<datacenter_row> auto& d) {
  place_fields(io, d.where);
  io("vms", d.vms);
  io("ok", d.ok);
  io("error", d.error);
  io("observed_at", d.observed_at);
}

// The advice becomes part of the message.
void fields(auto& io, maybe_const<problem_row> auto& e) {
  io("at", or_null(e.at));
  io("where", or_null(e.what.where));
  if (e.what.advice.empty())
    io("message", e.what.message);
  else
    io.shown("message", e.what.message + "; " + e.what.advice);
  io("http_status", or_null(e.what.http_status));
  io("query_id", or_null(e.what.query_id));
  io.newer("kind", e.what.kind);
  io.newer("code", or_null(e.what.api_code));
  io.newer("stands", e.stands);
}

// A kind of file, and the words that its errors use.
struct file_kind {
  std::string_view noun;
  std::string_view advice;              // if a file is of another kind
  std::string_view advice_other_schema; // if its schema is not 1
  std::size_t deepest;
};

inline error not_a(const file_kind& kind, std::string_view why) {
  return wrong({}, fmt::format("not an ovh-licensed {}: {}", kind.noun, why),
               std::string(kind.advice));
}

template <class T>
result<T> read_as(std::string_view text, const file_kind& kind) {
  T read;
  int schema = 0;
  const auto take = [&](const json_node& root) {
    json_input io(root);
    io("schema", schema);
    if (schema == 1) fields(io, read);
  };
  const std::string problem = read_json_tree(text, kind.deepest, take);
  if (!problem.empty()) return not_a(kind, problem);
  if (schema == 1) return read;
  return wrong({}, fmt::format("the {} has schema {}; only 1 is supported", kind.noun, schema),
               std::string(kind.advice_other_schema));
}

} // namespace ovhl::publish
