// What one look found to be due: `ovh-licensed plan`, as a table for a person and as JSON
// (config/plan.schema.json) that `apply --plan` takes.
#pragma once

#include "base/terminal.hpp"
#include "base/timestamp.hpp"
#include "licensing/decide.hpp"
#include "publish/snapshot.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ovhl::publish {

// A correction that is due, with all that is needed to make it and to see whether the VM has
// changed since.
struct plan_line {
  licensing::place where;
  std::int64_t vm_id = 0;
  std::string name;
  std::optional<std::string> guest_os_family, reported_guest_os_family;
  std::optional<std::string> before; // the license declared now; none: null
  std::optional<std::string> after;  // with removeLicense: none
  licensing::verdict verdict{};
  licensing::action action{};
  bool bypass = false;    // of the guest OS family check
  licensing::mode mode{}; // that applies to this VM
  due_state state = due_state::reported;
  std::string rule; // empty: none
  std::string reason;
};

struct plan_document {
  instant made_at{};
  std::string version; // of the program
  struct {
    std::string path, sha256;
    licensing::mode mode{};
  } policy;
  bool complete = false; // everything could be looked at
  std::size_t vms = 0;
  std::array<std::size_t, licensing::verdict_count> verdicts{};
  std::vector<plan_line> corrections; // every one that is due
  std::vector<finding>
      findings; // VMs with another verdict than compliant, for which nothing is due
  std::vector<datacenter_line> datacenters;
  std::vector<error_line> errors;
};

std::string plan_json(const plan_document&); // ends with a newline
// Exempt and managed VMs are counted, not listed.
std::string plan_table(const plan_document&, const terminal&);

} // namespace ovhl::publish
