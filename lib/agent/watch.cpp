#include "agent/watch.hpp"

#include "agent/schedule.hpp"
#include "agent/view.hpp"
#include "os/notify.hpp"
#include "publish/causes.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <set>
#include <utility>

namespace ovhl::agent {

namespace asio = boost::asio;
using asio::awaitable;

namespace {

bool same_credentials(const account_setup& old, const setup& wanted) {
  return std::any_of(wanted.accounts.begin(), wanted.accounts.end(), [&](const account_setup& a) {
    return a.account.name == old.account.name && a.credentials == old.credentials;
  });
}

} // namespace

watch::watch(parts with, setup first)
    : parts_(std::move(with)),
      setup_(std::move(first)),
      voice_(parts_.log),
      board_(voice_, parts_.clock.wall()),
      expiries_(parts_.log),
      yielding_(ways_to_yield()) {
  const instant now = parts_.clock.wall();
  board_.loaded(setup_, now);
  board_.reloaded(true, std::nullopt, now);
  parts_.act.listen(what_happens());
  judge_again(); // nothing is seen yet, but the policy's exemptions are known
}

awaitable<void> watch::run() {
  co_await open_ledger();
  publish();
  os::notify_ready("first poll under way");
  asio::co_spawn(parts_.executor, feed_watchdog(),
                 asio::bind_cancellation_slot(no_more_feeding_.slot(), [](std::exception_ptr) {}));
  // If it broke here, nothing would be corrected any more: better to restart.
  const auto end = [this](std::exception_ptr bug) {
    if (bug && !stopping_) std::rethrow_exception(bug);
  };
  if (!stopping_)
    asio::co_spawn(parts_.executor, yielding_.serve(),
                   asio::bind_cancellation_slot(no_more_yielding_.slot(), end));
  while (!stopping_) {
    activity_ = activity::settling;
    again_ = false;
    co_await interruptible(poll(), "poll");
    if (stopping_ || again_) continue;
    activity_ = activity::resting;
    co_await interruptible(learn_standing_facts(), "expiry dates");
    if (interrupted_) continue;
    co_await interruptible(rest(), "rest");
  }
  co_await parts_.act.over();
  co_await parts_.ledger.close();
  no_more_feeding_.emit(asio::cancellation_type::terminal);
  no_more_.emit(asio::cancellation_type::terminal);
  tell_problems();
  publish();
}

// ---- what it is told ----

void watch::reload() {
  os::notify_reloading();
  read_outcome read = parts_.read_again();
  for (const config::diagnostic& d : read.warnings)
    parts_.log(os::level::warning, config::words(d));
  if (read.value) {
    take_over(std::move(*read.value));
  } else {
    const std::string why = read.summary();
    parts_.log(os::level::error,
               "reload refused, the previous configuration stays in force: " + why);
    board_.reloaded(false, why, parts_.clock.wall());
  }
  publish();
  os::notify_ready(status_line());
}

void watch::take_over(setup wanted) {
  const bool look_anew = !same_look(setup_, wanted);
  part_with_uncovered(wanted);
  for (const account_setup& old : setup_.accounts)
    if (!same_credentials(old, wanted)) standing_.forget_credential(old.account.name);
  if (setup_.settings.ledger != wanted.settings.ledger)
    parts_.log(os::level::warning,
               fmt::format("the ledger stays {} until a restart", setup_.settings.ledger.string()));
  wanted.settings.ledger = setup_.settings.ledger;
  setup_ = std::move(wanted);
  parts_.act.adopt(setup_);
  parts_.log.set(log_format_of(setup_.settings), log_level_of(setup_.settings));
  parts_.log(os::level::info,
             fmt::format("reloaded: mode {}, policy {}", name(setup_.policy->policy.mode),
                         setup_.policy->path.string()),
             {{"POLICY_SHA256", setup_.policy->sha256}});
  const instant now = parts_.clock.wall();
  board_.loaded(setup_, now);
  board_.reloaded(true, std::nullopt, now);
  standing_.forget();
  judge_again();
  if (look_anew && activity_ == activity::looking) {
    again_ = true;
    interrupt();
  } else {
    poll_now(); // a look under way is judged by the new policy when it ends
  }
}

// VMs that are no longer watched have not vanished.
void watch::part_with_uncovered(const setup& wanted) {
  std::set<std::pair<std::string, std::string>> dropped;
  const auto uncovered = [&](const licensing::place& where) {
    return !covers(wanted, where.account, where.service);
  };
  for (const auto& [where, vms] : memory_.vms)
    if (uncovered(where)) dropped.emplace(where.account, where.service);
  std::erase_if(memory_.vms, [&](const auto& entry) { return uncovered(entry.first); });
  std::erase_if(memory_.settled, uncovered);
  const auto dropped_place = [&](const auto& dc) { return uncovered(dc.where); };
  const auto dropped_spot = [&](const licensing::blind_spot& spot) {
    return !covers(wanted, spot.account, spot.service);
  };
  if (std::ranges::any_of(seen_->datacenters, dropped_place) ||
      std::ranges::any_of(seen_->blind_spots, dropped_spot)) {
    licensing::inventory& mine = own_picture();
    std::erase_if(mine.datacenters, dropped_place);
    std::erase_if(mine.blind_spots, dropped_spot);
  }
  for (const auto& [account, service] : dropped)
    voice_.no_longer_looked_at(account, service);
}

licensing::inventory& watch::own_picture() {
  if (seen_.use_count() > 1)
    seen_ = std::make_shared<licensing::inventory>(licensing::copy_of(*seen_));
  return *seen_;
}

void watch::poll_now() {
  if (activity_ == activity::resting)
    interrupt();
  else if (activity_ == activity::settling)
    again_ = true;
}

void watch::stop() {
  if (stopping_) return;
  stopping_ = true;
  os::notify_stopping();
  no_more_yielding_.emit(asio::cancellation_type::terminal);
  parts_.ledger.give_up_opening();
  parts_.act.stop();
  interrupt();
}

void watch::interrupt() {
  interrupted_ = true;
  interrupt_.emit(asio::cancellation_type::terminal);
}

awaitable<void> watch::interruptible(awaitable<void> step, std::string what) {
  interrupted_ = false;
  std::vector<error> bugs;
  try {
    co_await asio::co_spawn(parts_.executor, std::move(step),
                            asio::bind_cancellation_slot(interrupt_.slot(), asio::use_awaitable));
  } catch (const std::exception& e) {
    if (interrupted_) co_return; // what a cancelled await throws
    error bug;
    bug.kind = failure::invalid;
    bug.where = what;
    bug.message = fmt::format("this is a bug, please report it: {}", e.what());
    bugs.push_back(std::move(bug));
  }
  board_.problems("bug: " + what, bugs, parts_.clock.wall());
  if (bugs.empty()) co_return;
  if (activity_ != activity::resting) poll_broke();
  publish();
}

// A bug ended the poll before it was published and counted.
void watch::poll_broke() {
  publish::snapshot& s = board_.now();
  ++s.polls_failed;
  ++failures_;
  s.poll.ok = s.poll.complete = false;
  plan_next_poll();
}

// ---- being seen ----

awaitable<void> watch::feed_watchdog() {
  const auto interval = os::watchdog_interval();
  while (interval) {
    os::notify_watchdog();
    co_await parts_.clock.wait_for(*interval);
  }
}

void watch::publish() {
  overview_.count(board_.now());
  board_.now().accounts = standing_.lines(parts_.lines);
  if (parts_.ledger.is_open())
    board_.now().ledger_last_record_at = parts_.ledger.history().last_record();
  const bool yielded = parts_.ledger.yielded().has_value();
  if (!yielded) board_.now().ledger_yielded_to.reset();
  if (!yielded) board_.now().ledger_yielded_since.reset();
  const auto problem = yielded ? std::nullopt : parts_.ledger.problem();
  board_.now().ledger_problem = problem ? std::optional(words(*problem)) : std::nullopt;
  board_.now().daemon.state = state_now();
  const loop::steady_point begun = parts_.clock.now();
  board_.write(parts_.clock.wall());
  written_ = parts_.clock.now();
  writing_took_ = written_ - begun;
}

publish::daemon_state watch::state_now() const {
  using publish::daemon_state;
  const publish::snapshot& s = board_.now();
  if (stopping_) return daemon_state::stopping;
  if (failures_ > 0) return daemon_state::failing;
  if (!s.poll.finished_at) return daemon_state::starting;
  const bool records = !parts_.ledger.problem() || parts_.ledger.yielded();
  return s.poll.complete && records ? daemon_state::ok : daemon_state::degraded;
}

void watch::publish_soon() {
  if (publishing_soon_ || stopping_) return;
  publishing_soon_ = true;
  const auto later = [](watch& self) -> awaitable<void> {
    const auto due = [&self] {
      const bool running = self.overview_.any_running();
      return self.written_ + pause_before_writing(running, self.writing_took_);
    };
    do // the last correction may end meanwhile: then it is written at once
      co_await self.parts_.clock.wait_for(std::chrono::seconds(1));
    while (self.parts_.clock.now() < due());
    self.publishing_soon_ = false;
    self.tell_problems();
    self.publish();
  };
  asio::co_spawn(parts_.executor, later(*this),
                 asio::bind_cancellation_slot(no_more_.slot(), [](std::exception_ptr) {}));
}

std::string watch::status_line() const {
  const publish::snapshot& s = board_.now();
  if (!s.poll.finished_at) return "first poll under way";
  const std::size_t due = publish::due_of(s.causes);
  const std::string problems = voice_.current_problems();
  const bool yet = s.daemon.state == publish::daemon_state::ok && !problems.empty();
  const std::string yielded = s.ledger_yielded_to ? ", yielded to " + *s.ledger_yielded_to : "";
  std::string line = fmt::format(
      "{}{}{}: {}{}{}; {} due; policy mode {}", name(s.daemon.state), yielded, yet ? ", but" : "",
      problems, problems.empty() ? "" : "; ", summary(s.datacenters), due, name(s.policy.mode));
  if (const auto& last = s.policy.last_reload; !last.ok)
    line += "; the last reload was refused: " + last.error.value_or("");
  return line;
}

} // namespace ovhl::agent
