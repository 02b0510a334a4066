#include "agent/event_log.hpp"

#include "publish/render.hpp"

#include <fmt/format.h>

namespace ovhl::agent {

void event_log::poll(const poll_report& r) {
  const std::string effort =
      fmt::format("{} request{}, {:.1f} s", r.requests, r.requests == 1 ? "" : "s", r.seconds);
  std::string text;
  if (r.failed)
    text = fmt::format("poll {} failed: nothing could be read ({})", r.number, effort);
  else
    text = fmt::format("poll {}: {}; {} correction{} due{} ({})", r.number, r.summary, r.due,
                       r.due == 1 ? "" : "s", r.complete ? "" : "; not everything could be read",
                       effort);
  (*log_)(r.complete ? os::level::info : os::level::warning, text,
          {{"POLL", fmt::to_string(r.number)},
           {"COMPLETE", r.complete ? "true" : "false"},
           {"DUE", fmt::to_string(r.due)},
           {"API_REQUESTS", fmt::to_string(r.requests)},
           {"DURATION_SECONDS", fmt::format("{:.3f}", r.seconds)}});
}

void event_log::correction(const licensing::correction& what, const licensing::ending& how) {
  using licensing::outcome;
  const std::string shown = fmt::format("{}{} {}", publish::action_text(what.action, what.from),
                                        what.to && what.from ? " by" : "",
                                        what.to ? *what.to : what.from.value_or("nothing"));
  std::string text =
      fmt::format("{}: {} on {} ({} in {}/{})", name(how.how), shown, what.name, what.which.id,
                  what.which.where.service, what.which.where.datacenter);
  if (how.trace) text += fmt::format(", task {}", *how.trace);
  if (!how.message.empty()) text += ": " + how.message;
  const bool well = how.how == outcome::done || how.how == outcome::dropped;
  (*log_)(well ? os::level::info : os::level::warning, text,
          {{"ACCOUNT", what.which.where.account},
           {"SERVICE", what.which.where.service},
           {"DATACENTER", fmt::to_string(what.which.where.datacenter)},
           {"VM_ID", fmt::to_string(what.which.id)},
           {"VM_NAME", what.name},
           {"ACTION", std::string(name(what.action))},
           {"LICENSE_BEFORE", what.from.value_or("")},
           {"LICENSE", what.to.value_or("")},
           {"OUTCOME", std::string(name(how.how))},
           {"TASK", how.trace ? fmt::to_string(*how.trace) : ""},
           {"QUERY_ID", how.query_id},
           {"REASON", what.reason}});
}

void event_log::changes(std::span<const licensing::change> all) {
  for (const licensing::change& c : all) {
    const std::string before(c.before ? licensing::name(*c.before) : "new");
    const std::string after(c.after ? licensing::name(*c.after) : "gone");
    // The name of a vanished VM is unknown.
    const std::string place =
        fmt::format("{} in {}/{}", c.which.id, c.which.where.service, c.which.where.datacenter);
    const std::string who = c.name.empty() ? "VM " + place : fmt::format("{} ({})", c.name, place);
    std::string text = fmt::format("{}: {} → {}", who, before, after);
    if (!c.reason.empty()) text += ": " + c.reason;
    (*log_)(os::level::info, text,
            {{"ACCOUNT", c.which.where.account},
             {"SERVICE", c.which.where.service},
             {"DATACENTER", fmt::to_string(c.which.where.datacenter)},
             {"VM_ID", fmt::to_string(c.which.id)},
             {"VM_NAME", c.name},
             {"VERDICT_BEFORE", before},
             {"VERDICT", after},
             {"REASON", c.reason}});
  }
}

void event_log::witnessed(const std::optional<ledger::witness>& last) {
  if (!last || last == witness_) return;
  witness_ = last;
  (*log_)(os::level::info,
          fmt::format("ledger: record {} is on disk, with digest {}", last->record, last->digest),
          {{"LEDGER_RECORD", fmt::to_string(last->record)}, {"LEDGER_DIGEST", last->digest}});
}

void event_log::no_longer_watched(const std::string& account, const std::string& service) {
  (*log_)(os::level::info, fmt::format("no longer watched: {} of account {}", service, account),
          {{"ACCOUNT", account}, {"SERVICE", service}});
}

void event_log::problems(const agent::problems::change& change) {
  for (const error& e : change.begun)
    (*log_)(os::level::error, words(e),
            {{"WHERE", e.where},
             {"FAILURE", name(e.kind)},
             {"HTTP_STATUS", fmt::to_string(e.http_status)},
             {"QUERY_ID", e.query_id}});
  for (const std::string& over : change.resolved)
    (*log_)(os::level::info, "resolved: " + over, {});
}

} // namespace ovhl::agent
