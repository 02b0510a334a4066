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

} // namespace ovhl::licensing
