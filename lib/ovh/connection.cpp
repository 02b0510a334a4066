#include "ovh/connection.hpp"

#include "ovh/answer_parser.hpp"
#include "ovh/connection_line.hpp"
#include "json/json_reader.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <openssl/bio.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

namespace ovhl::ovh {

namespace http = beast::http;

namespace {

constexpr int most_interim = 8; // answers before the answer; each is as short as a head

} // namespace

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

// The other side's end came, or the line broke.
void connection::line::broke_off(answer_parser& parser, reply& out, const error_code& ec) {
  const bool begun = parser.got_some();
  close();
  // What an error has said before it broke off is better than nothing.
  if (out.status >= 300 && parser.is_header_done()) return;
  lost(out, ec, begun ? "in the middle of an answer" : "before an answer arrived");
  if (!begun) out.status = 0;
}

template <class Stream>
asio::awaitable<bool> connection::line::receive_one(Stream& stream, answer_parser& parser,
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
      close();
      break;
    }
    const std::size_t used = parser.put(asio::buffer(data, have), ec);
    have -= used;
    if (ec == http::error::need_more) ec = {};
    if (ec) {
      close();
      if (!parser.stopped_by_body())
        fail(out, failure::answer, "unreadable answer: not HTTP: " + ec.message(), true);
      else if (out.status < 300)
        judge_body(out, body);
      co_return false;
    }
    if (have > 0) std::memmove(data, data + used, have);
  }
  co_return true;
}

template <class Stream>
asio::awaitable<void> connection::line::receive(Stream& stream, json_reader& body, reply& out) {
  std::size_t have = 0;
  for (int interim = 0;; ++interim) {
    answer_parser parser(out, body);
    if (!co_await receive_one(stream, parser, have, body, out)) co_return;
    if (out.status / 100 != 1) {
      // What comes after an answer would be taken for the next one.
      if (!parser.keep_alive() || have > 0 || !silent()) close();
      break;
    }
    if (out.status == 101 || interim == most_interim) {
      close();
      const bool other = out.status == 101;
      fail(out, failure::answer,
           other ? "unexpected answer: another protocol" : "excessive answer: only interim ones",
           false);
      co_return;
    }
    out = reply();
    out.sent = true;
  }
  if (out.status >= 200 && out.status < 300 && !body.finish()) judge_body(out, body);
}

template <class Stream>
asio::awaitable<void> connection::line::talk(Stream& stream, const std::string& message,
                                             json_reader& body, reply& out) {
  error_code ec;
  unused = false;
  out.sent = true;
  co_await asio::async_write(stream, asio::buffer(message),
                             asio::redirect_error(asio::use_awaitable, ec));
  if (ec) {
    co_await throw_if_cancelled();
    lost(out, ec, "before an answer arrived");
    close();
    co_return;
  }
  co_await receive(stream, body, out);
}

connection::connection(asio::any_io_executor executor, url where, tls_settings& tls)
    : line_(std::make_unique<line>(std::move(executor), std::move(where), tls)) {}
connection::~connection() = default;

// The other side has neither closed it nor said anything since the last answer, as far as is known
// here: on the socket, in what was read of it, in what was decrypted.
bool connection::line::silent() {
  if (!open()) return false;
  if (secure) {
    SSL* const ssl = secure->native_handle();
    if (SSL_pending(ssl) > 0 || BIO_ctrl_pending(SSL_get_rbio(ssl)) > 0) return false;
  }
  char next = 0;
  const auto got = ::recv(tcp().socket().native_handle(), &next, 1, MSG_PEEK | MSG_DONTWAIT);
  return got < 0 && errno == EAGAIN;
}

void connection::line::begin(std::chrono::nanoseconds within) {
  if (!buffer) buffer = std::make_unique<std::array<char, 16 << 10>>();
  limit = within;
  end = real::now() + within;
  if (!(open() && unused) && !silent()) close();
  if (open()) tcp().expires_at(end);
}

bool connection::open() const noexcept { return line_->open(); }
void connection::close() noexcept { line_->close(); }

namespace {

// Closes the line unless what is done on it comes to its end: what is cancelled leaves it in an
// unknown state.
template <class Line>
struct closing {
  Line* l;
  ~closing() {
    if (l != nullptr) l->close();
  }
};

} // namespace

asio::awaitable<void> connection::connect(std::chrono::nanoseconds limit, reply& out) {
  line& l = *line_;
  out = reply();
  l.begin(limit);
  if (open()) co_return;
  closing<line> guard{&l};
  co_await l.connect(out);
  if (!out.trouble) guard.l = nullptr;
}

asio::awaitable<void> connection::exchange(const std::string& message, json_reader& body,
                                           bool repeatable, std::chrono::nanoseconds limit,
                                           reply& out) {
  line& l = *line_;
  l.begin(limit);
  bool reused = open();
  closing<line> guard{&l};

  for (;;) {
    out = reply();
    body.reset();
    if (!reused) co_await l.connect(out);
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
