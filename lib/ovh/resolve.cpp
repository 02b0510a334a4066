#include "ovh/resolve.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/local/connect_pair.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/system/system_error.hpp>
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstring>
#include <memory>
#include <mutex>
#include <thread>

namespace ovhl::ovh {

namespace asio = boost::asio;
namespace beast = boost::beast;
using tcp = asio::ip::tcp;

namespace {

addresses look_up(const std::string& host, const std::string& port) {
  addresses out;
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG | AI_NUMERICSERV;
  addrinfo* list = nullptr;
  const int code = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &list);
  if (code != 0) {
    out.trouble = ::gai_strerror(code);
    return out;
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(list, &::freeaddrinfo);
  for (const addrinfo* a = list; a != nullptr; a = a->ai_next) {
    tcp::endpoint e;
    if (a->ai_addrlen > e.capacity()) continue;
    e.resize(a->ai_addrlen);
    std::memcpy(e.data(), a->ai_addr, a->ai_addrlen);
    out.found.push_back(e);
  }
  return out;
}

// What the thread leaves behind, owned by whoever of the two lives longer.
struct letter {
  std::mutex mutex;
  addresses content;
};

void look_up_aside(std::shared_ptr<letter> to, std::string host, std::string port, int bell) {
  std::thread([to = std::move(to), host = std::move(host), port = std::move(port), bell] {
    addresses found = look_up(host, port);
    {
      const std::lock_guard lock(to->mutex);
      to->content = std::move(found);
    }
    const char ring = 1;
    (void)::send(bell, &ring, 1, MSG_NOSIGNAL); // the waiter may be gone
    ::close(bell);
  }).detach();
}

} // namespace

asio::awaitable<addresses> resolve(std::string host, std::string port,
                                   std::chrono::nanoseconds limit) {
  addresses out;
  boost::system::error_code ec;
  if (const auto literal = asio::ip::make_address(host, ec); !ec) {
    unsigned short number = 0;
    std::from_chars(port.data(), port.data() + port.size(), number);
    out.found.emplace_back(literal, number);
    co_return out;
  }
  using local = asio::local::stream_protocol;
  const auto executor = co_await asio::this_coro::executor;
  beast::basic_stream<local> ours(executor);
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    out.trouble = std::strerror(errno);
    co_return out;
  }
  ours.socket().assign(local(), ends[0]);
  const auto reply = std::make_shared<letter>();
  try {
    look_up_aside(reply, std::move(host), std::move(port), ends[1]);
  } catch (const std::system_error& e) { // no thread to be had
    ::close(ends[1]);
    out.trouble = e.what();
    co_return out;
  }
  char ring = 0;
  ours.expires_after(limit);
  co_await ours.async_read_some(asio::buffer(&ring, 1),
                                asio::redirect_error(asio::use_awaitable, ec));
  const auto cancelled = (co_await asio::this_coro::cancellation_state).cancelled();
  if (cancelled != asio::cancellation_type::none)
    throw boost::system::system_error(asio::error::operation_aborted);
  if (ec == beast::error::timeout) {
    out.timed_out = true;
    co_return out;
  }
  const std::lock_guard lock(reply->mutex);
  co_return std::move(reply->content);
}

} // namespace ovhl::ovh
