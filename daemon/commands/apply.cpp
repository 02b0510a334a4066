// `apply`: one survey, then the corrections that are due (or approved), after a person has reviewed
// them.
#include "agent/plan_key.hpp"
#include "apply_session.hpp"
#include "base/directory_path.hpp"
#include "base/text.hpp"
#include "base/wrong.hpp"
#include "commands/commands.hpp"
#include "complaints.hpp"
#include "loop/clock.hpp"
#include "os/identity.hpp"
#include "os/progress.hpp"
#include "os/terminal.hpp"
#include "plan_file.hpp"
#include "publish/plan_file.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <string>

namespace ovhl::commands {

namespace {

using licensing::due_state;
using licensing::outcome;

struct approval {
  publish::approved_plan plan;
  std::string file, sha256;
};

result<approval> approved(const path& file, const agent::setup& setup, bool old) {
  auto read = read_plan_file(file);
  if (!read) return read.error();
  const std::string& text = read->text;
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
  return approval{std::move(*plan), file.string(), std::move(read->sha256)};
}

// Shows progress on a line of its own.
class progress_line {
 public:
  explicit progress_line(const char* doing) : line_(os::detect_terminal(2), doing, clock_.now()) {}
  void say(std::string_view words) {
    line_.clear();
    ovhl::say(std::string(words) + '\n');
  }
  void clear() { line_.clear(); }
  apply_session::progress teller() {
    return [this](std::size_t done, std::size_t of) { line_.update(done, of, clock_.now()); };
  }

 private:
  loop::real_clock clock_;
  os::progress line_;
};

bool answered() {
  pollfd input{STDIN_FILENO, POLLIN, 0};
  return ::poll(&input, 1, 0) > 0; // less: a signal came
}

bool agreed(apply_session& work, std::size_t corrections) {
  const auto ask = [&] {
    say(corrections == 1 ? std::string("Apply this correction? [y/N] ")
                         : fmt::format("Apply these {} corrections? [y/N] ", grouped(corrections)));
  };
  std::string answer;
  if (!work.wait(ask, answered) || !std::getline(std::cin, answer)) say("\n");
  return equal_ignoring_case(answer, "y") || equal_ignoring_case(answer, "yes");
}

constexpr std::string_view heard(int signals) {
  return signals == 1 ? "Finishing what is under way; interrupt again to leave it to the next run."
                      : "Leaving what is under way to the next run.";
}

// Corrections left by the mode are no failure; for dropped ones, the VM has changed.
bool failed_or_held(const publish::apply_row& row) {
  if (!row.end) return row.current.state != due_state::reported;
  return row.end->how != outcome::done && row.end->how != outcome::dropped;
}

bool still_to_do(const publish::apply_row& row) {
  return row.end && row.end->how == outcome::dropped && !row.settled;
}

exit_status exit_status_of(const apply_list& found) {
  if (std::ranges::any_of(found.rows, failed_or_held)) return exit_status::failed;
  if (!found.complete) return exit_status::incomplete;
  const bool drift = std::ranges::any_of(found.rows, still_to_do);
  return drift ? exit_status::drift : exit_status::fine;
}

// Shows the text at once. False: it could not be written; the error has been shown.
bool show_now(std::string_view text) {
  show(text);
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return true;
  std::perror("ovh-licensed: writing to standard output");
  return false;
}

std::string corrections(std::size_t number) {
  return fmt::format("{} correction{}", grouped(number), number == 1 ? "" : "s");
}

// False: interrupted.
bool finish_old(apply_session& work) {
  const std::size_t all = work.unfinished();
  if (all == 0) return true;
  progress_line line("finishing what an earlier run began");
  const auto begin = [&] {
    line.say(
        fmt::format("Following up {} that an earlier run left unfinished …", corrections(all)));
  };
  if (!work.finish_old(begin, line.teller(), [&] { line.say(heard(2)); })) return false;
  if (const std::size_t left = work.unfinished(); left == 0)
    line.say(all == 1 ? "It has ended." : "All have ended.");
  else
    line.say(fmt::format("{} still under way.", corrections(left)));
  return true;
}

// Says how many corrections the selection leaves out.
std::string about_left_out(const apply_list& found, bool planned) {
  const std::size_t left = found.left_out;
  if (left == 0) return {};
  std::string text = fmt::format("Left out by --vm or --only: {}.", corrections(left));
  if (planned && !found.begin.empty())
    text += fmt::format(" A plan can be applied only once: {} a new one.",
                        left == 1 ? "it needs" : "they need");
  return text + '\n';
}

std::string about_plan(const approval& given) {
  return fmt::format("Plan: {}\nSHA-256: {}\n{}\n\n", given.file, given.sha256,
                     agent::age_of(given.plan, loop::real_clock().wall()));
}

// Shows what was found. False: stop here with the exit status in `how`.
bool show_found(const apply_list& found, const std::optional<approval>& given,
                const apply_options& chosen, exit_status& how) {
  for (const error& e : found.problems)
    complain(e);
  if (found.refused) {
    complain(*found.refused);
    how = found.complete ? exit_status::wrong : exit_status::incomplete;
    return false;
  }
  how = exit_status::wrong;
  const std::string table =
      publish::apply_table(found.rows, found.datacenters, os::detect_terminal(1),
                           {found.complete, chosen.selected.narrows()});
  if (!show_now((given ? about_plan(*given) : "") + table +
                about_left_out(found, given.has_value())))
    return false;
  how = exit_status_of(found);
  return !found.begin.empty();
}

// If the corrections cannot be shown beforehand, none is made. If the results cannot be shown, that
// is no success; any other status is kept.
exit_status apply(apply_session& work, const std::optional<approval>& given,
                  const apply_options& chosen) {
  if (!finish_old(work)) return exit_status::failed;
  apply_list found =
      work.survey(given ? std::optional(given->plan) : std::nullopt, chosen.selected);
  exit_status how{};
  if (!show_found(found, given, chosen, how)) return how;
  if (!chosen.yes && !agreed(work, found.begin.size())) {
    if (!show_now("Nothing was changed.\n")) return exit_status::wrong;
    return found.complete ? exit_status::drift : exit_status::incomplete;
  }
  show("\n");
  {
    progress_line line("correcting");
    const auto ended = [&](const publish::apply_row& c) {
      line.clear();
      show(publish::result_line(c, found.datacenters));
      std::fflush(stdout); // errors are reported in the end
    };
    work.make(found, line.teller(), ended, [&](int signals) { line.say(heard(signals)); });
  }
  const bool written = show_now(
      '\n' + publish::results_table(found.rows, found.datacenters, os::detect_terminal(1)));
  how = exit_status_of(found);
  return written || how != exit_status::fine ? how : exit_status::failed;
}

void close(apply_session& work) {
  if (work.close()) say("The ledger is free again; a running service resumes within seconds.\n");
}

} // namespace

exit_status execute(const path& config, const apply_options& chosen) {
  agent::read_outcome read = agent::read_setup(config, ovh::real_surroundings());
  complain(read);
  if (!read.value) return exit_status::wrong;
  if (!read.value->settings.corrections)
    return fail(wrong(config.string(), "corrections are off", "set corrections: on to apply any"));
  if (!chosen.yes && ::isatty(STDIN_FILENO) == 0)
    return fail(
        wrong("apply", "there is no terminal to ask on", "use --yes to apply without asking"));
  std::optional<approval> plan;
  if (chosen.plan) {
    auto taken = approved(*chosen.plan, *read.value, chosen.old);
    if (!taken) return fail(taken.error());
    plan = std::move(*taken);
  }
  const path directory = directory_of(read.value->settings.ledger);
  const auto setup = std::make_shared<const agent::setup>(std::move(*read.value));
  apply_session work(setup, plan ? std::optional(plan->plan.seal) : std::nullopt);
  const auto became = os::become_owner_of(directory);
  if (!became) return fail(became.error());
  if (*became) say(fmt::format("Continuing as {}, who owns {}.\n", **became, directory.string()));
  const auto opened = work.open([](std::chrono::seconds longest) {
    say(fmt::format("Asking the running service to pause (this takes {} s at most) …\n",
                    longest.count()));
  });
  if (!opened) return fail(opened.error());
  if (*opened) say("The service has paused.\n");
  if (plan)
    if (auto fresh = agent::not_applied_yet(plan->plan, work.history()); !fresh) {
      close(work);
      error e = fresh.error();
      e.where = chosen.plan->string() + ": " + e.where;
      return fail(e);
    }
  const exit_status how = apply(work, plan, chosen);
  close(work);
  return how;
}

} // namespace ovhl::commands
