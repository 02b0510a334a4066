#include "process.hpp"

#include "support/file_text.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <utility>

extern "C" char** environ; // NOLINT(readability-redundant-declaration)

namespace ovhl::test {

using std::chrono::steady_clock;

namespace {

constexpr std::chrono::seconds patience(20);

[[noreturn]] void fail_system(const std::string& what) {
  throw std::runtime_error(fmt::format("{}: {}", what, std::strerror(errno)));
}

std::vector<std::string> environment_of(const launch& how) {
  std::vector<std::string> all;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const std::string_view name = text.substr(0, text.find('='));
    if (name == "PATH" || name.ends_with("SAN_OPTIONS")) all.emplace_back(text);
  }
  for (const auto& [name, value] : how.environment)
    all.push_back(fmt::format("{}={}", name, value));
  return all;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  all.reserve(texts.size() + 1);
  for (std::string& text : texts)
    all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

// All that the child needs, made before the fork: afterwards only plain system calls are allowed.
struct child {
  const launch& how;
  std::vector<char*> arguments, environment;
  int in = -1, out = -1, err = -1;
  bool terminal = false;

  [[noreturn]] void become() const {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (terminal) {
      ::setsid();
      ::ioctl(in, TIOCSCTTY, 0);
    }
    const bool placed = ::dup2(in, 0) == 0 && ::dup2(out, 1) == 1 && ::dup2(err, 2) == 2 &&
                        ::chdir(how.folder.c_str()) == 0;
    if (how.largest_file) {
      const rlimit limit{*how.largest_file, RLIM_INFINITY};
      ::setrlimit(RLIMIT_FSIZE, &limit);
      ::signal(SIGXFSZ, SIG_DFL); // NOLINT: which ends a program that does not see to it
    }
    ::close_range(3, ~0U, 0); // the simulator's sockets among them
    if (placed) ::execvpe(how.program.c_str(), arguments.data(), environment.data());
    ::_exit(127);
  }
};

descriptor opened(const std::filesystem::path& file, int flags) {
  descriptor it(::open(file.c_str(), flags | O_CLOEXEC));
  if (!it) fail_system("cannot open " + file.string());
  return it;
}

struct pipe_ends {
  descriptor read, write;
};
pipe_ends make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail_system("pipe");
  return {descriptor(ends[0]), descriptor(ends[1])};
}

pipe_ends make_terminal(unsigned short columns) {
  int master = -1, slave = -1;
  winsize size{};
  size.ws_col = columns;
  size.ws_row = 50;
  if (::openpty(&master, &slave, nullptr, nullptr, &size) != 0) fail_system("openpty");
  ::fcntl(master, F_SETFD, FD_CLOEXEC);
  ::fcntl(slave, F_SETFD, FD_CLOEXEC);
  return {descriptor(master), descriptor(slave)};
}

std::size_t number_in_status(pid_t pid, std::string_view name) {
  const std::string status = file_text(fmt::format("/proc/{}/status", pid));
  const auto at = status.find(name);
  if (at == std::string::npos) throw std::runtime_error(fmt::format("/proc: no {}", name));
  return std::strtoul(status.c_str() + at + name.size(), nullptr, 10);
}

} // namespace

launch at_terminal(launch how, unsigned short columns) {
  how.columns = columns;
  how.environment["TERM"] = "xterm-256color";
  return how;
}

process::process(const launch& how) {
  std::vector<std::string> arguments = how.arguments;
  arguments.insert(arguments.begin(), how.program.string());
  std::vector<std::string> environment = environment_of(how);
  child next{how, pointers(arguments), pointers(environment)};

  descriptor in, out, err;
  if (how.columns) {
    pipe_ends line = make_terminal(*how.columns);
    in = std::move(line.write);
    out_.fd = std::move(line.read);
    next.in = next.out = next.err = in.fd;
    next.terminal = true;
  } else {
    in = opened(how.input, O_RDONLY);
    if (how.output.empty()) {
      pipe_ends line = make_pipe();
      out = std::move(line.write);
      out_.fd = std::move(line.read);
    } else {
      out = opened(how.output, O_WRONLY);
    }
    pipe_ends line = make_pipe();
    err = std::move(line.write);
    err_.fd = std::move(line.read);
    next.in = in.fd;
    next.out = out.fd;
    next.err = err.fd;
  }
  pid_ = ::fork();
  if (pid_ < 0) fail_system("fork");
  if (pid_ == 0) next.become();
  end_ = descriptor(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
  if (!end_) fail_system("pidfd_open");
}

void process::kill() noexcept {
  if (ended_) return;
  ::kill(pid_, SIGKILL);
  try {
    wait_for_end();
  } catch (const std::exception& e) {
    fmt::print(stderr, "{}\n", e.what());
  }
}

void process::signal(int number) const {
  if (ended_ || ::kill(pid_, number) != 0) fail("it would be there to be sent a signal");
}

void process::type(std::string_view keys) const {
  if (::write(out_.fd.fd, keys.data(), keys.size()) != static_cast<ssize_t>(keys.size()))
    fail("it would be there to be typed to");
}

void process::let_files_grow() const {
  const rlimit none{RLIM_INFINITY, RLIM_INFINITY};
  if (::prlimit(pid_, RLIMIT_FSIZE, &none, nullptr) != 0) fail_system("prlimit");
}

void process::listen_no_more() {
  out_.fd = {};
  err_.fd = {};
}

// One piece at a time, so that it never blocks.
void process::stream::take() {
  std::array<char, 65536> piece{};
  const ssize_t count = ::read(fd.fd, piece.data(), piece.size());
  if (count > 0)
    text.append(piece.data(), static_cast<std::size_t>(count));
  else if (count == 0 || errno != EINTR)
    fd = {}; // a terminal that nobody has open any more says EIO
}

void process::pump(std::chrono::milliseconds longest, int event) {
  std::array<pollfd, 4> all{{{out_.fd.fd, POLLIN, 0},
                             {err_.fd.fd, POLLIN, 0},
                             {ended_ ? -1 : end_.fd, POLLIN, 0},
                             {event, POLLIN, 0}}};
  if (::poll(all.data(), all.size(), static_cast<int>(longest.count())) < 0 && errno != EINTR)
    fail_system("poll");
  if (all[0].revents != 0) out_.take();
  if (all[1].revents != 0) err_.take();
  const bool silent = !out_.fd && !err_.fd; // all that it said was read
  if (all[2].revents != 0 && silent) {
    int status = 0;
    rusage used{};
    if (::wait4(pid_, &status, 0, &used) != pid_) fail_system("wait4");
    const auto seconds = [](const timeval& t) {
      return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
    };
    ended_ = ending{WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status),
                    seconds(used.ru_utime) + seconds(used.ru_stime)};
  }
}

void process::wait_until(std::string_view what, const std::function<bool()>& done, int event) {
  const auto deadline = steady_clock::now() + patience;
  while (!done()) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - steady_clock::now());
    if (ended_ || left.count() <= 0) fail(what);
    pump(left, event);
  }
}

std::string process::wait_for_line(std::string_view part) {
  std::string line;
  wait_until(fmt::format("a line with '{}'", part), [&] {
    for (;;) {
      const auto end = err_.text.find('\n', heard_);
      if (end == std::string::npos) return false;
      line = err_.text.substr(heard_, end - heard_);
      heard_ = end + 1;
      if (line.find(part) != std::string::npos) return true;
    }
  });
  return line;
}

ending process::wait_for_end(std::chrono::seconds longest) {
  const auto deadline = steady_clock::now() + longest;
  while (!ended_) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - steady_clock::now());
    if (left.count() <= 0) fail(fmt::format("its end within {} s", longest.count()));
    pump(left, -1);
  }
  return *ended_;
}

void process::fail(std::string_view what) const {
  std::string how = "it still runs";
  if (ended_) how = fmt::format("it ended with {}", ended_->status);
  throw std::runtime_error(fmt::format("waited in vain for {} ({}); until then it said:\n{}{}",
                                       what, how, out(), err()));
}

outcome run(const launch& how) {
  process it(how);
  const int status = it.wait_for_end().status;
  return {status, it.out(), it.err()};
}

void drain(int fd) {
  std::array<char, 4096> ignored{};
  while (::read(fd, ignored.data(), ignored.size()) > 0) {
  }
}

bool readable(int fd) {
  pollfd one{fd, POLLIN, 0};
  return ::poll(&one, 1, 0) == 1;
}

std::string command_line(pid_t pid) {
  const std::string file = fmt::format("/proc/{}/cmdline", pid);
  return std::filesystem::exists(file) ? file_text(file) : "";
}

std::size_t resident_kib(pid_t pid) { return number_in_status(pid, "\nVmRSS:"); }

std::size_t times_woken(pid_t pid) { return number_in_status(pid, "\nvoluntary_ctxt_switches:"); }

std::size_t open_files(pid_t pid) {
  std::error_code failed;
  const std::filesystem::directory_iterator all(fmt::format("/proc/{}/fd", pid), failed);
  if (failed) return 0;
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

} // namespace ovhl::test
