// One kept-alive HTTP/1.1 connection to one host, over TLS or (to loopback only) plain.
#pragma once

#include "base/url.hpp"
#include "ovh/http/reply.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <memory>
#include <string>

namespace ovhl {
class json_reader;
}

namespace ovhl::ovh {

class tls_settings; // tls.hpp

class connection {
 public:
  connection(boost::asio::any_io_executor, url, tls_settings&);
  ~connection();
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;

  // Sends `message`, a whole request, and connects first if needed. The body of a 2xx answer goes
  // to `body`, which is reset; interim answers (1xx) are skipped. An open connection is replaced if
  // the other side has closed it or sent unrequested bytes. A `repeatable` request is sent again,
  // once, if the other side closes the connection without an answer. Takes at most `limit` of real
  // time. Throws operation_aborted when it is cancelled; then the connection is closed, and
  // `out.sent` is valid.
  boost::asio::awaitable<void> exchange(const std::string& message, json_reader& body,
                                        bool repeatable, std::chrono::nanoseconds limit,
                                        reply& out);
  // Connects if it is not open, so that the next request leaves at once. `out.problem` says why it
  // failed.
  boost::asio::awaitable<void> connect(std::chrono::nanoseconds limit, reply& out);
  bool open() const noexcept;
  void close() noexcept;

 private:
  struct conversation;
  std::unique_ptr<conversation> conversation_;
};

} // namespace ovhl::ovh
