#include "ovh/http/connection.hpp"

#include "base/on_exit.hpp"
#include "json/json_reader.hpp"
#include "ovh/http/answer_parser.hpp"
#include "ovh/http/transport.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <openssl/crypto.h>

#include <array>
#include <cstring>
#include <utility>

namespace ovhl::ovh {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;

namespace {

constexpr int most_interim = 8; // interim answers (1xx), which have no body

void report_flaw(reply& out, json_reader& body) {
  switch (body.found()) {
  case json_reader::flaw::none: return;
  case json_reader::flaw::broken:
    out.fail(failure::answer,
             "unreadable answer: " + (out.html ? "an HTML page, not JSON" : body.complaint()),
             true);
    return;
  case json_reader::flaw::wrong:
    out.fail(failure::answer, "unexpected answer: " + body.complaint(), false);
    return;
  case json_reader::flaw::excessive:
    out.fail(failure::answer, "excessive answer: " + body.complaint(), false);
    return;
  }
}

} // namespace

struct connection::conversation {
  conversation(asio::any_io_executor executor, url where, tls_settings& tls)
      : transport(std::move(executor), std::move(where), tls) {}
  ~conversation() { // answers may have held tokens and keys
    if (buffer) OPENSSL_cleanse(buffer->data(), buffer->size());
  }
  conversation(const conversation&) = delete;
  conversation& operator=(const conversation&) = delete;

  void begin(std::chrono::nanoseconds within);
  template <class Stream>
  asio::awaitable<void> talk(Stream& stream, const std::string& message, json_reader& body,
                             reply& out);
  template <class Stream>
  asio::awaitable<void> receive(Stream& stream, json_reader& body, reply& out);
  // Reads one answer, perhaps an interim one, to its end. False: it broke, and `out` says how.
  // `have`: how many bytes at the start of `buffer` were read but not parsed, before and
  // afterwards.
  template <class Stream>
  asio::awaitable<bool> receive_one(Stream& stream, answer_parser&, std::size_t& have,
                                    json_reader& body, reply& out);
  void broke_off(answer_parser&, reply& out, const error_code& ec);

  ovh::transport transport;
  std::unique_ptr<std::array<char, 16 << 10>> buffer; // a whole TLS record
};

void connection::conversation::begin(std::chrono::nanoseconds within) {
  if (!buffer) buffer = std::make_unique<std::array<char, 16 << 10>>();
  transport.begin(within);
}

// The other side closed the connection, or it broke.
void connection::conversation::broke_off(answer_parser& parser, reply& out, const error_code& ec) {
  const bool begun = parser.got_some();
  transport.close();
  // Part of an error's body is enough.
  if (out.status >= 300 && parser.is_header_done()) return;
  transport.lost(out, ec, begun ? "in the middle of an answer" : "before an answer arrived");
  if (!begun) out.status = 0;
}

template <class Stream>
asio::awaitable<bool> connection::conversation::receive_one(Stream& stream, answer_parser& parser,
                                                            std::size_t& have, json_reader& body,
                                                            reply& out) {
  char* const data = buffer->data();
  for (bool more = have == 0; !parser.is_done(); more = true) {
    error_code ec;
    if (more)
      have += co_await stream.async_read_some(asio::buffer(data + have, buffer->size() - have),
                                              asio::redirect_error(asio::use_awaitable, ec));
    if (ec) {
      co_await throw_if_cancelled();
      error_code incomplete = http::error::partial_message;
      if (ec == asio::error::eof && parser.got_some()) parser.put_eof(incomplete);
      if (incomplete) {
        broke_off(parser, out, ec);
        co_return false;
      }
      transport.close();
      break;
    }
    const std::size_t used = parser.put(asio::buffer(data, have), ec);
    have -= used;
    if (ec == http::error::need_more) ec = {};
    if (ec) {
      transport.close();
      if (!parser.stopped_by_body())
        out.fail(failure::answer, "unreadable answer: not HTTP: " + ec.message(), true);
      else if (out.status < 300)
        report_flaw(out, body);
      co_return false;
    }
    if (have > 0) std::memmove(data, data + used, have);
  }
  co_return true;
}

template <class Stream>
asio::awaitable<void> connection::conversation::receive(Stream& stream, json_reader& body,
                                                        reply& out) {
  std::size_t have = 0;
  for (int interim = 0;; ++interim) {
    answer_parser parser(out, body);
    if (!co_await receive_one(stream, parser, have, body, out)) co_return;
    if (out.status / 100 != 1) {
      // Bytes behind an answer would be taken for the next answer.
      if (!parser.keep_alive() || have > 0 || !transport.silent()) transport.close();
      break;
    }
    if (out.status == 101 || interim == most_interim) {
      transport.close();
      const bool other = out.status == 101;
      out.fail(failure::answer,
               other ? "unexpected answer: another protocol"
                     : "excessive answer: only interim ones",
               false);
      co_return;
    }
    out = reply();
    out.sent = true;
  }
  if (out.status >= 200 && out.status < 300 && !body.finish()) report_flaw(out, body);
}

template <class Stream>
asio::awaitable<void> connection::conversation::talk(Stream& stream, const std::string& message,
                                                     json_reader& body, reply& out) {
  error_code ec;
  out.sent = true;
  co_await asio::async_write(stream, asio::buffer(message),
                             asio::redirect_error(asio::use_awaitable, ec));
  if (ec) {
    co_await throw_if_cancelled();
    transport.lost(out, ec, "before an answer arrived");
    transport.close();
    co_return;
  }
  co_await receive(stream, body, out);
}

connection::connection(asio::any_io_executor executor, url where, tls_settings& tls)
    : conversation_(std::make_unique<conversation>(std::move(executor), std::move(where), tls)) {}
connection::~connection() = default;

bool connection::open() const noexcept { return conversation_->transport.open(); }
void connection::close() noexcept { conversation_->transport.close(); }

asio::awaitable<void> connection::connect(std::chrono::nanoseconds limit, reply& out) {
  out = reply();
  conversation_->begin(limit);
  if (open()) co_return;
  on_exit closing([this] { close(); }); // after a cancellation its state is unknown
  co_await conversation_->transport.connect(out);
  if (!out.problem) closing.disarm();
}

asio::awaitable<void> connection::exchange(const std::string& message, json_reader& body,
                                           bool repeatable, std::chrono::nanoseconds limit,
                                           reply& out) {
  conversation_->begin(limit);
  bool reused = open();
  on_exit closing([this] { close(); }); // as in connect()

  for (;;) {
    out = reply();
    body.reset();
    if (!reused) co_await conversation_->transport.connect(out);
    if (!out.problem)
      co_await conversation_->transport.with_stream(
          [&](auto& stream) { return conversation_->talk(stream, message, body, out); });
    const bool was_idle = reused && repeatable && out.problem && out.status == 0 &&
                          out.problem->kind == failure::unreachable;
    if (!was_idle) break;
    reused = false; // the other side closed it while it was idle
  }
  closing.disarm();
}

} // namespace ovhl::ovh
