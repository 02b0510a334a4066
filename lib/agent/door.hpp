// The narrow interface that touches OVHcloud for a correction: look, find, send, follow. Everything
// above it runs in tests as it does in production.
#pragma once

#include "errand/course.hpp"
#include "licensing/correction.hpp"
#include "loop/clock.hpp"

#include <boost/asio/awaitable.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace ovhl::agent {

// The maximum age of a look when the request leaves, and when it is shared: the request still has
// to wait for its turn.
inline constexpr std::chrono::seconds oldest_look(30);
inline constexpr std::chrono::seconds oldest_to_share(20);
inline constexpr std::chrono::seconds oldest_vm(15); // the VM is read for one correction alone

// When each look before a correction's request began. What they saw might have changed if the
// request left later than oldest_look after the first of them.
struct looked_at {
  loop::steady_point tasks{}, list{}, vm{};
  std::string policy; // the digest of the policy at the last reading of the VM; empty: none yet

  // The VM is read last, so its look must be younger.
  loop::steady_point old_at() const noexcept {
    return std::min({tasks + oldest_look, list + oldest_look, vm + oldest_vm});
  }
};

class door {
 public:
  using event = errand::event;
  template <class T>
  using awaitable = boost::asio::awaitable<T>;

  virtual ~door() = default;
  door(const door&) = delete;
  door& operator=(const door&) = delete;

  // A task under way on the VM. `sent`: a request of ours may have been received, so only what is
  // read from now on counts.
  virtual awaitable<event> find(const licensing::correction&, looked_at&, bool sent) = 0;
  virtual awaitable<event> look(const licensing::correction&, looked_at&, bool before) = 0;
  // Sends the request once. Calls `last_word` right before its first byte; an error stops it.
  virtual awaitable<event> send(const licensing::correction&, const looked_at&,
                                std::function<std::optional<error>()> last_word) = 0;
  virtual awaitable<event> follow(const licensing::correction&, std::int64_t task) = 0;
  // The number of our requests whose task is not known changes by `more`.
  virtual void unknown(const licensing::place&, int more) = 0;

 protected:
  door() = default;
};

} // namespace ovhl::agent
