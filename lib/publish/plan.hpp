// The plan: what one survey found to be due. `ovh-licensed plan` shows it as a table, and writes
// the JSON (config/plan.schema.json) that `apply --plan` takes.
#pragma once

#include "base/terminal.hpp"
#include "base/timestamp.hpp"
#include "licensing/decide.hpp"
#include "publish/row_filter.hpp"
#include "publish/snapshot.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ovhl::publish {

// A correction that is due, with everything needed to make it and to detect whether the VM has
// changed since.
struct plan_row {
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

// Ends with a newline. The last member is a seal: HMAC-SHA256 with `key` over every byte before its
// line, so that the plan applied is the plan approved.
std::string plan_json(const plan_document&, std::string_view key);

// Whether a file that begins like this is a plan, and may be replaced by another.
bool begins_as_plan(std::string_view beginning) noexcept;

// A plan file read back: its corrections, its policy and its accounts, no more.
struct approved_plan {
  instant made_at{};
  std::string seal; // unchecked; see check_seal()
  std::string policy_sha256;
  std::vector<plan_document::account> accounts;
  std::vector<plan_row> corrections;
};
// Reads everything without checking the seal. `licenses`: those that can be set besides the
// built-in ones. Unknown keys are ignored; an error names the JSON path of what is missing or
// wrong.
result<approved_plan> read_plan(std::string_view text,
                                const std::vector<std::string>& licenses = {});
// Reads everything for display. Does not check the seal, and accepts unknown licenses.
result<plan_document> read_whole_plan(std::string_view text);
// The error says that the plan was changed or made with other credentials.
result<void> check_seal(std::string_view text, std::string_view key);

// What is shown of a plan. If it has more VMs than this, causes are shown instead of rows.
inline constexpr std::size_t few_rows = 12;
struct plan_choice {
  bool rows = false;                                     // each VM, however many
  row_filter only;                                       // for rows and causes
  std::vector<std::pair<std::string, std::string>> file; // facts about it: name and value
  bool just_made = true;                                 // and not read from a file
  bool switched_off = false;                             // the configuration lets none be made
};
// What `apply` would make, what the mode leaves, what needs a decision; the last line counts.
// Exempt and managed VMs are counted, and listed only on request.
std::string plan_text(const plan_document&, const terminal&, const plan_choice& = {});
// Every VM that is not compliant and matches the filter, for spreadsheets.
std::string plan_csv(const plan_document&, const row_filter&);

} // namespace ovhl::publish
