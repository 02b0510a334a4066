#include "ovh/client/sender.hpp"

#include "base/on_exit.hpp"
#include "base/text.hpp"
#include "json/json_reader.hpp"
#include "ovh/http/http_date.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ovhl::ovh {

namespace asio = boost::asio;

failed_try final_failure(failure kind, std::string message, std::string advice) {
  failed_try f;
  f.what.kind = kind;
  f.what.message = std::move(message);
  f.what.advice = std::move(advice);
  return f;
}

void sender::begin(request_head& head, std::string_view method, const url& to,
                   std::string_view path) const {
  head.begin(method, to.target, path);
  head.field("Host", to.authority());
  head.field("User-Agent", options_.user_agent);
  head.field("Accept", "application/json");
}

sender::sender(asio::any_io_executor e, loop::clock& c, client_options o)
    : executor_(std::move(e)),
      clock_(c),
      options_(std::move(o)),
      connections_(executor_, options_.endpoint.base, tls_,
                   static_cast<std::size_t>(std::max(options_.connections, 1))),
      pace_(options_.requests_per_minute, clock_.now()),
      who_(std::move(options_.credentials)) {
  if (options_.ca_file)
    if (auto trusted = tls_.trust_also(*options_.ca_file); !trusted) unusable_ = trusted.error();
}

void sender::learn_time(api_time said) {
  told_ = said;
  who_.learn_time(said);
}

std::chrono::nanoseconds sender::time_for_one(loop::steady_point deadline) const {
  return std::min<std::chrono::nanoseconds>(options_.timeout, deadline - clock_.now());
}

std::optional<error> sender::write(std::string& message, std::string_view method,
                                   const request& r) const {
  // What grows while a secret is in it leaves a copy behind.
  constexpr std::size_t rest =
      1024; // names of headers, a host, proofs; a token is as long as it is
  std::size_t room = rest + who_.size() + options_.endpoint.base.target.size() +
                     options_.user_agent.size() + r.path.size() + r.body.size();
  for (const header& h : r.headers)
    room += h.name.size() + h.value.size() + 4;
  wipe(message);
  message.reserve(room);
  request_head head(message);
  begin(head, method, options_.endpoint.base, r.path);
  if (r.authenticated)
    who_.append(head, method, options_.endpoint.base.text(), r.path, r.body, clock_.now());
  for (const header& h : r.headers)
    head.field(h.name, h.value);
  if (!r.body.empty()) head.field("Content-Type", "application/json");
  if (method == "POST") head.field("Content-Length", std::to_string(r.body.size()));
  if (auto refused = head.end()) return refused;
  message.append(r.body);
  return std::nullopt;
}

asio::awaitable<void> sender::exchange(pool::slot& line, json_reader& body, bool repeatable,
                                       std::chrono::nanoseconds limit, reply& got) {
  const auto asked = clock_.now();
  co_await line.line.exchange(line.message, body, repeatable, limit, got);
  line.used_at = clock_.now();
  // An error may be of a front end, whose clock is not the API's.
  if (!got.problem && got.status >= 200 && got.status < 300)
    if (const auto dated = said_by(got.date, asked, line.used_at)) told_ = dated;
  if (!got.problem && got.status >= 200 && got.status < 300) good_answer_ = line.used_at;
  count(got);
}

void sender::count(const reply& r) {
  switch (r.status / 100) {
  case 2: ++counted_.answered_2xx; break;
  case 4: ++counted_.answered_4xx; break;
  case 5: ++counted_.answered_5xx; break;
  default: ++counted_.failed;
  }
  if (r.status == 429) ++counted_.throttled;
}

error sender::located(error e, std::string_view method, std::string_view what) const {
  who_.redact(e);
  if (e.where.empty())
    e.where =
        fmt::format("account {}: {} {}", options_.account, method, fitted(printable(what), 120));
  return e;
}

// The time by the clock of whoever answered, as well as it is known.
instant sender::api_now(const reply& r) const {
  if (const auto dated = parse_http_date(r.date)) return *dated;
  return told_ ? told_->now(clock_.now()) : clock_.wall();
}

// What came instead of a good answer, as a try that failed.
failed_try sender::failed(reply r, refusal asked, error (*explained)(const refusal&)) const {
  failed_try f;
  if (r.problem) {
    f.what = std::move(*r.problem);
    f.again = r.again;
    f.what.http_status = r.status;
    f.what.query_id = fitted(printable(r.query_id), 100);
    return f;
  }
  asked.status = r.status;
  asked.query_id = std::move(r.query_id);
  asked.body = std::move(r.error_body);
  asked.location = std::move(r.location);
  asked.asked_with = who_.kind();
  who_.redact(asked);
  f.what = explained(asked);
  f.again = f.what.passing();
  f.retry_after = parse_retry_after(r.retry_after, api_now(r));
  return f;
}

// Waits until the budget lets us send, and takes one request from it.
asio::awaitable<sender::outcome> sender::turn(loop::steady_point deadline, waiting& note) {
  const auto now = clock_.now();
  const auto at = pace_.next(now);
  const bool ours = at > std::max(now, pace_.held_until()); // and not the API's wish
  if (at > deadline && ours)
    co_return final_failure(
        failure::throttled,
        fmt::format("the budget of {} requests per minute leaves none before the deadline",
                    options_.requests_per_minute),
        "raise api.requests_per_minute or poll.timeout");
  if (at > deadline)
    co_return final_failure(failure::throttled, "the API asked to wait beyond the deadline",
                            "lower api.requests_per_minute");
  if (ours) ++counted_.throttled;
  pace_.take(at);
  note.for_turn = true;
  if (at > now) co_await clock_.wait_until(at);
  while (pace_.held_until() > clock_.now()) {
    if (pace_.held_until() > deadline)
      co_return final_failure(failure::throttled, "the API asked to wait beyond the deadline",
                              "lower api.requests_per_minute");
    co_await clock_.wait_until(pace_.held_until());
  }
  note.for_turn = false;
  co_return std::nullopt;
}

// What every request needs before it is written.
asio::awaitable<sender::outcome> sender::line_and_turn(loop::steady_point deadline,
                                                       pool::lease& line, waiting& note) {
  if (clock_.now() >= deadline)
    co_return final_failure(failure::timeout,
                            "the deadline passed before the request could be sent");
  line = co_await connections_.borrow(deadline - clock_.now());
  if (!line)
    co_return final_failure(failure::timeout, "the deadline passed before a connection was free");
  co_return co_await turn(deadline, note);
}

asio::awaitable<sender::outcome> sender::get(const request& r, json_reader& body,
                                             loop::steady_point deadline, answer& out,
                                             waiting& note) {
  pool::lease line;
  if (auto late = co_await line_and_turn(deadline, line, note)) co_return late;

  if (auto refused = write(line->message, "GET", r))
    co_return failed_try{std::move(*refused), false, {}};
  reply got;
  co_await exchange(*line, body, true, time_for_one(deadline), got);
  if (got.problem || got.status < 200 || got.status >= 300) {
    refusal asked;
    asked.path = r.path;
    co_return failed(std::move(got), std::move(asked));
  }
  out.status = got.status;
  out.query_id = std::move(got.query_id);
  out.pagination_elements = got.pagination_elements;
  co_return std::nullopt;
}

namespace {

struct token_reader : json_reader {
  json_place token{json_type::text}, lives{json_type::integer};
  json_place answer{.type = json_type::object,
                    .fields = {{"access_token", &token}, {"expires_in", &lives}}};
  token_reader() {
    token.text.reserve(16 << 10U); // so that growing leaves no copies behind
    token.arrived = [this] {
      if (token.text.empty() || !plain_value(token.text)) refuse("expected a token");
    };
    lives.arrived = [this] {
      constexpr std::int64_t year = 365 * 24 * 3600;
      if (lives.integer < 0 || lives.integer > year) refuse("expected seconds, at most a year");
    };
    read(answer);
  }
  ~token_reader() override { wipe(token.text); }
};

} // namespace

asio::awaitable<sender::outcome> sender::fetch_token(loop::steady_point deadline) {
  if (!options_.endpoint.token)
    co_return final_failure(failure::invalid, "the URL for OAuth2 tokens is not known",
                            "set the account's oauth2_token_url");
  const url& from = *options_.endpoint.token;
  std::string form = who_.token_form();
  std::string message;
  message.reserve(1024 + from.target.size() + options_.user_agent.size() + form.size());
  request_head head(message);
  begin(head, "POST", from, from.target.empty() ? "/" : "");
  head.field("Connection", "close");
  head.field("Content-Type", "application/x-www-form-urlencoded");
  head.field("Content-Length", std::to_string(form.size()));
  if (auto refused = head.end()) {
    wipe(form);
    co_return failed_try{located(std::move(*refused), "POST", from.text()), false, {}};
  }
  message.append(form);
  wipe(form);
  const on_exit wiping([&] { wipe(message); });
  connection once(executor_, from, tls_);
  token_reader reader;
  const auto limit = time_for_one(deadline);
  const wait_note note(waits_, {from.host, clock_.now()});
  reply got;
  co_await once.exchange(message, reader, false, limit, got);
  count(got);
  if (got.problem || got.status < 200 || got.status >= 300) {
    failed_try f = failed(std::move(got), refusal(), token_error);
    f.what = located(std::move(f.what), "POST", from.text());
    co_return f;
  }
  who_.learn_token(secret(reader.token.text), std::chrono::seconds(reader.lives.integer),
                   clock_.now());
  co_return std::nullopt;
}

} // namespace ovhl::ovh
