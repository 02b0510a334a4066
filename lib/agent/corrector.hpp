// The actuator that makes corrections: admits what the guards allow and carries out each
// correction, several VMs at once. licensing (admit, course) decides what to do; this class does
// it.
#pragma once

#include "agent/accounts.hpp"
#include "agent/actuator.hpp"
#include "agent/admitting.hpp"
#include "agent/looks.hpp"
#include "agent/record_keeper.hpp"
#include "loop/clock.hpp"
#include "loop/waiting_line.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <deque>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace ovhl::agent {

class corrector final : public actuator {
 public:
  struct parts {
    boost::asio::any_io_executor executor;
    loop::clock& clock;
    const accounts& lines;
    record_keeper& ledger;
    licensing::requester by;
  };
  explicit corrector(parts);

  boost::asio::awaitable<licensing::standings> correct(proposal) override;
  void listen(news) override;
  void adopt(const setup&) override;
  void resume(const setup&) override;
  licensing::standings glance(const std::vector<licensing::due_correction>& due) override;
  std::vector<error> troubles() const override { return admitting_.troubles(); }
  void stop() override;
  boost::asio::awaitable<void> over() override;
  void begin_no_more() override;
  void go_on() override;

  // correct() in two steps, so that a person can review in between: first what may start, …
  boost::asio::awaitable<licensing::admission> weigh(const proposal&);
  // … then start it.
  void begin(const std::vector<licensing::correction>&, const setup&);
  // Corrections under way, and corrections that wait for their turn.
  std::size_t unfinished() const noexcept { return under_way_.size(); }

 private:
  struct job;
  struct worker {
    boost::asio::cancellation_signal stop;
    std::shared_ptr<job> at; // null: none
    bool sending = false;    // a request that changes something: it gets its answer
  };
  using event = licensing::event;
  template <class T>
  using awaitable = boost::asio::awaitable<T>;

  void enlist(std::shared_ptr<job>);
  awaitable<void> work(worker&);
  awaitable<void> see_through(job&, worker&);
  void finish(const job&, const licensing::ask::finish&);
  void tell(const job&);
  void keep_in_mind(job&, bool over);
  awaitable<void> enter_door(job&);
  void leave_door(job&);

  awaitable<event> carry_out(job&, worker&, licensing::ask::tasks);
  awaitable<event> carry_out(job&, worker&, licensing::ask::vm);
  awaitable<event> carry_out(job&, worker&, licensing::ask::record);
  awaitable<event> carry_out(job&, worker&, licensing::ask::post);
  awaitable<event> carry_out(job&, worker&, licensing::ask::task);
  awaitable<event> carry_out(job&, worker&, licensing::ask::pause);

  void notice_others(const job&, const licensing::note&);
  // Why the correction must not be sent (any more); null if it may.
  std::optional<licensing::standing> objection(const job&) const;
  void let_go(const job&, licensing::standing);

  parts parts_;
  news news_;
  const setup* in_force_ = nullptr; // as adopted; it outlives this
  std::string policy_;              // its digest

  admitting admitting_;
  looks looks_;

  std::deque<std::shared_ptr<job>> waiting_;
  std::map<licensing::vm_key, licensing::standing> under_way_;
  std::list<worker> workers_;
  std::size_t at_door_ = 0; // those between their looks and their request
  loop::waiting_line door_;
  loop::waiting_line over_;
  bool stopping_ = false;
};

} // namespace ovhl::agent
