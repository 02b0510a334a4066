#include "base/atomic_file.hpp"
#include "support/file_text.hpp"
#include "support/small_disk.hpp"
#include "support/temporary_directory.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace fs = std::filesystem;
using ovhl::replace_file;
using ovhl::test::file_text;
using ovhl::test::small_disk;
using ovhl::test::temporary_directory;

namespace {

std::string problem(const ovhl::result<void>& r) {
  return r.has_error() ? ovhl::words(r.error()) : std::string("(none)");
}

} // namespace

TEST_CASE(
    "a file is made, replaced whole, and has the mode that was asked for whatever the umask is") {
  const temporary_directory here;
  const mode_t before = ::umask(0077);
  CHECK(problem(replace_file(here / "status.json", "a longer first content")) == "(none)");
  CHECK(file_text(here / "status.json") == "a longer first content");
  CHECK(fs::status(here / "status.json").permissions() == fs::perms(0644));

  CHECK(problem(replace_file(here / "status.json", "second", 0600)) == "(none)");
  ::umask(before);
  CHECK(file_text(here / "status.json") == "second");
  CHECK(fs::status(here / "status.json").permissions() == fs::perms(0600));
  CHECK(here.entries() == 1);
}

TEST_CASE("whoever has the old file open goes on reading the old content") {
  const temporary_directory here;
  REQUIRE(replace_file(here / "f", "old").has_value());
  std::ifstream reader(here / "f");
  REQUIRE(replace_file(here / "f", "new").has_value());
  std::string seen;
  reader >> seen;
  CHECK(seen == "old");
  CHECK(file_text(here / "f") == "new");
}

TEST_CASE("a name without a directory is in the working directory") {
  const temporary_directory here;
  const fs::path before = fs::current_path();
  fs::current_path(here.path());
  const auto written = replace_file("plan.json", "{}");
  fs::current_path(before);
  CHECK(problem(written) == "(none)");
  CHECK(file_text(here / "plan.json") == "{}");
}

TEST_CASE("a directory that is missing, or is none, is named with what to do") {
  const temporary_directory here;
  const std::string base = here.path().string();
  CHECK(problem(replace_file(here / "no/status.json", "x")) ==
        base +
            "/no/status.json: cannot write the file: No such file or directory; create the "
            "directory '" +
            base + "/no'");

  REQUIRE(replace_file(here / "file", "x").has_value());
  CHECK(problem(replace_file(here / "file/status.json", "x")) ==
        base + "/file/status.json: cannot write the file: Not a directory; '" + base +
            "/file' is not a directory");
}

TEST_CASE("what is not a regular file is never replaced") {
  const temporary_directory here;
  const std::string base = here.path().string();
  REQUIRE(::mkfifo((base + "/pipe").c_str(), 0600) == 0);
  CHECK(problem(replace_file(here / "pipe", "x")) ==
        base + "/pipe: is not a regular file; only a regular file can be replaced");
  CHECK(problem(replace_file(here.path(), "x")) ==
        base + ": is not a regular file; only a regular file can be replaced");
  CHECK(fs::is_fifo(here / "pipe"));
}

TEST_CASE("a link of our own is followed: the file it leads to is replaced in its own directory") {
  const temporary_directory here;
  fs::create_directories(here / "state");
  fs::create_symlink("state/metrics", here / "link");
  fs::create_symlink(here / "link", here / "link to the link");

  CHECK(problem(replace_file(here / "link", "it led nowhere")) == "(none)");
  CHECK(file_text(here / "state/metrics") == "it led nowhere");
  std::ifstream reader(here / "state/metrics");
  CHECK(problem(replace_file(here / "link to the link", "new")) == "(none)");
  CHECK(file_text(here / "state/metrics") == "new");
  CHECK(std::string(std::istreambuf_iterator<char>(reader), {}) ==
        "it led nowhere"); // not written into
  CHECK(fs::is_symlink(here / "link"));
  CHECK(fs::is_symlink(here / "link to the link"));
  CHECK(here.entries() == 3);
}

TEST_CASE("a link that somebody else made is not followed" * doctest::skip(::geteuid() != 0)) {
  const temporary_directory here;
  REQUIRE(replace_file(here / "ours", "ours").has_value());
  fs::create_symlink("ours", here / "link");
  REQUIRE(::lchown((here / "link").c_str(), 65534, 65534) == 0);
  CHECK(problem(replace_file(here / "link", "theirs")) ==
        (here / "link").string() + ": is a symbolic link made by another user; it is not followed; "
                                   "name the file it points to, or have root create the link");
  fs::create_symlink("link", here / "ours that leads to it");
  CHECK(problem(replace_file(here / "ours that leads to it", "theirs"))
            .starts_with((here / "link").string() + ": is a symbolic link made by another user"));
  CHECK(file_text(here / "ours") == "ours");
}

TEST_CASE("a link to what is not a regular file is refused under the name of that") {
  const temporary_directory here;
  const std::string base = here.path().string();
  fs::create_directories(here / "directory");
  fs::create_symlink("directory", here / "to a directory");
  fs::create_symlink("/dev/null", here / "to a device");
  CHECK(problem(replace_file(here / "to a directory", "x")) ==
        base + "/directory: is not a regular file; only a regular file can be replaced");
  CHECK(problem(replace_file(here / "to a device", "x")) ==
        "/dev/null: is not a regular file; only a regular file can be replaced");
  CHECK(fs::is_character_file("/dev/null"));
}

TEST_CASE("links in a circle, or into a missing directory, are reported") {
  const temporary_directory here;
  const std::string base = here.path().string();
  fs::create_symlink("b", here / "a");
  fs::create_symlink("a", here / "b");
  CHECK(problem(replace_file(here / "a", "x"))
            .ends_with(": cannot write the file: Too many levels of symbolic links"));
  fs::create_symlink("no/metrics", here / "astray");
  CHECK(problem(replace_file(here / "astray", "x")) ==
        base +
            "/no/metrics: cannot write the file: No such file or directory; create the "
            "directory '" +
            base + "/no'");
}

TEST_CASE("a disk that is full leaves the old content and nothing beside it") {
  const temporary_directory here;
  REQUIRE(replace_file(here / "f", "old").has_value());
  std::string said;
  {
    const small_disk full(1000);
    said = problem(replace_file(here / "f", std::string(5000, 'x')));
  }
  CHECK(said == (here / "f").string() + ": cannot write the file: File too large; free some space "
                                        "on its file system, or raise the limit");
  CHECK(file_text(here / "f") == "old");
  CHECK(here.entries() == 1);
}

TEST_CASE("root writes nothing where somebody else's directory or link leads" *
          doctest::skip(::geteuid() != 0)) {
  const temporary_directory here;
  const std::string base = here.path().string();
  constexpr uid_t nobody = 65534;
  fs::create_directories(here / "ours");
  fs::create_directories(here / "theirs/ours");
  REQUIRE(::chown((here / "theirs").c_str(), nobody, nobody) == 0);
  fs::create_directory_symlink("../ours", here / "theirs/link");
  REQUIRE(::lchown((here / "theirs/link").c_str(), nobody, nobody) == 0);
  fs::create_symlink("theirs/ours/f", here / "by us");
  for (const char* name : {"theirs/link/f", "theirs/ours/f", "by us"}) {
    CAPTURE(name);
    CHECK(problem(replace_file(here / name, "x")) ==
          base + "/" + name + ": root does not write here: another user can redirect this path ('" +
              base +
              "/theirs' is not controlled by root alone); choose a path below directories that "
              "only root can change, or run the command as the user who owns these files");
  }
  CHECK(fs::is_empty(here / "ours"));
  CHECK(fs::is_empty(here / "theirs/ours"));
  // In their directory itself there is nothing to be led astray by.
  CHECK(problem(replace_file(here / "theirs/f", "x")) == "(none)");
  CHECK(file_text(here / "theirs/f") == "x");
}

TEST_CASE(
    "a file is made and moved in the directory that was opened, whatever becomes of its name") {
  const temporary_directory here;
  fs::create_directories(here / "first");
  fs::create_directories(here / "other");
  ovhl::replacement fresh(here / "first/f");
  REQUIRE(fresh.made());
  fs::rename(here / "first", here / "moved");
  fs::create_directory_symlink("other", here / "first");
  REQUIRE(fresh.fill("x", 0600));
  REQUIRE(fresh.move());
  CHECK(file_text(here / "moved/f") == "x");
  CHECK(fs::is_empty(here / "other"));
}
