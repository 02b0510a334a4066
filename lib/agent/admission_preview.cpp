#include "agent/admission_preview.hpp"

#include "agent/admission_questions.hpp"
#include "agent/admitter.hpp"
#include "agent/ledger_access.hpp"

#include <utility>

namespace ovhl::agent {

boost::asio::awaitable<licensing::due_corrections>
preview_admission(const accounts& accounts, loop::clock& clock,
                  std::shared_ptr<const surveyed> found) {
  if (!found->by->settings.corrections) co_return licensing::due_corrections(due_of(found));
  const ledger_opener never_opened(clock, nullptr, {});
  const ledger_access unread(never_opened);
  admission_questions questions(clock, accounts);
  admission_answers known = co_await questions.ask(found);
  admitter for_a_person({clock, accounts, unread, true});
  co_return std::move(for_a_person.admit(found, std::move(known), {}).due);
}

} // namespace ovhl::agent
