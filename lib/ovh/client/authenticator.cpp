#include "ovh/client/authenticator.hpp"

#include "base/on_exit.hpp"
#include "json/json_reader.hpp"
#include "ovh/client/request_writer.hpp"
#include "ovh/http/request_head.hpp"

#include <boost/asio/this_coro.hpp>

#include <functional>
#include <utility>

namespace ovhl::ovh {

using boost::asio::awaitable;
using loop::steady_point;

namespace {

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

awaitable<sender::outcome> authenticator::prepare(steady_point deadline) {
  const std::function<awaitable<void>()> fetch = [this, deadline]() -> awaitable<void> {
    fetched_.reset();
    if (parts_.who.kind() == credential_kind::application)
      fetched_ = co_await fetch_time(deadline);
    else
      fetched_ = co_await fetch_token(deadline);
  };
  while (!parts_.who.ready(parts_.clock.now())) {
    const auto how = co_await fetching_.join(fetch, deadline - parts_.clock.now());
    if (how == loop::single_flight::end::late)
      co_return final_failure(failure::timeout,
                              "the deadline passed while waiting for authentication");
    if (how == loop::single_flight::end::flown || fetched_) co_return fetched_;
  }
  co_return std::nullopt;
}

awaitable<sender::outcome> authenticator::fetch_time(steady_point deadline) {
  request r;
  r.path = "/auth/time";
  r.authenticated = false;
  time_reader reader;
  answer ignored;
  const wait_note note(parts_, parts_.options.endpoint.base);
  auto problem = co_await sender_.get(r, reader, deadline, ignored, *note);
  if (problem) {
    problem->what = parts_.located(std::move(problem->what), "GET", r.path);
    co_return problem;
  }
  const api_time got{instant(std::chrono::seconds(reader.time.integer)), parts_.clock.now()};
  parts_.reported_time = got;
  parts_.who.learn_time(got);
  co_return std::nullopt;
}

awaitable<sender::outcome> authenticator::fetch_token(steady_point deadline) {
  if (!parts_.options.endpoint.token)
    co_return final_failure(failure::invalid, "the URL for OAuth2 tokens is not known",
                            "set the account's oauth2_token_url");
  const url& from = *parts_.options.endpoint.token;
  std::string message;
  const on_exit wiping([&] { wipe(message); });
  if (auto refused = write_token_request(message, from, parts_))
    co_return failed_try{parts_.located(std::move(*refused), "POST", from.text()), false, {}};
  const auto executor = co_await boost::asio::this_coro::executor;
  connection once(executor, from, parts_.tls);
  token_reader reader;
  const wait_note note(parts_, from);
  reply got;
  co_await once.exchange(message, reader, false, parts_.time_for_one(deadline), got);
  parts_.counted.count(got.status);
  if (!got.good()) {
    failed_try f = parts_.failed(std::move(got), refusal(), token_error);
    f.what = parts_.located(std::move(f.what), "POST", from.text());
    co_return f;
  }
  parts_.who.learn_token(secret(reader.token.text), std::chrono::seconds(reader.lives.integer),
                         parts_.clock.now());
  co_return std::nullopt;
}

} // namespace ovhl::ovh
