#include "ledger/chronicle.hpp"

#include "ledger/poll_records.hpp"

#include <deque>
#include <iterator>
#include <utility>

namespace ovhl::ledger {

using boost::asio::awaitable;

namespace {

new_record made(kind k, instant now, std::string body) {
  new_record e;
  e.at = now;
  e.kind = k;
  e.body = std::move(body);
  return e;
}

new_record made(const licensing::vm_key& which, const licensing::intent& i, instant now) {
  new_record e = made(kind::intent, now, text(i));
  e.where = which.where;
  e.vm = which.id;
  return e;
}

struct described {
  ledger::kind kind;
  std::string body;
};

described describe(const licensing::correction&, const licensing::intent& i) {
  return {kind::intent, text(i)};
}
described describe(const licensing::correction&, const licensing::sent& s) {
  return {kind::request, text(s)};
}
described describe(const licensing::correction&, const licensing::followed& f) {
  return {kind::task, text(f)};
}
described describe(const licensing::correction& c, const licensing::ending& end) {
  return {kind::result, text(result_body{end, c.action, c.from, c.to, c.name})};
}

} // namespace

struct chronicle::state {
  explicit state(opened_journal opened)
      : file(std::move(opened.file)),
        past(std::move(opened.past)),
        reached(past.reached(file->now().head.polled_at)) {}

  // If the time goes back, puts a clock record before the first record of that time.
  void put_clock_before(std::vector<new_record>& new_records) const {
    std::optional<instant> latest = reached;
    for (auto at = new_records.begin(); at != new_records.end(); ++at) {
      if (latest && at->at < *latest)
        at =
            std::next(new_records.insert(at, made(kind::clock, at->at, text(clock_body{*latest}))));
      latest = at->at;
    }
  }

  void take(const record& r) {
    reached = r.at;
    // Cannot fail: these functions wrote it just now.
    [[maybe_unused]] const auto taken = past.take(r);
  }

  awaitable<result<std::vector<record>>> append(std::vector<new_record> new_records,
                                                durability how) {
    put_clock_before(new_records);
    auto records = co_await file->append(std::move(new_records), how);
    if (records)
      for (const record& r : *records)
        take(r);
    co_return std::move(records);
  }

  // Appends what waits, then this record.
  awaitable<result<void>> append_behind(new_record e) {
    if (auto done = co_await flush(); !done) co_return done;
    std::vector<new_record> one;
    one.push_back(std::move(e));
    const auto done = co_await append(std::move(one), durability::written);
    if (!done) co_return done.error();
    co_return result<void>();
  }

  // keep() may add more meanwhile.
  awaitable<result<void>> flush() {
    while (!waiting.empty()) {
      std::vector<new_record> new_records(waiting.begin(), waiting.end());
      const auto count = std::ssize(new_records);
      const auto records = co_await append(std::move(new_records), durability::written);
      if (!records) {
        failed = records.error();
        co_return *failed;
      }
      waiting.erase(waiting.begin(), waiting.begin() + count);
    }
    failed.reset();
    co_return result<void>();
  }

  // Moves what was written to the safest place: SQLite's log could be lost.
  awaitable<result<void>> settle() {
    result<void> done;
    if (!file->now().settled) done = co_await file->settle();
    unsettled = done ? std::nullopt : std::optional(done.error());
    co_return done;
  }

  std::unique_ptr<journal> file;
  ledger::history past;
  std::optional<instant> reached; // the latest recorded time
  std::deque<new_record> waiting; // to be written
  std::optional<error> failed;    // why they could not be written
  std::optional<error> unsettled; // why the last settle() failed
};

awaitable<boost::system::result<std::unique_ptr<chronicle>, open_failure>>
chronicle::open(engine& by, writer who, instant now, std::shared_ptr<left_over> left) {
  std::optional<witness> known;
  if (left) known = left->last;
  holder self{"ovh-licensed " + who.command, who.pid, now, who.yields};
  auto opened = co_await by.open(std::move(self), std::move(known));
  if (!opened) co_return std::move(opened).error();
  if (opened->misunderstood) {
    open_failure why{*opened->misunderstood};
    why.why.advice = "it may come from a newer version: upgrade ovh-licensed";
    co_await opened->file->close();
    co_return std::move(why);
  }
  auto fresh = std::make_unique<state>(std::move(*opened));
  if (auto begun = co_await begin(*fresh, who, now, left); !begun) {
    co_await fresh->file->close(); // on the engine's thread: the destructor would block
    co_return open_failure{begun.error()};
  }
  co_return std::unique_ptr<chronicle>(new chronicle(std::move(fresh)));
}

awaitable<result<void>> chronicle::begin(state& fresh, const writer& who, instant now,
                                         const std::shared_ptr<left_over>& left) {
  const started_body body{who.command, who.user, who.pid, who.version,
                          fresh.file->now().head.polled_at};
  if (left && !left->waiting.empty()) { // more may be added while these are written
    const auto taken = std::ssize(left->waiting);
    fresh.waiting.assign(left->waiting.begin(), left->waiting.end());
    if (auto written = co_await fresh.flush(); !written) co_return written;
    left->waiting.erase(left->waiting.begin(), left->waiting.begin() + taken);
  }
  if (auto begun = co_await fresh.append_behind(made(kind::started, now, text(body))); !begun)
    co_return begun;
  co_return co_await fresh.settle();
}

chronicle::chronicle(std::unique_ptr<state> s) : state_(std::move(s)) {}
chronicle::~chronicle() = default;

awaitable<result<void>> chronicle::policy(policy_body p, instant now) {
  if (state_->past.policy() == p.sha256) co_return result<void>();
  if (state_->past.has_text(p.sha256)) p.text.reset();
  co_return co_await state_->append_behind(made(kind::policy, now, text(p)));
}

awaitable<result<void>> chronicle::poll(poll_result p, instant now,
                                        std::chrono::seconds longest_silence) {
  state& s = *state_;
  if (auto done = co_await s.flush(); !done) co_return done;
  const poll_seen poll{*p.seen,        *p.decided, *p.policy, now, s.file->now().head.polled_at,
                       longest_silence};
  const poll_records fresh(s.past, poll);
  std::vector<new_record> back;
  if (s.reached && now < *s.reached)
    back.push_back(made(kind::clock, now, text(clock_body{*s.reached})));
  const std::size_t count = back.size() + fresh.size();
  const auto nth = [&](std::size_t i) {
    return i < back.size() ? back[i] : fresh.at(i - back.size());
  };
  std::size_t begun = 0;
  const std::function<journal::batch()> next = [&] {
    journal::batch b;
    for (; begun < count && b.new_records.size() < journal::batch_size; ++begun)
      b.new_records.push_back(nth(begun));
    b.last = begun == count;
    return b;
  };
  if (auto done = co_await s.file->append_poll(next, now); !done) co_return done;
  record r; // made a second time, because keeping a hundred thousand would take too much memory
  for (std::size_t i = 0; i < count; ++i) {
    static_cast<new_record&>(r) = nth(i);
    s.take(r);
  }
  s.reached = now;
  co_return co_await s.settle();
}

awaitable<result<std::vector<std::int64_t>>>
chronicle::intents(std::vector<licensing::intent> wanted, instant now) {
  if (auto done = co_await state_->flush(); !done) co_return done.error();
  std::vector<std::int64_t> numbers;
  std::vector<new_record> new_records;
  new_records.reserve(wanted.size());
  for (const licensing::intent& i : wanted)
    new_records.push_back(made(i.what.which, i, now));
  if (new_records.empty()) co_return numbers;
  const auto records = co_await state_->append(std::move(new_records), durability::on_disk);
  if (!records) co_return records.error();
  for (const record& r : *records)
    if (r.kind == kind::intent) numbers.push_back(r.number);
  co_return numbers;
}

new_record chronicle::new_record_of(std::int64_t intent, const licensing::correction& about,
                                    const licensing::note& what, instant now) {
  described d = std::visit([&](const auto& n) { return describe(about, n); }, what);
  new_record e = made(d.kind, now, std::move(d.body));
  e.where = about.which.where;
  e.vm = about.which.id;
  e.about = intent;
  return e;
}

void chronicle::keep(new_record e) { state_->waiting.push_back(std::move(e)); }
bool chronicle::waits() const noexcept { return !state_->waiting.empty(); }

awaitable<result<void>> chronicle::flush() {
  if (auto done = co_await state_->flush(); !done) co_return done;
  if (!state_->past.unfinished().empty() && !state_->unsettled) co_return result<void>();
  co_return co_await state_->settle();
}

std::optional<error> chronicle::unwritten() const {
  return state_->failed ? state_->failed : state_->unsettled;
}

awaitable<bool> chronicle::in_place() { return state_->file->in_place(); }
left_over chronicle::leave() {
  const ledger::head& end = state_->file->now().head;
  return {{end.records, end.digest},
          {std::move_iterator(state_->waiting.begin()), std::move_iterator(state_->waiting.end())}};
}

awaitable<result<void>> chronicle::stop(instant now) {
  if (auto done = co_await state_->append_behind(made(kind::stopped, now, "{}")); !done)
    co_return done;
  co_return co_await state_->settle();
}

awaitable<void> chronicle::close() { return state_->file->close(); }

const ledger::history& chronicle::history() const noexcept { return state_->past; }
const std::optional<witness>& chronicle::witnessed() const noexcept {
  return state_->file->now().witnessed;
}
std::chrono::steady_clock::time_point chronicle::answered() const noexcept {
  return state_->file->now().answered;
}
const ledger::head& chronicle::head() const noexcept { return state_->file->now().head; }

} // namespace ovhl::ledger
