// Files that are no ledger, or cannot be used: each is refused in words that say what to do.
#include "ledger/sqlite/verify.hpp"
#include "support.hpp"
#include "support/child_process.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>

using namespace ovhl;
using namespace ovhl::ledger;
using namespace ovhl::ledger::testing;

namespace {

constexpr const char* aside = "; set 'ledger:' to another file, or move this one aside";
constexpr const char* evidence =
    "; keep it as evidence; 'ovh-licensed verify' shows how far it is intact; restore it from a "
    "backup, or move it aside with its -wal, -shm and .witness to begin a new one";

void exec(const fs::path& path, const char* sql) {
  SQLite::Database(path.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE).exec(sql);
}

} // namespace

TEST_CASE("a directory that does not exist is named, with who makes it") {
  const temporary_directory dir;
  const fs::path path = dir / "none/ledger.db";
  CHECK(refusal_of(path) ==
        fmt::format("{}: its directory does not exist; create the directory '{}' "
                    "(the unit's StateDirectory= does)",
                    path.string(), path.parent_path().string()));
  write_file(dir / "file", "");
  const fs::path below = dir / "file/ledger.db";
  CHECK(refusal_of(below) == fmt::format("{}: cannot be opened: Not a directory; '{}' is not a "
                                         "directory",
                                         below.string(), below.parent_path().string()));
}

TEST_CASE("a directory in its place is no ledger") {
  const temporary_directory dir;
  CHECK(refusal_of(dir.path()) ==
        dir.path().string() + ": cannot be opened: Is a directory; name a file, not a directory");
  CHECK(refusal_of("/dev/null") ==
        std::string("/dev/null: not an ovh-licensed ledger: it is not a file") + aside);
}

TEST_CASE("other files are no ledgers, and stay as they are") {
  const temporary_directory dir;
  const auto refused = [&](const char* name, const std::string& because) {
    const std::string before = file_text(dir / name);
    CHECK(refusal_of(dir / name) ==
          (dir / name).string() + ": not an ovh-licensed ledger: " + because + aside);
    const auto seen = verify(dir / name);
    REQUIRE(seen.has_value());
    CHECK(seen->flaw == "not an ovh-licensed ledger: " + because);
    CHECK("; " + seen->advice == aside);
    CHECK(file_text(dir / name) == before);
    CHECK(!fs::exists((dir / name).string() + ".lock"));
  };
  write_file(dir / "short", "SQLite");
  refused("short", "it is not an SQLite file");
  write_file(dir / "text", std::string(5000, 'x'));
  refused("text", "it is not an SQLite file");
  exec(dir / "other.db", "PRAGMA application_id = 5; CREATE TABLE records (x)");
  refused("other.db", "it is another program's database");
}

TEST_CASE("a database without a name of its own is no ledger either") {
  const temporary_directory dir;
  exec(dir / "other.db", "CREATE TABLE records (x)");
  const std::string before = file_text(dir / "other.db");
  CHECK(refusal_of(dir / "other.db") ==
        (dir / "other.db").string() +
            ": not an ovh-licensed ledger: it is another program's database" + aside);
  CHECK(file_text(dir / "other.db") == before);
}

TEST_CASE("a ledger of a newer version is left to that version") {
  const temporary_directory dir;
  const fs::path path = dir / "ledger.db";
  begin_ledger(path, 3);
  exec(path, "PRAGMA user_version = 7");
  const std::string before = file_text(path);
  const std::string expected = path.string() + ": written by a newer version (schema 7; this "
                                               "program knows 2); upgrade ovh-licensed";
  CHECK(refusal_of(path) == expected);
  CHECK(flaw(path) == "error: " + expected);
  CHECK(file_text(path) == before);
  std::vector<std::string> files;
  for (const auto& file : fs::directory_iterator(dir.path()))
    files.push_back(file.path().filename());
  std::ranges::sort(files);
  CHECK((files == std::vector<std::string>{"ledger.db", "ledger.db.lock"}));
}

TEST_CASE("a truncated ledger is damaged, wherever it ends") {
  const temporary_directory dir;
  const fs::path path = dir / "ledger.db";
  begin_ledger(path, 40);
  const std::string whole = file_text(path);
  for (std::size_t length = 2048; length < whole.size(); length += 2048) {
    write_file(path, std::string_view(whole).substr(0, length));
    const std::string refused = refusal_of(path);
    CHECK(refused.starts_with(path.string() + ": "));
    CHECK(refused.ends_with(evidence));
    const std::string found = flaw(path);
    CHECK(found != "(fits)");
  }
}

TEST_CASE("pages of garbage are damage, not records") {
  const temporary_directory dir;
  const fs::path path = dir / "ledger.db";
  begin_ledger(path, 40);
  const std::string whole = file_text(path);
  for (std::size_t page = 0; page < whole.size(); page += 2048) {
    std::string spoiled = whole;
    for (std::size_t i = page == 0 ? 100 : page; i < page + 2048; ++i)
      spoiled[i] = static_cast<char>(i * 7 + 3);
    write_file(path, spoiled);
    CHECK(flaw(path) != "(fits)");
    // The index alone may be lost without a record being so.
    const std::string refused = refusal_of(path);
    CHECK(
        (refused.ends_with(evidence) || flaw(path).starts_with("records intact, file damaged: ")));
  }
  write_file(path, whole);
  CHECK(flaw(path) == "(fits)");
}

TEST_CASE("a byte changed anywhere in the file is found, or changes nothing that is read") {
  const temporary_directory dir;
  const fs::path path = dir / "ledger.db";
  begin_ledger(path, 6);
  const std::string whole = file_text(path);
  const std::vector<record> before = all_of(path);
  int found = 0;
  for (std::size_t i = 0; i < whole.size(); i += 13) {
    std::string spoiled = whole;
    spoiled[i] = static_cast<char>(spoiled[i] ^ 0x15);
    write_file(path, spoiled);
    if (const std::string wrong = flaw(path); wrong != "(fits)") {
      // Of another version it cannot be said whether it fits.
      CHECK((!wrong.starts_with("error: ") || wrong.find("newer version") != std::string::npos));
      ++found;
      continue;
    }
    const std::vector<record> after = all_of(path);
    REQUIRE(after.size() == before.size());
    for (std::size_t r = 0; r < before.size(); ++r)
      CHECK(after[r].digest == before[r].digest);
  }
  CHECK(found > 100);
}

TEST_CASE("what may not be read or written is said, with what to allow") {
  const temporary_directory dir;
  const fs::path path = dir / "ledger.db";
  REQUIRE(::chmod(dir.path().c_str(), 0555) == 0);
  const std::string allow =
      fmt::format("; use sudo, or make '{}' writable for this user; a service needs it in "
                  "ReadWritePaths=",
                  dir.path().string());
  CHECK(test::without_privileges([&] { return refusal_of(path); }) ==
        path.string() + ".lock: cannot be opened: Permission denied" + allow);

  REQUIRE(::chmod(dir.path().c_str(), 0755) == 0);
  begin_ledger(path, 1);
  REQUIRE(::chmod(path.c_str(), 0000) == 0);
  CHECK(test::without_privileges([&] { return refusal_of(path); }) ==
        path.string() + ": cannot be opened: Permission denied" + allow);
  CHECK(test::without_privileges([&] { return flaw(path); }) ==
        "error: " + path.string() + ": cannot be opened: Permission denied" + allow);
}

TEST_CASE("a copy in a directory where nothing can be written is verified all the same") {
  const temporary_directory dir;
  const fs::path path = dir / "led%ger?.db";
  begin_ledger(path, 5);
  REQUIRE(::chmod(path.c_str(), 0444) == 0);
  REQUIRE(::chmod(dir.path().c_str(), 0555) == 0);
  CHECK(test::without_privileges([&] { return flaw(path); }) == "(fits)");
  REQUIRE(::chmod(dir.path().c_str(), 0755) == 0);
}

TEST_CASE(
    "there is nothing to verify where there is no file, and nothing wrong with an empty one") {
  const temporary_directory dir;
  const fs::path path = dir / "ledger.db";
  CHECK(flaw(path) ==
        fmt::format("error: {}: there is no ledger; 'ovh-licensed run' or 'apply' creates it",
                    path.string()));
  write_file(path, "");
  CHECK(flaw(path) == "(fits)");
}
