// A ledger whose files are moved or deleted while it is open: nothing is appended to them.
#include "fleet.hpp"
#include "support.hpp"

#include <fmt/format.h>

#include <functional>

using namespace ovhl;
using namespace ovhl::ledger;
using namespace ovhl::ledger::testing;

namespace {

void move_all(const fs::path& from, const fs::path& to) {
  fs::create_directories(to);
  for (const auto& file : fs::directory_iterator(from))
    if (file.is_regular_file()) fs::rename(file.path(), to / file.path().filename());
}

// What is done to the files of an open ledger, and which of them is then reported.
struct mishap {
  const char* what;
  const char* missed;
  std::function<void(const fs::path&)> happen;
};
const std::vector<mishap> mishaps{
    {"all are moved", "",
     [](const fs::path& p) { move_all(p.parent_path(), p.parent_path() / "aside"); }},
    {"the ledger is moved", "",
     [](const fs::path& p) { fs::rename(p, p.parent_path() / "aside"); }},
    {"the ledger is deleted", "", [](const fs::path& p) { fs::remove(p); }},
    {"the ledger is cut in place", "", [](const fs::path& p) { fs::resize_file(p, 0); }},
    {"a copy is put in its place", "",
     [](const fs::path& p) {
       fs::copy_file(p, p.parent_path() / "copy");
       fs::rename(p.parent_path() / "copy", p);
     }},
    {"an empty file is put in its place", "",
     [](const fs::path& p) {
       fs::remove(p);
       write_file(p, "");
     }},
    {"the log is deleted", "-wal", [](const fs::path& p) { fs::remove(beside(p, "-wal")); }},
    {"another log is put in its place", "-wal",
     [](const fs::path& p) {
       fs::remove(beside(p, "-wal"));
       write_file(beside(p, "-wal"), "");
     }},
    {"what readers share is deleted", "-shm",
     [](const fs::path& p) { fs::remove(beside(p, "-shm")); }},
    {"the lock file is deleted", ".lock",
     [](const fs::path& p) { fs::remove(beside(p, ".lock")); }},
};

licensing::correction a_correction() {
  licensing::correction c;
  c.which = {here, 1074};
  c.action = licensing::action::set_license;
  c.to = "windows 2019 Standard";
  return c;
}

constexpr std::array<store::durability, 2> both{store::durability::written,
                                                store::durability::on_disk};

} // namespace

TEST_CASE("nothing is appended to a file that is no longer at its path") {
  for (const mishap& m : mishaps) {
    CAPTURE(m.what);
    const temporary_directory dir;
    const fs::path path = dir / "ledger.db";
    store file = opened(path);
    REQUIRE(file.append(new_records(3), store::durability::on_disk).has_value());
    m.happen(path);
    const std::string refused = fmt::format(
        "{0}: '{0}{1}' was moved, deleted or replaced while it was in use; put it back; the next "
        "poll opens and checks the ledger again, and nothing is corrected until then",
        path.string(), m.missed);
    for (const auto how : both)
      CHECK(why(file.append(new_records(1), how)) == refused);
    CHECK(append_poll(file, {}, at(1)).has_error());
    CHECK(file.head().records == 3);
    CHECK_FALSE(file.in_place());
  }
}

TEST_CASE("files that were put back do not make good what may have been written meanwhile") {
  const temporary_directory dir;
  const fs::path path = dir / "ledger.db";
  store file = opened(path);
  REQUIRE(file.append(new_records(3), store::durability::written).has_value());
  move_all(dir.path(), dir / "aside");
  CHECK_FALSE(file.in_place());
  move_all(dir / "aside", dir.path());
  CHECK_FALSE(file.in_place());
}

TEST_CASE("a ledger that was moved takes along what lived in its log alone") {
  const temporary_directory dir;
  const fs::path path = dir / "ledger.db";
  {
    store file = opened(path);
    REQUIRE(file.append(new_records(3), store::durability::written).has_value());
    fs::rename(path, dir / "aside.db");
    CHECK_FALSE(file.in_place());
  }
  CHECK(all_of(dir / "aside.db").size() == 3);
  CHECK(flaw(dir / "aside.db") == "(fits)");
}

TEST_CASE("a log that was deleted while it was in use loses nothing") {
  const temporary_directory dir;
  const fs::path path = dir / "ledger.db";
  {
    store file = opened(path);
    REQUIRE(file.append(new_records(3), store::durability::written).has_value());
    fs::remove(beside(path, "-wal"));
    write_file(beside(path, "-wal"), "of somebody else");
    CHECK_FALSE(file.in_place());
  }
  CHECK(file_text(beside(path, "-wal")) == "of somebody else");
  fs::remove(beside(path, "-wal"));
  CHECK(opened(path).head().records == 3);
}

TEST_CASE("removing the lock file lets no second writer in") {
  const temporary_directory dir;
  const fs::path path = dir / "ledger.db";
  store file = opened(path);
  fs::remove(beside(path, ".lock"));
  const auto second = store::open(path, {"ovh-licensed apply", 99, start}, [](const record&) {});
  REQUIRE(second.has_error());
  CHECK(second.error().held);
  CHECK(words(second.error().why) ==
        path.string() + ": the ledger is in use by another process, whose lock file was removed; "
                        "stop that process, or try again once it has ended");
  CHECK_FALSE(file.in_place());
}

TEST_CASE("a ledger that was left is opened again where it is the same, with what waits") {
  const temporary_directory dir;
  const fs::path path = dir / "ledger.db";
  const writer by{"run", "ovh-licensed", 1, "1.2.3"};
  std::optional<left_over> left;
  {
    keeper d(path, 0);
    REQUIRE(d.book->intents(std::vector{licensing::intent{a_correction(), {}, "aa"}}, at(1))
                .has_value());
    move_all(dir.path(), dir / "aside");
    d.book->note(2, a_correction(), licensing::followed{7, licensing::trace_state_of({"done"}), {}},
                 at(2));
    CHECK(d.book->unwritten());
    CHECK_FALSE(d.book->in_place());
    left = d.book->leave();
  }
  CHECK(left->last.record == 2);
  CHECK(left->waiting.size() == 1);
  const auto refused = [&] {
    const auto again = waited_chronicle::open(path, by, at(3), left);
    return again ? "(opened)" : words(again.error().why);
  };
  const std::string restore =
      fmt::format("; put it back or restore it from a backup; to continue without the missing "
                  "records, move '{}.witness' aside and restart ovh-licensed",
                  path.string());
  const std::string nothing = path.string() + ": its records are missing: it had reached record 2";
  CHECK(refused() == nothing + restore);
  CHECK_FALSE(fs::exists(path));
  write_file(path, "");
  CHECK(refused() == nothing + restore);
  fs::remove(path);
  begin_ledger(path, 1);
  CHECK(refused() ==
        path.string() +
            ": the last records are missing: it had reached record 2, but ends with record 1" +
            restore);
  fs::remove(path);
  begin_ledger(path, 2);
  CHECK(refused().starts_with(path.string() +
                              ": record 2 was replaced: it was recorded with digest " +
                              left->last.digest + ", but now has digest "));
  fs::remove(path);
  move_all(dir / "aside", dir.path());
  const auto again = waited_chronicle::open(path, by, at(3), left);
  REQUIRE(again.has_value());
  const auto records = all_of(path);
  REQUIRE(records.size() == 4);
  CHECK(records[2].kind == kind::task);
  CHECK(records[2].about == 2);
  CHECK(records[3].kind == kind::started);
  CHECK_FALSE((*again)->unwritten());
}
