// The daemon and its ledger: whatever is wrong with it, looking goes on, nothing is corrected that
// could not be recorded, and it is told once.
#include "base/timestamp.hpp"
#include "ledger/sqlite/store.hpp"
#include "ledger/sqlite/verify.hpp"
#include "metrics.hpp"
#include "stage.hpp"
#include "support/file_text.hpp"
#include "support/waited_chronicle.hpp"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <iterator>
#include <span>

using namespace ovhl::test;
namespace fs = std::filesystem;
namespace json = boost::json;
namespace ledger = ovhl::ledger;
namespace licensing = ovhl::licensing;

namespace {

void enforce(const stage& s) { s.write("policy.yaml", policy_that("enforce")); }

std::size_t errors_told(const process& daemon) { return count(daemon.err(), "Z error "); }

// A daemon that looks and may not correct: for three polls.
void looks_on(stage& s, process& daemon, std::string_view error) {
  s.wait_for_state(daemon, "degraded");
  for (int poll = 2; poll <= 3; ++poll)
    s.poll_again(daemon, poll);
  const json::value status = s.status();
  CHECK(text(status, "/daemon/state") == "degraded");
  CHECK(text(status, "/poll/complete") == "true");
  CHECK(number(status, "/summary/vms") == 9);
  for (const std::int64_t vm : {2, 4, 5}) {
    const json::value f = finding(status, vm);
    CHECK(text(f, "/state") == "held");
    CHECK(text(f, "/guard") == "ledger");
    CHECK(contains(text(f, "/error"), error));
  }
  s.wait_for_metric(daemon, R"(ovh_licensed_corrections_held{guard="ledger"})", 3);
  CHECK(status.at("errors").as_array().size() == 1);
  CHECK(contains(text(status, "/errors/0/message"), error));
  CHECK_MESSAGE(errors_told(daemon) == 1, daemon.err());
  CHECK(s.posts().empty());
}

// And goes on by itself when what was wrong is mended.
void recovers(stage& s, process& daemon) {
  daemon.signal(SIGUSR1);
  daemon.wait_for_line("info  resolved: ");
  s.wait_for_corrections(daemon, 3);
  CHECK(s.posts().size() == 3);
  s.wait_for_state(daemon, "ok");
  CHECK_MESSAGE(errors_told(daemon) == 1, daemon.err());
  daemon.signal(SIGTERM);
  CHECK(daemon.wait_for_end().status == 0);
  CHECK(s.run({"verify"}).status == 0);
}

// A ledger of a daemon that corrected nothing yet.
void make_ledger(stage& s) {
  process& daemon = s.daemon_at_rest(); // reports only
  daemon.signal(SIGTERM);
  daemon.wait_for_end();
  enforce(s);
}

void change(const stage& s, const char* sql) {
  SQLite::Database db(s.path("ledger.db").string(), SQLite::OPEN_READWRITE);
  db.exec(sql);
}

// What no user of the program could do: its own triggers forbid it.
void change_a_body(const stage& s, int record) {
  SQLite::Database db(s.path("ledger.db").string(), SQLite::OPEN_READWRITE);
  std::string trigger, sql;
  {
    SQLite::Statement all(db, "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND "
                              "sql LIKE '%UPDATE%records%'");
    REQUIRE(all.executeStep());
    trigger = all.getColumn(0).getString();
    sql = all.getColumn(1).getString();
  }
  db.exec("DROP TRIGGER \"" + trigger + "\"");
  db.exec(fmt::format("UPDATE records SET body = body || ' ' WHERE number = {}", record));
  db.exec(sql);
}

} // namespace

TEST_CASE("without the ledger's directory the daemon looks on, and corrects when it is there") {
  stage s;
  enforce(s);
  configuration c;
  c.ledger = "missing/ledger.db";
  s.configure(c);
  process& daemon = s.start_daemon();
  looks_on(s, daemon, "its directory does not exist");
  CHECK(contains(daemon.err(), "error missing/ledger.db: its directory does not exist; create the "
                               "directory 'missing' (the unit's StateDirectory= does)\n"));
  fs::create_directory(s.path("missing"));
  recovers(s, daemon);
}

TEST_CASE("with something else in its place the daemon looks on, and leaves it as it is") {
  stage s;
  enforce(s);
  const std::string garbage(5000, 'x');
  s.write("ledger.db", garbage);
  process& daemon = s.start_daemon();
  looks_on(s, daemon, "not an ovh-licensed ledger: it is not an SQLite file");
  CHECK(s.content("ledger.db") == garbage);
  fs::remove(s.path("ledger.db"));
  recovers(s, daemon);
}

TEST_CASE("with a ledger that was cut the daemon looks on, and leaves it as it is") {
  stage s;
  make_ledger(s);
  const std::string whole = file_text(s.path("ledger.db"));
  const std::string cut = whole.substr(0, whole.size() / 2);
  s.write("ledger.db", cut);
  process& daemon = s.start_daemon();
  looks_on(s, daemon, "keep it as evidence");
  CHECK(s.content("ledger.db") == cut);
  s.write("ledger.db", whole);
  recovers(s, daemon);
}

TEST_CASE("with a ledger that was tampered with the daemon looks on, and says which record") {
  stage s;
  make_ledger(s);
  const std::string whole = file_text(s.path("ledger.db"));
  change_a_body(s, 3);
  process& daemon = s.start_daemon();
  looks_on(s, daemon, "record 3");
  s.write("ledger.db", whole);
  recovers(s, daemon);
}

TEST_CASE("with a ledger of a newer version the daemon looks on, and leaves it as it is") {
  stage s;
  make_ledger(s);
  const std::string whole = file_text(s.path("ledger.db"));
  change(s, "PRAGMA user_version = 99; PRAGMA wal_checkpoint(TRUNCATE)");
  const std::string newer = file_text(s.path("ledger.db"));
  process& daemon = s.start_daemon();
  looks_on(s, daemon, "written by a newer version (schema 99; this program knows ");
  CHECK(file_text(s.path("ledger.db")) == newer);
  s.write("ledger.db", whole);
  recovers(s, daemon);
}

namespace {

// Two thousand VMs, one of them in want of a license: more to record than there is room for.
struct crowded : stage {
  crowded() : stage(compliant(2000)) {
    api.control("PATCH", "/control/vms/100", R"({"license": null})");
    enforce(*this);
  }
  void is_held(process& daemon, std::string_view error) {
    wait_for_state(daemon, "degraded");
    poll_again(daemon, 2);
    const json::value f = finding(status(), 100);
    CHECK(text(f, "/guard") == "ledger");
    CHECK(contains(text(f, "/error"), error));
    CHECK_MESSAGE(errors_told(daemon) == 1, daemon.err());
    CHECK(posts().empty());
  }
  void goes_on(process& daemon) {
    daemon.signal(SIGUSR1);
    daemon.wait_for_line("info  resolved: ");
    wait_for_corrections(daemon, 1);
    wait_for_state(daemon, "ok");
    CHECK(posts().size() == 1);
    const outcome o = run({"verify"});
    CHECK(o.status == 0);
    CHECK(contains(o.out, " 2,0")); // every VM is on record
  }
};

} // namespace

TEST_CASE("where no more can be written the daemon looks on, and records all when it can again") {
  crowded s;
  launch how = s.command({"run"});
  how.largest_file = 200'000;
  process& daemon = s.start(how);
  s.is_held(daemon, "ledger.db: cannot be written: ");
  CHECK(s.run({"verify"}).status == 0);
  daemon.let_files_grow();
  s.goes_on(daemon);
}

TEST_CASE("on a full disk the daemon looks on, and records all when there is room again") {
  if (::geteuid() != 0) {
    MESSAGE("skipped: only root may mount a small disk and look into it");
    return;
  }
  crowded s;
  fs::create_directory(s.path("disk"));
  configuration c;
  c.ledger = "disk/ledger.db";
  s.configure(c);
  const std::string mounted = "mount -t tmpfs -o size=6m,mode=755 tmpfs disk && head -c 6000000 "
                              "/dev/zero > disk/filler && touch ready && exec \"$0\" \"$@\"";
  launch how = s.command({"run"});
  how.arguments.insert(how.arguments.begin(), {"-m", "sh", "-c", mounted, how.program.string()});
  how.program = "unshare";
  process& daemon = s.start(how);
  try {
    daemon.wait_until("its status", [&] { return s.has_status(); });
  } catch (const std::exception& e) {
    REQUIRE_FALSE(fs::exists(s.path("ready")));
    MESSAGE("skipped: nothing can be mounted here: ", e.what());
    return;
  }
  s.is_held(daemon, "no space left");
  fs::remove(fmt::format("/proc/{}/root{}/disk/filler", daemon.id(), s.path("").string()));
  daemon.signal(SIGUSR1);
  daemon.wait_for_line("info  resolved: ");
  s.wait_for_corrections(daemon, 1);
  CHECK(s.posts().size() == 1);
}

TEST_CASE("a clock set back behind the ledger's last record loses and repeats nothing") {
  stage s;
  enforce(s);
  const auto future = ovhl::parse_timestamp("2099-01-01T00:00:00Z").value();
  licensing::correction wanted; // what a daemon of that time had begun and not finished
  wanted.which = {{"main", "pcc-1", 12}, 2};
  wanted.action = licensing::action::set_license;
  wanted.to = "windows 2022 Standard";
  wanted.mode = licensing::mode::enforce;
  wanted.verdict = licensing::verdict::missing;
  wanted.allowed = wanted.from_complete_list = true;
  wanted.since = future;
  wanted.name = "web-2";
  wanted.guest_os_family = wanted.reported_guest_os_family = "windows2019srvNext_64Guest";
  {
    auto book = ledger::testing::waited_chronicle::open(s.path("ledger.db"),
                                                        {"run", "nobody", 1, "0"}, future);
    REQUIRE(book.has_value());
    licensing::intent intent;
    intent.what = wanted;
    intent.policy = std::string(64, '0');
    REQUIRE((*book)->intents(std::span(&intent, 1), future).has_value());
  }
  configuration c;
  c.api = "{requests_per_minute: 0, timeout: 1s}"; // a lost request is looked for twice as long
  c.interval = "1s";
  s.configure(c);
  s.write("policy.yaml", policy_that("enforce", "confirm_polls: 1, grace: 0s, retry_after: 1s"));
  process& daemon = s.start_daemon();
  s.wait_for_status(daemon, "corrected", [](const json::value& v) {
    return number(v, "/summary/compliant") == 5 && text(v, "/daemon/state") == "ok";
  });
  daemon.signal(SIGTERM);
  CHECK(daemon.wait_for_end().status == 0);
  CHECK(s.posts().size() == 3);
  CHECK(s.api.violations() == std::vector<std::string>{});
  std::size_t set_back = 0;
  CHECK(ledger::read(s.path("ledger.db"), [&](const ledger::record& r) {
          set_back += r.kind == ledger::kind::clock ? 1 : 0;
        }).has_value());
  CHECK(set_back == 1);
  CHECK(s.run({"verify"}).status == 0);
}
