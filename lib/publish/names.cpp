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

std::string_view name(due_state state) noexcept {
  switch (state) {
  case due_state::none: return "";
  case due_state::reported: return "reported";
  case due_state::confirming: return "confirming";
  case due_state::held: return "held";
  case due_state::running: return "running";
  case due_state::failed: return "failed";
  case due_state::done: return "done";
  }
  return "?";
}

} // namespace ovhl::publish
