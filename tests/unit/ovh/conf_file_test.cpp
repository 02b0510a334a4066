#include "ovh/credentials/conf_file.hpp"
#include "support/file_text.hpp"
#include "support/temporary_directory.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <string>

using namespace ovhl;
namespace fs = std::filesystem;

namespace {

class place : public test::temporary_directory {
 public:
  // Why it cannot be written, with our directory's name cut out.
  std::string look(const fs::path& file) const {
    const auto got = ovh::can_write_keys(file, "ovh-eu");
    if (got) return "";
    std::string text = words(got.error());
    const std::string mine = path().string();
    for (auto at = text.find(mine); at != std::string::npos; at = text.find(mine))
      text.replace(at, mine.size(), "HERE");
    return text;
  }
};

unsigned mode(const fs::path& path) {
  struct stat facts{};
  REQUIRE(::lstat(path.c_str(), &facts) == 0);
  return facts.st_mode & 07777U;
}

const ovh::application_credentials keys{"AK", secret("AS"), secret("CK")};
constexpr const char* section =
    "[ovh-eu]\napplication_key=AK\napplication_secret=AS\nconsumer_key=CK\n";

} // namespace

TEST_CASE("a file that is not there is made, for its owner alone") {
  const place p;
  const fs::path file = p / "ovh.conf";
  const auto facts = ovh::can_write_keys(file, "ovh-eu");
  REQUIRE(facts.has_value());
  CHECK_FALSE(facts->exists);
  CHECK_FALSE(fs::exists(file)); // nothing was made by looking
  CHECK(p.entries() == 0);
  REQUIRE(ovh::write_keys(file, "ovh-eu", keys).has_value());
  CHECK(test::file_text(file).ends_with(section));
  CHECK(test::file_text(file).starts_with("# "));
  CHECK(mode(file) == 0600);
  CHECK(p.entries() == 1);
}

TEST_CASE("a file that others could read is closed to them, and keeps the rest of what it holds") {
  const place p;
  const auto file = p.file("ovh.conf", "# mine\n[ovh-ca]\nx=1\n", 0644);
  const auto facts = ovh::can_write_keys(file, "ovh-eu");
  REQUIRE(facts.has_value());
  CHECK(facts->exists);
  CHECK(facts->mode == 0644);
  CHECK(mode(file) == 0644);
  REQUIRE(ovh::write_keys(file, "ovh-eu", keys).has_value());
  CHECK(test::file_text(file) == std::string("# mine\n[ovh-ca]\nx=1\n\n") + section);
  CHECK(mode(file) == 0600);
}

TEST_CASE("a file's owner stays") {
  if (::geteuid() != 0) {
    MESSAGE("skipped: only root can have files of others");
    return;
  }
  const place p;
  const auto file = p.file("ovh.conf", section);
  REQUIRE(::chown(file.c_str(), 12345, 12346) == 0);
  REQUIRE(ovh::write_keys(file, "ovh-ca", keys).has_value());
  struct stat facts{};
  REQUIRE(::stat(file.c_str(), &facts) == 0);
  CHECK(facts.st_uid == 12345);
  CHECK(facts.st_gid == 12346);
}

TEST_CASE("an application's key and secret are found in the section that will be written") {
  const place p;
  const auto file = p.file("ovh.conf", "[ovh-ca]\napplication_key=no\n[ovh-eu]\n"
                                       "application_key=AK\napplication_secret=AS\n");
  const auto facts = ovh::can_write_keys(file, "ovh-eu");
  REQUIRE(facts.has_value());
  CHECK(facts->application_key == secret("AK"));
  CHECK(facts->application_secret == secret("AS"));
  const auto elsewhere = ovh::can_write_keys(file, "ovh-us");
  REQUIRE(elsewhere.has_value());
  CHECK_FALSE(elsewhere->application_key.has_value());
}

TEST_CASE("of a link, what it leads to is written") {
  const place p;
  const auto file = p.file("real/ovh.conf", "[a]\n");
  fs::create_symlink("real/ovh.conf", p / "ovh.conf");
  REQUIRE(ovh::can_write_keys(p / "ovh.conf", "ovh-eu").has_value());
  REQUIRE(ovh::write_keys(p / "ovh.conf", "ovh-eu", keys).has_value());
  CHECK(fs::is_symlink(p / "ovh.conf"));
  CHECK(test::file_text(file) == std::string("[a]\n\n") + section);
}

TEST_CASE("of several links, each must be ours" * doctest::skip(::geteuid() != 0)) {
  const place p;
  const auto file = p.file("ovh.conf", "[a]\n");
  fs::create_symlink("second", p / "first");
  fs::create_symlink("ovh.conf", p / "second");
  CHECK(p.look(p / "first") == "");
  REQUIRE(::lchown((p / "second").c_str(), 12345, 12345) == 0);
  CHECK(p.look(p / "first") ==
        "HERE/second: is a symbolic link owned by another user; name the file itself");
  CHECK(ovh::write_keys(p / "first", "ovh-eu", keys).has_error());
  CHECK(test::file_text(file) == "[a]\n");
}

TEST_CASE("a file that cannot be written is noticed before") {
  const place p;
  fs::create_directory(p / "folder");
  fs::create_symlink("nowhere", p / "dangling");
  fs::create_symlink("loop", p / "loop");
  CHECK(p.look(p / "missing" / "ovh.conf") ==
        "HERE/missing/ovh.conf: cannot be written: No such file or directory; create the directory "
        "'HERE/missing'");
  CHECK(p.look(p / "folder") == "HERE/folder: is not a regular file");
  CHECK(p.look(p / "dangling") == "HERE/dangling: is a broken symbolic link: No such file "
                                  "or directory; remove it, or create its target");
  CHECK(p.look(p / "loop").find("is a broken symbolic link") != std::string::npos);
  CHECK(p.look(p.file("broken", "SeCrEt\n")) ==
        "HERE/broken:1: expected 'key = value' or '[section]'");
  CHECK(p.look(p.file("large", std::string((1 << 20) + 1, '#'))) ==
        "HERE/large: is too large to be an ovh.conf");
  CHECK(p.look(p.file("service", "[ovh-eu]\nclient_id=x\n")).find("OAuth2") != std::string::npos);
  if (::geteuid() == 0) {
    const auto foreign = p / "foreign";
    fs::create_symlink("broken", foreign);
    REQUIRE(::lchown(foreign.c_str(), 12345, 12345) == 0);
    CHECK(p.look(foreign) ==
          "HERE/foreign: is a symbolic link owned by another user; name the file itself");
  }
}

TEST_CASE("a directory without write permission is noticed") {
  if (::geteuid() == 0) {
    MESSAGE("skipped: root may write everywhere");
    return;
  }
  CHECK(place().look("/etc/ovh-licensed-test.conf") ==
        "/etc/ovh-licensed-test.conf: cannot be written: Permission denied; run the command as "
        "root (sudo), or name another file with --file");
}

TEST_CASE("what somebody else wrote meanwhile stays") {
  const place p;
  const auto file = p.file("ovh.conf", "[a]\nx=1\n");
  REQUIRE(ovh::can_write_keys(file, "ovh-eu").has_value());
  p.file("ovh.conf", "[a]\nx=2\n");
  REQUIRE(ovh::write_keys(file, "ovh-eu", keys).has_value());
  CHECK(test::file_text(file) == std::string("[a]\nx=2\n\n") + section);
}
