#include "ovh/http/resolve.hpp"

#include "base/file_error.hpp"

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
#include <cerrno>
#include <charconv>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace ovhl::ovh {

namespace asio = boost::asio;
namespace beast = boost::beast;
using tcp = asio::ip::tcp;

namespace {

addresses ask_system(const std::string& host) {
  addresses out;
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG;
  addrinfo* list = nullptr;
  const int code = ::getaddrinfo(host.c_str(), nullptr, &hints, &list);
  if (code != 0) {
    out.problem = ::gai_strerror(code);
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

// A look-up under way, and the sockets that wake the callers who wait for it.
struct look_up {
  addresses found;
  std::vector<int> wakers;
};

struct look_ups {
  std::mutex mutex; // of everything here and in each look_up
  std::map<std::string, std::shared_ptr<look_up>, std::less<>> under_way; // by host
};

// Never destroyed, because a look-up may last longer than main().
look_ups& all_look_ups() {
  static look_ups* const all = new look_ups;
  return *all;
}

void look_up_and_wake(const std::shared_ptr<look_up>& mine, const std::string& host,
                      const name_service& by) {
  addresses found = by(host);
  look_ups& all = all_look_ups();
  const std::lock_guard lock(all.mutex);
  mine->found = std::move(found);
  all.under_way.erase(host);
  for (const int waker : std::exchange(mine->wakers, {})) {
    const char byte = 1;
    (void)::send(waker, &byte, 1, MSG_NOSIGNAL);
    ::close(waker);
  }
}

// Takes part in the look-up of a host, and starts it if none is under way. Owns `waker`.
class waiter {
 public:
  // Throws std::system_error if no thread can be started.
  waiter(const std::string& host, const name_service& by, int waker) : waker_(waker) {
    look_ups& all = all_look_ups();
    const std::lock_guard lock(all.mutex);
    std::shared_ptr<look_up>& there = all.under_way[host];
    if (!there) {
      there = std::make_shared<look_up>();
      try {
        std::thread([mine = there, host, by] { look_up_and_wake(mine, host, by); }).detach();
      } catch (...) {
        all.under_way.erase(host);
        ::close(waker);
        throw;
      }
    }
    joined_ = there;
    joined_->wakers.push_back(waker);
  }
  ~waiter() {
    const std::lock_guard lock(all_look_ups().mutex);
    if (std::erase(joined_->wakers, waker_) > 0) ::close(waker_);
  }
  waiter(const waiter&) = delete;
  waiter& operator=(const waiter&) = delete;

  addresses found() const {
    const std::lock_guard lock(all_look_ups().mutex);
    return joined_->found;
  }

 private:
  int waker_;
  std::shared_ptr<look_up> joined_;
};

// Waits for a byte on the socket; false: `limit` has passed.
asio::awaitable<bool> woken(int socket, std::chrono::nanoseconds limit) {
  using local = asio::local::stream_protocol;
  beast::basic_stream<local> ours(co_await asio::this_coro::executor);
  ours.socket().assign(local(), socket);
  char byte = 0;
  boost::system::error_code ec;
  ours.expires_after(limit);
  co_await ours.async_read_some(asio::buffer(&byte, 1),
                                asio::redirect_error(asio::use_awaitable, ec));
  const auto cancelled = (co_await asio::this_coro::cancellation_state).cancelled();
  if (cancelled != asio::cancellation_type::none)
    throw boost::system::system_error(asio::error::operation_aborted);
  co_return ec != beast::error::timeout;
}

} // namespace

asio::awaitable<addresses> resolve(std::string host, std::string port,
                                   std::chrono::nanoseconds limit) {
  return resolve_by(ask_system, std::move(host), std::move(port), limit);
}

asio::awaitable<addresses> resolve_by(name_service by, std::string host, std::string port,
                                      std::chrono::nanoseconds limit) {
  addresses out;
  unsigned short number = 0;
  std::from_chars(port.data(), port.data() + port.size(), number);
  boost::system::error_code ec;
  if (const auto literal = asio::ip::make_address(host, ec); !ec) {
    out.found.emplace_back(literal, number);
    co_return out;
  }
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    out.problem = errno_text(errno);
    co_return out;
  }
  std::optional<waiter> place;
  try {
    place.emplace(host, by, ends[1]);
  } catch (const std::system_error& e) {
    ::close(ends[0]);
    out.problem = e.what();
    co_return out;
  }
  if (co_await woken(ends[0], limit))
    out = place->found();
  else
    out.timed_out = true;
  for (tcp::endpoint& e : out.found)
    e.port(number);
  co_return out;
}

} // namespace ovhl::ovh
