#include "simulator/server.hpp"

#include "simulator/conversation.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <optional>

namespace ovhl::sim {

namespace asio = boost::asio;
using asio::awaitable;
using asio::ip::tcp;

namespace {

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

struct registration {
  registration(connections& all, tcp::socket& socket) : all_(all), number(all.opened(socket)) {}
  ~registration() { all_.closed(number); }
  registration(const registration&) = delete;
  registration& operator=(const registration&) = delete;

 private:
  connections& all_;

 public:
  const std::uint64_t number;
};

awaitable<void> serve_plain(tcp::socket socket, world& w, connections& all) {
  const registration entry(all, socket);
  co_await converse_plain(socket, w, entry.number);
}

awaitable<void> serve_tls(tcp::socket socket, world& w, connections& all, asio::ssl::context& tls) {
  tls_stream stream(std::move(socket), tls);
  const registration entry(all, stream.next_layer());
  const auto [error] = co_await stream.async_handshake(asio::ssl::stream_base::server, as_result);
  if (!error) co_await converse_tls(stream, w, entry.number);
}

// An acceptor for a loopback address; `error` says why there is none.
tcp::acceptor bound(asio::io_context& io, const asio::ip::address& address, std::uint16_t port,
                    boost::system::error_code& error) {
  const tcp::endpoint where(address, port);
  tcp::acceptor acceptor(io);
  acceptor.open(where.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(where, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  return acceptor;
}

} // namespace

std::uint64_t connections::opened(tcp::socket& socket) {
  const auto number = ++world_.connections.opened;
  open_.emplace(number, &socket);
  world_.connections.open = open_.size();
  return number;
}

void connections::closed(std::uint64_t number) {
  open_.erase(number);
  world_.connections.open = open_.size();
}

void connections::reset_all() {
  for (const auto& [number, socket] : open_)
    reset(*socket);
}

server::server(asio::io_context& io, world& w, connections& all, asio::ssl::context* tls,
               std::uint16_t port)
    : io_(io), world_(w), connections_(all), tls_(tls), port_(port) {
  listen();
}

void server::listen() {
  for (int tries = 10; acceptors_.empty(); --tries) {
    boost::system::error_code error;
    auto four = bound(io_, asio::ip::address_v4::loopback(), port_, error);
    if (error) throw boost::system::system_error(error, "listening on 127.0.0.1");
    const auto port = four.local_endpoint().port();
    auto six = bound(io_, asio::ip::address_v6::loopback(), port, error);
    // A port that is free in IPv4 may be taken in IPv6: try another. A machine may have no IPv6.
    if (error == asio::error::address_in_use && port_ == 0 && tries > 0) continue;
    port_ = port;
    start(std::move(four));
    if (!error) start(std::move(six));
  }
}

void server::start(tcp::acceptor ready) {
  auto acceptor = std::make_shared<tcp::acceptor>(std::move(ready));
  acceptors_.push_back(acceptor);
  const auto accept = [](std::shared_ptr<tcp::acceptor> from, asio::io_context& io, world& w,
                         connections& all, asio::ssl::context* tls) -> awaitable<void> {
    while (from->is_open()) {
      auto [error, socket] = co_await from->async_accept(as_result);
      if (error) continue;
      boost::system::error_code ignored;
      socket.set_option(tcp::no_delay(true), ignored);
      if (tls)
        asio::co_spawn(io, serve_tls(std::move(socket), w, all, *tls), asio::detached);
      else
        asio::co_spawn(io, serve_plain(std::move(socket), w, all), asio::detached);
    }
  };
  asio::co_spawn(io_, accept(std::move(acceptor), io_, world_, connections_, tls_), asio::detached);
}

void server::stop_listening() {
  for (const auto& acceptor : acceptors_)
    acceptor->close();
  acceptors_.clear();
  connections_.reset_all();
}

} // namespace ovhl::sim
