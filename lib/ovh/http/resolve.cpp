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

// A look-up under way, and the pipes that wake those who wait for it.
struct flight {
  addresses found;
  std::vector<int> bells;
};

struct desk {
  std::mutex mutex; // of everything here and in the flights
  std::map<std::string, std::shared_ptr<flight>, std::less<>> under_way; // by host
};

// Never destroyed: a look-up may last longer than main().
desk& the_desk() {
  static desk* const one = new desk;
  return *one;
}

void fly(const std::shared_ptr<flight>& mine, const std::string& host, const look_up& by) {
  addresses found = by(host);
  desk& d = the_desk();
  const std::lock_guard lock(d.mutex);
  mine->found = std::move(found);
  d.under_way.erase(host);
  for (const int bell : std::exchange(mine->bells, {})) {
    const char ring = 1;
    (void)::send(bell, &ring, 1, MSG_NOSIGNAL);
    ::close(bell);
  }
}

// One who waits for a host. It owns `bell` and closes it.
class waiter {
 public:
  // Throws std::system_error if no thread can be started for a new look-up.
  waiter(const std::string& host, const look_up& by, int bell) : bell_(bell) {
    desk& d = the_desk();
    const std::lock_guard lock(d.mutex);
    std::shared_ptr<flight>& there = d.under_way[host];
    if (!there) {
      there = std::make_shared<flight>();
      try {
        std::thread([mine = there, host, by] { fly(mine, host, by); }).detach();
      } catch (...) {
        d.under_way.erase(host);
        ::close(bell);
        throw;
      }
    }
    flight_ = there;
    flight_->bells.push_back(bell);
  }
  ~waiter() {
    const std::lock_guard lock(the_desk().mutex);
    if (std::erase(flight_->bells, bell_) > 0) ::close(bell_);
  }
  waiter(const waiter&) = delete;
  waiter& operator=(const waiter&) = delete;

  addresses found() const {
    const std::lock_guard lock(the_desk().mutex);
    return flight_->found;
  }

 private:
  int bell_;
  std::shared_ptr<flight> flight_;
};

// Waits until the pipe is written to; false: `limit` has passed.
asio::awaitable<bool> rung(int end, std::chrono::nanoseconds limit) {
  using local = asio::local::stream_protocol;
  beast::basic_stream<local> ours(co_await asio::this_coro::executor);
  ours.socket().assign(local(), end);
  char ring = 0;
  boost::system::error_code ec;
  ours.expires_after(limit);
  co_await ours.async_read_some(asio::buffer(&ring, 1),
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

asio::awaitable<addresses> resolve_by(look_up by, std::string host, std::string port,
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
  if (co_await rung(ends[0], limit))
    out = place->found();
  else
    out.timed_out = true;
  for (tcp::endpoint& e : out.found)
    e.port(number);
  co_return out;
}

} // namespace ovhl::ovh
