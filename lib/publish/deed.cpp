#include "publish/deed.hpp"

#include "licensing/license.hpp"

namespace ovhl::publish {

std::string_view name(deed d) noexcept {
  switch (d) {
  case deed::declare: return "declare";
  case deed::replace: return "replace";
  case deed::remove: return "remove";
  }
  return {};
}

bool is_none(const std::optional<std::string>& license) noexcept {
  return !license || *license == licensing::unlicensed;
}

deed deed_of(licensing::action a, const std::optional<std::string>& before) noexcept {
  if (a == licensing::action::remove_license) return deed::remove;
  return is_none(before) ? deed::declare : deed::replace;
}

licensing::mode mode_for(deed d) noexcept {
  return d == deed::declare ? licensing::mode::declare : licensing::mode::enforce;
}

} // namespace ovhl::publish
