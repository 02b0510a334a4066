// Root becomes another user: each test in its own process, because there is no way back.
#include "os/identity.hpp"
#include "support/child_process.hpp"
#include "support/temporary_directory.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <grp.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>

namespace fs = std::filesystem;
using ovhl::os::become_owner_of;
using ovhl::test::in_a_child;

namespace {

constexpr uid_t nobody = 65534, another = 12345;

// Which others may enter.
class place : public ovhl::test::temporary_directory {
 public:
  place() { REQUIRE(::chmod(path().c_str(), 0755) == 0); }
};

std::string became(const fs::path& directory) {
  const auto who = become_owner_of(directory);
  if (!who) return words(who.error());
  return who->value_or("(as before)");
}

std::string line_of(const char* file, const std::string& key) {
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);)
    if (line.starts_with(key)) return line;
  return "(none)";
}

bool root_only(const char* what) {
  if (::geteuid() == 0) return false;
  MESSAGE("skipped: only root can become somebody else: ", what);
  return true;
}

} // namespace

TEST_CASE("root becomes the owner of a directory for good, and keeps no group and no capability") {
  if (root_only("the owner")) return;
  const place f;
  const fs::path theirs = f.directory("theirs", 0755, nobody);
  CHECK(in_a_child([&] { return became(theirs); }) == "'nobody'");
  const auto after = [&](const std::function<std::string()>& look) {
    return in_a_child([&] {
      const std::array<gid_t, 2> groups{0, 4};
      ::setgroups(groups.size(), groups.data());
      return became(theirs) == "'nobody'" ? look() : std::string("not become");
    });
  };
  const auto status = [&](const std::string& key) {
    return after([&] { return line_of("/proc/self/status", key); });
  };
  CHECK(status("Uid:") == "Uid:\t65534\t65534\t65534\t65534");
  CHECK(status("Gid:") == "Gid:\t65534\t65534\t65534\t65534");
  CHECK(status("Groups:") == "Groups:\t ");
  for (const char* set : {"CapInh:", "CapPrm:", "CapEff:", "CapAmb:"})
    CHECK(status(set) == std::string(set) + "\t0000000000000000");
  CHECK(after([] { return std::string(::setuid(0) == 0 ? "root again" : "no"); }) == "no");
  CHECK(after([] { return std::to_string(::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0)); }) == "0");
}

TEST_CASE("capabilities that were to be kept are given up all the same") {
  if (root_only("capabilities")) return;
  const place f;
  const fs::path theirs = f.directory("theirs", 0755, nobody);
  CHECK(in_a_child([&] {
          ::prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0);
          const std::string who = became(theirs);
          return who + " " + line_of("/proc/self/status", "CapPrm:");
        }) == "'nobody' CapPrm:\t0000000000000000");
}

TEST_CASE("a user without a name is accepted, with the group of the directory") {
  if (root_only("a user without a name")) return;
  const place f;
  const fs::path theirs = f.directory("theirs", 0755, another);
  CHECK(in_a_child([&] {
          const std::string who = became(theirs);
          return who + " " + line_of("/proc/self/status", "Gid:");
        }) == "uid 12345 Gid:\t12345\t12345\t12345\t12345");
}

TEST_CASE("root stays root where the directory is its own or missing") {
  const place f;
  CHECK(in_a_child([&] { return became(f / "none"); }) == "(as before)");
  CHECK(in_a_child([&] { return became(f / "."); }) == "(as before)");
  CHECK(in_a_child([&] { return became("/dev/null"); }) == "(as before)");
}

TEST_CASE("root does not become whoever somebody else's link leads to") {
  if (root_only("links")) return;
  const place f;
  const fs::path theirs = f.directory("theirs", 0755, nobody);
  f.directory("ours", 0755, 0);
  fs::create_directory_symlink("../ours", theirs / "state");
  REQUIRE(::lchown((theirs / "state").c_str(), nobody, nobody) == 0);
  CHECK(in_a_child([&] { return became(theirs / "state"); }) ==
        (f / "ours").string() + ": another user can redirect this path: '" + theirs.string() +
            "' is not controlled by root alone; use a directory below directories that only root "
            "can change, or run the command as the user who owns these files");
}
