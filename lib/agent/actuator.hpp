// The narrow door: whatever changes something at OVHcloud goes through an actuator. Reporting only
// is one of them, not an `if` in another.
#pragma once

#include "agent/setup.hpp"
#include "licensing/correction.hpp"
#include "licensing/course.hpp"
#include "licensing/standings.hpp"

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <vector>

namespace ovhl::agent {

// What a look found to be due, under which set-up.
struct proposal {
  std::vector<licensing::due_correction> due; // licensing::due()
  const licensing::inventory& seen;
  const licensing::decisions& decided;
  const setup& by;
};

// Told by an actuator between two polls, as it happens.
struct news {
  std::function<void(const licensing::vm_key&, const licensing::standing&)> changed;
  std::function<void(const licensing::correction&, const licensing::ending&)> ended;
  std::function<void(error)> broke;   // a bug ended one; it goes on after a restart
  std::function<void()> written = {}; // what waited for the ledger is on record
};

class actuator {
 public:
  virtual ~actuator() = default;

  // Begins what may begin, and says how each stands, in their order. Those that began are told
  // about by news; they go on while others look.
  virtual boost::asio::awaitable<licensing::standings> correct(proposal) = 0;

  virtual void listen(news) {}
  // Another set-up is in force: what has not been sent yet is sent under it, or not at all.
  virtual void adopt(const setup&) {}
  // Goes on with what is not finished: after a restart, and when the ledger can be read again.
  virtual void resume(const setup&) {}
  // How each stands; nothing begins.
  virtual licensing::standings glance(const std::vector<licensing::due_correction>& due) {
    return licensing::standings(due.size());
  }
  // What keeps a whole service from being corrected, said once and not for every VM.
  virtual std::vector<error> troubles() const { return {}; }
  // Begins nothing any more and leaves what waits; a request that has been sent still gets its
  // answer recorded. over() returns when nothing runs any more.
  virtual void stop() {}
  virtual boost::asio::awaitable<void> over() { co_return; }
  // Begins none of those that wait for their turn; each is told to stand as held.
  virtual void begin_no_more() {}
  // After stop() and over(): it may begin again. Meanwhile others had the ledger.
  virtual void go_on() {}

 protected:
  actuator() = default;
  actuator(const actuator&) = default;
  actuator& operator=(const actuator&) = default;
};

// Changes nothing: every correction that is due stands as reported.
class reporting_actuator final : public actuator {
 public:
  boost::asio::awaitable<licensing::standings> correct(proposal p) override {
    co_return glance(p.due);
  }
};

} // namespace ovhl::agent
