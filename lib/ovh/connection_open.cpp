#include "base/duration.hpp"
#include "ovh/connection_line.hpp"
#include "ovh/resolve.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/error.hpp>
#include <fmt/format.h>

namespace ovhl::ovh {

namespace {

// As the other side's going away shows itself, depending on the moment.
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

void fail(reply& out, failure kind, std::string message, bool again) {
  error e;
  e.kind = kind;
  e.message = std::move(message);
  out.trouble = std::move(e);
  out.again = again;
}

void connection::line::timed_out(reply& out, std::string_view what) const {
  const auto rounded = std::chrono::ceil<std::chrono::milliseconds>(limit);
  fail(out, failure::timeout, fmt::format("{} within {}", what, rough_duration(rounded)), true);
}

void connection::line::lost(reply& out, const error_code& ec, std::string_view when) const {
  if (ec == beast::error::timeout)
    timed_out(out, "no answer");
  else if (gone(ec))
    fail(out, failure::unreachable, fmt::format("the connection was closed {}", when), true);
  else
    fail(out, failure::unreachable, fmt::format("the connection broke {}: {}", when, ec.message()),
         true);
}

asio::awaitable<void> connection::line::connect_tcp(reply& out) {
  const addresses known = co_await resolve(where.host, where.port, end - real::now());
  if (known.timed_out) {
    timed_out(out, fmt::format("the address of {} was not found", where.host));
    co_return;
  }
  error_code ec = asio::error::host_not_found;
  std::string trouble = known.trouble;
  for (std::size_t i = 0; i < known.found.size(); ++i) {
    // An address that swallows packets must leave time for the next.
    const auto share = (end - real::now()) / static_cast<int>(known.found.size() - i);
    close();
    if (where.tls)
      secure.emplace(executor, tls.context());
    else
      plain.emplace(executor);
    tcp().expires_after(share);
    co_await tcp().async_connect(known.found[i], asio::redirect_error(asio::use_awaitable, ec));
    co_await throw_if_cancelled();
    if (!ec) break;
  }
  if (!ec) {
    error_code ignored;
    tcp().socket().set_option(asio::ip::tcp::no_delay(true), ignored);
    tcp().expires_at(end);
  } else if (known.found.empty()) {
    fail(out, failure::unreachable,
         fmt::format("the address of {} was not found: {}", where.host, trouble), true);
  } else if (ec == beast::error::timeout) {
    timed_out(out, fmt::format("no connection to {}:{}", where.host, where.port));
  } else {
    fail(out, failure::unreachable,
         fmt::format("no connection to {}:{}: {}", where.host, where.port, ec.message()), true);
  }
}

asio::awaitable<void> connection::line::shake_hands(reply& out) {
  expect_host(secure->native_handle(), where.host);
  error_code ec;
  co_await secure->async_handshake(asio::ssl::stream_base::client,
                                   asio::redirect_error(asio::use_awaitable, ec));
  co_await throw_if_cancelled();
  if (!ec) co_return;
  const std::string certificate = certificate_problem(secure->native_handle());
  if (ec == beast::error::timeout) {
    timed_out(out, fmt::format("no TLS session with {}:{}", where.host, where.port));
  } else if (!certificate.empty()) {
    fail(out, failure::unreachable,
         fmt::format("the certificate of {} is not trusted: {}", where.host, certificate), false);
    out.trouble->advice =
        "if it is the right one, set the account's ca_file to its issuer's certificate";
  } else if (gone(ec)) {
    lost(out, ec, "during the TLS handshake");
  } else {
    fail(out, failure::unreachable,
         fmt::format("no TLS session with {}:{}: {}", where.host, where.port, ec.message()), false);
  }
}

asio::awaitable<void> connection::line::connect(reply& out) {
  co_await connect_tcp(out);
  if (!out.trouble && secure) co_await shake_hands(out);
  if (out.trouble) close();
  unused = true;
}

} // namespace ovhl::ovh
