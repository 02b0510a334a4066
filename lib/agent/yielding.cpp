#include "agent/yielding.hpp"

#include "ledger/sqlite/claim.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace ovhl::agent {

using boost::asio::awaitable;
using ledger::claimed_by;

namespace {

error yielded_to(const std::string& whom) {
  error e;
  e.kind = failure::canceled; // by a person, so it is no problem
  e.message = "yielded to " + whom;
  return e;
}

} // namespace

std::chrono::seconds patience_when_yielding(const config::settings& s) noexcept {
  return std::min(2 * s.api.timeout, std::chrono::seconds(20));
}

yielding::yielding(duty_context& with, parts p, role& mine)
    : with_(with), parts_(std::move(p)), mine_(mine), bell_(with.executor, parts_.path) {}

awaitable<void> yielding::work(std::function<void()> went_well) {
  if (parts_.ledger.access().yielded()) { // a bug ended what follows
    co_await hand_over();
    co_await take_back();
  }
  for (;;) {
    bell_.hang();
    const auto person = claimed_by(parts_.path);
    if (person && parts_.ledger.access().is_open()) {
      co_await give("apply by " + *person);
      continue;
    }
    went_well();
    if (person)
      co_await bell_.a_second(); // there is nothing to give
    else
      co_await bell_.rings();
  }
}

awaitable<void> yielding::give(std::string whom) {
  using namespace boost::asio::experimental::awaitable_operators;
  parts_.ledger.yield(yielded_to(whom));
  parts_.act.begin_no_more();
  with_.log(os::level::info,
            fmt::format("{} asks for the ledger; no new corrections will start", whom));
  show(whom);
  co_await (parts_.act.over() || patience());
  if (claimed_by(parts_.path)) {
    co_await hand_over();
    with_.log(os::level::info, "yielded to " + whom);
    show(whom);
    co_await take_back();
  } else { // the process that asked has ended
    co_await have_it_again();
    resume();
  }
}

// First records the answers to requests that were sent; a correction without one stays unfinished
// in the ledger. Then releases the lock, so that no request of ours follows one of theirs.
awaitable<void> yielding::hand_over() {
  parts_.act.stop();
  co_await parts_.act.over();
  co_await parts_.ledger.close(record_keeper::closing::until_taken_back);
}

awaitable<void> yielding::patience() {
  using std::chrono::seconds;
  seconds left = patience_when_yielding(with_.now.configuration.setup->settings);
  for (; left > seconds(0); left -= seconds(1))
    if (claimed_by(parts_.path)) co_await bell_.a_second();
}

awaitable<void> yielding::have_it_again() {
  for (bool ours = false; !ours;) {
    if (!claimed_by(parts_.path)) ours = co_await parts_.ledger.take_back();
    if (!ours) co_await bell_.a_second();
  }
}

awaitable<void> yielding::take_back() {
  co_await have_it_again();
  parts_.act.go_on();
  resume();
}

void yielding::show(const std::string& whom) {
  mine_ = {whom, with_.clock.wall()};
  parts_.fleet.hold_waiting(
      {licensing::due_state::held, licensing::guard::ledger, {}, "yielded to " + whom, {}});
  parts_.publisher.publish();
  parts_.publisher.tell_systemd();
}

void yielding::resume() {
  with_.log(os::level::info, "apply has ended; corrections resume");
  parts_.poller.ledger_is_back();
}

} // namespace ovhl::agent
