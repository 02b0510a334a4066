// A plan as a file (config/plan.schema.json): `plan` writes it, and `apply --plan` takes it.
#pragma once

#include "base/error.hpp"
#include "publish/plan.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace ovhl::publish {

// Ends with a newline. The last member is a seal: HMAC-SHA256 with `key` over every byte before its
// line, so that the plan applied is the plan approved.
std::string plan_json(const plan_document&, std::string_view key);

inline constexpr std::size_t largest_plan = std::size_t(128) << 20U; // twice that for 100,000 VMs

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

} // namespace ovhl::publish
