#include "os/log.hpp"
#include "support/environment_variable.hpp"
#include "support/listening_pipe.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <string>
#include <vector>

namespace os = ovhl::os;
using os::level;
using ovhl::test::listening_pipe;
using variable = ovhl::test::environment_variable;

namespace {

constexpr ovhl::instant at(std::chrono::seconds(1795211280)); // 2026-11-20T21:48:00Z
constexpr ovhl::terminal plain{};

std::string file_behind(int fd) {
  struct stat file{};
  REQUIRE(fstat(fd, &file) == 0);
  return fmt::format("{}:{}", file.st_dev, file.st_ino);
}

// The end of a line that begins with a time of the moment.
std::string after_time(const std::string& line) {
  const auto space = line.find(' ');
  return space == std::string::npos ? line : line.substr(space + 1);
}

} // namespace

TEST_CASE("a text line has the time in UTC, the level and the message, and stays one line") {
  const os::field fields[] = {{"VM_ID", "1074"}};
  CHECK(os::text_line({at, level::info, "message", fields}, plain) ==
        "2026-11-20T21:48:00Z info  message");
  CHECK(os::text_line({at, level::warning, "message", {}}, plain) ==
        "2026-11-20T21:48:00Z warning message");
  CHECK(os::text_line({at, level::error, "VM 'a\nb\x1b[2J\xFF'", {}}, plain) ==
        "2026-11-20T21:48:00Z error VM 'a\\x0ab\\x1b[2J\xEF\xBF\xBD'");
}

TEST_CASE("on a terminal a line has the local time of day, and colour where it is welcome") {
  const variable zone("TZ", "XYZ-2"); // two hours east of Greenwich
  tzset();
  CHECK(os::text_line({at, level::info, "message", {}}, {true, true, 80}) ==
        "23:48:00 info  message");
  CHECK(os::text_line({at, level::warning, "message", {}}, {true, true, 80}) ==
        "23:48:00 \x1b[33mwarning\x1b[0m message");
  CHECK(os::text_line({at, level::error, "message", {}}, {true, false, 80}) ==
        "23:48:00 error message");
}

TEST_CASE("a JSON line has the fields with lower-case names") {
  const os::field fields[] = {{"VM_ID", "1074"}, {"NAME", "a \"b\"\n"}};
  CHECK(os::json_line({at, level::warning, "said\nso", fields}) ==
        R"({"time": "2026-11-20T21:48:00Z", "level": "warning", "message": "said\nso", )"
        R"("vm_id": "1074", "name": "a \"b\"\n"})");
}

TEST_CASE("journal fields have names that journald takes and values that may hold anything") {
  const os::field fields[] = {
      {"VM_ID", "1074"}, {"NAME", "a\nPRIORITY=0"}, {"_x-y", "1"}, {"", ""}};
  const std::vector<std::string> expected{"MESSAGE=said\\x0aso",
                                          "PRIORITY=4",
                                          "SYSLOG_IDENTIFIER=ovh-licensed",
                                          "VM_ID=1074",
                                          "NAME=a\nPRIORITY=0",
                                          "F__X_Y=1",
                                          "F_="};
  CHECK(os::journal_fields({at, level::warning, "said\nso", fields}) == expected);
}

TEST_CASE("levels have syslog's priorities") {
  const std::pair<level, const char*> table[] = {{level::debug, "PRIORITY=7"},
                                                 {level::info, "PRIORITY=6"},
                                                 {level::warning, "PRIORITY=4"},
                                                 {level::error, "PRIORITY=3"}};
  for (const auto& [l, expected] : table)
    CHECK(os::journal_fields({at, l, "", {}}).at(1) == expected);
}

TEST_CASE("the journal is there when JOURNAL_STREAM names the very file that is written to") {
  const listening_pipe pipe;
  const listening_pipe other;
  const int fd = pipe.fd();
  {
    const variable stream("JOURNAL_STREAM", file_behind(fd));
    CHECK(os::connected_to_journal(fd));
    CHECK_FALSE(os::connected_to_journal(other.fd()));
    CHECK_FALSE(os::connected_to_journal(-1));
  }
  for (const char* wrong : {"", "8:", "nonsense"}) {
    const variable stream("JOURNAL_STREAM", wrong);
    CHECK_FALSE(os::connected_to_journal(fd));
  }
  const variable stream("JOURNAL_STREAM", std::nullopt);
  CHECK_FALSE(os::connected_to_journal(fd));
}

TEST_CASE("a log writes events of its level and above, and what it writes follows a reload") {
  const variable stream("JOURNAL_STREAM", std::nullopt);
  const listening_pipe pipe;
  os::log log(os::log_format::automatic, level::info, pipe.fd());

  log(level::debug, "unheard");
  CHECK(pipe.heard().empty());
  log(level::info, "first", {{"VM_ID", "1"}});
  CHECK(after_time(pipe.heard()) == "info  first\n");

  log.set(os::log_format::json, level::warning);
  log(level::info, "unheard");
  CHECK(pipe.heard().empty());
  log(level::error, "second", {{"VM_ID", "1"}});
  const std::string line = pipe.heard();
  CHECK(line.substr(line.find(", ")) ==
        ", \"level\": \"error\", \"message\": \"second\", \"vm_id\": \"1\"}\n");
}

TEST_CASE("an event that cannot be written is dropped, and the next one is logged") {
  const variable stream("JOURNAL_STREAM", std::nullopt);
  const listening_pipe pipe;
  const std::string fill(4096, '.');
  while (write(pipe.fd(), fill.data(), fill.size()) > 0) {
  }
  for (const os::log_format format : {os::log_format::text, os::log_format::json}) {
    const os::log full(format, level::info, pipe.fd());
    const os::log closed(format, level::info, -1);
    CHECK_NOTHROW(full(level::error, "lost", {{"VM_ID", "1"}}));
    CHECK_NOTHROW(closed(level::error, "lost", {{"VM_ID", "1"}}));
  }
  CHECK(pipe.heard() == std::string(65536, '.'));
  const os::log log(os::log_format::text, level::info, pipe.fd());
  log(level::info, "heard");
  CHECK(after_time(pipe.heard()) == "info  heard\n");
}

TEST_CASE("the journal gets one line a field, and a value with line breaks behind its length") {
  using namespace std::string_literals;
  CHECK(os::journal_datagram(std::vector<std::string>{"MESSAGE=a b=c", "REASON=x\ny"}) ==
        "MESSAGE=a b=c\nREASON\n\x03\0\0\0\0\0\0\0x\ny\n"s);
}
