#include "ledger/sqlite/store.hpp"

#include "base/directory_path.hpp"
#include "ledger/chain.hpp"
#include "ledger/sqlite/appender.hpp"
#include "ledger/sqlite/companions.hpp"
#include "ledger/sqlite/examine.hpp"
#include "ledger/sqlite/file_check.hpp"
#include "ledger/sqlite/held_file.hpp"
#include "ledger/sqlite/lock.hpp"
#include "ledger/sqlite/problem.hpp"
#include "ledger/sqlite/schema.hpp"
#include "ledger/sqlite/witness_file.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <cerrno>
#include <utility>

namespace ovhl::ledger {

namespace {

namespace fs = std::filesystem;

// Small pages, because a quiet poll rewrites one.
constexpr const char* begin_settings = "PRAGMA page_size = 2048";
constexpr const char* writing_settings = R"(
PRAGMA synchronous = NORMAL;
PRAGMA wal_autocheckpoint = 1000;
PRAGMA journal_size_limit = 4194304;
)";

// The wait for SQLite's lock in milliseconds: short, because everything else waits, too.
constexpr int patience = 100;

open_failure refused(error why) { return {std::move(why), false}; }

std::optional<error> no_directory(const fs::path& path) {
  const fs::path folder = directory_of(path);
  struct stat about{};
  const bool there = ::stat(folder.c_str(), &about) == 0;
  if (there && S_ISDIR(about.st_mode)) return std::nullopt;
  const int code = there ? ENOTDIR : errno;
  error e = cannot_open(path, code);
  if (code == ENOENT) e.message = "its directory does not exist";
  return e;
}

// While this object exists, SQLite asks now and then whether to go on.
class interruptible {
 public:
  interruptible(SQLite::Database& db, const std::function<bool()>& go_on) : db_(db) {
    constexpr int steps = 100'000; // some thousand records
    if (go_on)
      ::sqlite3_progress_handler(
          db.getHandle(), steps,
          [](void* ask) { return (*static_cast<const std::function<bool()>*>(ask))() ? 0 : 1; },
          const_cast<std::function<bool()>*>(&go_on)); // NOLINT: only asked
  }
  ~interruptible() { ::sqlite3_progress_handler(db_.getHandle(), 0, nullptr, nullptr); }
  interruptible(const interruptible&) = delete;
  interruptible& operator=(const interruptible&) = delete;

 private:
  SQLite::Database& db_;
};

} // namespace

struct store::state {
  state(held_file a, const fs::path& file)
      : mine(std::move(a)), path(file), db(file.string(), SQLite::OPEN_READWRITE, patience) {}
  ~state() {
    if (gone) leave_whole();
  }
  state(const state&) = delete;
  state& operator=(const state&) = delete;

  std::optional<error> begin(const std::vector<witness>& witnesses,
                             const std::function<void(const record&)>& on_record) {
    db.exec(begin_settings);
    set_bounds(db);
    if (auto wrong = check_database(db, path)) return std::move(wrong->why);
    if (!is_empty(db)) {
      const examination_result found =
          examine(db, witnesses, [&](const record& r, std::int64_t) { on_record(r); });
      if (found.flaw) return found.lost ? lost(path, *found.flaw) : damaged(path, *found.flaw);
      head = found.head;
    } else if (auto missing = witness_check(witnesses).end(0)) {
      return lost(path, std::move(*missing));
    }
    if (db.execAndGet("PRAGMA journal_mode = WAL").getString() != "wal") {
      error e = cannot_open(path, ENOTSUP);
      e.advice = "put it on a local file system; SQLite's WAL needs shared memory";
      return e;
    }
    db.exec(writing_settings);
    const bool older = version_of(db) < newest_version;
    bring_up_to_date(db);
    if (older)
      db.exec("PRAGMA wal_checkpoint(TRUNCATE)"); // so that the file's header has the version
    rows.emplace(db);
    if (auto wrong = mine.hold_companions()) return wrong;
    return out_of_place();
  }

  // It stays displaced even if all files are put back, because others may have written meanwhile.
  std::optional<error> out_of_place() {
    if (!gone) gone = mine.displaced();
    if (!gone) return std::nullopt;
    return displaced(path, *gone);
  }

  // Moves what is only in the log into the file, wherever that is now. The files at the paths are
  // not ours, so SQLite must not delete them.
  void leave_whole() noexcept {
    int keep_log = 1;
    ::sqlite3_file_control(db.getHandle(), nullptr, SQLITE_FCNTL_PERSIST_WAL, &keep_log);
    ::sqlite3_wal_checkpoint_v2(db.getHandle(), nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr,
                                nullptr);
  }

  void set(durability wanted) {
    if (wanted == now) return;
    db.exec(wanted == durability::on_disk ? "PRAGMA synchronous = FULL"
                                          : "PRAGMA synchronous = NORMAL");
    now = wanted;
  }

  result<void> tell_witness() {
    if (told == synced || synced.record == 0) return {};
    if (auto done = write_witness(path, mine.facts(), synced); !done) return done;
    told = synced;
    return {};
  }

  bool settled() const noexcept {
    return in_file == head.records && (synced.record == 0 || told == synced);
  }

  result<void> settle() {
    if (settled()) return {};
    if (auto wrong = out_of_place()) return std::move(*wrong);
    int in_log = 0, moved = 0;
    const int how = ::sqlite3_wal_checkpoint_v2(db.getHandle(), nullptr, SQLITE_CHECKPOINT_PASSIVE,
                                                &in_log, &moved);
    if (how == SQLITE_OK && in_log == moved) { // this synced everything
      in_file = head.records;
      synced = {head.records, head.digest};
    } else if (how != SQLITE_OK && how != SQLITE_BUSY) {
      return problem(path, SQLite::Exception(db.getHandle(), how), "written");
    }
    return tell_witness();
  }

  // An exception from SQLite rolls back what was begun.
  template <class F>
  result<void> attempt(F step) {
    try {
      return step();
    } catch (const SQLite::Exception& e) {
      rows->give_up();
      return problem(path, e, "written");
    }
  }

  result<void> begin(durability d) {
    rows->give_up();
    if (auto wrong = out_of_place()) return std::move(*wrong);
    // The witness may lag behind by one batch of intents at most.
    if (d == durability::on_disk)
      if (auto done = tell_witness(); !done) return done;
    return attempt([&]() -> result<void> {
      set(d);
      rows->begin(head);
      return {};
    });
  }

  result<void> add(const new_record& e, std::vector<record>* records) {
    return attempt([&]() -> result<void> {
      record made = rows->add(e);
      if (records != nullptr) records->push_back(std::move(made));
      return {};
    });
  }

  result<void> commit(std::optional<instant> polled_at, durability d) {
    return attempt([&]() -> result<void> {
      if (!rows->commit(polled_at, head)) {
        error e = cannot_open(path, EBUSY);
        e.message = "another program wrote to it";
        e.advice = "stop that program, then run 'ovh-licensed verify'";
        return e;
      }
      if (d == durability::on_disk) synced = {head.records, head.digest};
      [[maybe_unused]] const auto told_now = tell_witness(); // the next batch needs it
      return {};
    });
  }

  result<std::vector<record>> append(std::span<const new_record> new_records, durability d) {
    std::vector<record> records;
    records.reserve(new_records.size());
    if (auto done = begin(d); !done) return done.error();
    for (const new_record& e : new_records)
      if (auto done = add(e, &records); !done) return done.error();
    if (auto done = commit(std::nullopt, d); !done) return done.error();
    return records;
  }

  held_file mine; // destroyed last
  fs::path path;
  std::optional<fs::path> gone; // the file that is no longer at its path
  SQLite::Database db;
  std::optional<appender> rows;
  ledger::head head{0, no_digest, std::nullopt, 0};
  durability now = durability::written;
  witness synced;              // the last record that is on disk
  std::optional<witness> told; // what the witness file says
  std::int64_t in_file = 0;    // so many records are in the file itself, not only in its log
};

boost::system::result<store, open_failure>
store::open(const fs::path& path, const holder& by,
            const std::function<void(const record&)>& on_record,
            const std::optional<witness>& known, const std::function<bool()>& go_on) {
  if (auto wrong = no_directory(path)) return refused(std::move(*wrong));
  std::error_code none;
  if (fs::exists(path, none))
    if (auto wrong = check_file(path)) return refused(std::move(wrong->why));
  if (auto wrong = companion_problem(path, purpose::write)) return refused(std::move(*wrong));
  auto mine = lock::take(path, by);
  if (!mine) return mine.error();
  if (go_on && !go_on()) return refused(given_up(path));
  witness_reading beside = read_witness(path);
  if (beside.why) return refused(std::move(*beside.why));
  std::vector<witness> witnesses;
  if (beside.seen) witnesses.push_back(*beside.seen);
  if (known) witnesses.push_back(*known);
  if (!fs::exists(path, none))
    if (auto missing = witness_check(witnesses).end(0))
      return refused(lost(path, std::move(*missing)));
  auto held = held_file::hold(path, std::move(*mine));
  if (!held) return held.error();
  try {
    auto opened = std::make_unique<state>(std::move(*held), path);
    const interruptible reading(opened->db, go_on);
    if (auto wrong = opened->begin(witnesses, on_record)) return refused(std::move(*wrong));
    opened->synced = beside.seen.value_or(witness());
    opened->told = std::move(beside.seen);
    return store(std::move(opened));
  } catch (const SQLite::Exception& e) {
    return refused(problem(path, e, "opened"));
  }
}

store::store(std::unique_ptr<state> s) : state_(std::move(s)) {}
store::~store() = default;
store::store(store&&) noexcept = default;
store& store::operator=(store&&) noexcept = default;

result<std::vector<record>> store::append(std::span<const new_record> new_records, durability d) {
  if (new_records.empty()) return std::vector<record>();
  return state_->append(new_records, d);
}

result<void> store::begin_poll() { return state_->begin(durability::written); }
result<void> store::add(std::span<const new_record> new_records) {
  for (const new_record& e : new_records)
    if (auto done = state_->add(e, nullptr); !done) return done;
  return {};
}
result<void> store::end_poll(instant polled_at) {
  return state_->commit(polled_at, durability::written);
}

const head& store::head() const noexcept { return state_->head; }
result<void> store::settle() { return state_->settle(); }
bool store::settled() const noexcept { return state_->settled(); }
const std::optional<witness>& store::witnessed() const noexcept { return state_->told; }
bool store::in_place() { return !state_->out_of_place(); }

} // namespace ovhl::ledger
