// One connection: requests in, answers out, as rightly or wrongly as their delivery says.
#pragma once

#include "simulator/world.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>

namespace ovhl::sim {

using tls_stream = boost::asio::ssl::stream<boost::asio::ip::tcp::socket>;

// Until the client leaves or an answer ends the connection; the stream outlives the call.
boost::asio::awaitable<void> converse_plain(boost::asio::ip::tcp::socket&, world&,
                                            std::uint64_t number);
boost::asio::awaitable<void> converse_tls(tls_stream&, world&, std::uint64_t number);

// Closes it so that the other side sees a reset.
void reset(boost::asio::ip::tcp::socket&);

} // namespace ovhl::sim
