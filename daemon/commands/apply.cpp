// `apply`: one look, and the corrections that are due (or approved) made, after a person has seen
// them.
#include "agent/plan_key.hpp"
#include "applying.hpp"
#include "base/text.hpp"
#include "base/way.hpp"
#include "commands/commands.hpp"
#include "complaints.hpp"
#include "loop/clock.hpp"
#include "os/identity.hpp"
#include "os/progress.hpp"
#include "os/terminal.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>
#include <string>

namespace ovhl::commands {

namespace {

using licensing::due_state;
using licensing::outcome;

error wrong(std::string where, std::string message, std::string advice) {
  error e;
  e.where = std::move(where);
  e.message = std::move(message);
  e.advice = std::move(advice);
  return e;
}

// All of it, or more than any plan has.
result<std::string> content_of(const path& file) {
  constexpr std::size_t enough = std::size_t(129) << 20U;
  std::ifstream in(file, std::ios::binary);
  std::string text;
  for (std::string piece(std::size_t(1) << 20U, '\0'); in && text.size() < enough;) {
    in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    text.append(piece, 0, static_cast<std::size_t>(in.gcount()));
  }
  if (!in.is_open() || in.bad())
    return wrong(file.string(), fmt::format("cannot be read: {}", std::strerror(errno)),
                 "make one with `ovh-licensed plan --out`");
  return text;
}

result<publish::approved_plan> approved(const path& file, const agent::setup& setup, bool old) {
  const auto read = content_of(file);
  if (!read) return read.error();
  const std::string& text = *read;
  const auto located = [&](error e) {
    e.where = e.where.empty() ? file.string() : file.string() + ": " + e.where;
    e.message = printable(e.message); // of a file that may come from anywhere
    return e;
  };
  auto plan = publish::read_plan(text, setup.policy->policy.licenses);
  if (!plan) return located(plan.error());
  if (auto fits = agent::made_for(*plan, setup); !fits) return located(fits.error());
  if (auto sealed = publish::check_seal(text, agent::plan_key(setup)); !sealed)
    return located(sealed.error());
  if (auto fresh = agent::in_time(*plan, loop::real_clock().wall(), old); !fresh)
    return located(fresh.error());
  return plan;
}

// Shows how far something has come, as a line of its own.
class progress_line {
 public:
  explicit progress_line(const char* doing) : line_(os::detect_terminal(2), doing, clock_.now()) {}
  void tell(std::string_view words) {
    line_.clear();
    say(std::string(words) + '\n');
  }
  applying::progress teller() {
    return [this](std::size_t done, std::size_t of) { line_.update(done, of, clock_.now()); };
  }

 private:
  loop::real_clock clock_;
  os::progress line_;
};

bool answered() {
  pollfd input{STDIN_FILENO, POLLIN, 0};
  return ::poll(&input, 1, 0) != 0;
}

bool agreed(applying& work) {
  const std::size_t corrections = work.to_begin();
  say(fmt::format("Make {} correction{}? [y/N] ", corrections == 1 ? "this" : "these",
                  corrections == 1 ? "" : fmt::format("s ({})", corrections)));
  work.wait(answered);
  std::string answer;
  if (!std::getline(std::cin, answer)) say("\n");
  return answer == "y" || answer == "Y" || answer == "yes";
}

constexpr std::string_view heard(int signals) {
  return signals == 1 ? "Stopping after what is under way; once more leaves it to the next run."
                      : "Leaving what is under way to the next run.";
}

bool not_made(const publish::apply_line& line) {
  if (line.end) return line.end->how != outcome::done;
  return line.standing.state != due_state::reported; // which is what the mode forbids
}

exit_status judged(const applying& work) {
  const auto& lines = work.lines();
  if (std::any_of(lines.begin(), lines.end(), not_made)) return exit_status::failed;
  if (!work.complete()) return exit_status::incomplete;
  const bool forbidden =
      std::any_of(lines.begin(), lines.end(), [](const auto& l) { return !l.end; });
  return forbidden ? exit_status::drift : exit_status::fine;
}

// Shows it at once. False: it could not be shown, which has been said.
bool shown(std::string_view text) {
  show(text);
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return true;
  std::perror("ovh-licensed: writing to standard output");
  return false;
}

std::string corrections(std::size_t number) {
  return fmt::format("{} correction{}", grouped(number), number == 1 ? "" : "s");
}

// False: a person did not want to wait.
bool finish_old(applying& work) {
  const std::size_t all = work.unfinished();
  if (all == 0) return true;
  progress_line line("finishing what an earlier run began");
  const auto begin = [&] {
    line.tell(
        fmt::format("Looking after {} that an earlier run left unfinished …", corrections(all)));
  };
  if (!work.finish_old(begin, line.teller(), [&] { line.tell(heard(2)); })) return false;
  if (const std::size_t left = work.unfinished(); left == 0)
    line.tell(all == 1 ? "It has come to its end." : "All have come to their end.");
  else
    line.tell(fmt::format("{} still under way, which takes longer.", corrections(left)));
  return true;
}

// Where it cannot be shown what is to be made, nothing is. Where it cannot be shown what was made,
// that is no success; any other status says enough.
exit_status apply(applying& work, const std::optional<publish::approved_plan>& plan, bool ask) {
  if (!finish_old(work)) return exit_status::failed;
  work.look(plan);
  for (const error& e : work.problems())
    complain(e);
  const auto terminal = os::detect_terminal(1);
  if (!shown(publish::apply_table(work.lines(), work.datacenters(), terminal)))
    return exit_status::wrong;
  if (work.to_begin() == 0) return judged(work);
  if (plan && !shown(agent::age_of(*plan, loop::real_clock().wall()) + '\n'))
    return exit_status::wrong;
  if (ask && !agreed(work)) {
    if (!shown("Nothing was changed.\n")) return exit_status::wrong;
    return work.complete() ? exit_status::drift : exit_status::incomplete;
  }
  {
    progress_line line("correcting");
    work.make(line.teller(), [&](int signals) { line.tell(heard(signals)); });
  }
  const bool told =
      shown('\n' + publish::results_table(work.lines(), work.datacenters(), terminal));
  const exit_status how = judged(work);
  return told || how != exit_status::fine ? how : exit_status::failed;
}

void leave(applying& work) {
  if (work.close()) say("The service goes on.\n");
}

} // namespace

exit_status execute(const path& config, const apply_options& chosen) {
  agent::read_outcome read = agent::read_setup(config, ovh::real_surroundings());
  complain(read);
  if (!read.value) return exit_status::wrong;
  const auto refuse = [](const error& why) {
    complain(why);
    return exit_status::wrong;
  };
  if (!read.value->settings.corrections)
    return refuse(
        wrong(config.string(), "corrections are off", "set corrections: on to apply any"));
  if (!chosen.yes && ::isatty(STDIN_FILENO) == 0)
    return refuse(wrong("apply", "there is no terminal to ask on", "say --yes to apply without"));
  std::optional<publish::approved_plan> plan;
  if (chosen.plan) {
    auto taken = approved(*chosen.plan, *read.value, chosen.old);
    if (!taken) return refuse(taken.error());
    plan = std::move(*taken);
  }
  const path directory = directory_of(read.value->settings.ledger);
  applying work(std::move(*read.value), plan ? std::optional(plan->seal) : std::nullopt);
  const auto became = os::become_owner_of(directory);
  if (!became) return refuse(became.error());
  if (*became) say(fmt::format("Going on as {}, who owns {}.\n", **became, directory.string()));
  const auto opened = work.open([](std::chrono::seconds longest) {
    say(fmt::format("Asking the running service to pause (this takes {} s at most) …\n",
                    longest.count()));
  });
  if (!opened) return refuse(opened.error());
  if (*opened) say("The service has paused.\n");
  if (plan)
    if (auto fresh = agent::not_applied_yet(*plan, work.history()); !fresh) {
      leave(work);
      error e = fresh.error();
      e.where = chosen.plan->string() + ": " + e.where;
      return refuse(e);
    }
  const exit_status how = apply(work, plan, !chosen.yes);
  leave(work);
  return how;
}

} // namespace ovhl::commands
