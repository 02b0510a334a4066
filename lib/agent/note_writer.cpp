#include "agent/note_writer.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/system/system_error.hpp>

#include <chrono>
#include <exception>
#include <utility>

namespace ovhl::agent {

namespace asio = boost::asio;
using asio::awaitable;

awaitable<void> note_writer::write(ledger::new_record one) {
  parts_.ledger.keep(std::move(one));
  if (!parts_.access.is_open()) co_return;
  try {
    co_await parts_.turns.run([this] { return write_all(); });
  } catch (const boost::system::system_error& cut) {
    if (cut.code() != asio::error::operation_aborted) throw;
  }
}

// In its turn. Those who waited for the same disk find theirs written by the first of them.
awaitable<void> note_writer::write_all() {
  if (!parts_.access.is_open()) co_return;
  ledger::chronicle& to = *parts_.ledger.chronicle();
  const bool again = to.unwritten().has_value();
  if (!again && !to.waits()) co_return;
  const result<void> done = co_await write_kept(to);
  if (again || !done || to.unwritten()) parts_.access.set_problem(problem_after(done, to));
  if (to.unwritten()) try_again_later();
}

void note_writer::try_again_later() {
  if (std::exchange(trying_, true)) return;
  asio::co_spawn(parts_.executor, try_again(), [this](std::exception_ptr bug) {
    trying_ = false;
    if (bug) std::rethrow_exception(bug); // what is not on record must not be forgotten quietly
  });
}

awaitable<void> note_writer::try_again() {
  while (parts_.access.is_open() && parts_.ledger.chronicle()->unwritten()) {
    co_await next_.wait(std::chrono::seconds(1));
    co_await parts_.turns.run([this] { return write_all(); });
  }
  if (parts_.access.is_open()) parts_.caught_up();
}

} // namespace ovhl::agent
