// Fetches what requests are authorized by: OVHcloud's time for signatures, or an OAuth2 token.
#pragma once

#include "loop/single_flight.hpp"
#include "ovh/client/sender.hpp"

#include <boost/asio/awaitable.hpp>

namespace ovhl::ovh {

class authenticator {
 public:
  authenticator(client_parts& parts, sender& s) : parts_(parts), sender_(s) {}

  // Fetches what the credentials need if it is missing, once for all requests that need it.
  boost::asio::awaitable<sender::outcome> prepare(loop::steady_point deadline);
  boost::asio::awaitable<sender::outcome> fetch_time(loop::steady_point deadline);

 private:
  boost::asio::awaitable<sender::outcome> fetch_token(loop::steady_point deadline);

  client_parts& parts_;
  sender& sender_;
  loop::single_flight fetching_;
  sender::outcome fetched_; // by the last fetch that ended
};

} // namespace ovhl::ovh
