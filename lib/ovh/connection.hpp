// One kept-alive HTTP/1.1 connection to one host, over TLS or (to loopback only) plain.
#pragma once

#include "base/error.hpp"
#include "ovh/endpoint.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace ovhl {
class json_reader;
}

namespace ovhl::ovh {

// What was answered, or why nothing was.
struct reply {
  int status = 0; // 0: nothing, see trouble
  std::string query_id;
  std::optional<std::int64_t> pagination_elements;
  std::string
      date; // when it was answered, by the other side's clock; empty: not said, or a cache answered
  std::string retry_after;
  std::string location;
  std::string error_body; // of an answer that is not 2xx, its beginning
  bool html = false;

  std::optional<error> trouble; // there is no answer, or its body cannot be used
  bool again = false;           // and another try may fare better
  bool sent = false;            // some of the request may have left
};

class tls_settings; // tls.hpp

class connection {
 public:
  connection(boost::asio::any_io_executor, url, tls_settings&);
  ~connection();
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;

  // Sends `message`, a whole request, connecting before if need be; a 2xx answer's body goes to
  // `body`, which is reset; interim answers (1xx) are passed over. One that was open is opened anew
  // where the other side has closed it or said something nobody asked; and once where it closes it
  // instead of answering, if the request is `repeatable`. All within `limit` of real time. Throws
  // operation_aborted when it is cancelled; the connection is closed then, and `out.sent` is right.
  boost::asio::awaitable<void> exchange(const std::string& message, json_reader& body,
                                        bool repeatable, std::chrono::nanoseconds limit,
                                        reply& out);
  // Connects, if it is not open: what is asked next leaves at once. `out.trouble`: why it could
  // not.
  boost::asio::awaitable<void> connect(std::chrono::nanoseconds limit, reply& out);
  bool open() const noexcept;
  void close() noexcept;

 private:
  struct line;
  std::unique_ptr<line> line_;
};

} // namespace ovhl::ovh
