// While another program has SQLite's lock, no record is lost.
#include "fleet.hpp"
#include "support.hpp"

using namespace ovhl;
using namespace ovhl::ledger;
using namespace ovhl::ledger::testing;

namespace {

licensing::correction a_correction(std::int64_t vm) {
  licensing::correction c;
  c.which = {here, vm};
  c.action = licensing::action::set_license;
  c.to = "windows 2019 Standard";
  return c;
}

class other_program {
 public:
  explicit other_program(const fs::path& path) : db_(path.string(), SQLite::OPEN_READWRITE) {
    db_.exec("BEGIN IMMEDIATE");
  }
  void end() { db_.exec("ROLLBACK"); }

 private:
  SQLite::Database db_;
};

} // namespace

TEST_CASE(
    "while another program has the ledger locked, what came of corrections is kept in order") {
  const temporary_directory dir;
  const fs::path path = dir / "ledger.db";
  keeper d(path, 0);
  const licensing::intent wanted{a_correction(1), {}, "aa"};
  REQUIRE(d.book->intents(std::vector{wanted}, at(1)).has_value());
  d.appended();
  other_program other(path);
  for (int i = 0; i < 5; ++i) {
    d.book->note(2, a_correction(1),
                 licensing::followed{i, licensing::trace_state_of({"done"}), {}}, at(2));
    CHECK(d.book->intents(std::vector{wanted}, at(2)).has_error());
    CHECK(d.book->poll({}, {}, {}, at(2), std::chrono::hours(1)).has_error());
  }
  REQUIRE(d.book->unwritten());
  CHECK(
      words(*d.book->unwritten()) ==
      path.string() +
          ": cannot be written: another program has it locked; close the program that has it open");
  CHECK(d.book->flush().has_error());
  other.end();
  CHECK(d.book->flush().has_value());
  const lines told = d.appended();
  REQUIRE(told.size() == 5);
  for (int i = 0; i < 5; ++i)
    CHECK(told[static_cast<std::size_t>(i)].find(fmt::format("{{\"task\": {},", i)) !=
          std::string::npos);
}

TEST_CASE("stopping in good order may be tried again") {
  const temporary_directory dir;
  const fs::path path = dir / "ledger.db";
  keeper d(path, 0);
  {
    other_program other(path);
    CHECK(d.book->poll({}, {}, {}, at(1), std::chrono::hours(1)).has_error());
    CHECK(d.book->stop(at(1)).has_error());
    other.end();
  }
  CHECK(d.book->stop(at(1)).has_value());
}
