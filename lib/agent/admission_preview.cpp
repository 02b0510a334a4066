#include "agent/admission_preview.hpp"

#include "agent/admitting.hpp"
#include "agent/ledger_access.hpp"

#include <utility>

namespace ovhl::agent {

boost::asio::awaitable<licensing::correction_states>
preview_admission(const accounts& accounts, loop::clock& clock,
                  std::shared_ptr<const surveyed> found) {
  if (!found->by->settings.corrections) co_return licensing::correction_states(found->due.size());
  const ledger_opener never_opened(clock, nullptr, {});
  const ledger_access unread(never_opened);
  admitting admission({clock, accounts, unread, true});
  admitting::answers known = co_await admission.ask(found);
  co_return std::move(admission.admit(*found, std::move(known), {}).each);
}

} // namespace ovhl::agent
