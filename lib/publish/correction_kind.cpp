#include "publish/correction_kind.hpp"

#include "licensing/license.hpp"

namespace ovhl::publish {

std::string_view name(correction_kind k) noexcept {
  switch (k) {
  case correction_kind::declare: return "declare";
  case correction_kind::replace: return "replace";
  case correction_kind::remove: return "remove";
  }
  return {};
}

bool is_none(const std::optional<std::string>& license) noexcept {
  return !license || *license == licensing::unlicensed;
}

correction_kind kind_of(licensing::action a, const std::optional<std::string>& before) noexcept {
  if (a == licensing::action::remove_license) return correction_kind::remove;
  return is_none(before) ? correction_kind::declare : correction_kind::replace;
}

licensing::mode mode_for(correction_kind k) noexcept {
  return k == correction_kind::declare ? licensing::mode::declare : licensing::mode::enforce;
}

} // namespace ovhl::publish
