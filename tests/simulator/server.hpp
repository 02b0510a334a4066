// Listens on loopback and serves HTTP/1.1, with or without TLS.
#pragma once

#include "simulator/world.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include <map>
#include <memory>
#include <vector>

namespace ovhl::sim {

// The open connections. It must outlive the io_context, which ends them when it is destroyed.
class connections {
 public:
  explicit connections(world& w) : world_(w) {}
  std::uint64_t opened(boost::asio::ip::tcp::socket&); // its number
  void closed(std::uint64_t number);
  void reset_all();

 private:
  world& world_;
  std::map<std::uint64_t, boost::asio::ip::tcp::socket*> open_;
};

class server {
 public:
  // `tls` is null for plain http. Listens when it returns; throws boost::system::system_error.
  server(boost::asio::io_context&, world&, connections&, boost::asio::ssl::context* tls,
         std::uint16_t port);

  std::uint16_t port() const { return port_; }
  void stop_listening();
  void listen(); // again, on the same port

 private:
  void start(boost::asio::ip::tcp::acceptor);

  boost::asio::io_context& io_;
  world& world_;
  connections& connections_;
  boost::asio::ssl::context* tls_;
  std::uint16_t port_;
  std::vector<std::shared_ptr<boost::asio::ip::tcp::acceptor>> acceptors_;
};

} // namespace ovhl::sim
