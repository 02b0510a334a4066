// Serves one connection: reads requests and delivers answers, correctly or with a fault.
#pragma once

#include "simulator/world.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>

namespace ovhl::sim {

using tls_stream = boost::asio::ssl::stream<boost::asio::ip::tcp::socket>;

// Returns when the client leaves or an answer ends the connection. The stream must outlive it.
boost::asio::awaitable<void> converse_plain(boost::asio::ip::tcp::socket&, world&,
                                            std::uint64_t number);
boost::asio::awaitable<void> converse_tls(tls_stream&, world&, std::uint64_t number);

// Closes the socket so that the other side sees a reset.
void reset(boost::asio::ip::tcp::socket&);

} // namespace ovhl::sim
