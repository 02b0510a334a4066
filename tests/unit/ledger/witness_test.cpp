// The witness beside the ledger reveals synced records that were lost, and nothing else.
#include "fleet.hpp"
#include "ledger/sqlite/verify.hpp"
#include "ledger/sqlite/witness_file.hpp"
#include "support.hpp"
#include "support/child_process.hpp"
#include "support/waited_chronicle.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

using namespace ovhl;
using namespace ovhl::ledger;
using namespace ovhl::ledger::testing;

namespace {

const std::vector<licensing::intent> intents = [] {
  licensing::correction c;
  c.which = {here, 1074};
  c.action = licensing::action::set_license;
  c.to = "windows 2019 Standard";
  return std::vector{licensing::intent{c, {}, "aa"}};
}();

std::optional<witness> said(const fs::path& ledger) { return read_witness(ledger).seen; }

witness end_of(const fs::path& ledger) {
  const record last = all_of(ledger).back();
  return {last.number, last.digest};
}

std::string restore(const fs::path& path) {
  return fmt::format("; put it back or restore it from a backup; to continue without the missing "
                     "records, move '{}.witness' aside and restart ovh-licensed",
                     path.string());
}

// So many synced records that are only in the log, as a killed writer leaves them.
void killed(const fs::path& path, int synced, int more = 0) {
  test::child_process writer([&](const auto& say) {
    store file = opened(path);
    REQUIRE(file.append(new_records(synced), store::durability::on_disk).has_value());
    if (more > 0) REQUIRE(file.append(new_records(more), store::durability::written).has_value());
    say("written");
  });
}

} // namespace

TEST_CASE("a witness is four lines, sealed by the SHA-256 of the first three") {
  const witness w{746, std::string(64, 'c')};
  const std::string written = text(w);
  CHECK(written == "ovh-licensed witness\nrecord 746\ndigest " + std::string(64, 'c') +
                       "\nseal "
                       "42fff85863609ce1eb18c2b14c4bbff80a68f0ec8875dd8d58f1f41e5f36bb04\n");
  CHECK((parse_witness(written) == w));
  for (std::size_t i = 0; i < written.size(); ++i) {
    std::string spoiled = written;
    spoiled[i] = static_cast<char>(spoiled[i] ^ 1);
    CHECK_FALSE(parse_witness(spoiled).has_value());
    CHECK_FALSE(parse_witness(written.substr(0, i)).has_value());
  }
  CHECK_FALSE(parse_witness(written + "\n").has_value());
}

TEST_CASE("the witness says what is on disk, and not what is only written") {
  const temporary_directory dir;
  const fs::path path = dir / "ledger.db";
  store file = opened(path);
  CHECK_FALSE(said(path));
  REQUIRE(file.append(new_records(2), store::durability::written).has_value());
  CHECK_FALSE(said(path));
  REQUIRE(file.append(new_records(1), store::durability::on_disk).has_value());
  CHECK((said(path) == end_of(path)));
  CHECK((file.witnessed() == end_of(path)));
  REQUIRE(file.append(new_records(4), store::durability::written).has_value());
  CHECK(said(path)->record == 3);
  REQUIRE(file.settle().has_value());
  CHECK(said(path)->record == 7);
  CHECK(file.settled());
}

TEST_CASE("what a poll or a correction recorded stands in the file itself, with its witness") {
  const temporary_directory dir;
  const fs::path path = dir / "ledger.db";
  keeper d(path, 0);
  const auto stands_in_the_file = [&] {
    fs::copy_file(path, dir / "copy.db", fs::copy_options::overwrite_existing);
    return all_of(dir / "copy.db").size() == all_of(path).size() && said(path) == end_of(path);
  };
  CHECK(stands_in_the_file());
  d.sees(1, {a_datacenter({a_vm(1)})});
  CHECK(stands_in_the_file());
  const auto numbers = d.book->intents(intents, at(2));
  REQUIRE(numbers.has_value());
  CHECK((said(path) == end_of(path)));
  d.book->note(numbers->at(0), intents[0].what,
               licensing::followed{7, licensing::trace_state_of({"done"}), {}}, at(3));
  d.book->note(numbers->at(0), intents[0].what, licensing::ending(), at(4));
  CHECK(stands_in_the_file());
  REQUIRE(d.book->stop(at(5)).has_value());
  CHECK(stands_in_the_file());
}

TEST_CASE("a quiet poll leaves file and witness as they are") {
  const temporary_directory dir;
  const fs::path path = dir / "ledger.db";
  keeper d(path, 0);
  d.sees(1, {a_datacenter({a_vm(1)})});
  const std::string before = file_text(path);
  struct stat first{}, second{};
  REQUIRE(::stat(witness_of(path).c_str(), &first) == 0);
  d.sees(2, {a_datacenter({a_vm(1)})});
  REQUIRE(::stat(witness_of(path).c_str(), &second) == 0);
  CHECK(first.st_ino == second.st_ino);
  CHECK(file_text(path) == before);
}

TEST_CASE("a log that was lost or damaged shows, with both numbers and what to do") {
  const temporary_directory dir;
  const fs::path path = dir / "ledger.db";
  begin_ledger(path, 3);
  killed(path, 700);
  const std::string log = file_text(beside(path, "-wal"));
  std::string spoiled = log;
  spoiled[32 + 24 + 1000] ^= 1; // in the first page, so that no frame counts
  for (const std::string& left : {std::string(), spoiled}) {
    write_file(beside(path, "-wal"), left);
    fs::remove(beside(path, "-shm"));
    const std::string missing =
        "the last records are missing: it had reached record 703, but ends with record 3";
    const auto seen = verify(path);
    REQUIRE(seen.has_value());
    CHECK(seen->flaw == missing);
    CHECK("; " + seen->advice == restore(path));
    CHECK(seen->records == 3);
    CHECK(refusal_of(path) == path.string() + ": " + missing + restore(path));
  }
  fs::remove(beside(path, "-shm"));
  write_file(beside(path, "-wal"), log);
  CHECK(flaw(path) == "(fits)");
  CHECK(opened(path).head().records == 703);
}

TEST_CASE("what was never synced may be lost") {
  const temporary_directory dir;
  const fs::path path = dir / "ledger.db";
  killed(path, 5, 3);
  const std::string log = file_text(beside(path, "-wal"));
  write_file(beside(path, "-wal"), std::string_view(log).substr(0, log.size() - 100));
  fs::remove(beside(path, "-shm"));
  CHECK(flaw(path) == "(fits)");
  CHECK(opened(path).head().records == 5);
}

TEST_CASE("another ledger in the place of the old one shows by the digest") {
  const temporary_directory dir;
  const fs::path path = dir / "ledger.db";
  killed(path, 5);
  const std::string was = said(path)->digest;
  fs::remove(beside(path, "-wal"));
  fs::remove(beside(path, "-shm"));
  fs::remove(path);
  const fs::path other = dir / "other.db";
  {
    store file = opened(other);
    REQUIRE(file.append(std::vector(6, a_record(1)), store::durability::written).has_value());
  }
  fs::rename(other, path);
  const std::string replaced =
      fmt::format("record 5 was replaced: it was recorded with digest {}, but now has digest {}",
                  was, all_of(path)[4].digest);
  CHECK(flaw(path) == replaced);
  CHECK(refusal_of(path) == path.string() + ": " + replaced + restore(path));
}

TEST_CASE("where a witness is left of a ledger none is begun, until the witness is moved aside") {
  const temporary_directory dir;
  const fs::path path = dir / "ledger.db";
  killed(path, 5);
  for (const char* ending : {"", "-wal", "-shm"})
    fs::remove(beside(path, ending));
  const std::string missing = "its records are missing: it had reached record 5";
  CHECK(refusal_of(path) == path.string() + ": " + missing + restore(path));
  CHECK(flaw(path) == missing);
  CHECK_FALSE(fs::exists(path));
  write_file(path, "");
  CHECK(refusal_of(path) == path.string() + ": " + missing + restore(path));
  CHECK(flaw(path) == missing);
  fs::rename(witness_of(path), dir / "aside");
  CHECK(refusal_of(path) == "(opened)");
}

TEST_CASE("a missing witness is created, a damaged one is reported and kept") {
  const temporary_directory dir;
  const fs::path path = dir / "ledger.db";
  {
    keeper d(path, 0);
    d.sees(1, {a_datacenter({a_vm(1)})});
  }
  fs::remove(witness_of(path));
  CHECK(flaw(path) == "(fits)");
  {
    const keeper d(path, 2);
  }
  CHECK((said(path) == end_of(path)));
  for (const char* nonsense : {"", "nonsense"}) {
    write_file(witness_of(path), nonsense);
    const std::string damaged =
        "the ledger's witness is damaged: how far the ledger went is unknown";
    CHECK(flaw(path) == damaged);
    CHECK(refusal_of(path) ==
          witness_of(path).string() + ": " + damaged +
              "; compare what 'ovh-licensed verify' finds with the digests in the "
              "journal (journalctl -u ovh-licensed -g 'on disk'); then move the "
              "witness aside, and a new one is created");
    CHECK(file_text(witness_of(path)) == nonsense);
  }
}

TEST_CASE("if the witness cannot be written, the next intents are not recorded") {
  const temporary_directory dir;
  const fs::path path = dir / "ledger.db";
  store file = opened(path);
  fs::create_directory(witness_of(path)); // nothing can be moved there
  REQUIRE(file.append(new_records(1), store::durability::on_disk).has_value()); // and is on disk
  CHECK(why(file.append(new_records(1), store::durability::on_disk)) ==
        witness_of(path).string() +
            ": cannot be written: Is a directory; name a file, not a directory");
  CHECK(file.settle().has_error());
  fs::remove(witness_of(path));
  CHECK(why(file.append(new_records(1), store::durability::on_disk)) == "(appended)");
  CHECK((said(path) == end_of(path)));
}

TEST_CASE("once the witness is written again, intents are recorded again") {
  const temporary_directory dir;
  const fs::path path = dir / "ledger.db";
  const auto opened_book = waited_chronicle::open(path, {"run", "test", 1, "1"}, at(0));
  REQUIRE(opened_book.has_value());
  waited_chronicle& book = **opened_book;
  fs::remove(witness_of(path));
  fs::create_directory(witness_of(path)); // nothing can be moved there
  REQUIRE(book.policy({"ab", "policy.yaml", licensing::mode::report, "text"}, at(1)).has_value());
  const auto quiet_poll = [&](int when) {
    return book.poll({}, {}, {}, at(when), std::chrono::hours(1)).has_value();
  };
  CHECK_FALSE(quiet_poll(2));
  CHECK(book.unwritten());
  fs::remove(witness_of(path));
  CHECK(quiet_poll(4));
  CHECK_FALSE(book.unwritten());
}

TEST_CASE("a link in the witness's place is not followed") {
  const temporary_directory dir;
  const fs::path path = dir / "ledger.db";
  write_file(dir / "else", "somebody's");
  store file = opened(path);
  fs::create_symlink("else", witness_of(path));
  REQUIRE(file.append(new_records(1), store::durability::on_disk).has_value());
  CHECK(file_text(dir / "else") == "somebody's");
  CHECK_FALSE(fs::is_symlink(witness_of(path)));
  CHECK((said(path) == end_of(path)));
}
