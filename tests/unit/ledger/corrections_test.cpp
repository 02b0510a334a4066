// Intents are on disk before anything is sent; what happened to them is kept if the disk is full.
#include "fleet.hpp"
#include "support/small_disk.hpp"

#include <memory>

using namespace ovhl;
using namespace ovhl::ledger;
using namespace ovhl::ledger::testing;

namespace {

licensing::correction a_correction(std::int64_t vm = 1074) {
  licensing::correction c;
  c.which = {here, vm};
  c.action = licensing::action::set_license;
  c.from = "windows 2016 Standard";
  c.to = "windows 2019 Standard";
  c.name = "web-1";
  return c;
}

licensing::intent an_intent(std::int64_t vm = 1074) { return {a_correction(vm), {}, "aa"}; }

licensing::sent accepted() {
  licensing::sent s;
  s.got = licensing::sent::kind::accepted;
  s.trace = 7;
  return s;
}

licensing::ending ended(licensing::outcome how, std::string message = {}) {
  licensing::ending e;
  e.how = how;
  e.message = std::move(message);
  return e;
}

std::string in_words(const std::optional<error>& e) { return e ? words(*e) : "(none)"; }

constexpr const char* full =
    ": cannot be written: disk I/O error; check its file system and the free space on it";
const std::string long_text(3000, 'x'); // more than what is left in any block

} // namespace

TEST_CASE("intents get their numbers, all of them or none") {
  const temporary_directory dir;
  keeper d(dir / "ledger.db", 0);
  d.appended();
  const auto numbers = d.book->intents(std::vector{an_intent(1), an_intent(2)}, at(1));
  REQUIRE(numbers.has_value());
  CHECK((*numbers == std::vector<std::int64_t>{2, 3}));
  CHECK(d.book->history().unfinished().size() == 2);
  CHECK((d.book->history().unfinished().at(3).wanted == an_intent(2)));
  const lines told = d.appended();
  REQUIRE(told.size() == 2);
  CHECK(told[0] == "08:01 intent main/pcc-192-0-2-1/12#1 " + text(an_intent(1)));
  CHECK(d.book->intents({}, at(2))->empty());
}

TEST_CASE("intents keep their numbers if the clock was set back") {
  const temporary_directory dir;
  keeper d(dir / "ledger.db", 10);
  const auto numbers = d.book->intents(std::vector{an_intent(1), an_intent(2)}, at(1));
  REQUIRE(numbers.has_value());
  CHECK((*numbers == std::vector<std::int64_t>{3, 4}));
}

TEST_CASE("what came of a correction is recorded about its intent, the result by itself") {
  const temporary_directory dir;
  keeper d(dir / "ledger.db", 0);
  REQUIRE(d.book->intents(std::vector{an_intent()}, at(1)).has_value());
  d.appended();
  d.book->note(2, a_correction(), accepted(), at(2));
  d.book->note(2, a_correction(), licensing::followed{7, licensing::trace_state_of({"done"}), {}},
               at(3));
  d.book->note(2, a_correction(), ended(licensing::outcome::done), at(4));
  d.book->note(0, a_correction(1075), ended(licensing::outcome::dropped, "it vanished"), at(5));
  CHECK(d.appended() ==
        lines{R"(08:02 request main/pcc-192-0-2-1/12#1074 about 2 {"answer": "accepted", )"
              R"("task": 7, "message": "", "http_status": 0, "query_id": ""})",
              R"(08:03 task main/pcc-192-0-2-1/12#1074 about 2 )"
              R"({"task": 7, "state": "done", "message": ""})",
              R"(08:04 result main/pcc-192-0-2-1/12#1074 about 2 {"outcome": "done", )"
              R"("looked": false, "message": "", "query_id": "", "action": "setLicense", )"
              R"("from": "windows 2016 Standard", "to": "windows 2019 Standard", )"
              R"("name": "web-1"})",
              R"(08:05 result main/pcc-192-0-2-1/12#1075 {"outcome": "dropped", )"
              R"("looked": false, "message": "it vanished", "query_id": "", )"
              R"("action": "setLicense", "from": "windows 2016 Standard", )"
              R"("to": "windows 2019 Standard", "name": "web-1"})"});
  CHECK(d.book->history().unfinished().empty());
  CHECK(d.book->history().recent().size() == 2);
  CHECK(in_words(d.book->unwritten()) == "(none)");
}

TEST_CASE("corrections that had begun are known after a restart") {
  const temporary_directory dir;
  {
    keeper d(dir / "ledger.db", 0);
    REQUIRE(d.book->intents(std::vector{an_intent(1), an_intent(2)}, at(1)).has_value());
    d.book->note(2, a_correction(1), accepted(), at(2));
  }
  keeper d(dir / "ledger.db", 9);
  const auto& left = d.book->history().unfinished();
  REQUIRE(left.size() == 2);
  CHECK((left.at(2).sent == accepted()));
  CHECK((left.at(2).wanted == an_intent(1)));
  CHECK(!left.at(3).sent);
}

TEST_CASE(
    "on a full disk notes are kept, nothing else is begun, and all is written in order later") {
  const temporary_directory dir;
  const fs::path path = dir / "ledger.db";
  {
    keeper d(path, 0);
    REQUIRE(d.book->intents(std::vector{an_intent(1), an_intent(2)}, at(1)).has_value());
    d.appended();
    {
      const test::small_disk disk(40'000);
      for (int i = 3; i <= 22; ++i) // until nothing fits any more
        d.book->note(0, a_correction(i), ended(licensing::outcome::dropped, long_text), at(2));
      d.book->note(2, a_correction(1), accepted(), at(3));
      d.book->note(2, a_correction(1), ended(licensing::outcome::done), at(4));
      CHECK(in_words(d.book->unwritten()) == path.string() + full);
      CHECK(d.book->history().unfinished().size() == 2);
      const auto refused = d.book->intents(std::vector{an_intent(5)}, at(5));
      REQUIRE(refused.has_error());
      CHECK(words(refused.error()) == path.string() + full);
      CHECK(d.book->poll({}, {}, {}, at(6), std::chrono::hours(1)).has_error());
      CHECK(d.book->policy({"bb", "p", {}, {}}, at(6)).has_error());
      CHECK(d.book->flush().has_error());
    }
    const auto numbers = d.book->intents(std::vector{an_intent(6)}, at(7));
    REQUIRE(numbers.has_value());
    CHECK(in_words(d.book->unwritten()) == "(none)");
    CHECK(d.book->history().unfinished().size() == 2);
    const lines told = d.appended();
    REQUIRE(told.size() == 23);
    CHECK(told[20].starts_with("08:03 request"));
    CHECK(told[21].starts_with("08:04 result"));
    CHECK(told[22].starts_with("08:07 intent"));
    for (std::size_t i = 0; i < 20; ++i)
      CHECK(told[i].starts_with(fmt::format("08:02 result main/pcc-192-0-2-1/12#{} ", i + 3)));
  }
  CHECK(flaw(path) == "(fits)");
}

TEST_CASE("a poll that cannot be written is recorded by the next one") {
  const temporary_directory dir;
  const fs::path path = dir / "ledger.db";
  keeper d(path, 0);
  d.appended();
  licensing::vm big = a_vm(1, long_text);
  std::vector<licensing::vm> vms(30, big);
  for (std::size_t i = 0; i < vms.size(); ++i)
    vms[i].id = static_cast<std::int64_t>(i) + 1;
  const licensing::inventory seen = a_fleet(a_datacenter(vms));
  {
    const test::small_disk disk(40'000);
    const auto done = d.book->poll(seen, decided(seen), {}, at(1), std::chrono::hours(1));
    REQUIRE(done.has_error());
    CHECK(words(done.error()) == path.string() + full);
    CHECK(d.book->history().datacenters().empty());
    CHECK(!d.book->head().polled_at);
  }
  CHECK(d.appended().empty());
  d.sees(2, seen);
  CHECK(d.appended().size() == 31);
}

TEST_CASE("a second program is told who keeps the ledger") {
  const temporary_directory dir;
  const keeper d(dir / "ledger.db", 0);
  const auto second =
      waited_chronicle::open(dir / "ledger.db", {"apply", "root", 2, "1.2.3"}, at(1));
  REQUIRE(second.has_error());
  CHECK(second.error().held);
  CHECK(second.error().why.message ==
        "the ledger is in use by ovh-licensed run (process 1, since 2027-01-15T08:00:00Z)");
}

TEST_CASE("a ledger with records that cannot be understood is not written on") {
  const temporary_directory dir;
  const fs::path path = dir / "ledger.db";
  {
    store file = opened(path);
    REQUIRE(file.append(new_records(2), store::durability::written).has_value());
  }
  const auto refused = waited_chronicle::open(path, {"run", "root", 2, "1.2.3"}, at(1));
  REQUIRE(refused.has_error());
  CHECK(!refused.error().held);
  CHECK(words(refused.error().why) ==
        path.string() + ": record 1 cannot be understood: verdict is missing; it may come from a "
                        "newer version: upgrade ovh-licensed");
  CHECK(all_of(path).size() == 2);
}
