// The next steps after a login. They depend on whether the service runs and whether it would make
// corrections after its next start; if it would, a person reviews a plan first.
#pragma once

#include "base/terminal.hpp"
#include "licensing/policy.hpp"

#include <cstdint>
#include <string>

namespace ovhl::agent {

struct after_login {
  enum class service : std::uint8_t { never_started, down, up, not_known };
  // Why the service changes nothing, or that it does.
  enum class reach : std::uint8_t { mode_report, corrections_off, key_read_only, corrects };

  service stands = service::not_known;
  reach may = reach::corrects;
  bool checked = false; // the new credentials are good
};

// "What to do next", as a table.
std::string next_steps(const after_login&, const terminal&);

} // namespace ovhl::agent
