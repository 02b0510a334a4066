// Resolves a host's name to its addresses and never hangs in the name service.
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

// Looks a name up on a detached thread, because getaddrinfo(3) cannot be interrupted, and Asio's
// resolver would delay the end of the program until it returns. All callers that wait for a host
// share one look-up, so one that hangs costs one thread, however often it is tried again. Throws
// operation_aborted when it is cancelled.
boost::asio::awaitable<addresses> resolve(std::string host, std::string port,
                                          std::chrono::nanoseconds limit);

// The same with another name service, for tests; it is called on that thread.
using name_service = std::function<addresses(const std::string& host)>;
boost::asio::awaitable<addresses> resolve_by(name_service, std::string host, std::string port,
                                             std::chrono::nanoseconds limit);

} // namespace ovhl::ovh
