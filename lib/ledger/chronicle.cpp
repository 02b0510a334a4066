#include "ledger/chronicle.hpp"

#include "ledger/news.hpp"

#include <deque>
#include <iterator>
#include <utility>

namespace ovhl::ledger {

struct chronicle::state {
  explicit state(store s) : file(std::move(s)) {}

  // The time goes back: said once, before what happens then.
  std::optional<entry> clock(instant now) const {
    if (!reached || now >= *reached) return std::nullopt;
    entry e;
    e.at = now;
    e.kind = kind::clock;
    e.body = text(clock_body{*reached});
    return e;
  }

  void take(const record& r) {
    // What was just written by these very functions can be read.
    [[maybe_unused]] const auto taken = past.take(r);
  }

  // Whatever is written is written in here.
  template <class F>
  auto attempt(instant now, F write) -> decltype(write()) {
    if (failed_at == now) return *failure;
    auto done = write();
    if (!done && done.error().kind == ovhl::failure::timeout) { // the others cost no time
      failed_at = now;
      failure = done.error();
    }
    return done;
  }

  result<std::vector<record>> append(std::vector<entry> entries, store::durability d, instant now) {
    if (auto back = clock(now)) entries.insert(entries.begin(), std::move(*back));
    auto records = attempt(now, [&] { return file.append(entries, d); });
    if (!records) return std::move(records).error();
    reached = now;
    for (const record& r : *records)
      take(r);
    return records;
  }

  // What waits, then this.
  result<void> append_behind(entry e, instant now) {
    if (auto done = flush(now); !done) return done;
    auto done = append({std::move(e)}, store::durability::written, now);
    if (!done) return std::move(done).error();
    return {};
  }

  result<void> flush(instant now) {
    if (waiting.empty()) return {};
    const std::vector<entry> entries(waiting.begin(), waiting.end());
    const auto records =
        attempt(now, [&] { return file.append(entries, store::durability::written); });
    if (!records) {
      trouble = records.error();
      return *trouble;
    }
    trouble.reset();
    waiting.clear();
    for (const record& r : *records)
      take(r);
    return {};
  }

  // Nothing of it lives in the log alone for long, where that could be lost.
  result<void> settle(instant now) {
    if (file.settled()) {
      unsettled.reset();
      return {};
    }
    auto done = attempt(now, [&] { return file.settle(); });
    unsettled = done ? std::nullopt : std::optional(done.error());
    return done;
  }

  void keep(entry e) {
    if (auto back = clock(e.at)) waiting.push_back(std::move(*back));
    reached = e.at;
    waiting.push_back(std::move(e));
  }

  store file;
  ledger::history past;
  std::optional<instant> reached;   // the time that was recorded last
  std::deque<entry> waiting;        // what could not be written
  std::optional<error> trouble;     // why
  std::optional<error> unsettled;   // why what is written is not where it is safe
  std::optional<instant> failed_at; // the last attempt that was waited for in vain
  std::optional<error> failure;
};

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

boost::system::result<std::unique_ptr<chronicle>, store::refusal>
chronicle::open(const std::filesystem::path& path, const writer& by, instant now,
                const std::optional<left_over>& left, const std::function<bool()>& go_on) {
  ledger::history past;
  std::optional<error> misunderstood;
  const auto take = [&](const record& r) {
    if (auto taken = past.take(r); !taken && !misunderstood) misunderstood = taken.error();
  };
  auto file = store::open(path, {"ovh-licensed " + by.command, by.pid, now, by.yields}, take,
                          left ? std::optional(left->last) : std::nullopt, go_on);
  if (!file) return file.error();
  if (misunderstood) {
    misunderstood->where = path.string();
    misunderstood->advice = "it may come from a newer version: upgrade ovh-licensed";
    return store::refusal{*misunderstood, false};
  }
  auto fresh = std::make_unique<state>(std::move(*file));
  const std::optional<instant> last_poll = fresh->file.head().polled_at;
  fresh->past = std::move(past);
  fresh->reached = fresh->past.reached(last_poll);
  if (left) fresh->waiting.assign(left->waiting.begin(), left->waiting.end());
  const started_body body{by.command, by.user, by.pid, by.version, last_poll};
  if (auto begun = fresh->append_behind(made(kind::started, now, text(body)), now); !begun)
    return store::refusal{begun.error(), false};
  if (auto settled = fresh->settle(now); !settled) return store::refusal{settled.error(), false};
  return std::unique_ptr<chronicle>(new chronicle(std::move(fresh)));
}

chronicle::chronicle(std::unique_ptr<state> s) : state_(std::move(s)) {}
chronicle::~chronicle() = default;

result<void> chronicle::policy(const policy_body& p, instant now) {
  if (state_->past.policy() == p.sha256) return {};
  policy_body body = p;
  if (state_->past.has_text(p.sha256)) body.text.reset();
  return state_->append_behind(made(kind::policy, now, text(body)), now);
}

result<void> chronicle::poll(const licensing::inventory& seen, const licensing::decisions& decided,
                             const licensing::policy& policy, instant now,
                             std::chrono::seconds longest_silence) {
  state& s = *state_;
  if (auto done = s.flush(now); !done) return done;
  const poll_seen poll{seen, decided, policy, now, s.file.head().polled_at, longest_silence};
  const news fresh(s.past, poll);
  const auto back = s.clock(now);
  const std::size_t first = back ? 1 : 0;
  const auto nth = [&](std::size_t i) { return i < first ? *back : fresh.at(i - first); };
  const std::size_t count = first + fresh.size();
  const auto write = [&] { return s.file.append_poll(count, nth, now); };
  if (auto done = s.attempt(now, write); !done) return done;
  s.reached = now;
  record r; // made a second time rather than kept: there may be a hundred thousand
  for (std::size_t i = 0; i < count; ++i) {
    static_cast<entry&>(r) = nth(i);
    s.take(r);
  }
  return s.settle(now);
}

result<std::vector<std::int64_t>> chronicle::intents(std::span<const licensing::intent> wanted,
                                                     instant now) {
  if (auto done = state_->flush(now); !done) return done.error();
  std::vector<entry> entries;
  entries.reserve(wanted.size());
  for (const licensing::intent& i : wanted)
    entries.push_back(made(i.what.which, i, now));
  std::vector<std::int64_t> numbers;
  if (entries.empty()) return numbers;
  const auto records = state_->append(std::move(entries), store::durability::on_disk, now);
  if (!records) return records.error();
  for (const record& r : *records)
    if (r.kind == kind::intent) numbers.push_back(r.number);
  return numbers;
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

void chronicle::note(std::int64_t intent, const licensing::correction& about,
                     const licensing::note& what, instant now) {
  state_->keep(entry_of(intent, about, what, now));
  [[maybe_unused]] const auto tried = flush(now); // unwritten() tells
}

std::optional<error> chronicle::unwritten() const {
  return state_->trouble ? state_->trouble : state_->unsettled;
}

result<void> chronicle::flush(instant now) {
  if (auto done = state_->flush(now); !done) return done;
  if (!state_->past.unfinished().empty() && !state_->unsettled) return {};
  return state_->settle(now);
}

bool chronicle::in_place() { return state_->file.in_place(); }
left_over chronicle::leave() {
  const ledger::head& end = state_->file.head();
  return {{end.records, end.digest},
          {std::move_iterator(state_->waiting.begin()), std::move_iterator(state_->waiting.end())}};
}

result<void> chronicle::stop(instant now) {
  state_->failed_at.reset();
  if (auto done = state_->append_behind(made(kind::stopped, now, "{}"), now); !done) return done;
  return state_->settle(now);
}

const ledger::history& chronicle::history() const noexcept { return state_->past; }
const std::optional<witness>& chronicle::witnessed() const noexcept {
  return state_->file.witnessed();
}
const ledger::head& chronicle::head() const noexcept { return state_->file.head(); }

} // namespace ovhl::ledger
