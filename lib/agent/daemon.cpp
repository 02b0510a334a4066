#include "agent/daemon.hpp"

#include "agent/snapshot_of.hpp"
#include "os/notify.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace ovhl::agent {

using boost::asio::awaitable;

namespace {

bool same_credentials(const account_setup& old, const setup& wanted) {
  return std::any_of(wanted.accounts.begin(), wanted.accounts.end(), [&](const account_setup& a) {
    return a.account.name == old.account.name && a.credentials == old.credentials;
  });
}

} // namespace

daemon::daemon(parts with, setup first)
    : parts_(std::move(with)),
      context_(parts_.executor, parts_.clock, parts_.log, state_),
      fleet_(context_, state_.fleet),
      publisher_(context_, {parts_.clients, parts_.ledger.access(), parts_.act}, state_.measured),
      corrections_(context_, fleet_, publisher_, state_.corrections),
      expiry_(context_, parts_.clients, publisher_, state_.accounts),
      poller_(context_,
              {parts_.clients, parts_.ledger, parts_.act, fleet_, corrections_, publisher_,
               [this] { expiry_.polled(); }},
              state_.polls),
      yielding_(context_,
                {first.settings.ledger, parts_.ledger, parts_.act, fleet_, poller_, publisher_},
                state_.role),
      watchdog_(context_),
      supervisor_(context_, [this] { publisher_.publish(); }) {
  state_.started_at = parts_.clock.wall();
  put_in_force(std::move(first));
  parts_.act.adopt(state_.configuration.setup);
  parts_.act.listen(corrections_.events());
  poller_.decide_again(); // nothing is seen yet, but the policy's exemptions are known
}

awaitable<void> daemon::run() {
  co_await poller_.open_ledger();
  if (!state_.stopping) {
    publisher_.publish();
    os::notify_ready("first poll under way");
  }
  for (duty* const each :
       std::initializer_list<duty*>{&watchdog_, &publisher_, &yielding_, &expiry_})
    supervisor_.start(*each);
  co_await supervisor_.run(poller_);
  co_await parts_.act.over();
  co_await parts_.ledger.close();
  supervisor_.stop(watchdog_);
  supervisor_.stop(publisher_);
  co_await supervisor_.over();
  publisher_.publish();
}

// ---- what it is told ----

void daemon::poll_now() {
  expiry_.put_off();
  poller_.poll_now();
  supervisor_.begin_now(poller_);
}

void daemon::stop() {
  if (std::exchange(state_.stopping, true)) return;
  os::notify_stopping();
  supervisor_.stop(yielding_);
  parts_.ledger.give_up_opening();
  parts_.act.stop();
  supervisor_.stop(expiry_);
  supervisor_.stop(poller_);
}

void daemon::reload() {
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
    state_.configuration.last_reload = {parts_.clock.wall(), false, why};
  }
  publisher_.publish();
  os::notify_ready(status_line(state_));
}

void daemon::put_in_force(setup wanted) {
  configuration& c = state_.configuration;
  if (c.setup) wanted.epoch = c.setup->epoch + 1;
  c.setup = std::make_shared<const setup>(std::move(wanted));
  c.loaded_at = parts_.clock.wall();
  c.last_reload = {c.loaded_at, true, {}};
}

void daemon::take_over(setup wanted) {
  const std::shared_ptr<const setup> before = state_.configuration.setup;
  const bool survey_anew = !same_survey(*before, wanted);
  fleet_.drop_uncovered(wanted);
  for (const account_setup& old : before->accounts)
    if (!same_credentials(old, wanted)) expiry_.forget_credential(old.account.name);
  if (before->settings.ledger != wanted.settings.ledger)
    parts_.log(os::level::warning, fmt::format("the ledger stays {} until a restart",
                                               before->settings.ledger.string()));
  wanted.settings.ledger = before->settings.ledger;
  put_in_force(std::move(wanted));
  const setup& now = *state_.configuration.setup;
  parts_.act.adopt(state_.configuration.setup);
  parts_.log.set(log_format_of(now.settings), log_level_of(now.settings));
  parts_.log(os::level::info,
             fmt::format("reloaded: mode {}, policy {}", name(now.policy->policy.mode),
                         now.policy->path.string()),
             {{"POLICY_SHA256", now.policy->sha256}});
  expiry_.ask_anew();
  poller_.decide_again();
  // A survey under way is decided by the new policy when it ends.
  survey_anew ? poller_.poll_anew() : poller_.poll_now();
  supervisor_.begin_now(poller_);
}

} // namespace ovhl::agent
