// Sends one request of a client, once: waits for a connection and a turn within the budget, and
// learns from the answer. client.cpp decides whether it is tried again.
#pragma once

#include "ovh/client/client_parts.hpp"
#include "ovh/http/pool.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <optional>

namespace ovhl::ovh {

class sender {
 public:
  using outcome = std::optional<failed_try>; // nothing: it went well

  sender(boost::asio::any_io_executor, client_parts&);

  boost::asio::awaitable<outcome> get(const request&, json_reader& body,
                                      loop::steady_point deadline, answer& out, waiting&);

  // The two steps of a request. Between them, the caller writes it into the slot.
  boost::asio::awaitable<outcome> wait_to_send(loop::steady_point deadline, pool::lease& slot,
                                               waiting&);
  boost::asio::awaitable<void> exchange(pool::slot&, json_reader& body, bool repeatable,
                                        std::chrono::nanoseconds limit, reply& got);

 private:
  boost::asio::awaitable<outcome> wait_for_turn(loop::steady_point deadline, waiting&);

  client_parts& parts_;
  pool connections_;
};

} // namespace ovhl::ovh
