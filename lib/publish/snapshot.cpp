#include "publish/snapshot.hpp"

namespace ovhl::publish {

std::string_view name(daemon_state state) noexcept {
  switch (state) {
  case daemon_state::starting: return "starting";
  case daemon_state::ok: return "ok";
  case daemon_state::degraded: return "degraded";
  case daemon_state::failing: return "failing";
  case daemon_state::stopping: return "stopping";
  }
  return "?";
}

std::string_view name(exemption_kind kind) noexcept {
  return kind == exemption_kind::keep ? "keep" : "review";
}

} // namespace ovhl::publish
