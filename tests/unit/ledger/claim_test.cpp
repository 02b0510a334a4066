// Asking a daemon for its ledger: one process at a time, by name, as long as it lives.
#include "ledger/sqlite/claim.hpp"
#include "support.hpp"
#include "support/child_process.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <filesystem>

using namespace ovhl::ledger;
using namespace ovhl::ledger::testing;
namespace fs = std::filesystem;

namespace {

const holder alices{"ovh-licensed apply", 99, {}, false};

} // namespace

TEST_CASE("a claim asks for the ledger as long as it lives, with a person's name") {
  const temporary_directory dir;
  const fs::path path = dir / "ledger.db";
  CHECK(!claimed_by(path));
  {
    const auto mine = claim::lay(path, alices, "alice");
    REQUIRE(mine.has_value());
    CHECK(claimed_by(path) == "alice");
  }
  CHECK(!claimed_by(path));
  CHECK(fs::exists(claim_file(path))); // which says nothing
}

TEST_CASE("only one can ask, and looking who does hinders nobody") {
  const temporary_directory dir;
  const fs::path path = dir / "ledger.db";
  auto first = std::make_optional(claim::lay(path, alices, "alice"));
  REQUIRE(first->has_value());
  const auto second = claim::lay(path, {"ovh-licensed apply", 100, {}, false}, "bob");
  REQUIRE_FALSE(second.has_value());
  CHECK(second.error().held);
  CHECK(second.error().why.message ==
        "the ledger is in use by ovh-licensed apply (process 99, since 1970-01-01T00:00:00Z)");
  CHECK(claimed_by(path) == "alice");
  first.reset();
  CHECK(claim::lay(path, alices, "carol").has_value());
}

TEST_CASE("the claim of a process that is killed is gone") {
  const temporary_directory dir;
  const fs::path path = dir / "ledger.db";
  ovhl::test::child_process apply([&](const auto& say) {
    const auto mine = claim::lay(path, alices, "alice");
    say(mine ? "1" : "0");
  });
  CHECK(apply.heard() == "1");
  CHECK(claimed_by(path) == "alice");
  apply.kill();
  CHECK(!claimed_by(path));
}

TEST_CASE("a name is made printable") {
  const temporary_directory dir;
  const fs::path path = dir / "ledger.db";
  const auto mine = claim::lay(path, alices, "al\nice\x1b[31m" + std::string(200, 'x'));
  REQUIRE(mine.has_value());
  const std::string name = claimed_by(path).value_or("");
  CHECK(name.starts_with("al\\x0aice\\x1b[31mxxx"));
  CHECK(name.size() < 100);
}

TEST_CASE("a link in the place of the claim's file is not followed") {
  const temporary_directory dir;
  const fs::path path = dir / "ledger.db";
  fs::create_symlink(dir / "precious", claim_file(path));
  const auto mine = claim::lay(path, alices, "alice");
  REQUIRE_FALSE(mine.has_value());
  CHECK_FALSE(mine.error().held);
  CHECK(mine.error().why.message == "is a link; the ledger's files must be regular files");
  CHECK(!fs::exists(dir / "precious"));
  CHECK(!claimed_by(path));
}

TEST_CASE("a user who may only read the file cannot ask") {
  const temporary_directory dir;
  const fs::path path = dir / "ledger.db";
  {
    const auto made = claim::lay(path, alices, "alice");
  }
  const int reader = ::open(claim_file(path).c_str(), O_RDONLY | O_CLOEXEC);
  REQUIRE(reader >= 0);
  struct flock all{};
  all.l_type = F_RDLCK;
  CHECK(::fcntl(reader, F_OFD_SETLK, &all) == 0);
  CHECK(!claimed_by(path));
  ::close(reader);
}

TEST_CASE("a holder that yields says so to those it keeps out, and another does not") {
  const temporary_directory dir;
  for (const bool yields : {true, false}) {
    const fs::path path = dir / (yields ? "a.db" : "b.db");
    const auto mine = store::open(path, {"ovh-licensed run", 1, {}, yields}, [](const record&) {});
    REQUIRE(mine.has_value());
    const auto other = store::open(path, alices, [](const record&) {});
    REQUIRE_FALSE(other.has_value());
    CHECK(other.error().held);
    CHECK(other.error().yields == yields);
    CHECK(file_text(path.string() + ".lock") ==
          std::string("ovh-licensed run (process 1, since 1970-01-01T00:00:00Z)\n") +
              (yields ? "yields when asked\n" : ""));
  }
}
