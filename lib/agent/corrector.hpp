// The actuator that makes corrections: admits what the guards allow, begins the errands, and goes
// on with those that are unfinished. It puts the parts together; each does its work by itself.
#pragma once

#include "agent/accounts.hpp"
#include "agent/actuator.hpp"
#include "agent/admission_questions.hpp"
#include "agent/admitter.hpp"
#include "agent/correction_job.hpp"
#include "agent/corrections_under_way.hpp"
#include "agent/errand_runner.hpp"
#include "agent/objections.hpp"
#include "agent/ovh_door.hpp"
#include "agent/record_keeper.hpp"
#include "loop/clock.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <cstdint>
#include <memory>
#include <vector>

namespace ovhl::agent {

class corrector final : public actuator {
 public:
  struct parts {
    boost::asio::any_io_executor executor;
    loop::clock& clock;
    const agent::accounts& accounts;
    record_keeper& ledger;
    licensing::requester by;
  };
  explicit corrector(parts);

  boost::asio::awaitable<licensing::due_corrections>
      correct(std::shared_ptr<const surveyed>) override;
  void listen(correction_events) override;
  void adopt(std::shared_ptr<const setup>) override;
  void resume() override;
  licensing::due_corrections glance(const std::shared_ptr<const surveyed>& found) override {
    return under_way_.of(due_of(found));
  }
  std::vector<error> problems() const override { return admitter_.problems(); }
  void stop() override;
  boost::asio::awaitable<void> over() override { return runner_.over(); }
  void begin_no_more() override { runner_.begin_no_more(); }
  void go_on() override;

  // correct() in two steps, so that a person can review in between: first what may start, …
  boost::asio::awaitable<admitted> admit(std::shared_ptr<const surveyed>);
  // … then start it.
  void begin(const std::vector<licensing::correction>&);
  // Corrections under way, and corrections that wait for their turn.
  std::size_t unfinished() const noexcept { return under_way_.states().size(); }

 private:
  void add(correction_job::goal, errand::course, std::int64_t intent);
  correction_hands hands();

  parts parts_;
  correction_events events_;
  corrections_under_way under_way_;
  admission_questions questions_;
  admitter admitter_;
  objections objections_;
  ovh_door door_;
  correction_hands hands_;
  errand_runner runner_;
};

} // namespace ovhl::agent
