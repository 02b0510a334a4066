#include "ovh/client/client.hpp"

#include "json/json_reader.hpp"
#include "ovh/client/authenticator.hpp"
#include "ovh/client/client_parts.hpp"
#include "ovh/client/request_writer.hpp"
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

} // namespace

struct client::state {
  state(asio::any_io_executor executor, loop::clock& clock, client_options o)
      : chance(o.seed != 0 ? o.seed : std::random_device()()),
        parts(clock, std::move(o)),
        sender(std::move(executor), parts),
        authenticator(parts, sender) {}

  awaitable<result<answer>> get(request, json_reader& body, steady_point deadline);
  awaitable<std::optional<error>> next_try(failed_try, int tries, steady_point deadline);

  // `got` belongs to the caller: after a cancellation, it says whether anything was sent.
  awaitable<posted> post(request, json_reader& body, steady_point deadline, reply& got);
  awaitable<std::optional<error>> authenticate(const request&, steady_point deadline);
  posted outcome_of(reply, const request&, std::uint64_t edition);

  error canceled(std::string_view method, std::string_view path) const;

  std::minstd_rand chance;
  client_parts parts;
  ovh::sender sender;
  ovh::authenticator authenticator;
};

// ---- reading: retried as often as needed ----

awaitable<result<answer>> client::state::get(request r, json_reader& body, steady_point deadline) {
  if (parts.unusable) co_return *parts.unusable;
  bool renewed = false;
  const wait_note note(parts, parts.options.endpoint.base);
  for (int tries = 1;; ++tries) {
    note->attempt = tries;
    note->for_turn = false;
    ovh::sender::outcome problem;
    answer out;
    std::uint64_t edition = 0;
    if (r.authenticated && !parts.who.ready(parts.clock.now()))
      problem = co_await authenticator.prepare(deadline);
    if (!problem) {
      edition = parts.who.edition();
      problem = co_await sender.get(r, body, deadline, out, *note);
      if (!problem) co_return out;
      if (r.authenticated && !renewed && parts.who.renew_after(problem->what, edition)) {
        renewed = true;
        --tries;
        continue;
      }
    }
    problem->what = parts.located(std::move(problem->what), "GET", r.path);
    if (auto final = co_await next_try(std::move(*problem), tries, deadline))
      co_return std::move(*final);
  }
}

// Waits until the try after `tries` may begin, or returns the final error.
awaitable<std::optional<error>> client::state::next_try(failed_try problem, int tries,
                                                        steady_point deadline) {
  const double drawn = static_cast<double>(chance() % 1024) / 1024;
  const auto wait = wait_before_next(problem, tries, drawn);
  const auto at = parts.clock.now() + wait.value_or(std::chrono::nanoseconds(0));
  const bool throttled = problem.what.kind == failure::throttled;
  if (wait && throttled) parts.pace.hold_until(at);
  if (!wait || at >= deadline) {
    if (tries > 1) problem.what.message += fmt::format(", tried {} times", tries);
    co_return std::move(problem.what);
  }
  // If throttled, the hold on the budget delays this request like all others.
  if (!throttled) co_await parts.clock.wait_until(at);
  co_return std::nullopt;
}

// ---- changing: sent once ----

// Fetches the time or token, retried as often as needed.
awaitable<std::optional<error>> client::state::authenticate(const request& r,
                                                            steady_point deadline) {
  for (int tries = 1; r.authenticated && !parts.who.ready(parts.clock.now()); ++tries) {
    auto problem = co_await authenticator.prepare(deadline);
    if (!problem) continue;
    problem->what = parts.located(std::move(problem->what), "POST", r.path);
    if (auto final = co_await next_try(std::move(*problem), tries, deadline)) co_return final;
  }
  co_return std::nullopt;
}

posted client::state::outcome_of(reply got, const request& r, std::uint64_t edition) {
  posted out;
  out.sent = got.sent;
  if (got.good()) {
    out.got = answer{got.status, std::move(got.query_id), got.pagination_elements};
    return out;
  }
  out.refused = !got.problem && says_no(got.status, got.error_body);
  refusal asked;
  asked.method = "POST";
  asked.path = r.path;
  failed_try f = parts.failed(std::move(got), std::move(asked));
  // What the answer teaches helps only the next requests.
  if (r.authenticated) parts.who.renew_after(f.what, edition);
  if (f.what.kind == failure::throttled)
    if (const auto wait = wait_before_next(f, 1, 0))
      parts.pace.hold_until(parts.clock.now() + *wait);
  out.got = parts.located(std::move(f.what), "POST", r.path);
  return out;
}

awaitable<posted> client::state::post(request r, json_reader& body, steady_point deadline,
                                      reply& got) {
  if (parts.unusable) co_return posted{*parts.unusable, false};
  const wait_note note(parts, parts.options.endpoint.base);
  for (;;) {
    if (auto problem = co_await authenticate(r, deadline))
      co_return posted{std::move(*problem), false};
    pool::lease slot;
    if (auto late = co_await sender.wait_to_send(deadline, slot, *note))
      co_return posted{parts.located(std::move(late->what), "POST", r.path), false};
    if (parts.clock.now() - slot->used_at > fresh_for) slot->connection.close();
    co_await slot->connection.connect(parts.options.timeout, got);
    const auto edition = parts.who.edition();
    if (got.problem) {
      parts.counted.count(got.status);
      co_return outcome_of(std::move(got), r, edition);
    }
    // The time or token may have expired, or been found wrong, while this request waited for its
    // turn and its connection.
    const bool ready = !r.authenticated || parts.who.ready(parts.clock.now());
    std::optional<error> refused;
    if (ready && r.last_word) refused = r.last_word();
    if (ready && !refused) refused = write_request(slot->message, "POST", r, parts);
    // Anything that arrives on an unused connection would be taken for an answer.
    if (!ready || refused) slot->connection.close();
    if (refused) co_return posted{parts.located(std::move(*refused), "POST", r.path), false};
    if (!ready) continue;
    co_await sender.exchange(*slot, body, false, parts.options.timeout, got);
    co_return outcome_of(std::move(got), r, edition);
  }
}

error client::state::canceled(std::string_view method, std::string_view path) const {
  error stopped;
  stopped.kind = failure::canceled;
  stopped.message = "canceled";
  return parts.located(std::move(stopped), method, path);
}

void counters::count(int status) noexcept {
  switch (status / 100) {
  case 2: ++answered_2xx; break;
  case 4: ++answered_4xx; break;
  case 5: ++answered_5xx; break;
  default: ++failed;
  }
  if (status == 429) ++throttled;
}

client::client(asio::any_io_executor executor, loop::clock& clock, client_options options)
    : state_(std::make_shared<state>(std::move(executor), clock, std::move(options))) {}
client::~client() = default;

awaitable<result<answer>> client::get(request r, json_reader& body, steady_point deadline) {
  const std::shared_ptr<state> kept =
      state_; // coroutine frames may be destroyed after the client, with the io_context
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

const std::string& client::account() const noexcept { return state_->parts.options.account; }
int client::connections() const noexcept { return state_->parts.options.connections; }
int client::requests_per_minute() const noexcept {
  return state_->parts.options.requests_per_minute;
}
const counters& client::counted() const noexcept { return state_->parts.counted; }
loop::clock& client::clock() const noexcept { return state_->parts.clock; }

std::optional<waiting> client::waits_for() const {
  const client_parts& parts = state_->parts;
  if (parts.waits.empty()) return std::nullopt;
  waiting longest = parts.waits.front();
  longest.since = std::max(longest.since, parts.good_answer);
  return longest;
}

std::optional<std::chrono::seconds> client::clock_difference() const {
  const client_parts& parts = state_->parts;
  if (!parts.reported_time) return std::nullopt;
  return parts.clock.wall() - parts.reported_time->now(parts.clock.now());
}

awaitable<std::optional<error>> client::learn_time(steady_point deadline) {
  const std::shared_ptr<state> kept = state_; // as in get()
  if (kept->parts.unusable) co_return *kept->parts.unusable;
  auto problem = co_await kept->authenticator.fetch_time(deadline);
  if (problem) co_return std::move(problem->what);
  co_return std::nullopt;
}

std::optional<std::uint64_t> client::requests_before(steady_point deadline) const noexcept {
  return state_->parts.pace.possible(state_->parts.clock.now(), deadline);
}

} // namespace ovhl::ovh
