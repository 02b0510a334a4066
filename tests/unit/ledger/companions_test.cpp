// Files that somebody put beside the ledger are neither followed, nor written, nor deleted.
#include "ledger/sqlite/own_file.hpp"
#include "ledger/sqlite/verify.hpp"
#include "support.hpp"
#include "support/child_process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

using namespace ovhl;
using namespace ovhl::ledger;
using namespace ovhl::ledger::testing;

namespace {

constexpr uid_t nobody = 65534;
constexpr const char* aside =
    "; find out who put it there and move it aside; then run 'ovh-licensed verify'";

// As SQLite writes one that belongs to a transaction over several databases.
std::string journal_naming(const std::string& another) {
  const auto number = [](std::uint32_t n) {
    return std::string{static_cast<char>(n >> 24U), static_cast<char>(n >> 16U),
                       static_cast<char>(n >> 8U), static_cast<char>(n)};
  };
  const std::string magic = "\xd9\xd5\x05\xf9\x20\xa1\x63\xd7";
  std::string journal = magic + number(0) + number(1) + number(1) + number(512) + number(2048);
  journal.resize(512, '\0');
  std::uint32_t sum = 0;
  for (const char c : another)
    sum += static_cast<unsigned char>(c);
  return journal + number(2048U * 2048U) + another +
         number(static_cast<std::uint32_t>(another.size())) + number(sum) + magic;
}

} // namespace

TEST_CASE(
    "a link in the place of one of the ledger's files is refused, and what it leads to stays") {
  for (const char* ending : {"", ".lock", "-wal", "-shm", "-journal"}) {
    CAPTURE(ending);
    const temporary_directory dir;
    const fs::path path = dir / "ledger.db";
    begin_ledger(dir / "elsewhere.db", 1);
    const std::string precious = file_text(dir / "elsewhere.db");
    const std::string at = path.string() + ending;
    fs::create_symlink("elsewhere.db", at);
    CHECK(refusal_of(path) == at + ": is a link; the ledger's files must be regular files" + aside);
    CHECK(file_text(dir / "elsewhere.db") == precious);
    CHECK(fs::is_symlink(at));
  }
}

TEST_CASE("a file with a second name is refused") {
  const temporary_directory dir;
  const fs::path path = dir / "ledger.db";
  write_file(dir / "precious", "precious");
  fs::create_hard_link(dir / "precious", path.string() + ".lock");
  CHECK(refusal_of(path) == path.string() + ".lock: has a second name (a hard link)" + aside);
  CHECK(file_text(dir / "precious") == "precious");
}

TEST_CASE("a pipe in the place of a file is refused at once") {
  const temporary_directory dir;
  const fs::path path = dir / "ledger.db";
  REQUIRE(::mkfifo((path.string() + ".lock").c_str(), 0600) == 0);
  CHECK(refusal_of(path) == path.string() + ".lock: is not a regular file" + aside);
  CHECK(!open_own_file(path.string() + ".lock").has_value());
}

TEST_CASE("opening a file of the ledger's follows no link, even one that was just put there") {
  const temporary_directory dir;
  write_file(dir / "precious", "precious");
  fs::create_symlink("precious", dir / "link");
  fs::create_symlink("nowhere", dir / "to nowhere");
  for (const char* name : {"link", "to nowhere"}) {
    const auto opened = open_own_file(dir / name);
    REQUIRE_FALSE(opened.has_value());
    CHECK(words(opened.error()) ==
          (dir / name).string() + ": is a link; the ledger's files must be regular files" + aside);
  }
  CHECK(!fs::exists(dir / "nowhere"));
}

TEST_CASE("a file of somebody else's is refused") {
  if (::geteuid() != 0) {
    MESSAGE("skipped: only root can give files away");
    return;
  }
  for (const char* ending : {"", ".lock", "-wal", "-shm"}) {
    CAPTURE(ending);
    const temporary_directory dir;
    const fs::path path = dir / "ledger.db";
    const std::string at = path.string() + ending;
    write_file(at, "");
    REQUIRE(::chown(at.c_str(), nobody, nobody) == 0);
    CHECK(refusal_of(path) == at + ": belongs to 'nobody'" + aside);
  }
}

TEST_CASE("a journal beside a ledger is nobody's: it is refused, and what it names stays") {
  const temporary_directory dir;
  const fs::path path = dir / "ledger.db";
  begin_ledger(path, 3);
  write_file(dir / "precious", "precious");
  const std::string journal = journal_naming((dir / "precious").string());
  write_file(path.string() + "-journal", journal);
  const std::string said =
      path.string() + "-journal: is an SQLite journal that the ledger did not create" + aside;
  CHECK(refusal_of(path) == said);
  CHECK(flaw(path) == "error: " + said);
  const auto readable = read(path, [](const record&) {});
  CHECK(words(readable.error()) == said);
  CHECK(file_text(dir / "precious") == "precious");
  CHECK(file_text(path.string() + "-journal") == journal);
}

TEST_CASE("a journal that names another is refused where the ledger is only about to begin, too") {
  const temporary_directory dir;
  const fs::path path = dir / "ledger.db";
  SQLite::Database(path.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE)
      .exec("PRAGMA user_version = 2; PRAGMA application_id = 1870030924");
  write_file(dir / "precious", "precious");
  write_file(path.string() + "-journal", journal_naming((dir / "precious").string()));
  CHECK(refusal_of(path) ==
        path.string() + "-journal: is an SQLite journal that the ledger did not create" + aside);
  CHECK(file_text(dir / "precious") == "precious");
}

TEST_CASE("root opens no ledger where others may put files: it has to become the owner first") {
  if (::geteuid() != 0) {
    MESSAGE("skipped: it is about root");
    return;
  }
  const temporary_directory dir;
  const fs::path path = dir / "ledger.db";
  REQUIRE(::chmod(dir.path().c_str(), 0775) == 0);
  CHECK(refusal_of(path) == dir.path().string() +
                                ": users other than root may write to the ledger's directory; keep "
                                "it in a directory that only its owner may write to");
  REQUIRE(::chmod(dir.path().c_str(), 0755) == 0);
  REQUIRE(::chown(dir.path().c_str(), nobody, nobody) == 0);
  const std::string said =
      dir.path().string() +
      ": root does not use a directory that other users can change; run the command as 'nobody'";
  CHECK(refusal_of(path) == said);
  CHECK(fs::is_empty(dir.path()));
  write_file(path, "");
  CHECK(flaw(path) == "error: " + said);
}
