// `apply` without the dialogue: one look, what may be corrected, and the corrections.
#pragma once

#include "agent/accounts.hpp"
#include "agent/approved_plan.hpp"
#include "agent/corrector.hpp"
#include "agent/record_keeper.hpp"
#include "agent/selection.hpp"
#include "loop/wait_queue.hpp"
#include "service_pause.hpp"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace ovhl {

class apply_session {
 public:
  // `plan`: the seal of the approved plan.
  apply_session(std::shared_ptr<const agent::setup>, std::optional<std::string> plan);

  // Takes the ledger; the error says who has it or what is wrong with it. A running daemon is asked
  // for it and pauses until close(); returns whether one did.
  result<bool> open(const service_pause::asked&);
  const ledger::history& history() const noexcept { return ledger_.history(); }
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
  // Looks, records what was seen and determines what may be corrected: everything due, or only what
  // an approved plan holds; of that, what was selected. The error says why nothing can be.
  result<void> survey(std::optional<publish::approved_plan>, const agent::selection&);
  std::size_t left_out() const noexcept { return left_out_; } // by the selection

  // After the look: what is due, each with its state; first those that would start.
  const std::vector<publish::apply_row>& lines() const noexcept { return lines_; }
  const std::vector<publish::datacenter_row>& datacenters() const noexcept { return datacenters_; }
  std::size_t to_begin() const noexcept { return chosen_.size(); }
  std::vector<error> problems() const;
  bool complete() const noexcept { return complete_; }

  // Makes the corrections until all have ended or a person interrupts: after the first SIGINT (or
  // SIGTERM or SIGHUP) no more start, the second leaves those under way to the next run.
  // `on_signal` gets the number of the signal. Afterwards lines() have the results.
  using ended = std::function<void(const publish::apply_row&)>;
  void make(const progress&, const ended&, const std::function<void(int)>& on_signal);
  // Continues what is under way while a person decides. `ready` is called once signals are handled.
  // False: one came.
  bool wait(const std::function<void()>& ready, const std::function<bool()>& over);
  // Leaves what is under way to the next run. True: the daemon resumes.
  bool close();

 private:
  void run(boost::asio::awaitable<void>);
  result<agent::still_due> choose(const agent::surveyed&,
                                  const std::optional<publish::approved_plan>&,
                                  const agent::selection&);
  boost::asio::awaitable<void> admit(const agent::surveyed&, agent::still_due);
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
  std::vector<licensing::correction> chosen_;
  loop::wait_queue news_; // one has ended
  std::vector<publish::apply_row> lines_;
  std::vector<publish::datacenter_row> datacenters_;
  std::vector<error> problems_;
  bool complete_ = false;
  std::size_t left_out_ = 0;
};

} // namespace ovhl
