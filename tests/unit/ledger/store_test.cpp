// The ledger's file keeps what is appended, by one writer at a time, through crashes and full
// disks.
#include "ledger/chain.hpp"
#include "ledger/sqlite/verify.hpp"
#include "support.hpp"
#include "support/child_process.hpp"
#include "support/small_disk.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/syscall.h>

using namespace ovhl;
using namespace ovhl::ledger;
using namespace ovhl::ledger::testing;

namespace {

int syncs = 0; // that anybody asked for

struct stat facts(const fs::path& path) {
  struct stat about{};
  REQUIRE(::stat(path.c_str(), &about) == 0);
  return about;
}

} // namespace

// In the place of the C library's.
extern "C" int fsync(int fd) {
  ++syncs;
  return static_cast<int>(::syscall(SYS_fsync, fd));
}
extern "C" int fdatasync(int fd) {
  ++syncs;
  return static_cast<int>(::syscall(SYS_fdatasync, fd));
}

TEST_CASE("a new ledger is made where there is none, and where an empty file is") {
  const temporary_directory dir;
  write_file(dir / "empty.db", "");
  for (const char* name : {"new.db", "empty.db"}) {
    std::vector<record> records;
    const store file = opened(dir / name, &records);
    CHECK(records.empty());
    CHECK((file.head() == head{0, no_digest, std::nullopt, 0}));
    CHECK(flaw(dir / name) == "(fits)");
  }
}

TEST_CASE("its files are for the user and the group, whatever the umask is") {
  const temporary_directory dir;
  const mode_t before = ::umask(0077);
  store file = opened(dir / "ledger.db");
  REQUIRE(file.append(new_records(1), store::durability::on_disk).has_value());
  ::umask(before);
  for (const char* name :
       {"ledger.db", "ledger.db.lock", "ledger.db-wal", "ledger.db-shm", "ledger.db.witness"})
    CHECK((facts(dir / name).st_mode & 07777U) == 0640U);
}

TEST_CASE("what is appended is there when it is opened again, chained") {
  const temporary_directory dir;
  const fs::path path = dir / "ledger.db";
  std::vector<record> written;
  head last;
  {
    store file = opened(path);
    for (int i = 0; i < 3; ++i) {
      auto more = file.append(new_records(i + 1), store::durability::written);
      REQUIRE(more.has_value());
      written.insert(written.end(), more->begin(), more->end());
    }
    last = file.head();
  }
  REQUIRE(written.size() == 6);
  CHECK(last.records == 6);
  CHECK(last.digest == written.back().digest);
  std::string previous = no_digest;
  for (const record& r : written) {
    CHECK(r.previous == previous);
    CHECK(r.digest == digest_of(r.number, r, previous));
    previous = r.digest;
  }
  std::vector<record> read;
  CHECK((opened(path, &read).head() == last));
  REQUIRE(read.size() == 6);
  for (std::size_t i = 0; i < 6; ++i) {
    CHECK((static_cast<const new_record&>(read[i]) == static_cast<const new_record&>(written[i])));
    CHECK(read[i].number == static_cast<std::int64_t>(i) + 1);
    CHECK(read[i].digest == written[i].digest);
  }
}

TEST_CASE("texts of any bytes stand there as they are") {
  const temporary_directory dir;
  const fs::path path = dir / "ledger.db";
  new_record odd = a_record(1, std::string("a\0b\xFF'\"\n", 7));
  odd.where = {"näme", std::string("\0", 1), -5};
  odd.at = instant(std::chrono::seconds(-7));
  REQUIRE(opened(path).append(std::vector{odd}, store::durability::written).has_value());
  CHECK((static_cast<const new_record&>(all_of(path).at(0)) == odd));
  CHECK(flaw(path) == "(fits)");
}

TEST_CASE("a poll's time stands in the head, with and without records") {
  const temporary_directory dir;
  const fs::path path = dir / "ledger.db";
  {
    store file = opened(path);
    REQUIRE(append_poll(file, {}, at(5)).has_value());
    REQUIRE(append_poll(file, new_records(2), at(10)).has_value());
    REQUIRE(append_poll(file, new_records(3), at(15)).has_value());
    CHECK(file.head().polls == 3);
  }
  const store file = opened(path);
  CHECK((file.head().polled_at == at(15)));
  CHECK(file.head().polls == 3);
  CHECK(file.head().records == 5);
}

TEST_CASE("what must be on disk is synced before append returns, other records are not") {
  const temporary_directory dir;
  store file = opened(dir / "ledger.db");
  REQUIRE(file.append(new_records(1), store::durability::written).has_value());
  syncs = 0;
  REQUIRE(file.append(new_records(1), store::durability::written).has_value());
  REQUIRE(append_poll(file, {}, at(1)).has_value());
  CHECK(syncs == 0);
  REQUIRE(file.append(new_records(1), store::durability::on_disk).has_value());
  CHECK(syncs == 3); // the records; the witness; the directory that it was moved in
  REQUIRE(file.append(new_records(1), store::durability::written).has_value());
  CHECK(syncs == 3);
}

TEST_CASE("a second writer is refused with the name of the first") {
  const temporary_directory dir;
  const fs::path path = dir / "ledger.db";
  {
    const store first = opened(path);
    const auto second = store::open(path, {"ovh-licensed apply", 99, start}, [](const record&) {});
    REQUIRE(second.has_error());
    CHECK(second.error().held);
    CHECK(words(second.error().why) ==
          path.string() + ": the ledger is in use by ovh-licensed run (process 1234, since "
                          "2027-01-15T08:00:00Z); stop the service first: systemctl stop "
                          "ovh-licensed");
  }
  const store first = opened(path, nullptr, {"ovh-licensed apply", 99, start});
  CHECK(refusal_of(path) == path.string() +
                                ": the ledger is in use by ovh-licensed apply (process 99, since "
                                "2027-01-15T08:00:00Z); try again once it has ended");
  write_file(dir / "ledger.db.lock", "");
  CHECK(refusal_of(path) ==
        path.string() + ": the ledger is in use by another process; try again once it has ended");
}

TEST_CASE("a killed writer leaves a ledger that fits and no lock") {
  const temporary_directory dir;
  const fs::path path = dir / "ledger.db";
  test::child_process writer([&](const auto& say) {
    store file = opened(path);
    REQUIRE(file.append(new_records(5), store::durability::written).has_value());
    say(refusal_of(path).substr(path.string().size(), 25));
  });
  CHECK(writer.heard() == ": the ledger is in use by");
  CHECK(refusal_of(path) != "(opened)");
  CHECK(flaw(path) == "(fits)");
  writer.kill();
  std::vector<record> records;
  store file = opened(path, &records);
  CHECK(records.size() == 5);
  CHECK(file.append(new_records(1), store::durability::on_disk).has_value());
  CHECK(flaw(path) == "(fits)");
}

TEST_CASE("it can be read and verified beside its writer") {
  const temporary_directory dir;
  const fs::path path = dir / "ledger.db";
  store file = opened(path);
  for (int i = 1; i <= 3; ++i) {
    REQUIRE(file.append(new_records(2), store::durability::written).has_value());
    std::vector<std::int64_t> told;
    const auto seen = verify(path, [&](std::int64_t done, std::int64_t of) {
      CHECK(of == 2 * i);
      told.push_back(done);
    });
    REQUIRE(seen.has_value());
    CHECK(!seen->flaw);
    CHECK(seen->records == 2 * i);
    CHECK(seen->digest == file.head().digest);
    CHECK(told.size() == static_cast<std::size_t>(2 * i));
    CHECK(all_of(path).size() == static_cast<std::size_t>(2 * i));
  }
}

TEST_CASE("on a full disk nothing is appended, and when there is room again it is") {
  const temporary_directory dir;
  const fs::path path = dir / "ledger.db";
  const std::vector<new_record> much(200, a_record(1, std::string(1000, 'x')));
  {
    store file = opened(path);
    REQUIRE(file.append(new_records(3), store::durability::written).has_value());
    const head before = file.head();
    {
      const test::small_disk full(40'000);
      for (const auto how : {store::durability::written, store::durability::on_disk})
        CHECK(why(file.append(much, how)) ==
              path.string() + ": cannot be written: disk I/O error; check its file system and the "
                              "free space on it");
      CHECK((file.head() == before));
      CHECK(file.append(new_records(1), store::durability::written).has_value());
    }
    CHECK(why(file.append(much, store::durability::on_disk)) == "(appended)");
    CHECK(file.head().records == 204);
  }
  CHECK(flaw(path) == "(fits)");
  CHECK(opened(path).head().records == 204);
}

TEST_CASE("a ledger that cannot be begun for want of room is begun when there is some") {
  const temporary_directory dir;
  const fs::path path = dir / "ledger.db";
  for (const rlim_t room : {0U, 1'000U, 3'000U, 5'000U}) {
    const test::small_disk full(room);
    CHECK(refusal_of(path) != "(opened)");
  }
  CHECK(refusal_of(path) == "(opened)");
}

TEST_CASE("what another program wrote to it meanwhile is not appended to") {
  const temporary_directory dir;
  const fs::path path = dir / "ledger.db";
  store file = opened(path);
  REQUIRE(file.append(new_records(3), store::durability::written).has_value());
  SQLite::Database(path.string(), SQLite::OPEN_READWRITE).exec("UPDATE head SET records = 2");
  CHECK(why(file.append(new_records(1), store::durability::written)) ==
        path.string() +
            ": another program wrote to it; stop that program, then run 'ovh-licensed verify'");
  CHECK(all_of(path).size() == 3);
}
