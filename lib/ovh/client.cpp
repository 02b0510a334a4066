#include "ovh/client.hpp"

#include "base/text.hpp"
#include "ovh/api_error.hpp"
#include "ovh/backoff.hpp"
#include "ovh/budget.hpp"
#include "ovh/json_reader.hpp"
#include "ovh/pool.hpp"
#include "ovh/proof.hpp"
#include "ovh/single_flight.hpp"
#include "ovh/tls.hpp"

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>
#include <fmt/format.h>

#include <random>

namespace ovhl::ovh {

namespace asio = boost::asio;
using asio::awaitable;
using loop::steady_point;

namespace {

struct time_reader : json_reader {
  json_place time{json_type::integer};
  time_reader() { read(time); }
};

struct token_reader : json_reader {
  json_place token{json_type::text}, lives{json_type::integer};
  json_place answer{.type = json_type::object,
                    .fields = {{"access_token", &token}, {"expires_in", &lives}}};
  token_reader() { read(answer); }
  ~token_reader() override { wipe(token.text); }
};

failed_try final_failure(failure kind, std::string message, std::string advice = {}) {
  failed_try f;
  f.what.kind = kind;
  f.what.message = std::move(message);
  f.what.advice = std::move(advice);
  return f;
}

std::string request_head(const url& to, std::string_view user_agent) {
  return fmt::format(" HTTP/1.1\r\nHost: {}\r\nUser-Agent: {}\r\nAccept: application/json\r\n",
                     to.authority(), user_agent);
}

} // namespace

struct client::state {
  state(asio::any_io_executor e, loop::clock& c, client_options o);

  awaitable<result<answer>> get(request, json_reader& body, steady_point deadline);
  awaitable<single_flight::outcome> one_try(const request&, json_reader& body,
                                            steady_point deadline, answer& out);
  awaitable<single_flight::outcome> prepare(steady_point deadline);
  awaitable<single_flight::outcome> fetch_time(steady_point deadline);
  awaitable<single_flight::outcome> fetch_token(steady_point deadline);
  awaitable<single_flight::outcome> turn(steady_point deadline);

  std::chrono::nanoseconds time_for_one(steady_point deadline) const;
  void write(std::string& message, const request&) const;
  void count(const reply&);
  failed_try failed(reply, refusal) const;
  error located(error, std::string_view method, std::string_view what) const;

  asio::any_io_executor executor;
  loop::clock& clock;
  client_options options;
  std::string base; // the endpoint's URL, as signatures need it
  std::string head;
  std::optional<error> unusable; // a mistake in the options that makes every request vain
  tls_settings tls;
  pool connections;
  budget pace;
  proof who;
  single_flight authentication;
  ovh::counters counted;
  std::minstd_rand chance;
};

client::state::state(asio::any_io_executor e, loop::clock& c, client_options o)
    : executor(std::move(e)),
      clock(c),
      options(std::move(o)),
      base(options.endpoint.base.text()),
      head(request_head(options.endpoint.base, options.user_agent)),
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

void client::state::write(std::string& message, const request& r) const {
  message.assign("GET ").append(options.endpoint.base.target).append(r.path).append(head);
  if (r.authenticated) who.append(message, base, r.path, clock.wall());
  for (const header& h : r.headers)
    message.append(h.name).append(": ").append(h.value).append("\r\n");
  message.append("\r\n");
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

// What came instead of a good answer, as a try that failed.
failed_try client::state::failed(reply r, refusal asked) const {
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
  f.what = asked.method == "POST" ? token_error(asked) : api_error(asked);
  f.again = f.what.passing();
  f.retry_after = parse_retry_after(r.retry_after, clock.wall());
  return f;
}

// Waits until the budget lets us send, and takes one request from it.
awaitable<single_flight::outcome> client::state::turn(steady_point deadline) {
  const auto now = clock.now();
  const auto at = pace.next(now);
  const bool ours = at > std::max(now, pace.held_until()); // and not the API's wish
  if (at > deadline && ours)
    co_return final_failure(
        failure::throttled,
        fmt::format("the budget of {} requests a minute leaves none before the deadline",
                    options.requests_per_minute),
        "raise api.requests_per_minute or poll.timeout");
  if (at > deadline)
    co_return final_failure(failure::throttled, "the API wants no request before the deadline",
                            "lower api.requests_per_minute");
  if (ours) ++counted.throttled;
  pace.take(at);
  if (at > now) co_await clock.wait_until(at);
  while (pace.held_until() > clock.now()) {
    if (pace.held_until() > deadline)
      co_return final_failure(failure::throttled, "the API wants no request before the deadline",
                              "lower api.requests_per_minute");
    co_await clock.wait_until(pace.held_until());
  }
  co_return std::nullopt;
}

awaitable<single_flight::outcome> client::state::one_try(const request& r, json_reader& body,
                                                         steady_point deadline, answer& out) {
  if (clock.now() >= deadline)
    co_return final_failure(failure::timeout, "the deadline came before it could be asked");
  const pool::lease line = co_await connections.borrow(deadline - clock.now());
  if (!line)
    co_return final_failure(failure::timeout, "the deadline came before a connection was free");
  if (auto late = co_await turn(deadline)) co_return late;

  write(line->message, r);
  const auto limit = time_for_one(deadline);
  reply got = co_await line->line.exchange(line->message, body, true, limit);
  count(got);
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

awaitable<single_flight::outcome> client::state::fetch_time(steady_point deadline) {
  request r;
  r.path = "/auth/time";
  r.authenticated = false;
  time_reader reader;
  answer ignored;
  auto trouble = co_await one_try(r, reader, deadline, ignored);
  if (trouble)
    trouble->what = located(std::move(trouble->what), "GET", r.path);
  else
    who.learn_time(reader.time.integer, clock.wall());
  co_return trouble;
}

awaitable<single_flight::outcome> client::state::fetch_token(steady_point deadline) {
  if (!options.endpoint.token)
    co_return final_failure(failure::invalid, "where OAuth2 tokens come from is not known",
                            "set the account's oauth2_token_url");
  const url& from = *options.endpoint.token;
  std::string form = who.token_form();
  std::string message = fmt::format(
      "POST {}{}Connection: close\r\nContent-Type: application/x-www-form-urlencoded\r\n"
      "Content-Length: {}\r\n\r\n{}",
      from.target.empty() ? "/" : from.target, request_head(from, options.user_agent), form.size(),
      form);
  wipe(form);
  struct wiping {
    std::string& text;
    ~wiping() { wipe(text); }
  };
  const wiping at_the_end{message};
  connection once(executor, from, tls);
  token_reader reader;
  const auto limit = time_for_one(deadline);
  reply got = co_await once.exchange(message, reader, false, limit);
  count(got);
  if (got.trouble || got.status < 200 || got.status >= 300) {
    refusal asked;
    asked.method = "POST";
    failed_try f = failed(std::move(got), std::move(asked));
    f.what = located(std::move(f.what), "POST", from.text());
    co_return f;
  }
  who.learn_token(secret(reader.token.text), std::chrono::seconds(reader.lives.integer),
                  clock.now());
  co_return std::nullopt;
}

awaitable<single_flight::outcome> client::state::prepare(steady_point deadline) {
  std::function<bool()> there = [this] { return who.ready(clock.now()); };
  std::function<awaitable<single_flight::outcome>()> fetch = [this, deadline] {
    return who.kind() == credential_kind::application ? fetch_time(deadline)
                                                      : fetch_token(deadline);
  };
  const auto left = deadline - clock.now();
  co_return co_await authentication.fly(std::move(there), std::move(fetch), left);
}

awaitable<result<answer>> client::state::get(request r, json_reader& body, steady_point deadline) {
  if (unusable) co_return *unusable;
  bool renewed = false;
  for (int tries = 1;; ++tries) {
    single_flight::outcome trouble;
    answer out;
    std::uint64_t edition = 0;
    if (r.authenticated && !who.ready(clock.now())) trouble = co_await prepare(deadline);
    if (!trouble) {
      edition = who.edition();
      trouble = co_await one_try(r, body, deadline, out);
      if (!trouble) co_return out;
      if (r.authenticated && !renewed && who.renew_after(trouble->what, edition)) {
        renewed = true;
        --tries;
        continue;
      }
    }
    error why = located(std::move(trouble->what), "GET", r.path);
    trouble->what.kind = why.kind;
    const auto wait =
        wait_before_next(*trouble, tries, static_cast<double>(chance() % 1024) / 1024);
    const auto at = clock.now() + wait.value_or(std::chrono::nanoseconds(0));
    const bool throttled = why.kind == failure::throttled;
    if (wait && throttled) pace.hold_until(at);
    if (!wait || at >= deadline) {
      if (tries > 1) why.message += fmt::format(", tried {} times", tries);
      co_return why;
    }
    if (!throttled) co_await clock.wait_until(at); // else turn() waits, as all others do
  }
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
  error stopped;
  stopped.kind = failure::canceled;
  stopped.message = "canceled";
  co_return kept->located(std::move(stopped), "GET", path);
}

const std::string& client::account() const noexcept { return state_->options.account; }
int client::connections() const noexcept { return state_->options.connections; }
int client::requests_per_minute() const noexcept { return state_->options.requests_per_minute; }
const counters& client::counted() const noexcept { return state_->counted; }
loop::clock& client::clock() const noexcept { return state_->clock; }

std::optional<std::uint64_t> client::requests_before(steady_point deadline) const noexcept {
  return state_->pace.possible(state_->clock.now(), deadline);
}

} // namespace ovhl::ovh
