#include "ovh/http/transport.hpp"

#include "base/duration.hpp"
#include "ovh/http/resolve.hpp"
#include "ovh/http/tls.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/error.hpp>
#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <cerrno>
#include <utility>

namespace ovhl::ovh {

namespace asio = boost::asio;
namespace beast = boost::beast;
using boost::system::error_code;
using real = std::chrono::steady_clock;

namespace {

// Whether the other side closed the connection. The error depends on the moment.
bool gone(const error_code& ec) {
  return ec == asio::error::eof || ec == asio::error::connection_reset ||
         ec == asio::error::broken_pipe || ec == asio::error::connection_aborted ||
         ec == asio::ssl::error::stream_truncated;
}

} // namespace

asio::awaitable<void> throw_if_cancelled() {
  const auto state = co_await asio::this_coro::cancellation_state;
  if (state.cancelled() != asio::cancellation_type::none)
    throw boost::system::system_error(asio::error::operation_aborted);
}

transport::transport(asio::any_io_executor executor, url where, tls_settings& tls)
    : executor_(std::move(executor)), where_(std::move(where)), tls_(tls) {}

bool transport::open() { return (plain_ || secure_) && tcp().socket().is_open(); }

void transport::close() noexcept {
  plain_.reset();
  secure_.reset();
}

bool transport::silent() {
  if (!open()) return false;
  if (secure_) {
    SSL* const ssl = secure_->native_handle();
    if (SSL_pending(ssl) > 0 || BIO_ctrl_pending(SSL_get_rbio(ssl)) > 0) return false;
  }
  char next = 0;
  const auto got = ::recv(tcp().socket().native_handle(), &next, 1, MSG_PEEK | MSG_DONTWAIT);
  return got < 0 && errno == EAGAIN;
}

void transport::begin(std::chrono::nanoseconds within) {
  limit_ = within;
  end_ = real::now() + within;
  if (!(open() && unused_) && !silent()) close();
  if (open()) tcp().expires_at(end_);
}

void transport::timed_out(reply& out, std::string_view what) const {
  const auto rounded = std::chrono::ceil<std::chrono::milliseconds>(limit_);
  out.fail(failure::timeout, fmt::format("{} within {}", what, rough_duration(rounded)), true);
}

void transport::lost(reply& out, const error_code& ec, std::string_view when) const {
  if (ec == beast::error::timeout)
    timed_out(out, "no answer");
  else if (gone(ec))
    out.fail(failure::unreachable, fmt::format("the connection was closed {}", when), true);
  else
    out.fail(failure::unreachable, fmt::format("the connection broke {}: {}", when, ec.message()),
             true);
}

asio::awaitable<void> transport::connect_tcp(reply& out) {
  const addresses known = co_await resolve(where_.host, where_.port, end_ - real::now());
  if (known.timed_out) {
    timed_out(out, fmt::format("the address of {} was not found", where_.host));
    co_return;
  }
  error_code ec = asio::error::host_not_found;
  std::string problem = known.problem;
  for (std::size_t i = 0; i < known.found.size(); ++i) {
    // An address that never answers must leave time for the next one.
    const auto share = (end_ - real::now()) / static_cast<int>(known.found.size() - i);
    close();
    if (where_.tls)
      secure_.emplace(executor_, tls_.context());
    else
      plain_.emplace(executor_);
    tcp().expires_after(share);
    co_await tcp().async_connect(known.found[i], asio::redirect_error(asio::use_awaitable, ec));
    co_await throw_if_cancelled();
    if (!ec) break;
  }
  if (!ec) {
    error_code ignored;
    tcp().socket().set_option(asio::ip::tcp::no_delay(true), ignored);
    tcp().expires_at(end_);
  } else if (known.found.empty()) {
    out.fail(failure::unreachable,
             fmt::format("the address of {} was not found: {}", where_.host, problem), true);
  } else if (ec == beast::error::timeout) {
    timed_out(out, fmt::format("no connection to {}:{}", where_.host, where_.port));
  } else {
    out.fail(failure::unreachable,
             fmt::format("no connection to {}:{}: {}", where_.host, where_.port, ec.message()),
             true);
  }
}

asio::awaitable<void> transport::shake_hands(reply& out) {
  expect_host(secure_->native_handle(), where_.host);
  error_code ec;
  co_await secure_->async_handshake(asio::ssl::stream_base::client,
                                    asio::redirect_error(asio::use_awaitable, ec));
  co_await throw_if_cancelled();
  if (!ec) co_return;
  const std::string certificate = certificate_problem(secure_->native_handle());
  if (ec == beast::error::timeout) {
    timed_out(out, fmt::format("no TLS session with {}:{}", where_.host, where_.port));
  } else if (!certificate.empty()) {
    out.fail(failure::unreachable,
             fmt::format("the certificate of {} is not trusted: {}", where_.host, certificate),
             false);
    out.problem->advice =
        "if it is the right one, set the account's ca_file to its issuer's certificate";
  } else if (gone(ec)) {
    lost(out, ec, "during the TLS handshake");
  } else {
    out.fail(failure::unreachable,
             fmt::format("no TLS session with {}:{}: {}", where_.host, where_.port, ec.message()),
             false);
  }
}

asio::awaitable<void> transport::connect(reply& out) {
  co_await connect_tcp(out);
  if (!out.problem && secure_) co_await shake_hands(out);
  if (out.problem) close();
  unused_ = true;
}

} // namespace ovhl::ovh
