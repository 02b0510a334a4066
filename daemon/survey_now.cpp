#include "survey_now.hpp"

#include "agent/accounts.hpp"
#include "agent/admission_preview.hpp"
#include "agent/survey.hpp"
#include "agent/wait_teller.hpp"
#include "complaints.hpp"
#include "os/terminal.hpp"
#include "run_until_done.hpp"

#include <boost/asio/io_context.hpp>

#include <utility>

namespace ovhl {

namespace asio = boost::asio;

std::shared_ptr<const agent::surveyed>
survey_now(const std::filesystem::path& config,
           const std::function<result<void>(const agent::setup&)>& allowed,
           licensing::due_corrections* due) {
  agent::read_outcome read = agent::read_setup(config, ovh::real_surroundings());
  complain(read);
  if (!read.value) return nullptr;
  if (allowed)
    if (const auto may = allowed(*read.value); !may) {
      complain(may.error());
      return nullptr;
    }
  const auto setup = std::make_shared<const agent::setup>(std::move(*read.value));
  asio::io_context loop(1);
  loop::real_clock clock;
  const agent::accounts accounts(loop.get_executor(), clock, *setup);
  agent::wait_teller line(loop.get_executor(), clock, os::detect_terminal(2), "looking at VMs",
                          [&] { return agent::longest_wait(accounts); });
  std::shared_ptr<const agent::surveyed> found;
  const auto all = [&]() -> asio::awaitable<void> {
    const auto far = [&](const ovh::progress& p) { line.far(p.seen, p.expected); };
    auto seen = std::make_shared<const licensing::inventory>(
        co_await agent::survey(accounts, setup->settings, clock, far));
    found = agent::decide_on(std::move(seen), setup, {}, clock.wall());
    if (due != nullptr) *due = co_await agent::preview_admission(accounts, clock, found);
  };
  run_until_done(loop, all());
  return found;
}

} // namespace ovhl
