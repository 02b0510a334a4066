#include "ledger/chronicle.hpp"

#include "ledger/news.hpp"

#include <deque>
#include <iterator>
#include <utility>

namespace ovhl::ledger {

using boost::asio::awaitable;

namespace {

entry made(kind k, instant now, std::string body) {
  entry e;
  e.at = now;
  e.kind = k;
  e.body = std::move(body);
  return e;
}

entry made(const licensing::vm_key& which, const licensing::intent& i, instant now) {
  entry e = made(kind::intent, now, text(i));
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

  // Where the time goes back, that is said once, before what happens then.
  void put_clock_before(std::vector<entry>& entries) const {
    std::optional<instant> latest = reached;
    for (auto at = entries.begin(); at != entries.end(); ++at) {
      if (latest && at->at < *latest)
        at = std::next(entries.insert(at, made(kind::clock, at->at, text(clock_body{*latest}))));
      latest = at->at;
    }
  }

  void take(const record& r) {
    reached = r.at;
    // What was just written by these very functions can be read.
    [[maybe_unused]] const auto taken = past.take(r);
  }

  awaitable<result<std::vector<record>>> append(std::vector<entry> entries, durability how) {
    put_clock_before(entries);
    auto records = co_await file->append(std::move(entries), how);
    if (records)
      for (const record& r : *records)
        take(r);
    co_return std::move(records);
  }

  // What waits, then this.
  awaitable<result<void>> append_behind(entry e) {
    if (auto done = co_await flush(); !done) co_return done;
    std::vector<entry> one;
    one.push_back(std::move(e));
    const auto done = co_await append(std::move(one), durability::written);
    if (!done) co_return done.error();
    co_return result<void>();
  }

  // More may be kept while it is written.
  awaitable<result<void>> flush() {
    while (!waiting.empty()) {
      std::vector<entry> entries(waiting.begin(), waiting.end());
      const auto count = std::ssize(entries);
      const auto records = co_await append(std::move(entries), durability::written);
      if (!records) {
        failed = records.error();
        co_return *failed;
      }
      waiting.erase(waiting.begin(), waiting.begin() + count);
    }
    failed.reset();
    co_return result<void>();
  }

  // Nothing of it lives in the log alone for long, where that could be lost.
  awaitable<result<void>> settle() {
    result<void> done;
    if (!file->now().settled) done = co_await file->settle();
    unsettled = done ? std::nullopt : std::optional(done.error());
    co_return done;
  }

  std::unique_ptr<journal> file;
  ledger::history past;
  std::optional<instant> reached; // the time that was recorded last
  std::deque<entry> waiting;      // to be written
  std::optional<error> failed;    // why that could not be done
  std::optional<error> unsettled; // why what is written is not where it is safe
};

awaitable<boost::system::result<std::unique_ptr<chronicle>, refusal>>
chronicle::open(engine& by, writer who, instant now, std::shared_ptr<left_over> left) {
  std::optional<witness> known;
  if (left) known = left->last;
  holder self{"ovh-licensed " + who.command, who.pid, now, who.yields};
  auto opened = co_await by.open(std::move(self), std::move(known));
  if (!opened) co_return std::move(opened).error();
  if (opened->misunderstood) {
    refusal why{*opened->misunderstood};
    why.why.advice = "it may come from a newer version: upgrade ovh-licensed";
    co_return std::move(why);
  }
  auto fresh = std::make_unique<state>(std::move(*opened));
  const started_body body{who.command, who.user, who.pid, who.version,
                          fresh->file->now().head.polled_at};
  if (left && !left->waiting.empty()) { // more may be added while these are written
    const auto taken = std::ssize(left->waiting);
    fresh->waiting.assign(left->waiting.begin(), left->waiting.end());
    if (auto written = co_await fresh->flush(); !written) co_return refusal{written.error()};
    left->waiting.erase(left->waiting.begin(), left->waiting.begin() + taken);
  }
  if (auto begun = co_await fresh->append_behind(made(kind::started, now, text(body))); !begun)
    co_return refusal{begun.error()};
  if (auto settled = co_await fresh->settle(); !settled) co_return refusal{settled.error()};
  co_return std::unique_ptr<chronicle>(new chronicle(std::move(fresh)));
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
  const news fresh(s.past, poll);
  std::vector<entry> back;
  if (s.reached && now < *s.reached)
    back.push_back(made(kind::clock, now, text(clock_body{*s.reached})));
  const std::size_t count = back.size() + fresh.size();
  const auto nth = [&](std::size_t i) {
    return i < back.size() ? back[i] : fresh.at(i - back.size());
  };
  std::size_t begun = 0;
  const std::function<journal::batch()> next = [&] {
    journal::batch b;
    for (; begun < count && b.entries.size() < journal::batch_size; ++begun)
      b.entries.push_back(nth(begun));
    b.last = begun == count;
    return b;
  };
  if (auto done = co_await s.file->append_poll(next, now); !done) co_return done;
  record r; // made a second time rather than kept: there may be a hundred thousand
  for (std::size_t i = 0; i < count; ++i) {
    static_cast<entry&>(r) = nth(i);
    s.take(r);
  }
  s.reached = now;
  co_return co_await s.settle();
}

awaitable<result<std::vector<std::int64_t>>>
chronicle::intents(std::vector<licensing::intent> wanted, instant now) {
  if (auto done = co_await state_->flush(); !done) co_return done.error();
  std::vector<std::int64_t> numbers;
  std::vector<entry> entries;
  entries.reserve(wanted.size());
  for (const licensing::intent& i : wanted)
    entries.push_back(made(i.what.which, i, now));
  if (entries.empty()) co_return numbers;
  const auto records = co_await state_->append(std::move(entries), durability::on_disk);
  if (!records) co_return records.error();
  for (const record& r : *records)
    if (r.kind == kind::intent) numbers.push_back(r.number);
  co_return numbers;
}

entry chronicle::entry_of(std::int64_t intent, const licensing::correction& about,
                          const licensing::note& what, instant now) {
  described d = std::visit([&](const auto& n) { return describe(about, n); }, what);
  entry e = made(d.kind, now, std::move(d.body));
  e.where = about.which.where;
  e.vm = about.which.id;
  e.about = intent;
  return e;
}

void chronicle::keep(entry e) { state_->waiting.push_back(std::move(e)); }
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
const ledger::head& chronicle::head() const noexcept { return state_->file->now().head; }

} // namespace ovhl::ledger
