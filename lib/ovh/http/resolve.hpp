// From a host's name to its addresses, without ever being stuck in the name service.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace ovhl::ovh {

struct addresses {
  std::vector<boost::asio::ip::tcp::endpoint> found;
  std::string problem; // why there are none
  bool timed_out = false;
};

// A name is looked up on a thread that nobody waits for: getaddrinfo(3) cannot be interrupted, and
// Asio's resolver would keep the program from ending until it is through. There is one look-up of a
// host at a time, for all who ask meanwhile: one that hangs costs one thread, however often it is
// tried again. Throws operation_aborted when it is cancelled.
boost::asio::awaitable<addresses> resolve(std::string host, std::string port,
                                          std::chrono::nanoseconds limit);

// The same by another name service, for tests; it is called on that thread.
using look_up = std::function<addresses(const std::string& host)>;
boost::asio::awaitable<addresses> resolve_by(look_up, std::string host, std::string port,
                                             std::chrono::nanoseconds limit);

} // namespace ovhl::ovh
