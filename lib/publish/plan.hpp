// The plan: what one survey found to be due, as one value. plan_text.hpp shows it, plan_file.hpp
// writes and reads it.
#pragma once

#include "base/timestamp.hpp"
#include "licensing/decide.hpp"
#include "publish/snapshot.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ovhl::publish {

// A correction that is due, with everything needed to make it and to detect whether the VM has
// changed since.
struct plan_row : vm_row {
  std::optional<std::string> before; // the license declared now; none: null
  std::optional<std::string> after;  // with removeLicense: none
  licensing::verdict verdict{};
  licensing::action action{};
  bool bypass = false;    // of the guest OS family check
  licensing::mode mode{}; // that applies to this VM
  bool allowed = false;   // the mode lets it be made
  // due: `apply` would make it; held: a guard prevents it; reported: the mode, or corrections: off,
  // leaves it.
  due_state state = due_state::reported;
  std::optional<licensing::guard> guard; // what holds it,
  std::optional<instant> until;          // until when,
  std::string why_held;                  // and in words
  std::string rule;                      // empty: none
  std::string reason;

  friend bool operator==(const plan_row&, const plan_row&) = default;
};

struct plan_document {
  instant made_at{};
  std::string version; // of the program
  struct used_policy {
    std::string path, sha256;
    licensing::mode mode{};
  } policy;
  struct account {
    std::string name, endpoint;
    friend bool operator==(const account&, const account&) = default;
  };
  std::vector<account> accounts; // that were surveyed
  bool complete = false;         // everything could be read
  std::size_t vms = 0;
  std::array<std::size_t, licensing::verdict_count> verdicts{};
  std::vector<plan_row> corrections; // every one that is due
  std::vector<finding>
      findings; // VMs with another verdict than compliant, for which nothing is due
  std::vector<datacenter_row> datacenters;
  std::vector<problem_row> errors;
};

} // namespace ovhl::publish
