// Root at work where somebody else may write: what lies there leads it nowhere.
#include "stage.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

using namespace ovhl::test;
namespace fs = std::filesystem;

namespace {

constexpr uid_t nobody = 65534;

// The ledger stands in a directory of nobody's, and files that only root may read lead there.
struct theirs : stage {
  theirs() {
    REQUIRE(::chmod(path("").c_str(), 0755) == 0);
    fs::create_directory(path("state"));
    REQUIRE(::chown(path("state").c_str(), nobody, nobody) == 0);
    configuration c;
    c.ledger = "state/ledger.db";
    configure(c);
    write("policy.yaml", policy_that("enforce"), 0600);
    write("precious", "precious", 0600);
  }
  uid_t owner_of(const char* name) const {
    struct stat facts{};
    REQUIRE(::lstat(path(name).c_str(), &facts) == 0);
    return facts.st_uid;
  }
};

bool is_root() {
  if (::geteuid() == 0) return true;
  MESSAGE("skipped: it is about root");
  return false;
}

} // namespace

TEST_CASE("root's apply becomes the owner of the ledger's directory, after it read what root may") {
  if (!is_root()) return;
  theirs s;
  REQUIRE(s.run({"plan", "--out", "plan.json"}).status == 2);
  REQUIRE(::chmod(s.path("plan.json").c_str(), 0600) == 0);
  const outcome o = s.run({"apply", "--plan", "plan.json", "--yes"});
  CHECK(o.status == 0);
  CHECK(o.err == "Continuing as 'nobody', who owns state.\n");
  CHECK(o.out.ends_with("\n1 declared, 1 replaced, 1 removed.\n"));
  for (const char* name : {"state/ledger.db", "state/ledger.db.lock"})
    CHECK(s.owner_of(name) == nobody);
  CHECK(s.run({"verify"}).status == 0);
}

TEST_CASE("a link that nobody put in the place of root's lock is not followed") {
  if (!is_root()) return;
  theirs s;
  fs::create_symlink(s.path("precious"), s.path("state/ledger.db.lock"));
  REQUIRE(::lchown(s.path("state/ledger.db.lock").c_str(), nobody, nobody) == 0);
  const outcome o = s.run({"apply", "--yes"});
  CHECK(o.status == 1);
  CHECK(
      contains(o.err, "state/ledger.db.lock: is a link; the ledger's files must be regular files"));
  CHECK(s.content("precious") == "precious");
  CHECK(s.posts().empty());
}

TEST_CASE("root does not go where a link of somebody else's leads") {
  if (!is_root()) return;
  theirs s;
  fs::create_directory_symlink(s.path(""), s.path("state/up"));
  REQUIRE(::lchown(s.path("state/up").c_str(), nobody, nobody) == 0);
  configuration c;
  c.ledger = "state/up/ledger.db";
  s.configure(c);
  for (const char* command : {"apply", "run", "verify"}) {
    CAPTURE(command);
    std::vector<std::string> arguments{command};
    if (arguments.front() == "apply") arguments.emplace_back("--yes");
    const outcome o = s.run(arguments);
    CHECK(o.status == (arguments.front() == "verify" ? 3 : 1));
    CHECK(contains(o.err, "another user can redirect this path: '"));
  }
  const outcome o = s.run({"plan", "--out", "state/up/plan.json"});
  CHECK(o.status == 1);
  CHECK(contains(o.err, "root does not write here: another user can redirect this path"));
  CHECK_FALSE(fs::exists(s.path("plan.json")));
  CHECK_FALSE(fs::exists(s.path("ledger.db")));
}

TEST_CASE("a daemon that root starts on the ledger of somebody else goes on as that user") {
  if (!is_root()) return;
  theirs s;
  configuration c;
  c.ledger = "state/ledger.db";
  c.status = "{file: state/status.json, prometheus: state/metrics.prom}";
  s.configure(c);
  process& daemon = s.start(s.command({"run"}));
  daemon.wait_for_line("continuing as 'nobody', who owns state");
  daemon.wait_until("its status", [&] { return fs::exists(s.path("state/status.json")); });
  CHECK(s.owner_of("state/status.json") == nobody);
  daemon.signal(SIGTERM);
  CHECK(daemon.wait_for_end().status == 0);
}
