// Files of credentials that another user may have made or changed.
#include "ovh/credentials/conf_access.hpp"
#include "support/temporary_directory.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <string>

using namespace ovhl;
namespace fs = std::filesystem;

namespace {

constexpr uid_t nobody = 65534;

std::string read(const fs::path& path, ovh::kept_by whom = ovh::kept_by::us) {
  const auto text = ovh::read_conf(path, whom);
  return text ? *text : words(text.error());
}

// The same check from outside, without reading the file.
std::string looked(const fs::path& path) {
  const auto seen = ovh::check_conf_access(path, {});
  REQUIRE(seen.size() == 1);
  if (seen.front().hidden) return "hidden: " + words(*seen.front().hidden);
  return seen.front().wrong ? words(*seen.front().wrong) : "(fine)";
}

bool is_root() {
  if (::geteuid() == 0) return true;
  MESSAGE("skipped: only root can give files away");
  return false;
}

} // namespace

TEST_CASE("a file of credentials belongs to root or to who reads it") {
  if (!is_root()) return;
  const test::temporary_directory f;
  const auto file = f.file("ovh.conf", "secret");
  CHECK(read(file) == "secret");
  CHECK(looked(file) == "(fine)");
  REQUIRE(::chown(file.c_str(), nobody, nobody) == 0);
  const std::string said = file.string() +
                           ": belongs to 'nobody'; it must belong to root or to the user who runs "
                           "the command; if its content is right: chown root " +
                           file.string();
  CHECK(read(file) == said);
  CHECK(looked(file) == said);
  CHECK(read(file, ovh::kept_by::systemd) == "secret");
}

TEST_CASE("a link to credentials is followed where root or we made it, and no other") {
  if (!is_root()) return;
  const test::temporary_directory f;
  f.file("ovh.conf", "secret");
  fs::create_symlink("ovh.conf", f / "ours");
  fs::create_symlink("ovh.conf", f / "theirs");
  REQUIRE(::lchown((f / "theirs").c_str(), nobody, nobody) == 0);
  CHECK(read(f / "ours") == "secret");
  const std::string said = (f / "theirs").string() +
                           ": is a symbolic link owned by another user; it is not followed; name "
                           "the file itself, or have root create the link";
  CHECK(read(f / "theirs") == said);
  CHECK(looked(f / "theirs") == said);
}

TEST_CASE("root reads no credentials on a way that somebody else can change") {
  if (!is_root()) return;
  const test::temporary_directory f;
  const auto file = f.file("theirs/roots/ovh.conf", "secret");
  REQUIRE(::chown((f / "theirs").c_str(), nobody, nobody) == 0);
  const std::string said =
      fmt::format("{}: another user can redirect this path: '{}' is not controlled by root alone; "
                  "keep it below directories that only root can change",
                  file.string(), (f / "theirs").string());
  CHECK(read(file) == said);
  CHECK(looked(file) == said);
}

TEST_CASE("a pipe, a device or a directory in its place is refused at once") {
  const test::temporary_directory f;
  REQUIRE(::mkfifo((f / "pipe").c_str(), 0600) == 0);
  for (const fs::path& path : {f / "pipe", f.path(), fs::path("/dev/zero")}) {
    CHECK(read(path) == path.string() + ": is not a regular file");
    CHECK(looked(path) == path.string() + ": is not a regular file");
  }
}

TEST_CASE("modes are checked without reading, and a missing file is no problem") {
  const test::temporary_directory f;
  const auto file = f.file("ovh.conf", "secret", 0640);
  CHECK(looked(file) ==
        file.string() + ": is accessible to other users (mode 0640); chmod 600 " + file.string());
  CHECK(looked(f / "none") == "(fine)");
  fs::create_symlink("none", f / "astray");
  CHECK(looked(f / "astray") == "(fine)");
}

TEST_CASE("if no file is named, each shared one is checked") {
  const test::temporary_directory f;
  ovh::surroundings around;
  around.shared_files = {f.file("a", "", 0600), f.file("b", "", 0644), f / "none"};
  const auto seen = ovh::check_conf_access(std::nullopt, around);
  REQUIRE(seen.size() == 3);
  CHECK_FALSE(seen[0].wrong);
  CHECK(seen[1].wrong);
  CHECK_FALSE(seen[2].wrong);
}

TEST_CASE("root ignores ovh.conf in the working directory, others read it") {
  const auto places = ovh::real_surroundings().shared_files;
  const bool here = std::ranges::find(places, fs::path("ovh.conf")) != places.end();
  CHECK(here == (::geteuid() != 0));
  CHECK(places.back() == "/etc/ovh.conf");
}
