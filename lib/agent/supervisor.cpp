#include "agent/supervisor.hpp"

#include <boost/asio/co_spawn.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <optional>
#include <string>
#include <utility>

namespace ovhl::agent {

namespace asio = boost::asio;
using asio::awaitable;

std::chrono::seconds pause_after_bugs(int in_a_row) noexcept {
  constexpr std::chrono::minutes longest(5);
  return std::min<std::chrono::seconds>(std::chrono::seconds(1 << std::clamp(in_a_row - 1, 0, 20)),
                                        longest);
}

supervisor::charge& supervisor::charge_of(duty& of) {
  const auto found = std::ranges::find(charges_, &of, [](const charge& c) { return &c.of; });
  return found != charges_.end() ? *found : charges_.emplace_back(of);
}

awaitable<void> supervisor::run(duty& of) {
  charge& mine = charge_of(of);
  mine.runs = true;
  while (!mine.stopped) {
    std::optional<std::string> bug;
    std::function<void()> well = [this, &mine] { went_well(mine); };
    try {
      co_await of.run(std::move(well));
    } catch (const std::exception& e) {
      bug = e.what();
    }
    if (!bug || mine.stopped) break;
    ++mine.bugs;
    with_.problems.bug(of.name(), *bug);
    show();
    [[maybe_unused]] const bool passed =
        co_await mine.pause.run(with_.clock.wait_for(pause_after_bugs(mine.bugs)));
  }
  mine.runs = false;
  ended_.wake_all();
}

void supervisor::went_well(charge& c) {
  if (std::exchange(c.bugs, 0) == 0) return;
  with_.problems.report("bug: " + c.of.name(), {});
  show();
}

// Publishing may fail by the same bug.
void supervisor::show() {
  try {
    changed_();
  } catch (const std::exception& e) {
    with_.log(os::level::error,
              fmt::format("the status cannot be published: this is a bug, please report it: {}",
                          e.what()));
  }
}

void supervisor::begin_now(duty& of) { charge_of(of).pause.interrupt(); }

void supervisor::start(duty& of) {
  asio::co_spawn(with_.executor, run(of), [](std::exception_ptr bug) {
    if (bug) std::rethrow_exception(bug);
  });
}

void supervisor::stop(duty& of) {
  charge& mine = charge_of(of);
  mine.stopped = true;
  of.stop();
  mine.pause.interrupt();
}

awaitable<void> supervisor::over() {
  const auto runs = [](const charge& c) { return c.runs; };
  while (std::ranges::any_of(charges_, runs))
    co_await ended_.wait(std::chrono::hours(1));
}

} // namespace ovhl::agent
