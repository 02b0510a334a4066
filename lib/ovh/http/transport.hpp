// Transports bytes to one host and back: by TLS over TCP, or by TCP alone if the URL is http. Every
// operation must end within the time that begin() sets.
#pragma once

#include "base/url.hpp"
#include "ovh/http/reply.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/tcp_stream.hpp>

#include <chrono>
#include <optional>
#include <string_view>

namespace ovhl::ovh {

class tls_settings; // tls.hpp

// Throws operation_aborted if this coroutine has been cancelled.
boost::asio::awaitable<void> throw_if_cancelled();

class transport {
 public:
  using error_code = boost::system::error_code;

  transport(boost::asio::any_io_executor, url, tls_settings&);

  bool open();
  // Whether the other side has neither closed the connection nor sent anything since the last
  // answer, as far as this machine knows: nothing is on the socket or in TLS.
  bool silent();
  void close() noexcept;

  void begin(std::chrono::nanoseconds within);      // a new operation; closes a useless connection
  boost::asio::awaitable<void> connect(reply& out); // only if it is closed

  // Calls `talk` with the open stream, to send a request.
  template <class Talk>
  auto with_stream(Talk talk) {
    unused_ = false;
    return secure_ ? talk(*secure_) : talk(*plain_);
  }

  // Stores in the reply what failed.
  void lost(reply& out, const error_code&, std::string_view when) const;

 private:
  boost::asio::awaitable<void> connect_tcp(reply& out);
  boost::asio::awaitable<void> shake_hands(reply& out);
  void timed_out(reply& out, std::string_view what) const;
  boost::beast::tcp_stream& tcp() { return plain_ ? *plain_ : secure_->next_layer(); }

  boost::asio::any_io_executor executor_;
  url where_;
  tls_settings& tls_;
  std::optional<boost::beast::tcp_stream> plain_;
  std::optional<boost::asio::ssl::stream<boost::beast::tcp_stream>> secure_;
  std::chrono::nanoseconds limit_{};
  std::chrono::steady_clock::time_point end_;
  bool unused_ = false; // no request was sent since it connected: what arrived is TLS's own
};

} // namespace ovhl::ovh
