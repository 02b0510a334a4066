// Requests that change something: each is sent once.
#include "ovh/client_state.hpp"

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

namespace ovhl::ovh {

namespace {

// Servers and what stands before them close idle connections after some seconds; what is sent in
// that very moment is lost, and a POST that may be lost is not sent again. A new connection costs a
// handshake, an answer that was lost a correction.
constexpr std::chrono::seconds fresh_for{5};

} // namespace

// Time or token, as often as it takes.
awaitable<std::optional<error>> client::state::get_ready(const request& r, steady_point deadline) {
  for (int tries = 1; r.authenticated && !who.ready(clock.now()); ++tries) {
    auto trouble = co_await prepare(deadline);
    if (!trouble) continue;
    trouble->what = located(std::move(trouble->what), "POST", r.path);
    if (auto final = co_await next_try(std::move(*trouble), tries, deadline)) co_return final;
  }
  co_return std::nullopt;
}

posted client::state::outcome_of(reply got, const request& r, std::uint64_t edition) {
  posted out;
  out.sent = got.sent;
  if (!got.trouble && got.status >= 200 && got.status < 300) {
    out.got = answer{got.status, std::move(got.query_id), got.pagination_elements};
    return out;
  }
  out.refused = !got.trouble && says_no(got.status, got.error_body);
  refusal asked;
  asked.method = "POST";
  asked.path = r.path;
  failed_try f = failed(std::move(got), std::move(asked));
  // What was learned from it is for the requests after it.
  if (r.authenticated) who.renew_after(f.what, edition);
  if (f.what.kind == failure::throttled)
    if (const auto wait = wait_before_next(f, 1, 0)) pace.hold_until(clock.now() + *wait);
  out.got = located(std::move(f.what), "POST", r.path);
  return out;
}

awaitable<posted> client::state::post(request r, json_reader& body, steady_point deadline,
                                      reply& got) {
  if (unusable) co_return posted{*unusable, false};
  const wait_note note(waits, {options.endpoint.base.host, clock.now()});
  for (;;) {
    if (auto trouble = co_await get_ready(r, deadline))
      co_return posted{std::move(*trouble), false};
    pool::lease line;
    if (auto late = co_await line_and_turn(deadline, line, *note))
      co_return posted{located(std::move(late->what), "POST", r.path), false};
    if (clock.now() - line->used_at > fresh_for) line->line.close();
    co_await line->line.connect(options.timeout, got);
    const auto edition = who.edition();
    if (got.trouble) {
      count(got);
      co_return outcome_of(std::move(got), r, edition);
    }
    // What was there may have become old, or been found wrong, while this waited for its turn and
    // its connection.
    const bool ready = !r.authenticated || who.ready(clock.now());
    std::optional<error> refused;
    if (ready && r.last_word) refused = r.last_word();
    if (ready && !refused) refused = write(line->message, "POST", r);
    if (!ready || refused) line->line.close(); // whatever is said on it meanwhile is no answer
    if (refused) co_return posted{located(std::move(*refused), "POST", r.path), false};
    if (!ready) continue;
    co_await exchange(*line, body, false, options.timeout, got);
    co_return outcome_of(std::move(got), r, edition);
  }
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

} // namespace ovhl::ovh
