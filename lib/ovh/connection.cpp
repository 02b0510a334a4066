#include "ovh/connection.hpp"

#include "base/duration.hpp"
#include "ovh/answer_parser.hpp"
#include "ovh/json_reader.hpp"
#include "ovh/resolve.hpp"
#include "ovh/tls.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <fmt/format.h>
#include <openssl/crypto.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace ovhl::ovh {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;
using real = std::chrono::steady_clock;

namespace {

// As the other side's going away shows itself, depending on the moment.
bool gone(const error_code& ec) {
  return ec == asio::error::eof || ec == asio::error::connection_reset ||
         ec == asio::error::broken_pipe || ec == asio::error::connection_aborted ||
         ec == asio::ssl::error::stream_truncated;
}

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

} // namespace

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

  beast::tcp_stream& tcp() { return plain ? *plain : secure->next_layer(); }
  bool open() { return (plain || secure) && tcp().socket().is_open(); }
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

  void lost(reply& out, const error_code& ec, std::string_view when) const;
  void timed_out(reply& out, std::string_view what) const;
  static void judge_body(reply& out, json_reader& body);
};

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
    timed_out(out, fmt::format("no TLS with {}:{}", where.host, where.port));
  } else if (!certificate.empty()) {
    fail(out, failure::unreachable,
         fmt::format("the certificate of {} is not trusted: {}", where.host, certificate), false);
    out.trouble->advice = "if it is the right one, give its issuer's as the account's ca_file";
  } else if (gone(ec)) {
    lost(out, ec, "during the TLS handshake");
  } else {
    fail(out, failure::unreachable,
         fmt::format("no TLS with {}:{}: {}", where.host, where.port, ec.message()), false);
  }
}

asio::awaitable<void> connection::line::connect(reply& out) {
  co_await connect_tcp(out);
  if (!out.trouble && secure) co_await shake_hands(out);
  if (out.trouble) close();
}

void connection::line::judge_body(reply& out, json_reader& body) {
  switch (body.found()) {
  case json_reader::flaw::none: return;
  case json_reader::flaw::broken:
    fail(out, failure::answer,
         "unreadable answer: " + (out.html ? "an HTML page, not JSON" : body.complaint()), true);
    return;
  case json_reader::flaw::wrong:
    fail(out, failure::answer, "unexpected answer: " + body.complaint(), false);
    return;
  case json_reader::flaw::excessive:
    fail(out, failure::answer, "excessive answer: " + body.complaint(), false);
    return;
  }
}

template <class Stream>
asio::awaitable<void> connection::line::receive(Stream& stream, json_reader& body, reply& out) {
  answer_parser parser(out, body);
  char* const data = buffer->data();
  std::size_t have = 0;
  while (!parser.is_done()) {
    error_code ec;
    const std::size_t n =
        co_await stream.async_read_some(asio::buffer(data + have, buffer->size() - have),
                                        asio::redirect_error(asio::use_awaitable, ec));
    if (ec) {
      co_await throw_if_cancelled();
      const bool begun = parser.got_some();
      error_code incomplete = http::error::partial_message;
      if (ec == asio::error::eof && begun) parser.put_eof(incomplete);
      close();
      if (!incomplete) break;
      // What an error has said before it broke off is better than nothing.
      if (out.status >= 300 && parser.is_header_done()) co_return;
      lost(out, ec, begun ? "in the middle of an answer" : "before an answer came");
      if (!begun) out.status = 0;
      co_return;
    }
    have += n;
    const std::size_t used = parser.put(asio::buffer(data, have), ec);
    have -= used;
    if (ec == http::error::need_more) ec = {};
    if (ec) {
      close();
      if (!parser.stopped_by_body())
        fail(out, failure::answer, "unreadable answer: not HTTP: " + ec.message(), true);
      else if (out.status < 300)
        judge_body(out, body);
      co_return;
    }
    if (have > 0) std::memmove(data, data + used, have);
  }
  if (!parser.keep_alive() || have > 0) close();
  if (out.status >= 200 && out.status < 300 && !body.finish()) judge_body(out, body);
}

template <class Stream>
asio::awaitable<void> connection::line::talk(Stream& stream, const std::string& message,
                                             json_reader& body, reply& out) {
  error_code ec;
  out.sent = true;
  co_await asio::async_write(stream, asio::buffer(message),
                             asio::redirect_error(asio::use_awaitable, ec));
  if (ec) {
    co_await throw_if_cancelled();
    lost(out, ec, "before an answer came");
    close();
    co_return;
  }
  co_await receive(stream, body, out);
}

connection::connection(asio::any_io_executor executor, url where, tls_settings& tls)
    : line_(std::make_unique<line>(std::move(executor), std::move(where), tls)) {}
connection::~connection() = default;

bool connection::open() const noexcept { return line_->open(); }
void connection::close() noexcept { line_->close(); }

bool connection::silent() noexcept {
  if (!open()) return false;
  char next = 0;
  const auto got = ::recv(line_->tcp().socket().native_handle(), &next, 1, MSG_PEEK | MSG_DONTWAIT);
  return got < 0 && errno == EAGAIN;
}

asio::awaitable<void> connection::exchange(const std::string& message, json_reader& body,
                                           bool repeatable, std::chrono::nanoseconds limit,
                                           reply& out) {
  line& l = *line_;
  if (!l.buffer) l.buffer = std::make_unique<std::array<char, 16 << 10>>();
  l.limit = limit;
  l.end = real::now() + limit;
  bool reused = open();
  // Closed unless the exchange comes to its end: a cancelled one leaves the line in an unknown
  // state.
  struct closing {
    line* l;
    ~closing() {
      if (l != nullptr) l->close();
    }
  } guard{&l};

  for (;;) {
    out = reply();
    body.reset();
    if (reused)
      l.tcp().expires_at(l.end);
    else
      co_await l.connect(out);
    if (!out.trouble) {
      if (l.plain)
        co_await l.talk(*l.plain, message, body, out);
      else
        co_await l.talk(*l.secure, message, body, out);
    }
    const bool was_idle = reused && repeatable && out.trouble && out.status == 0 &&
                          out.trouble->kind == failure::unreachable;
    if (!was_idle) break;
    reused = false; // it was closed while nobody looked
  }
  guard.l = nullptr;
}

} // namespace ovhl::ovh
