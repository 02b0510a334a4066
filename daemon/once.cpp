#include "once.hpp"

#include "agent/accounts.hpp"
#include "agent/foresight.hpp"
#include "agent/look.hpp"
#include "agent/wait_teller.hpp"
#include "complaints.hpp"
#include "os/terminal.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <utility>

namespace ovhl {

namespace asio = boost::asio;

namespace {

asio::awaitable<void> look_and_judge(once& looked, const agent::accounts& accounts,
                                     loop::clock& clock, bool weigh,
                                     std::function<void(const ovh::progress&)> show) {
  looked.seen = co_await agent::look(accounts, looked.setup.settings, clock, std::move(show));
  looked.at = clock.wall();
  looked.decided = licensing::decide(looked.seen, looked.policy(), {}, looked.at);
  looked.decided.next = {}; // there is no next look
  if (!weigh) co_return;
  const licensing::policy& policy = looked.policy();
  const agent::proposal what{licensing::due(looked.seen, looked.decided, policy), looked.seen,
                             looked.decided, looked.setup};
  looked.states = co_await agent::foresee(accounts, clock, what);
}

void look_now(once& looked, bool weigh) {
  asio::io_context loop(1);
  loop::real_clock clock;
  const agent::accounts accounts(loop.get_executor(), clock, looked.setup);
  agent::wait_teller line(loop.get_executor(), clock, os::detect_terminal(2), "looking at VMs",
                          [&] { return agent::longest_wait(accounts); });
  const auto show = [&](const ovh::progress& p) { line.far(p.seen, p.expected); };
  asio::co_spawn(loop, look_and_judge(looked, accounts, clock, weigh, show),
                 [&](std::exception_ptr bug) {
                   if (bug) std::rethrow_exception(bug);
                   loop.stop(); // idle connections need no farewell
                 });
  loop.run();
}

} // namespace

std::optional<once> look_once(const std::filesystem::path& config,
                              const std::function<result<void>(const agent::setup&)>& allowed,
                              bool weigh) {
  agent::read_outcome read = agent::read_setup(config, ovh::real_surroundings());
  complain(read);
  if (!read.value) return std::nullopt;
  if (allowed)
    if (const auto may = allowed(*read.value); !may) {
      complain(may.error());
      return std::nullopt;
    }
  once looked;
  looked.setup = std::move(*read.value);
  look_now(looked, weigh);
  return looked;
}

} // namespace ovhl
