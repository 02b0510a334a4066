// The names of verdicts and corrections, and what a mode lets be corrected.
#include "licensing/decide.hpp"

#include <algorithm>
#include <iterator>

namespace ovhl::licensing {

namespace {

// In the order of the enumeration.
constexpr std::array<std::string_view, verdict_count> verdict_names{
    "compliant", "missing", "wrong", "superfluous", "exempt", "review", "mismatch", "managed"};

} // namespace

std::string_view name(verdict v) noexcept {
  const auto index = static_cast<std::size_t>(v);
  return index < verdict_names.size() ? verdict_names[index] : std::string_view();
}

std::optional<verdict> parse_verdict(std::string_view text) noexcept {
  const auto* const found = std::ranges::find(verdict_names, text);
  if (found == verdict_names.end()) return std::nullopt;
  return all_verdicts[static_cast<std::size_t>(std::distance(verdict_names.begin(), found))];
}

std::string_view name(action a) noexcept {
  switch (a) {
  case action::none: return "";
  case action::set_license: return "setLicense";
  case action::remove_license: return "removeLicense";
  }
  return {};
}

bool allows(mode m, verdict v) noexcept {
  switch (m) {
  case mode::report: return false;
  case mode::declare: return v == verdict::missing;
  case mode::enforce: return true;
  }
  return false;
}

bool allows(const decision& d, const vm& seen) noexcept {
  if (d.action == action::none) return false;
  const bool adds = d.action == action::set_license && !known(declared(seen));
  return allows(d.mode, adds ? verdict::missing : d.verdict);
}

} // namespace ovhl::licensing
