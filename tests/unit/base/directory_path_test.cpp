#include "base/directory_path.hpp"
#include "support/temporary_directory.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <string>

namespace fs = std::filesystem;
using ovhl::follow_directory;

namespace {

constexpr uid_t nobody = 65534, another = 12345;

class place : public ovhl::test::temporary_directory {
 public:
  fs::path link(const char* name, const fs::path& to, uid_t owner) const {
    const fs::path made = path() / name;
    fs::create_directory_symlink(to, made);
    REQUIRE(::lchown(made.c_str(), owner, owner) == 0);
    return made;
  }
};

// The part of a path that others than root and the owner control; "-": none.
std::string foreign(const fs::path& directory) {
  const auto there = follow_directory(directory);
  if (!there) return "lost";
  return there->foreign ? there->foreign->string() : "-";
}

} // namespace

TEST_CASE("a path is followed through links, '.' and '..' to the directory itself") {
  const place f;
  const fs::path end = f.directory("a/b");
  f.link("straight", "a/b", ::geteuid());
  f.link("absolute", f / "a/./b/../b", ::geteuid());
  for (const char* name : {"a/b", "straight", "absolute", "a/../a/./b/", "straight/../b"}) {
    CAPTURE(name);
    const auto there = follow_directory(f / name);
    REQUIRE(there.has_value());
    CHECK(there->end == end);
    CHECK(there->owner == ::geteuid());
    CHECK(there->mode == 0755);
  }
}

TEST_CASE("a path that leads nowhere says which part fails, and why") {
  const place f;
  f.link("circle", "circle", ::geteuid());
  const auto nowhere = follow_directory(f / "none/deeper");
  REQUIRE_FALSE(nowhere.has_value());
  CHECK(nowhere.error().at == f / "none");
  CHECK(nowhere.error().code == ENOENT);
  CHECK(follow_directory(f / "circle").error().code == ELOOP);
  CHECK(follow_directory("/dev/null").error().code == ENOTDIR);
}

TEST_CASE("the owner of a directory on the path can redirect it" *
          doctest::skip(::geteuid() != 0)) {
  const place f;
  const fs::path theirs = f.directory("theirs", 0755, nobody);
  f.directory("theirs/roots");
  f.directory("theirs/own", 0755, nobody);
  f.directory("theirs/another's", 0755, another);
  CHECK(foreign(theirs) == "-");
  CHECK(foreign(theirs / "own") == "-");
  CHECK(foreign(theirs / "roots") == theirs);
  CHECK(foreign(theirs / "another's") == theirs);
}

TEST_CASE("the owner of a link can redirect the path" * doctest::skip(::geteuid() != 0)) {
  const place f;
  f.directory("ours");
  f.directory("theirs", 0755, nobody);
  CHECK(foreign(f.link("by us", "ours", 0)) == "-");
  CHECK(foreign(f.link("by them", "ours", nobody)) == f / "by them");
  CHECK(foreign(f.link("to their own", "theirs", nobody)) == "-");
  CHECK(foreign(f.link("to another's", "theirs", another)) == f / "to another's");
}

TEST_CASE("others who may write to a directory of root can redirect it, unless it is sticky" *
          doctest::skip(::geteuid() != 0)) {
  const place f;
  const fs::path open = f.directory("open", 0775);
  f.directory("open/below");
  f.directory("open/theirs", 0755, nobody);
  f.directory("sticky", 01777);
  f.directory("sticky/below");
  CHECK(foreign(f / "open/below") == open);
  CHECK(foreign(f / "open/theirs") == "-"); // a matter of that user's
  CHECK(foreign(f / "sticky/below") == "-");
  CHECK(foreign(open) == "-");
  CHECK(follow_directory(open)->others_may_write());
  CHECK_FALSE(follow_directory(f / "open/below")->others_may_write());
}

TEST_CASE("a user is called by name, and one without a name by number") {
  CHECK(ovhl::user_called(0) == "'root'");
  CHECK(ovhl::user_called(4000000000U) == "uid 4000000000");
}
