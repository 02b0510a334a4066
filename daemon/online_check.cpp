#include "online_check.hpp"

#include "agent/wait_teller.hpp"
#include "base/text.hpp"
#include "complaints.hpp"
#include "os/terminal.hpp"
#include "run_until_done.hpp"

#include <boost/asio/io_context.hpp>

#include <string_view>

namespace ovhl {

namespace asio = boost::asio;
using grade = agent::remark::grade;

namespace {

std::string_view mark(grade g) {
  switch (g) {
  case grade::fine: return "ok      ";
  case grade::warning: return "warning ";
  case grade::wrong: return "WRONG   ";
  case grade::unknown: return "unknown ";
  }
  return "";
}

std::string_view colour(grade g) {
  switch (g) {
  case grade::fine: return "\x1b[32m";
  case grade::warning: return "\x1b[33m";
  case grade::wrong: return "\x1b[31m";
  case grade::unknown: return "\x1b[35m";
  }
  return "";
}

// A certain problem is worse than an unknown result.
int badness(grade g) {
  switch (g) {
  case grade::fine: return 0;
  case grade::warning: return 1;
  case grade::unknown: return 2;
  case grade::wrong: break;
  }
  return 3;
}

} // namespace

std::vector<agent::account_remarks> check_online(const agent::setup& setup, licensing::mode mode) {
  asio::io_context loop(1);
  loop::real_clock clock;
  const agent::accounts accounts(loop.get_executor(), clock, setup);
  const agent::wait_teller line(loop.get_executor(), clock, os::detect_terminal(2),
                                "checking the accounts",
                                [&] { return agent::longest_wait(accounts); });
  std::vector<agent::account_remarks> answers;
  const auto all = [&]() -> asio::awaitable<void> {
    answers = co_await agent::check_access(accounts, setup.settings, mode, clock);
  };
  run_until_done(loop, all());
  return answers;
}

void show_remarks(std::span<const agent::account_remarks> all) {
  const terminal t = os::detect_terminal(1);
  for (const agent::account_remarks& account : all) {
    print("account {}\n", account.account);
    for (const agent::remark& r : account.list)
      show_wrapped(fmt::format("  {}{}{}{}\n", t.colour ? colour(r.how) : "", mark(r.how),
                               t.colour ? "\x1b[0m" : "", printable(r.text)),
                   mark(r.how).size());
  }
}

grade worst(std::span<const agent::account_remarks> all) {
  grade found = grade::fine;
  for (const agent::account_remarks& account : all)
    for (const agent::remark& r : account.list)
      if (badness(r.how) > badness(found)) found = r.how;
  return found;
}

} // namespace ovhl
