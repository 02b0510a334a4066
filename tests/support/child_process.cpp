#include "support/child_process.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>

namespace ovhl::test {

child_process::child_process(const std::function<void(const say&)>& part) {
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0 || (pid_ = ::fork()) < 0)
    throw std::system_error(errno, std::generic_category(), "fork");
  if (pid_ == 0) {
    part([&](std::string_view what) {
      [[maybe_unused]] const auto said = ::write(ends[1], what.data(), what.size());
      ::close(ends[1]);
      ::pause();
    });
    ::_exit(0);
  }
  ::close(ends[1]);
  for (std::array<char, 512> some{};;) {
    const ssize_t length = ::read(ends[0], some.data(), some.size());
    if (length <= 0) break;
    heard_.append(some.data(), static_cast<std::size_t>(length));
  }
  ::close(ends[0]);
}

void child_process::kill() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = 0;
}

std::string in_a_child(const std::function<std::string()>& part) {
  return child_process([&](const child_process::say& say) { say(part()); }).heard();
}

std::string without_privileges(const std::function<std::string()>& part) {
  return in_a_child([&]() -> std::string {
    if (::geteuid() == 0 && (::setegid(65534) != 0 || ::seteuid(65534) != 0))
      return "(privileges could not be dropped)";
    return part();
  });
}

} // namespace ovhl::test
