// A program run as a person or systemd would run it, seen from outside: what it says, how it ends.
// Every wait blocks on what it waits for and has a deadline; one that is in vain fails the test and
// shows what was said until then.
#pragma once

#include "base/descriptor.hpp"

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ovhl::test {

struct launch {
  std::filesystem::path program;
  std::vector<std::string> arguments;
  std::filesystem::path folder;                   // to start in
  std::map<std::string, std::string> environment; // all there is, but for PATH and *SAN_OPTIONS
  std::filesystem::path input = "/dev/null";
  std::filesystem::path output;              // where stdout goes, instead of to us
  std::optional<std::uint64_t> largest_file; // no file may grow beyond
  std::optional<unsigned short> columns;     // stdin, stdout and stderr are a terminal so wide
};

launch at_terminal(launch, unsigned short columns = 80); // with colours

struct ending {
  int status = 0; // of the exit, or minus the signal
  double cpu_seconds = 0;
};

class process {
 public:
  explicit process(const launch&);
  ~process() { kill(); }
  process(const process&) = delete;
  process& operator=(const process&) = delete;

  pid_t id() const noexcept { return pid_; }
  void signal(int number) const;
  void type(std::string_view keys) const; // at its terminal
  void let_files_grow() const;            // whatever `largest_file` was
  void listen_no_more();                  // whatever it says is a broken pipe to it
  void kill() noexcept;                   // SIGKILL, and reads what it still had to say
  const std::string& out() const noexcept { return out_.text; } // read so far; a terminal's: all
  const std::string& err() const noexcept { return err_.text; }

  // `done` is asked at first, and whenever something was said or `event` became readable.
  void wait_until(std::string_view what, const std::function<bool()>& done, int event = -1);
  // The first line of stderr with this in it, after the one that was waited for last.
  std::string wait_for_line(std::string_view part);
  ending wait_for_end(std::chrono::seconds longest = std::chrono::seconds(20));

 private:
  struct stream {
    descriptor fd;
    std::string text;
    void take(); // what is there to be read
  };
  void pump(std::chrono::milliseconds longest, int event);
  [[noreturn]] void fail(std::string_view what) const;

  pid_t pid_ = -1;
  descriptor end_; // readable once the process has ended
  stream out_, err_;
  std::size_t heard_ = 0; // of stderr, by wait_for_line
  std::optional<ending> ended_;
};

// Runs it to its end.
struct outcome {
  int status = 0;
  std::string out, err;
};
outcome run(const launch&);

// Reads what is there of a file descriptor that does not block.
void drain(int fd);
bool readable(int fd);

// What /proc says of a process.
std::string command_line(pid_t);
std::size_t resident_kib(pid_t);
std::size_t times_woken(pid_t); // by what it waited for
// None where we may not see them: one that forbids core dumps shows them to root alone.
std::size_t open_files(pid_t);
inline constexpr std::size_t passing_files = 4; // one being written, connections to come

} // namespace ovhl::test
