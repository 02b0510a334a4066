#include "base/text.hpp"
#include "ovh/client_state.hpp"
#include "ovh/http_date.hpp"

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace ovhl::ovh {

failed_try client::state::final_failure(failure kind, std::string message, std::string advice) {
  failed_try f;
  f.what.kind = kind;
  f.what.message = std::move(message);
  f.what.advice = std::move(advice);
  return f;
}

void client::state::begin(request_head& head, std::string_view method, const url& to,
                          std::string_view path) const {
  head.begin(method, to.target, path);
  head.field("Host", to.authority());
  head.field("User-Agent", options.user_agent);
  head.field("Accept", "application/json");
}

client::state::state(asio::any_io_executor e, loop::clock& c, client_options o)
    : executor(std::move(e)),
      clock(c),
      options(std::move(o)),
      base(options.endpoint.base.text()),
      connections(executor, options.endpoint.base, tls,
                  static_cast<std::size_t>(std::max(options.connections, 1))),
      pace(options.requests_per_minute, clock.now()),
      who(std::move(options.credentials)),
      chance(options.seed != 0 ? options.seed : std::random_device()()) {
  if (options.ca_file)
    if (auto trusted = tls.trust_also(*options.ca_file); !trusted) unusable = trusted.error();
}

std::chrono::nanoseconds client::state::time_for_one(steady_point deadline) const {
  return std::min<std::chrono::nanoseconds>(options.timeout, deadline - clock.now());
}

std::optional<error> client::state::write(std::string& message, std::string_view method,
                                          const request& r) const {
  // What grows while a secret is in it leaves a copy behind.
  constexpr std::size_t rest =
      1024; // names of headers, a host, proofs; a token is as long as it is
  std::size_t room = rest + who.size() + options.endpoint.base.target.size() +
                     options.user_agent.size() + r.path.size() + r.body.size();
  for (const header& h : r.headers)
    room += h.name.size() + h.value.size() + 4;
  wipe(message);
  message.reserve(room);
  request_head head(message);
  begin(head, method, options.endpoint.base, r.path);
  if (r.authenticated) who.append(head, method, base, r.path, r.body, clock.now());
  for (const header& h : r.headers)
    head.field(h.name, h.value);
  if (!r.body.empty()) head.field("Content-Type", "application/json");
  if (method == "POST") head.field("Content-Length", std::to_string(r.body.size()));
  if (auto refused = head.end()) return refused;
  message.append(r.body);
  return std::nullopt;
}

awaitable<void> client::state::exchange(pool::slot& line, json_reader& body, bool repeatable,
                                        std::chrono::nanoseconds limit, reply& got) {
  const auto asked = clock.now();
  co_await line.line.exchange(line.message, body, repeatable, limit, got);
  line.used_at = clock.now();
  // An error may be of a front end, whose clock is not the API's.
  if (!got.trouble && got.status >= 200 && got.status < 300)
    if (const auto dated = said_by(got.date, asked, line.used_at)) told = dated;
  if (!got.trouble && got.status >= 200 && got.status < 300) good_answer = line.used_at;
  count(got);
}

void client::state::count(const reply& r) {
  switch (r.status / 100) {
  case 2: ++counted.answered_2xx; break;
  case 4: ++counted.answered_4xx; break;
  case 5: ++counted.answered_5xx; break;
  default: ++counted.failed;
  }
  if (r.status == 429) ++counted.throttled;
}

error client::state::located(error e, std::string_view method, std::string_view what) const {
  who.redact(e);
  if (e.where.empty())
    e.where =
        fmt::format("account {}: {} {}", options.account, method, fitted(printable(what), 120));
  return e;
}

// The time by the clock of whoever answered, as well as it is known.
instant client::state::api_now(const reply& r) const {
  if (const auto dated = parse_http_date(r.date)) return *dated;
  return told ? told->now(clock.now()) : clock.wall();
}

// What came instead of a good answer, as a try that failed.
failed_try client::state::failed(reply r, refusal asked, error (*explained)(const refusal&)) const {
  failed_try f;
  if (r.trouble) {
    f.what = std::move(*r.trouble);
    f.again = r.again;
    f.what.http_status = r.status;
    f.what.query_id = fitted(printable(r.query_id), 100);
    return f;
  }
  asked.status = r.status;
  asked.query_id = std::move(r.query_id);
  asked.body = std::move(r.error_body);
  asked.location = std::move(r.location);
  asked.asked_with = who.kind();
  who.redact(asked);
  f.what = explained(asked);
  f.again = f.what.passing();
  f.retry_after = parse_retry_after(r.retry_after, api_now(r));
  return f;
}

// Waits until the budget lets us send, and takes one request from it.
awaitable<single_flight::outcome> client::state::turn(steady_point deadline, waiting& note) {
  const auto now = clock.now();
  const auto at = pace.next(now);
  const bool ours = at > std::max(now, pace.held_until()); // and not the API's wish
  if (at > deadline && ours)
    co_return final_failure(
        failure::throttled,
        fmt::format("the budget of {} requests per minute leaves none before the deadline",
                    options.requests_per_minute),
        "raise api.requests_per_minute or poll.timeout");
  if (at > deadline)
    co_return final_failure(failure::throttled, "the API asked to wait beyond the deadline",
                            "lower api.requests_per_minute");
  if (ours) ++counted.throttled;
  pace.take(at);
  note.for_turn = true;
  if (at > now) co_await clock.wait_until(at);
  while (pace.held_until() > clock.now()) {
    if (pace.held_until() > deadline)
      co_return final_failure(failure::throttled, "the API asked to wait beyond the deadline",
                              "lower api.requests_per_minute");
    co_await clock.wait_until(pace.held_until());
  }
  note.for_turn = false;
  co_return std::nullopt;
}

// What every request needs before it is written.
awaitable<single_flight::outcome> client::state::line_and_turn(steady_point deadline,
                                                               pool::lease& line, waiting& note) {
  if (clock.now() >= deadline)
    co_return final_failure(failure::timeout,
                            "the deadline passed before the request could be sent");
  line = co_await connections.borrow(deadline - clock.now());
  if (!line)
    co_return final_failure(failure::timeout, "the deadline passed before a connection was free");
  co_return co_await turn(deadline, note);
}

awaitable<single_flight::outcome> client::state::one_try(const request& r, json_reader& body,
                                                         steady_point deadline, answer& out,
                                                         waiting& note) {
  pool::lease line;
  if (auto late = co_await line_and_turn(deadline, line, note)) co_return late;

  if (auto refused = write(line->message, "GET", r))
    co_return failed_try{std::move(*refused), false, {}};
  reply got;
  co_await exchange(*line, body, true, time_for_one(deadline), got);
  if (got.trouble || got.status < 200 || got.status >= 300) {
    refusal asked;
    asked.path = r.path;
    co_return failed(std::move(got), std::move(asked));
  }
  out.status = got.status;
  out.query_id = std::move(got.query_id);
  out.pagination_elements = got.pagination_elements;
  co_return std::nullopt;
}

awaitable<result<answer>> client::state::get(request r, json_reader& body, steady_point deadline) {
  if (unusable) co_return *unusable;
  bool renewed = false;
  const wait_note note(waits, {options.endpoint.base.host, clock.now()});
  for (int tries = 1;; ++tries) {
    note->attempt = tries;
    note->for_turn = false;
    single_flight::outcome trouble;
    answer out;
    std::uint64_t edition = 0;
    if (r.authenticated && !who.ready(clock.now())) trouble = co_await prepare(deadline);
    if (!trouble) {
      edition = who.edition();
      trouble = co_await one_try(r, body, deadline, out, *note);
      if (!trouble) co_return out;
      if (r.authenticated && !renewed && who.renew_after(trouble->what, edition)) {
        renewed = true;
        --tries;
        continue;
      }
    }
    trouble->what = located(std::move(trouble->what), "GET", r.path);
    if (auto final = co_await next_try(std::move(*trouble), tries, deadline))
      co_return std::move(*final);
  }
}

// After so many tries: waits until the next may begin, or gives the error it ends with.
awaitable<std::optional<error>> client::state::next_try(failed_try trouble, int tries,
                                                        steady_point deadline) {
  const double drawn = static_cast<double>(chance() % 1024) / 1024;
  const auto wait = wait_before_next(trouble, tries, drawn);
  const auto at = clock.now() + wait.value_or(std::chrono::nanoseconds(0));
  const bool throttled = trouble.what.kind == failure::throttled;
  if (wait && throttled) pace.hold_until(at);
  if (!wait || at >= deadline) {
    if (tries > 1) trouble.what.message += fmt::format(", tried {} times", tries);
    co_return std::move(trouble.what);
  }
  if (!throttled) co_await clock.wait_until(at); // else turn() waits, as all others do
  co_return std::nullopt;
}

error client::state::canceled(std::string_view method, std::string_view path) const {
  error stopped;
  stopped.kind = failure::canceled;
  stopped.message = "canceled";
  return located(std::move(stopped), method, path);
}

client::client(asio::any_io_executor executor, loop::clock& clock, client_options options)
    : state_(std::make_shared<state>(std::move(executor), clock, std::move(options))) {}
client::~client() = default;

awaitable<result<answer>> client::get(request r, json_reader& body, steady_point deadline) {
  const std::shared_ptr<state> kept =
      state_; // frames may be destroyed after the client, with the io_context
  std::string path = r.path;
  try {
    co_return co_await kept->get(std::move(r), body, deadline);
  } catch (const boost::system::system_error& e) {
    if (e.code() != asio::error::operation_aborted) throw;
  }
  co_return kept->canceled("GET", path);
}

const std::string& client::account() const noexcept { return state_->options.account; }
int client::connections() const noexcept { return state_->options.connections; }
int client::requests_per_minute() const noexcept { return state_->options.requests_per_minute; }
const counters& client::counted() const noexcept { return state_->counted; }
loop::clock& client::clock() const noexcept { return state_->clock; }

std::optional<waiting> client::waits_for() const {
  const state& s = *state_;
  if (s.waits.empty()) return std::nullopt;
  waiting longest = s.waits.front();
  longest.since = std::max(longest.since, s.good_answer);
  return longest;
}

std::optional<std::chrono::seconds> client::clock_difference() const {
  const state& s = *state_;
  if (!s.told) return std::nullopt;
  return s.clock.wall() - s.told->now(s.clock.now());
}

awaitable<std::optional<error>> client::learn_time(steady_point deadline) {
  const std::shared_ptr<state> kept = state_; // as in get()
  if (kept->unusable) co_return *kept->unusable;
  auto trouble = co_await kept->fetch_time(deadline);
  if (trouble) co_return std::move(trouble->what);
  co_return std::nullopt;
}

std::optional<std::uint64_t> client::requests_before(steady_point deadline) const noexcept {
  return state_->pace.possible(state_->clock.now(), deadline);
}

} // namespace ovhl::ovh
