// The only way to change something at OVHcloud is an actuator. "Report only" is an actuator of its
// own, not an `if` in another.
#pragma once

#include "agent/setup.hpp"
#include "agent/surveyed.hpp"
#include "licensing/correction.hpp"
#include "licensing/correction_goal.hpp"
#include "licensing/due_corrections.hpp"

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <memory>
#include <vector>

namespace ovhl::agent {

// Reported by an actuator between two polls, as it happens.
struct correction_events {
  std::function<void(const licensing::vm_key&, const licensing::correction_state&)> changed;
  std::function<void(const licensing::correction&, const licensing::ending&)> ended;
  std::function<void(error)> broke;   // a bug ended one; it goes on after a restart
  std::function<void()> written = {}; // what waited for the ledger is on record
};

class actuator {
 public:
  virtual ~actuator() = default;

  // Starts the corrections that may start and returns all with their states. Those that started
  // continue during later polls; the events report on them. What was decided by another set-up than
  // the one in force starts none.
  virtual boost::asio::awaitable<licensing::due_corrections>
      correct(std::shared_ptr<const surveyed>) = 0;

  virtual void listen(correction_events) {}
  // This set-up is in force now: what has not been sent yet is sent under it, or dropped. Call it
  // before anything is corrected.
  virtual void adopt(std::shared_ptr<const setup>) {}
  // Continues unfinished corrections: after a restart, and when the ledger can be read again.
  virtual void resume() {}
  // What is due with its states; starts nothing.
  virtual licensing::due_corrections glance(const std::shared_ptr<const surveyed>& found) {
    return licensing::due_corrections(due_of(found));
  }
  // Problems that block a whole service, reported once and not for every VM.
  virtual std::vector<error> problems() const { return {}; }
  // Starts nothing new and abandons what waits; the answer to a request already sent is still
  // recorded. over() returns once nothing runs.
  virtual void stop() {}
  virtual boost::asio::awaitable<void> over() { co_return; }
  // Starts none of the corrections that wait for their turn; each is reported as held.
  virtual void begin_no_more() {}
  // After stop() and over(): corrections may start again. Another process had the ledger meanwhile.
  virtual void go_on() {}

 protected:
  actuator() = default;
  actuator(const actuator&) = default;
  actuator& operator=(const actuator&) = default;
};

// Changes nothing: every correction due has the state "reported".
class reporting_actuator final : public actuator {
 public:
  boost::asio::awaitable<licensing::due_corrections>
  correct(std::shared_ptr<const surveyed> found) override {
    co_return glance(found);
  }
};

} // namespace ovhl::agent
