#include "ovh/client/client.hpp"

#include "json/json_reader.hpp"
#include "loop/single_flight.hpp"
#include "ovh/client/sender.hpp"

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <random>
#include <utility>

namespace ovhl::ovh {

namespace asio = boost::asio;
using asio::awaitable;
using loop::steady_point;

namespace {

// Servers and proxies close idle connections after some seconds. A request sent at that moment is
// lost, and a POST that may be lost is never sent again. A new connection costs only a handshake; a
// lost answer costs a correction.
constexpr std::chrono::seconds fresh_for{5};

struct time_reader : json_reader {
  json_place time{json_type::integer};
  time_reader() {
    time.arrived = [this] {
      constexpr std::int64_t year_5000 = 95'617'584'000;
      if (time.integer < 0 || time.integer > year_5000) refuse("expected a point in time");
    };
    read(time);
  }
};

} // namespace

struct client::state {
  state(asio::any_io_executor e, loop::clock& c, client_options o)
      : chance(o.seed != 0 ? o.seed : std::random_device()()), one(std::move(e), c, std::move(o)) {}

  awaitable<result<answer>> get(request, json_reader& body, steady_point deadline);
  awaitable<std::optional<error>> next_try(failed_try, int tries, steady_point deadline);

  // `got` belongs to the caller, so that it shows after a cancellation whether anything was sent.
  awaitable<posted> post(request, json_reader& body, steady_point deadline, reply& got);
  awaitable<std::optional<error>> get_ready(const request&, steady_point deadline);
  posted outcome_of(reply, const request&, std::uint64_t edition);

  awaitable<sender::outcome> prepare(steady_point deadline);
  awaitable<sender::outcome> fetch_time(steady_point deadline);
  error canceled(std::string_view method, std::string_view path) const;

  std::minstd_rand chance;
  sender one;
  loop::single_flight authentication;
  sender::outcome fetched; // by the last flight that ended
};

// ---- authorization: time or token ----

awaitable<sender::outcome> client::state::fetch_time(steady_point deadline) {
  request r;
  r.path = "/auth/time";
  r.authenticated = false;
  time_reader reader;
  answer ignored;
  const wait_note note(one.waits(), {one.options().endpoint.base.host, one.clock().now()});
  auto problem = co_await one.get(r, reader, deadline, ignored, *note);
  if (problem) {
    problem->what = one.located(std::move(problem->what), "GET", r.path);
    co_return problem;
  }
  one.learn_time({instant(std::chrono::seconds(reader.time.integer)), one.clock().now()});
  co_return std::nullopt;
}

// Fetches the time or token that the credentials need, once for all who need it meanwhile.
awaitable<sender::outcome> client::state::prepare(steady_point deadline) {
  const std::function<awaitable<void>()> fetch = [this, deadline]() -> awaitable<void> {
    fetched.reset();
    if (one.who().kind() == credential_kind::application)
      fetched = co_await fetch_time(deadline);
    else
      fetched = co_await one.fetch_token(deadline);
  };
  while (!one.who().ready(one.clock().now())) {
    const auto how = co_await authentication.join(fetch, deadline - one.clock().now());
    if (how == loop::single_flight::end::late)
      co_return final_failure(failure::timeout,
                              "the deadline passed while waiting for authentication");
    if (how == loop::single_flight::end::flown || fetched) co_return fetched;
  }
  co_return std::nullopt;
}

// ---- reading: retried as often as needed ----

awaitable<result<answer>> client::state::get(request r, json_reader& body, steady_point deadline) {
  if (one.unusable()) co_return *one.unusable();
  bool renewed = false;
  const wait_note note(one.waits(), {one.options().endpoint.base.host, one.clock().now()});
  for (int tries = 1;; ++tries) {
    note->attempt = tries;
    note->for_turn = false;
    sender::outcome problem;
    answer out;
    std::uint64_t edition = 0;
    if (r.authenticated && !one.who().ready(one.clock().now()))
      problem = co_await prepare(deadline);
    if (!problem) {
      edition = one.who().edition();
      problem = co_await one.get(r, body, deadline, out, *note);
      if (!problem) co_return out;
      if (r.authenticated && !renewed && one.who().renew_after(problem->what, edition)) {
        renewed = true;
        --tries;
        continue;
      }
    }
    problem->what = one.located(std::move(problem->what), "GET", r.path);
    if (auto final = co_await next_try(std::move(*problem), tries, deadline))
      co_return std::move(*final);
  }
}

// After so many tries: waits until the next one may begin, or returns the final error.
awaitable<std::optional<error>> client::state::next_try(failed_try problem, int tries,
                                                        steady_point deadline) {
  const double drawn = static_cast<double>(chance() % 1024) / 1024;
  const auto wait = wait_before_next(problem, tries, drawn);
  const auto at = one.clock().now() + wait.value_or(std::chrono::nanoseconds(0));
  const bool throttled = problem.what.kind == failure::throttled;
  if (wait && throttled) one.pace().hold_until(at);
  if (!wait || at >= deadline) {
    if (tries > 1) problem.what.message += fmt::format(", tried {} times", tries);
    co_return std::move(problem.what);
  }
  if (!throttled) co_await one.clock().wait_until(at); // else turn() waits, as all others do
  co_return std::nullopt;
}

// ---- changing: sent once ----

// Fetches the time or token, retried as often as needed.
awaitable<std::optional<error>> client::state::get_ready(const request& r, steady_point deadline) {
  for (int tries = 1; r.authenticated && !one.who().ready(one.clock().now()); ++tries) {
    auto problem = co_await prepare(deadline);
    if (!problem) continue;
    problem->what = one.located(std::move(problem->what), "POST", r.path);
    if (auto final = co_await next_try(std::move(*problem), tries, deadline)) co_return final;
  }
  co_return std::nullopt;
}

posted client::state::outcome_of(reply got, const request& r, std::uint64_t edition) {
  posted out;
  out.sent = got.sent;
  if (!got.problem && got.status >= 200 && got.status < 300) {
    out.got = answer{got.status, std::move(got.query_id), got.pagination_elements};
    return out;
  }
  out.refused = !got.problem && says_no(got.status, got.error_body);
  refusal asked;
  asked.method = "POST";
  asked.path = r.path;
  failed_try f = one.failed(std::move(got), std::move(asked));
  // What the answer teaches helps only the next requests.
  if (r.authenticated) one.who().renew_after(f.what, edition);
  if (f.what.kind == failure::throttled)
    if (const auto wait = wait_before_next(f, 1, 0))
      one.pace().hold_until(one.clock().now() + *wait);
  out.got = one.located(std::move(f.what), "POST", r.path);
  return out;
}

awaitable<posted> client::state::post(request r, json_reader& body, steady_point deadline,
                                      reply& got) {
  if (one.unusable()) co_return posted{*one.unusable(), false};
  const wait_note note(one.waits(), {one.options().endpoint.base.host, one.clock().now()});
  for (;;) {
    if (auto problem = co_await get_ready(r, deadline))
      co_return posted{std::move(*problem), false};
    pool::lease line;
    if (auto late = co_await one.line_and_turn(deadline, line, *note))
      co_return posted{one.located(std::move(late->what), "POST", r.path), false};
    if (one.clock().now() - line->used_at > fresh_for) line->line.close();
    co_await line->line.connect(one.options().timeout, got);
    const auto edition = one.who().edition();
    if (got.problem) {
      one.count(got);
      co_return outcome_of(std::move(got), r, edition);
    }
    // The time or token may have expired, or been found wrong, while this request waited for its
    // turn and its connection.
    const bool ready = !r.authenticated || one.who().ready(one.clock().now());
    std::optional<error> refused;
    if (ready && r.last_word) refused = r.last_word();
    if (ready && !refused) refused = one.write(line->message, "POST", r);
    if (!ready || refused) line->line.close(); // whatever is said on it meanwhile is no answer
    if (refused) co_return posted{one.located(std::move(*refused), "POST", r.path), false};
    if (!ready) continue;
    co_await one.exchange(*line, body, false, one.options().timeout, got);
    co_return outcome_of(std::move(got), r, edition);
  }
}

error client::state::canceled(std::string_view method, std::string_view path) const {
  error stopped;
  stopped.kind = failure::canceled;
  stopped.message = "canceled";
  return one.located(std::move(stopped), method, path);
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

awaitable<posted> client::post(request r, json_reader& body, steady_point deadline) {
  const std::shared_ptr<state> kept = state_; // as in get()
  std::string path = r.path;
  reply got;
  try {
    co_return co_await kept->post(std::move(r), body, deadline, got);
  } catch (const boost::system::system_error& e) {
    if (e.code() != asio::error::operation_aborted) throw;
  }
  co_return posted{kept->canceled("POST", path), got.sent};
}

const std::string& client::account() const noexcept { return state_->one.options().account; }
int client::connections() const noexcept { return state_->one.options().connections; }
int client::requests_per_minute() const noexcept {
  return state_->one.options().requests_per_minute;
}
const counters& client::counted() const noexcept { return state_->one.counted(); }
loop::clock& client::clock() const noexcept { return state_->one.clock(); }

std::optional<waiting> client::waits_for() const {
  sender& s = state_->one;
  if (s.waits().empty()) return std::nullopt;
  waiting longest = s.waits().front();
  longest.since = std::max(longest.since, s.good_answer());
  return longest;
}

std::optional<std::chrono::seconds> client::clock_difference() const {
  const sender& s = state_->one;
  if (!s.told()) return std::nullopt;
  return s.clock().wall() - s.told()->now(s.clock().now());
}

awaitable<std::optional<error>> client::learn_time(steady_point deadline) {
  const std::shared_ptr<state> kept = state_; // as in get()
  if (kept->one.unusable()) co_return *kept->one.unusable();
  auto problem = co_await kept->fetch_time(deadline);
  if (problem) co_return std::move(problem->what);
  co_return std::nullopt;
}

std::optional<std::uint64_t> client::requests_before(steady_point deadline) const noexcept {
  return state_->one.pace().possible(state_->one.clock().now(), deadline);
}

} // namespace ovhl::ovh
