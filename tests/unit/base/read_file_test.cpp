// Whole files are read completely or not at all, and nothing that has no end is read.
#include "base/file_error.hpp"
#include "base/read_file.hpp"
#include "support/temporary_directory.hpp"

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>

using namespace ovhl;
using test::temporary_directory;

namespace {

std::string said(const boost::system::result<std::string, unread_file>& read) {
  if (read) return *read;
  switch (read.error().why) {
  case unread_file::cause::failed: return "(" + errno_text(read.error().code) + ")";
  case unread_file::cause::not_regular: return "(not regular)";
  case unread_file::cause::too_large: return "(too large)";
  }
  return "?";
}

} // namespace

TEST_CASE("a file is read whole, up to the size that is allowed") {
  const temporary_directory here;
  for (const std::size_t size : {0U, 1U, 4095U, 4096U, 4097U, 100'000U}) {
    CAPTURE(size);
    const std::string text(size, 'x');
    const auto file = here.file("f", text);
    CHECK(said(read_file(file, size)) == text);
    CHECK(said(read_file(file, size + 1)) == text);
    if (size > 0) CHECK(said(read_file(file, size - 1)) == "(too large)");
  }
}

TEST_CASE("a file whose size is not known is read to its end, and no further than allowed") {
  const std::string status = said(read_file("/proc/self/status", 1 << 20));
  CHECK(status.find("VmPeak") != std::string::npos);
  CHECK(said(read_file("/proc/self/status", 100)) == "(too large)");
}

TEST_CASE("only regular files are read, and no pipe is waited for") {
  const temporary_directory here;
  REQUIRE(::mkfifo((here / "pipe").c_str(), 0600) == 0);
  CHECK(said(read_file(here / "pipe", 100)) == "(not regular)");
  CHECK(said(read_file("/dev/zero", 100)) == "(not regular)");
  CHECK(said(read_file(here.path(), 100)) == "(Is a directory)");
  CHECK(said(read_file(here / "none", 100)) == "(No such file or directory)");
  CHECK(said(read_file(here.file("file", "") / "f", 100)) == "(Not a directory)");

  const int end = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  (here / "socket").string().copy(std::data(address.sun_path), sizeof address.sun_path - 1);
  // NOLINTNEXTLINE: as bind(2) wants it
  REQUIRE(::bind(end, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  CHECK(said(read_file(here / "socket", 100)) == "(not regular)");
  ::close(end);

  std::array<int, 2> ends{};
  REQUIRE(::pipe(ends.data()) == 0);
  CHECK(said(read_file(ends[0], 100)) == "(not regular)");
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST_CASE("a link is followed, or refused where it could lead to any file") {
  const temporary_directory here;
  const auto file = here.file("f", "text");
  std::filesystem::create_symlink(file, here / "link");
  CHECK(said(read_file(here / "link", 100)) == "text");
  CHECK(said(read_file(here / "link", 100, links::refused)) ==
        "(Too many levels of symbolic links)");
  CHECK(said(read_file(file, 100, links::refused)) == "text");
}
