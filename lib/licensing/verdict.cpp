#include "licensing/verdict.hpp"

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

} // namespace ovhl::licensing
