#include "publish/first_look.hpp"

#include "base/text.hpp"
#include "publish/render.hpp"

#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <string_view>

namespace ovhl::publish {

namespace {

using licensing::verdict;

std::string_view in_words(verdict v, std::size_t vms) noexcept {
  switch (v) {
  case verdict::compliant: return "right";
  case verdict::missing: return "undeclared (audit risk)";
  case verdict::wrong: return "wrong";
  case verdict::superfluous: return "billed for nothing";
  case verdict::exempt: return "exempt";
  case verdict::managed: return "managed by OVHcloud";
  case verdict::review:
  case verdict::mismatch: break; // counted together
  }
  return vms == 1 ? "needs a decision" : "need a decision";
}

} // namespace

std::string fleet_in_words(std::span<const datacenter_line> all) {
  std::size_t vms = 0;
  std::array<std::size_t, licensing::verdict_count> verdicts{};
  for (const datacenter_line& d : all) {
    vms += d.vms;
    for (std::size_t i = 0; i < verdicts.size(); ++i)
      verdicts[i] += d.verdicts[i];
  }
  auto& decisions = verdicts[static_cast<std::size_t>(verdict::review)];
  auto& disagreeing = verdicts[static_cast<std::size_t>(verdict::mismatch)];
  decisions += disagreeing;
  disagreeing = 0;

  std::string text = counted(vms, "VM");
  std::string_view before = ": ";
  for (const verdict v : licensing::all_verdicts) {
    const std::size_t count = verdicts[static_cast<std::size_t>(v)];
    if (count == 0) continue;
    text += fmt::format("{}{} {}", before, grouped(count), in_words(v, count));
    before = ", ";
  }
  return text;
}

} // namespace ovhl::publish
