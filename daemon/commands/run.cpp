// `run`: the daemon.
#include "agent/corrector.hpp"
#include "agent/daemon.hpp"
#include "base/directory_path.hpp"
#include "base/version.hpp"
#include "commands/commands.hpp"
#include "complaints.hpp"
#include "ledger/sqlite/journal.hpp"
#include "loop/signals.hpp"
#include "os/identity.hpp"
#include "os/notify.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <fmt/format.h>

#include <array>
#include <csignal>
#include <exception>
#include <memory>
#include <utility>

namespace ovhl::commands {

namespace asio = boost::asio;

namespace {

struct phase {
  bool opened = false;  // the ledger, or opening it was tried
  bool stopped = false; // by a signal
  bool reload = false;  // asked for before the ledger was opened
};

void obey(int signal, agent::daemon& daemon, os::log& log, phase& now) {
  log(os::level::debug, fmt::format("signal {}", signal));
  if (signal == SIGTERM || signal == SIGINT) {
    now.stopped = true;
    daemon.stop();
  } else if (!now.opened) {
    now.reload = now.reload || signal == SIGHUP;
  } else if (signal == SIGHUP) {
    daemon.reload();
  } else {
    daemon.poll_now();
  }
}

// If another process has the ledger, the daemon publishes nothing.
asio::awaitable<void> watch_until_told(loop::signals& signals, agent::daemon& daemon,
                                       agent::record_keeper& ledger, phase& now) {
  co_await ledger.open();
  now.opened = true;
  if (!ledger.access().held()) {
    if (now.reload) daemon.reload();
    co_await daemon.run();
    now.stopped = true;
  }
  signals.end();
}

// If root started it and the ledger belongs to another user.
bool step_down(const path& ledger, os::log& log) {
  const path directory = directory_of(ledger);
  const auto became = os::become_owner_of(directory);
  if (!became)
    log(os::level::error, words(became.error()));
  else if (*became)
    log(os::level::info,
        fmt::format("continuing as {}, who owns {}", **became, directory.string()));
  return became.has_value();
}

} // namespace

exit_status execute(const path& config, const run_options&) {
  asio::io_context loop(1);
  constexpr std::array heeded{SIGHUP, SIGUSR1, SIGTERM, SIGINT};
  loop::signals signals(loop.get_executor(), heeded); // before anything slow starts

  agent::read_outcome first = agent::read_setup(config, ovh::real_surroundings());
  complain(first);
  if (!first.value) return exit_status::wrong;

  os::log log(agent::log_format_of(first.value->settings),
              agent::log_level_of(first.value->settings));
  const auto& policy = *first.value->policy;
  log(os::level::info,
      fmt::format("ovh-licensed {}: mode {}, policy {}, corrections {}", version(),
                  name(policy.policy.mode), policy.path.string(),
                  first.value->settings.corrections ? "on" : "off"),
      {{"VERSION", std::string(version())}, {"POLICY_SHA256", policy.sha256}});

  loop::real_clock clock;
  agent::accounts accounts(loop.get_executor(), clock, *first.value); // reads each ca_file
  ledger::writer self = agent::writer_of("run");
  self.yields = true;
  auto engine =
      std::make_shared<ledger::sqlite_engine>(loop.get_executor(), first.value->settings.ledger);
  agent::record_keeper ledger({loop.get_executor(), clock, std::move(engine), std::move(self)});
  if (!step_down(first.value->settings.ledger, log)) return exit_status::wrong;
  agent::corrector act({loop.get_executor(), clock, accounts, ledger, {}});
  const auto read = [config, in_use = first.value->settings.ledger] {
    return agent::read_again(config, ovh::real_surroundings(), in_use);
  };
  agent::daemon daemon({loop.get_executor(), clock, log, accounts, ledger, act, read},
                       std::move(*first.value));
  phase now;
  signals.listen([&](int number) { obey(number, daemon, log, now); });
  asio::co_spawn(loop, watch_until_told(signals, daemon, ledger, now), [](std::exception_ptr bug) {
    if (bug) std::rethrow_exception(bug);
  });
  loop.run();
  if (!now.stopped) { // another process has the ledger
    log(os::level::error, words(*ledger.access().problem()));
    return exit_status::held;
  }
  log(os::level::info, "stopped");
  return exit_status::fine;
}

} // namespace ovhl::commands
