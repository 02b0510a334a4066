// `apply` without the dialogue: one survey, what may be corrected, and the corrections.
#pragma once

#include "agent/accounts.hpp"
#include "agent/approved_plan.hpp"
#include "agent/corrector.hpp"
#include "agent/record_keeper.hpp"
#include "agent/selection.hpp"
#include "loop/wait_queue.hpp"
#include "publish/plan_file.hpp"
#include "service_pause.hpp"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace ovhl {

// What is due, each with its state: first as admitted, in the end as it ended.
struct apply_list {
  std::optional<error> refused; // why nothing can be applied
  std::vector<error> problems;  // what could not be read
  bool complete = false;
  std::vector<publish::datacenter_row> datacenters;
  std::vector<publish::apply_row> rows; // first those that may begin:
  std::vector<licensing::correction> begin;
  std::size_t left_out = 0; // by the selection
};

class apply_session {
 public:
  // `plan`: the seal of the approved plan.
  apply_session(std::shared_ptr<const agent::setup>, std::optional<std::string> plan);

  // Takes the ledger; the error says who has it or what is wrong with it. A running daemon is asked
  // for it and pauses until close(); returns whether one did.
  result<bool> open(const service_pause::asked&);
  const ledger::history& history() const noexcept { return ledger_.access().history(); }
  // The progress of an action, for a progress line.
  using progress = std::function<void(std::size_t done, std::size_t of)>;
  // Corrections that an earlier run left unfinished: before finish_old() those recorded; afterwards
  // those still under way, which stay so while others are made.
  std::size_t unfinished() const;
  // Finishes as many of them as it can within a minute. SIGINT, SIGTERM or SIGHUP leaves them to
  // the next run: on_signal is called, and it returns false. `ready` is called once signals are
  // handled.
  bool finish_old(const std::function<void()>& ready, const progress&,
                  const std::function<void()>& on_signal);
  // Surveys, records what was seen and determines what may be corrected: everything due, or only
  // what an approved plan holds; of that, what was selected.
  apply_list survey(std::optional<publish::approved_plan>, const agent::selection&);

  // Makes the corrections until all have ended or a person interrupts: after the first SIGINT (or
  // SIGTERM or SIGHUP) no more start, the second leaves those under way to the next run.
  // `on_signal` is told how many came. Afterwards the rows have the results.
  using ended = std::function<void(const publish::apply_row&)>;
  void make(apply_list&, const progress&, const ended&, const std::function<void(int)>& on_signal);
  // Continues what is under way while a person decides. `ready` is called once signals are handled.
  // False: one came.
  bool wait(const std::function<void()>& ready, const std::function<bool()>& over);
  // Leaves what is under way to the next run. True: the daemon resumes.
  bool close();

 private:
  boost::asio::awaitable<void> admit(const agent::surveyed&, agent::still_due, apply_list& to);
  std::vector<error> problems() const;
  boost::asio::awaitable<void> chosen_over();
  std::size_t chosen_left() const noexcept;

  std::shared_ptr<const agent::setup> setup_;
  loop::real_clock clock_;
  boost::asio::io_context loop_{1};
  agent::accounts accounts_;
  service_pause pause_; // ends after the ledger is closed
  agent::record_keeper ledger_;
  agent::corrector corrector_;
  std::set<licensing::vm_key> old_; // left unfinished by an earlier run, and under way
  loop::wait_queue ended_;          // one has
};

} // namespace ovhl
