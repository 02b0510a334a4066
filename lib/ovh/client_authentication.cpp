#include "ovh/client_state.hpp"

#include <fmt/format.h>

namespace ovhl::ovh {

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

awaitable<single_flight::outcome> client::state::fetch_time(steady_point deadline) {
  request r;
  r.path = "/auth/time";
  r.authenticated = false;
  time_reader reader;
  answer ignored;
  const wait_note note(waits, {options.endpoint.base.host, clock.now()});
  auto trouble = co_await one_try(r, reader, deadline, ignored, *note);
  if (trouble) {
    trouble->what = located(std::move(trouble->what), "GET", r.path);
    co_return trouble;
  }
  told = api_time{instant(std::chrono::seconds(reader.time.integer)), clock.now()};
  who.learn_time(*told);
  co_return std::nullopt;
}

awaitable<single_flight::outcome> client::state::fetch_token(steady_point deadline) {
  if (!options.endpoint.token)
    co_return final_failure(failure::invalid, "the URL for OAuth2 tokens is not known",
                            "set the account's oauth2_token_url");
  const url& from = *options.endpoint.token;
  std::string form = who.token_form();
  std::string message;
  message.reserve(1024 + from.target.size() + options.user_agent.size() + form.size());
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
  struct wiping {
    std::string& text;
    ~wiping() { wipe(text); }
  };
  const wiping at_the_end{message};
  connection once(executor, from, tls);
  token_reader reader;
  const auto limit = time_for_one(deadline);
  const wait_note note(waits, {from.host, clock.now()});
  reply got;
  co_await once.exchange(message, reader, false, limit, got);
  count(got);
  if (got.trouble || got.status < 200 || got.status >= 300) {
    failed_try f = failed(std::move(got), refusal(), token_error);
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

} // namespace ovhl::ovh
