// What a connection is inside, for the files it is written in: connection.cpp talks,
// connection_open.cpp connects.
#pragma once

#include "ovh/connection.hpp"
#include "ovh/tls.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <openssl/crypto.h>

#include <array>
#include <string_view>
#include <utility>

namespace ovhl::ovh {

namespace asio = boost::asio;
namespace beast = boost::beast;
using boost::system::error_code;
using real = std::chrono::steady_clock;

class answer_parser; // answer_parser.hpp

asio::awaitable<void> throw_if_cancelled();
void fail(reply& out, failure kind, std::string message, bool again);

struct connection::line {
  line(asio::any_io_executor e, url u, tls_settings& t)
      : executor(std::move(e)), where(std::move(u)), tls(t) {}
  ~line() { // answers may have held tokens and keys
    if (buffer) OPENSSL_cleanse(buffer->data(), buffer->size());
  }
  line(const line&) = delete;
  line& operator=(const line&) = delete;

  asio::any_io_executor executor;
  url where;
  tls_settings& tls;
  std::optional<beast::tcp_stream> plain;
  std::optional<asio::ssl::stream<beast::tcp_stream>> secure;
  std::unique_ptr<std::array<char, 16 << 10>> buffer; // a whole TLS record

  std::chrono::nanoseconds limit{};
  real::time_point end;
  bool unused = false; // connected, and nothing was asked yet: what TLS has said since is no answer

  beast::tcp_stream& tcp() { return plain ? *plain : secure->next_layer(); }
  bool open() { return (plain || secure) && tcp().socket().is_open(); }
  bool silent();
  void begin(std::chrono::nanoseconds within); // something new; one that is no use is closed
  void close() noexcept {
    plain.reset();
    secure.reset();
  }

  asio::awaitable<void> connect(reply& out);
  asio::awaitable<void> connect_tcp(reply& out);
  asio::awaitable<void> shake_hands(reply& out);
  template <class Stream>
  asio::awaitable<void> talk(Stream& stream, const std::string& message, json_reader& body,
                             reply& out);
  template <class Stream>
  asio::awaitable<void> receive(Stream& stream, json_reader& body, reply& out);
  // One answer to its end, an interim one too; false: it broke, which `out` says. So many bytes
  // that were read with what came before it are at the beginning of `buffer`; in the end, what came
  // after.
  template <class Stream>
  asio::awaitable<bool> receive_one(Stream& stream, answer_parser&, std::size_t& have,
                                    json_reader& body, reply& out);
  void broke_off(answer_parser&, reply& out, const error_code& ec);

  void lost(reply& out, const error_code& ec, std::string_view when) const;
  void timed_out(reply& out, std::string_view what) const;
  static void judge_body(reply& out, json_reader& body);
};

} // namespace ovhl::ovh
