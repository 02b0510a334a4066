#include "publish/fleet_counts.hpp"

#include "base/text.hpp"
#include "publish/render.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace ovhl::publish {

using licensing::verdict;

fleet_counts counts_of(std::span<const datacenter_row> all) noexcept {
  fleet_counts sum;
  for (const datacenter_row& d : all) {
    sum.vms += d.vms;
    sum.acknowledged += d.acknowledged;
    for (std::size_t i = 0; i < sum.verdicts.size(); ++i)
      sum.verdicts[i] += d.verdicts[i];
  }
  return sum;
}

std::string fleet_in_words(fleet_counts counts) {
  std::string text = counted(counts.vms, "VM");
  std::string_view before = ": ";
  const auto add = [&](std::size_t count, std::string_view what) {
    if (count == 0) return;
    text += fmt::format("{}{} {}", before, grouped(count), what);
    before = ", ";
  };
  const std::size_t known = std::min(counts.acknowledged, counts[verdict::review]);
  const std::size_t open = counts[verdict::review] - known + counts[verdict::mismatch];
  add(counts[verdict::compliant], "right");
  add(counts[verdict::missing], "undeclared (audit risk)");
  add(counts[verdict::wrong], "wrong");
  add(counts[verdict::superfluous], "billed for nothing");
  add(open, open == 1 ? "needs a decision" : "need a decision");
  add(known, "acknowledged");
  add(counts[verdict::exempt], "exempt");
  add(counts[verdict::managed], "managed by OVHcloud");
  return text;
}

} // namespace ovhl::publish
