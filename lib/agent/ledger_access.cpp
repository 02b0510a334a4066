#include "agent/ledger_access.hpp"

#include <utility>

namespace ovhl::agent {

const ledger::history& ledger_access::history() const noexcept {
  static const ledger::history nothing;
  return is_open() ? of_.chronicle()->history() : nothing;
}

std::optional<ledger::witness> ledger_access::witnessed() const {
  return is_open() ? of_.chronicle()->witnessed() : std::nullopt;
}

bool ledger_access::set_problem(std::optional<error> now) {
  const bool before = std::exchange(problem_, std::move(now)).has_value();
  return before && !problem_;
}

} // namespace ovhl::agent
