#include "ovh/client/client_parts.hpp"

#include "base/text.hpp"
#include "ovh/http/http_date.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace ovhl::ovh {

client_parts::client_parts(loop::clock& c, client_options o)
    : clock(c),
      options(std::move(o)),
      who(std::move(options.credentials)),
      pace(options.requests_per_minute, clock.now()) {
  if (options.ca_file)
    if (auto trusted = tls.trust_also(*options.ca_file); !trusted) unusable = trusted.error();
}

std::chrono::nanoseconds client_parts::time_for_one(loop::steady_point deadline) const {
  return std::min<std::chrono::nanoseconds>(options.timeout, deadline - clock.now());
}

error client_parts::located(error e, std::string_view method, std::string_view what) const {
  who.redact(e);
  if (e.where.empty())
    e.where =
        fmt::format("account {}: {} {}", options.account, method, fitted(printable(what), 120));
  return e;
}

failed_try client_parts::failed(reply r, refusal asked, error (*explain)(const refusal&)) const {
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
  asked.asked_with = who.kind();
  who.redact(asked);
  f.what = explain(asked);
  f.again = f.what.passing();
  // Retry-After may be a date by the clock of the server that answered.
  const instant known = reported_time ? reported_time->now(clock.now()) : clock.wall();
  f.retry_after = parse_retry_after(r.retry_after, parse_http_date(r.date).value_or(known));
  return f;
}

wait_note::wait_note(client_parts& parts, const url& asked)
    : all_(parts.waits), at_(all_.insert(all_.end(), {asked.host, parts.clock.now()})) {}
wait_note::~wait_note() { all_.erase(at_); }

} // namespace ovhl::ovh
