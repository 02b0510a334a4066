#include "once.hpp"

#include "agent/accounts.hpp"
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

licensing::inventory look_now(const agent::setup& setup) {
  asio::io_context loop(1);
  loop::real_clock clock;
  const agent::accounts accounts(loop.get_executor(), clock, setup);
  agent::wait_teller line(loop.get_executor(), clock, os::detect_terminal(2), "looking at VMs",
                          [&] { return agent::longest_wait(accounts); });
  const auto show = [&](const ovh::progress& p) { line.far(p.seen, p.expected); };

  licensing::inventory seen;
  asio::co_spawn(loop, agent::look(accounts, setup.settings, clock, show),
                 [&](std::exception_ptr bug, licensing::inventory found) {
                   if (bug) std::rethrow_exception(bug);
                   seen = std::move(found);
                   loop.stop(); // idle connections need no farewell
                 });
  loop.run();
  return seen;
}

} // namespace

std::optional<once> look_once(const std::filesystem::path& config,
                              const std::function<result<void>(const agent::setup&)>& allowed) {
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
  looked.seen = look_now(looked.setup);
  looked.at = loop::real_clock().wall();
  looked.decided = licensing::decide(looked.seen, looked.policy(), {}, looked.at);
  looked.decided.next = {}; // there is no next look
  return looked;
}

} // namespace ovhl
