#include "ledger/sqlite/lock.hpp"

#include "base/ledger_files.hpp"
#include "base/text.hpp"
#include "base/wrong.hpp"
#include "ledger/sqlite/held_file.hpp"
#include "ledger/sqlite/own_file.hpp"
#include "ledger/sqlite/problem.hpp"

#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <string_view>
#include <thread>
#include <utility>

namespace ovhl::ledger {

namespace {

// Whoever has locked the file signs it right afterwards. Until then it names nobody, or the holder
// before.
constexpr std::chrono::milliseconds time_to_sign(100);
constexpr int attempts = 10;

// A failure is ignored: the lock is held without the signature, too.
void sign(int fd, const holder& by) {
  std::string text = signature(by) + '\n';
  if (by.yields) text += fmt::format("{}\n", name(when_asked::yields));
  if (::ftruncate(fd, 0) == 0) [[maybe_unused]]
    const auto written = ::pwrite(fd, text.data(), text.size(), 0);
}

} // namespace

std::string_view name(when_asked what) noexcept {
  return what == when_asked::yields ? "yields when asked" : "";
}

std::string signature(const holder& by) {
  return fmt::format("{} (process {}, since {})", by.command, by.pid, timestamp(by.since));
}

std::string line_of(int fd, std::size_t which) {
  std::array<char, 1024> content{};
  const ssize_t length = ::pread(fd, content.data(), content.size(), 0);
  if (length <= 0) return {};
  std::string_view rest(content.data(), static_cast<std::size_t>(length));
  for (; which > 0; --which) {
    const auto end = rest.find('\n');
    if (end == std::string_view::npos) return {};
    rest.remove_prefix(end + 1);
  }
  return printable(rest.substr(0, rest.find('\n')));
}

open_failure taken(const std::filesystem::path& ledger, const std::string& by) {
  return {wrong(ledger.string(),
                fmt::format("the ledger is in use by {}", by.empty() ? "another process" : by),
                by.starts_with("ovh-licensed run ")
                    ? "stop the service first: systemctl stop ovh-licensed"
                    : "try again once it has ended"),
          true};
}

boost::system::result<lock, open_failure> lock::take(const std::filesystem::path& ledger,
                                                     const holder& by) {
  const std::filesystem::path file = beside(ledger, ".lock");
  auto opened = open_own_file(file);
  if (!opened) return open_failure{opened.error(), false};
  const int fd = opened->fd;
  lock mine(std::move(*opened));
  for (int attempt = 1;; ++attempt) {
    if (::flock(fd, LOCK_EX | LOCK_NB) == 0) {
      sign(fd, by);
      return mine;
    }
    if (const int code = errno; code != EWOULDBLOCK)
      return open_failure{cannot_open(file, code), false};
    open_failure other = taken(ledger, line_of(fd, 0));
    other.yields = named<when_asked>(line_of(fd, 1)) == when_asked::yields;
    if (other.yields || attempt == attempts) return other;
    std::this_thread::sleep_for(time_to_sign / attempts);
  }
}

bool lock::is_at(const std::filesystem::path& file) const noexcept {
  return ledger::is_at(file_.fd, file);
}

} // namespace ovhl::ledger
