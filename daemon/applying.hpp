// `apply`, without the conversation: one look, what may be made of it, and the making.
#pragma once

#include "agent/accounts.hpp"
#include "agent/approved.hpp"
#include "agent/book.hpp"
#include "agent/corrector.hpp"
#include "agent/selection.hpp"
#include "loop/waiting_line.hpp"
#include "service_pause.hpp"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace ovhl {

class applying {
 public:
  // `plan`: the seal of the one that was approved.
  applying(agent::setup, std::optional<std::string> plan);

  // Takes the ledger; the error says who has it, or what is wrong with it. A running daemon is
  // asked for it and pauses, which is the answer, until close().
  result<bool> open(const service_pause::asked&);
  const ledger::history& history() const noexcept { return ledger_.history(); }
  // How far an action has come, for a progress line.
  using progress = std::function<void(std::size_t done, std::size_t of)>;
  // Corrections that an earlier run left unfinished: before finish_old() those on record,
  // afterwards those still under way, which stay so while others are made.
  std::size_t unfinished() const;
  // Finishes what it can of them within a minute. A SIGINT or SIGTERM leaves them to the next run:
  // on_signal is told, and the answer is no. `ready`: from now on signals are heeded.
  bool finish_old(const std::function<void()>& ready, const progress&,
                  const std::function<void()>& on_signal);
  // Looks, records what was seen and sees what may be made: everything that is due, or only what
  // an approved plan holds; of that, what was selected. The error says why nothing can be.
  result<void> look(std::optional<publish::approved_plan>, const agent::selection&);
  std::size_t left_out() const noexcept { return left_out_; } // by the selection

  // After the look: what is due, each as admitted; first those that would begin.
  const std::vector<publish::apply_line>& lines() const noexcept { return lines_; }
  const std::vector<publish::datacenter_line>& datacenters() const noexcept { return datacenters_; }
  std::size_t to_begin() const noexcept { return chosen_.size(); }
  std::vector<error> problems() const;
  bool complete() const noexcept { return complete_; }

  // Makes them, until all have ended or a person has had enough: the first SIGINT (or SIGTERM)
  // begins no more, the second leaves what is under way to the next start; `on_signal` is told
  // which it is. Afterwards lines() say how each ended.
  using ended = std::function<void(const publish::apply_line&)>;
  void make(const progress&, const ended&, const std::function<void(int)>& on_signal);
  // Goes on with what is under way while a person thinks.
  void wait(const std::function<bool()>& over);
  // What is under way is left to the next run. True: the daemon goes on.
  bool close();

  const agent::setup& setup() const noexcept { return setup_; }

 private:
  void run(boost::asio::awaitable<void>);
  boost::asio::awaitable<void> admit(std::vector<licensing::correction>,
                                     std::vector<publish::apply_line> dropped,
                                     const licensing::inventory&, const licensing::decisions&);
  boost::asio::awaitable<void> chosen_over();
  std::size_t chosen_left() const noexcept;

  agent::setup setup_;
  loop::real_clock clock_;
  boost::asio::io_context loop_{1};
  agent::accounts accounts_;
  service_pause pause_; // ends after the ledger is closed
  agent::book ledger_;
  agent::corrector corrector_;
  std::set<licensing::vm_key> old_; // left unfinished by an earlier run, and under way
  std::vector<licensing::correction> chosen_;
  loop::waiting_line news_; // one has ended
  std::vector<publish::apply_line> lines_;
  std::vector<publish::datacenter_line> datacenters_;
  std::vector<error> problems_;
  bool complete_ = false;
  std::size_t left_out_ = 0;
};

} // namespace ovhl
