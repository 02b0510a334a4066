#include "ovh/client/sender.hpp"

#include "json/json_reader.hpp"
#include "ovh/client/request_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace ovhl::ovh {

using boost::asio::awaitable;
using loop::steady_point;

sender::sender(boost::asio::any_io_executor executor, client_parts& parts)
    : parts_(parts),
      connections_(std::move(executor), parts.options.endpoint.base, parts.tls,
                   static_cast<std::size_t>(std::max(parts.options.connections, 1))) {}

awaitable<void> sender::exchange(pool::slot& slot, json_reader& body, bool repeatable,
                                 std::chrono::nanoseconds limit, reply& got) {
  const auto asked = parts_.clock.now();
  co_await slot.connection.exchange(slot.message, body, repeatable, limit, got);
  slot.used_at = parts_.clock.now();
  parts_.counted.count(got.status);
  // An error may come from a proxy, whose clock is not the API's.
  if (!got.good()) co_return;
  if (const auto dated = api_time_from(got.date, asked, slot.used_at)) parts_.reported_time = dated;
  parts_.good_answer = slot.used_at;
}

// Waits until the budget allows a request, and takes one from it.
awaitable<sender::outcome> sender::wait_for_turn(steady_point deadline, waiting& note) {
  const auto too_late = [] {
    return final_failure(failure::throttled, "the API asked to wait beyond the deadline",
                         "lower api.requests_per_minute");
  };
  budget& pace = parts_.pace;
  const auto now = parts_.clock.now();
  const auto at = pace.next(now);
  const bool ours = at > std::max(now, pace.held_until()); // our own budget, not a 429 of the API
  if (at > deadline && ours)
    co_return final_failure(
        failure::throttled,
        fmt::format("the budget of {} requests per minute leaves none before the deadline",
                    parts_.options.requests_per_minute),
        "raise api.requests_per_minute or poll.timeout");
  if (at > deadline) co_return too_late();
  if (ours) ++parts_.counted.throttled;
  pace.take(at);
  note.for_turn = true;
  if (at > now) co_await parts_.clock.wait_until(at);
  while (pace.held_until() > parts_.clock.now()) {
    if (pace.held_until() > deadline) co_return too_late();
    co_await parts_.clock.wait_until(pace.held_until());
  }
  note.for_turn = false;
  co_return std::nullopt;
}

awaitable<sender::outcome> sender::wait_to_send(steady_point deadline, pool::lease& slot,
                                                waiting& note) {
  const auto now = parts_.clock.now();
  if (now >= deadline)
    co_return final_failure(failure::timeout,
                            "the deadline passed before the request could be sent");
  slot = co_await connections_.borrow(deadline - now);
  if (!slot)
    co_return final_failure(failure::timeout, "the deadline passed before a connection was free");
  co_return co_await wait_for_turn(deadline, note);
}

awaitable<sender::outcome> sender::get(const request& r, json_reader& body, steady_point deadline,
                                       answer& out, waiting& note) {
  pool::lease slot;
  if (auto late = co_await wait_to_send(deadline, slot, note)) co_return late;
  if (auto refused = write_request(slot->message, "GET", r, parts_))
    co_return failed_try{std::move(*refused), false, {}};
  reply got;
  co_await exchange(*slot, body, true, parts_.time_for_one(deadline), got);
  if (!got.good()) {
    refusal asked;
    asked.path = r.path;
    co_return parts_.failed(std::move(got), std::move(asked));
  }
  out = {got.status, std::move(got.query_id), got.pagination_elements};
  co_return std::nullopt;
}

} // namespace ovhl::ovh
