#include "apply_session.hpp"

#include "agent/survey.hpp"
#include "agent/view.hpp"
#include "agent/wait_teller.hpp"
#include "ledger/sqlite/journal.hpp"
#include "loop/signals.hpp"
#include "os/person.hpp"
#include "os/terminal.hpp"
#include "publish/plan_file.hpp"
#include "run_until_done.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <map>
#include <memory>
#include <utility>

namespace ovhl {

namespace asio = boost::asio;

namespace {

licensing::requester person(std::optional<std::string> plan) {
  os::person who = os::who_asks();
  return {true, std::move(who.user), std::move(who.claimed), std::move(plan)};
}

// Calls `act` with the number of signals so far. A lost connection counts like SIGTERM, and once,
// however often the kernel and the shell report it; under nohup it does not count.
loop::signals on_interrupts(asio::io_context& loop, std::function<void(int)> act) {
  std::vector numbers{SIGINT, SIGTERM};
  struct sigaction now{};
  if (::sigaction(SIGHUP, nullptr, &now) == 0 && now.sa_handler != SIG_IGN)
    numbers.push_back(SIGHUP);
  loop::signals heard(loop.get_executor(), numbers);
  heard.listen([act = std::move(act), hung_up = false, heard = 1](int number) mutable {
    if (number == SIGHUP && std::exchange(hung_up, true)) return;
    act(heard++);
  });
  return heard;
}

// What is due of what was found, exactly as it was selected and approved.
result<agent::still_due> choose(const agent::surveyed& found,
                                const std::optional<publish::approved_plan>& plan,
                                const agent::selection& wanted, std::size_t& left_out) {
  const auto chosen = agent::selected::find(wanted, *found.seen);
  if (!chosen) return chosen.error();
  auto due = licensing::corrections_of(found.due, *found.seen, *found.decided, found.policy());
  if (!plan) {
    left_out = std::erase_if(due, [&](const licensing::correction& c) {
      return !chosen->has(c.which, c.action, c.from);
    });
    return agent::still_due{std::move(due), {}};
  }
  publish::approved_plan narrowed = *plan;
  const auto left = chosen->narrow(narrowed);
  if (!left) return left.error();
  left_out = *left;
  return agent::compare(narrowed, std::move(due), *found.seen);
}

} // namespace

apply_session::apply_session(std::shared_ptr<const agent::setup> with,
                             std::optional<std::string> plan)
    : setup_(std::move(with)),
      accounts_(loop_.get_executor(), clock_, *setup_),
      pause_(words(person({}))),
      ledger_(
          {loop_.get_executor(), clock_,
           std::make_shared<ledger::sqlite_engine>(loop_.get_executor(), setup_->settings.ledger),
           agent::writer_of("apply"), std::chrono::hours(1)}), // nothing else is to be done
      corrector_({loop_.get_executor(), clock_, accounts_, ledger_, person(std::move(plan))}) {
  corrector_.adopt(setup_);
}

result<bool> apply_session::open(const service_pause::asked& tell) {
  const auto attempt = [this] { run_until_done(loop_, ledger_.open()); };
  attempt();
  if (ledger_.access().is_open()) return false;
  auto paused = pause_.ask(setup_->settings, ledger_.access(), attempt, clock_, tell);
  if (!paused) return paused.error();
  return true;
}

std::size_t apply_session::unfinished() const {
  return old_.empty() ? ledger_.access().history().unfinished().size() : old_.size();
}

bool apply_session::finish_old(const std::function<void()>& ready, const progress& tell,
                               const std::function<void()>& on_signal) {
  using namespace asio::experimental::awaitable_operators;
  constexpr std::chrono::minutes enough(1);
  for (const auto& [number, left] : ledger_.access().history().unfinished())
    old_.insert(left.wanted.what.which);
  if (old_.empty()) return true;
  const std::size_t all = old_.size();
  bool had_enough = false;
  agent::correction_events heard;
  heard.ended = [&](const licensing::correction& what, const auto&) {
    old_.erase(what.which);
    tell(all - old_.size(), all);
  };
  corrector_.listen(std::move(heard));
  const auto signals = on_interrupts(loop_, [&](int) {
    had_enough = true;
    corrector_.stop();
    on_signal();
  });
  ready();
  corrector_.resume();
  const auto within_reason = [&]() -> asio::awaitable<void> {
    co_await (corrector_.over() || clock_.wait_for(enough));
  };
  run_until_done(loop_, within_reason());
  corrector_.listen({{}, [this](const auto& what, const auto&) { old_.erase(what.which); }, {}});
  return !had_enough;
}

bool apply_session::wait(const std::function<void()>& ready, const std::function<bool()>& over) {
  constexpr std::chrono::milliseconds unnoticed(50);
  bool interrupted = false;
  const auto signals = on_interrupts(loop_, [&](int) { interrupted = true; });
  ready();
  const auto all = [&]() -> asio::awaitable<void> {
    while (!interrupted && !over())
      co_await clock_.wait_for(unnoticed);
  };
  run_until_done(loop_, all());
  return !interrupted;
}

apply_list apply_session::survey(std::optional<publish::approved_plan> plan,
                                 const agent::selection& wanted) {
  agent::wait_teller line(loop_.get_executor(), clock_, os::detect_terminal(2), "looking at VMs",
                          [this] { return agent::longest_wait(accounts_); });
  apply_list to;
  const auto all = [&]() -> asio::awaitable<void> {
    const auto far = [&](const ovh::progress& p) { line.far(p.seen, p.expected); };
    auto seen = std::make_shared<const licensing::inventory>(
        co_await agent::survey(accounts_, setup_->settings, clock_, far));
    const auto found = agent::decide_on(std::move(seen), setup_,
                                        ledger_.access().history().memory(), clock_.wall());
    co_await agent::record(ledger_, found);
    to.complete = found->seen->complete();
    to.problems = agent::problems_of(*found->seen);
    to.datacenters = agent::datacenter_rows(found->picture());
    auto chosen = choose(*found, plan, wanted, to.left_out);
    if (chosen)
      co_await admit(*found, std::move(*chosen), to);
    else
      to.refused = chosen.error();
  };
  run_until_done(loop_, all());
  std::ranges::move(problems(), std::back_inserter(to.problems));
  return to;
}

asio::awaitable<void> apply_session::admit(const agent::surveyed& found, agent::still_due held,
                                           apply_list& to) {
  const std::vector<licensing::correction>& due = held.due;
  std::vector<licensing::due_correction> wanted;
  wanted.reserve(due.size());
  for (const licensing::correction& c : due)
    wanted.push_back(licensing::due_correction::of(c));
  const agent::admitted admitted =
      co_await corrector_.admit(agent::narrowed(found, std::move(wanted)));
  std::vector<bool> begins(due.size());
  for (const std::size_t i : admitted.begin) {
    begins[i] = true;
    to.rows.push_back(agent::row_of(due[i], admitted.due[i].state));
    to.begin.push_back(due[i]);
  }
  for (std::size_t i = 0; i < due.size(); ++i)
    if (!begins[i]) to.rows.push_back(agent::row_of(due[i], admitted.due[i].state));
  std::ranges::move(held.dropped, std::back_inserter(to.rows));
}

// Of the ledger, and those that hold whole services.
std::vector<error> apply_session::problems() const {
  std::vector<error> all;
  if (const auto& problem = ledger_.access().problem()) all.push_back(*problem);
  for (const error& e : corrector_.problems())
    all.push_back(e);
  return all;
}

void apply_session::make(apply_list& found, const progress& tell, const ended& on_end,
                         const std::function<void(int)>& on_signal) {
  const std::size_t all = found.begin.size();
  std::map<licensing::vm_key, publish::apply_row*> rows;
  for (publish::apply_row& row : found.rows)
    rows.try_emplace({row.where, row.vm_id}, &row);
  agent::correction_events heard;
  heard.changed = [&](const licensing::vm_key& which, const licensing::correction_state& how) {
    if (const auto row = rows.find(which); row != rows.end()) row->second->current = how;
    ended_.wake_all(); // it may have been let go
  };
  heard.ended = [&](const licensing::correction& what, const licensing::ending& how) {
    if (const auto row = rows.find(what.which); row != rows.end()) {
      row->second->end = how;
      on_end(*row->second);
    }
    old_.erase(what.which);
    tell(all - std::min(all, chosen_left()), all);
    ended_.wake_all();
  };
  corrector_.listen(std::move(heard));
  const auto signals = on_interrupts(loop_, [&](int how_many) {
    corrector_.begin_no_more();
    if (how_many > 1) corrector_.stop();
    on_signal(how_many);
  });
  tell(0, all);
  corrector_.begin(found.begin);
  const auto made = [&]() -> asio::awaitable<void> {
    using namespace asio::experimental::awaitable_operators;
    co_await (corrector_.over() || chosen_over());
  };
  run_until_done(loop_, made());
  corrector_.listen({{}, [this](const auto& what, const auto&) { old_.erase(what.which); }, {}});
}

// Does not wait for what an earlier run left.
asio::awaitable<void> apply_session::chosen_over() {
  while (chosen_left() > 0)
    co_await ended_.wait(std::chrono::hours(1));
}

std::size_t apply_session::chosen_left() const noexcept {
  const std::size_t all = corrector_.unfinished();
  return all - std::min(all, old_.size());
}

bool apply_session::close() {
  corrector_.stop();
  run_until_done(loop_, corrector_.over());
  run_until_done(loop_, ledger_.close());
  return pause_.end();
}

} // namespace ovhl
