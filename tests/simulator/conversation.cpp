#include "simulator/conversation.hpp"

#include "base/text.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace ovhl::sim {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::awaitable;
using asio::ip::tcp;

namespace {

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

tcp::socket& socket_of(tcp::socket& stream) { return stream; }
tcp::socket& socket_of(tls_stream& stream) { return stream.next_layer(); }

// Ends our side of the connection.
awaitable<void> end_stream(tcp::socket& stream) {
  boost::system::error_code ignored;
  stream.shutdown(tcp::socket::shutdown_send, ignored);
  co_return;
}
awaitable<void> end_stream(tls_stream& stream) { co_await stream.async_shutdown(as_result); }

request taken(http::request<http::string_body>&& message, std::uint64_t connection) {
  request asked;
  asked.method = message.method_string();
  asked.target = message.target();
  asked.connection = connection;
  for (const auto& field : message)
    asked.headers.emplace_back(lowered(field.name_string()), field.value());
  asked.body = std::move(message.body());
  return asked;
}

void append_head(std::string& out, const reply& it, bool keep_alive) {
  fmt::format_to(std::back_inserter(out), "HTTP/1.1 {} {}\r\nContent-Type: {}\r\n", it.status,
                 reason_phrase(it.status), it.content_type);
  for (const auto& [name, value] : it.headers)
    fmt::format_to(std::back_inserter(out), "{}: {}\r\n", name, value);
  if (!keep_alive) out += "Connection: close\r\n";
}

std::string with_length(const reply& it, bool keep_alive, std::size_t length) {
  std::string out;
  out.reserve(it.body.size() + 512);
  append_head(out, it, keep_alive);
  fmt::format_to(std::back_inserter(out), "Content-Length: {}\r\n\r\n", length);
  return out;
}

awaitable<void> wait(std::chrono::milliseconds time) {
  asio::steady_timer timer(co_await asio::this_coro::executor, time);
  co_await timer.async_wait(as_result);
}

template <class Stream>
awaitable<bool> send(Stream& stream, const std::string& bytes) {
  const auto [error, count] = co_await asio::async_write(stream, asio::buffer(bytes), as_result);
  co_return !error;
}

template <class Stream>
awaitable<bool> send_whole(Stream& stream, const reply& it, bool keep_alive) {
  auto bytes = with_length(it, keep_alive, it.body.size());
  bytes += it.body;
  co_return co_await send(stream, bytes);
}

template <class Stream>
awaitable<bool> send_half(Stream& stream, const reply& it) {
  auto bytes = with_length(it, true, std::max<std::size_t>(it.body.size(), 2));
  bytes.append(it.body, 0, it.body.size() / 2);
  co_await send(stream, bytes);
  boost::system::error_code ignored;
  socket_of(stream).shutdown(tcp::socket::shutdown_both, ignored);
  co_return false;
}

template <class Stream>
awaitable<bool> drip(Stream& stream, const reply& it, const delivery& how) {
  const auto head = with_length(it, true, it.body.size());
  bool going = co_await send(stream, head);
  for (std::size_t at = 0; going && at < it.body.size(); at += how.bytes) {
    co_await wait(how.delay);
    const auto drop = it.body.substr(at, how.bytes);
    going = co_await send(stream, drop);
  }
  co_return going;
}

template <class Stream>
awaitable<bool> send_forever(Stream& stream, const reply& it) {
  std::string head;
  append_head(head, it, true);
  head += "Transfer-Encoding: chunked\r\n\r\n";
  const auto chunk = fmt::format("{:x}\r\n{}\r\n", it.body.size(), it.body);
  bool going = co_await send(stream, head);
  while (going)
    going = co_await send(stream, chunk);
  co_return false;
}

// Sends nothing until the client gives up.
template <class Stream>
awaitable<bool> stay_silent(Stream& stream) {
  std::array<char, 1024> ignored{};
  for (;;) {
    const auto [error, count] = co_await stream.async_read_some(asio::buffer(ignored), as_result);
    if (error) co_return false;
  }
}

// Returns whether the connection can carry another request.
template <class Stream>
awaitable<bool> deliver(Stream& stream, const answer& out, bool keep_alive) {
  using enum delivery::manner;
  if (out.delivery.delay.count() > 0 && out.delivery.how != dripped)
    co_await wait(out.delivery.delay);
  bool going = false;
  switch (out.delivery.how) {
  case whole: going = co_await send_whole(stream, out.reply, keep_alive); break;
  case reset: sim::reset(socket_of(stream)); break;
  case truncated: going = co_await send_half(stream, out.reply); break;
  case dripped: going = co_await drip(stream, out.reply, out.delivery); break;
  case endless: going = co_await send_forever(stream, out.reply); break;
  case never: going = co_await stay_silent(stream); break;
  }
  co_return going;
}

template <class Stream>
awaitable<void> converse(Stream& stream, world& w, std::uint64_t number) {
  constexpr std::uint64_t largest_body = 64ULL * 1024 * 1024; // a fleet for /control/fleet
  boost::beast::flat_buffer buffer;
  bool going = true;
  while (going) {
    http::request_parser<http::string_body> parser;
    parser.body_limit(largest_body);
    const auto [error, count] = co_await http::async_read(stream, buffer, parser, as_result);
    if (error) break;
    const bool keep_alive = parser.keep_alive();
    const auto asked = taken(parser.release(), number);
    const auto out = respond(w, asked);
    going = co_await deliver(stream, out, keep_alive);
    if (going && !keep_alive) {
      co_await end_stream(stream);
      going = false;
    }
  }
}

} // namespace

awaitable<void> converse_plain(tcp::socket& stream, world& w, std::uint64_t number) {
  return converse(stream, w, number);
}

awaitable<void> converse_tls(tls_stream& stream, world& w, std::uint64_t number) {
  return converse(stream, w, number);
}

void reset(tcp::socket& socket) {
  boost::system::error_code ignored;
  socket.set_option(asio::socket_base::linger(true, 0), ignored);
  socket.close(ignored);
}

} // namespace ovhl::sim
