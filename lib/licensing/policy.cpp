#include "licensing/policy.hpp"

namespace ovhl::licensing {

std::string_view name(mode m) noexcept {
  switch (m) {
  case mode::report: return "report";
  case mode::declare: return "declare";
  case mode::enforce: return "enforce";
  }
  return {};
}

std::string_view name(guest_source from) noexcept {
  return from == guest_source::configured ? "configured" : "reported";
}

} // namespace ovhl::licensing
