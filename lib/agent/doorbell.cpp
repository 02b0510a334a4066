#include "agent/doorbell.hpp"

#include "ledger/sqlite/claim.hpp"
#include "ledger/sqlite/own_file.hpp"

#include <boost/asio/use_awaitable.hpp>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <utility>

namespace ovhl::agent {

namespace asio = boost::asio;

doorbell::doorbell(const asio::any_io_executor& executor, std::filesystem::path ledger)
    : file_(ledger::claim_file(std::move(ledger))), events_(executor) {
  boost::system::error_code failed;
  const int fd = ::inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
  if (fd >= 0) events_.assign(fd, failed);
}

void doorbell::hang() {
  hangs_ = false;
  if (!events_.is_open()) return;
  std::array<char, 4096> heard{};
  while (::read(events_.native_handle(), heard.data(), heard.size()) > 0) {
  }
  struct stat found{};
  if (::lstat(file_.c_str(), &found) != 0) {
    [[maybe_unused]] const auto made = ledger::open_own_file(file_);
  }
  // Events of reading are left out: whoever reads the file must not ring.
  constexpr std::uint32_t happens =
      IN_MODIFY | IN_CLOSE_WRITE | IN_ATTRIB | IN_MOVE_SELF | IN_DELETE_SELF | IN_DONT_FOLLOW;
  hangs_ = ::inotify_add_watch(events_.native_handle(), file_.c_str(), happens) >= 0;
}

asio::awaitable<void> doorbell::rings() {
  if (hangs_)
    co_await events_.async_wait(asio::posix::stream_descriptor::wait_read, asio::use_awaitable);
  else
    co_await a_second();
}

asio::awaitable<void> doorbell::a_second() { co_await nobody_wakes_.wait(std::chrono::seconds(1)); }

} // namespace ovhl::agent
