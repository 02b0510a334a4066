#include "agent/history_json.hpp"

#include "json/fields.hpp"

#include <algorithm>

namespace ovhl::agent {

namespace {

using ledger::clock_body, ledger::datacenter_went, ledger::event, ledger::policy_body,
    ledger::result_body, ledger::vm_body, ledger::vm_went, ledger::was_corrected,
    ledger::was_hidden, ledger::was_seen, ledger::writer_came, ledger::writer_went;

void put(json_output& io, const was_seen& s) {
  const vm_body& b = s.as;
  io("until", s.until);
  io("verdict", b.verdict);
  io("verdict_before", s.before);
  io("verdict_since", or_null(b.since));
  io("occasion", b.occasion);
  io("guest_os_family", b.guest_os_family);
  io("reported_guest_os_family", b.reported_guest_os_family);
  io("license", b.license);
  io("expected", b.expected);
  io("action", or_null(b.action));
  io("rule", or_null(b.rule));
  io("power_state", b.power);
  io("cpus", b.cpus);
}

void put_order(json_output& io, const auto& order) {
  io("action", or_null(order.action));
  io("from", order.from);
  io("to", order.to);
}

void put_wanted(json_output& io, const licensing::intent& i) {
  put_order(io, i.what);
  io("bypass_guest_os_family_check", i.what.bypass);
  io("by", i.by.person ? i.by.user : std::string("daemon"));
  io("person", i.by.person);
  io("claimed", i.by.claimed);
  io("plan", i.by.plan);
  io("mode", i.what.mode);
  io("policy", i.policy);
  io("verdict", i.what.verdict);
  io("rule", or_null(i.what.rule));
  io("reason", i.what.reason);
}

void put_answer(json_output& io, const licensing::sent& s) {
  io("answer", s.got);
  io("task_id", s.trace);
  io("message", or_null(s.message));
  io("query_id", or_null(s.query_id));
}

void put_task(json_output& io, const licensing::followed& f) {
  io("task_id", f.id);
  io("state", or_null(f.state.word));
  io("message", or_null(f.message));
}

void put(json_output& io, const was_corrected& c) {
  if (c.wanted)
    put_wanted(io, *c.wanted);
  else if (c.end)
    put_order(io, *c.end);
  io("request", described(c.answer, put_answer));
  io("task", described(c.task, put_task));
  io("result", described(c.end, [&](json_output& of, const result_body& b) {
       of("at", c.ended_at);
       of("outcome", b.end.how);
       of("looked", b.end.looked);
       of("license", b.end.found);
       of("message", or_null(b.end.message));
       of("query_id", or_null(b.end.query_id));
     }));
}

void put(json_output& io, const was_hidden& h) {
  io("last_seen", h.why.last_seen);
  io("until", h.until);
  io("cause", h.why.cause);
  io("message", or_null(h.why.message));
}
void put(json_output& io, const vm_went& g) { io("last_seen", g.last_seen); }
void put(json_output& io, const datacenter_went& g) { io("last_seen", g.last_seen); }
void put(json_output& io, const writer_came& w) {
  io("by", w.who.by);
  io("user", w.who.user);
  io("version", w.who.version);
  io("last_poll", w.who.last_poll);
}
void put(json_output&, const writer_went&) {}
void put(json_output& io, const policy_body& p) {
  io("path", p.path);
  io("sha256", p.sha256);
  io("mode", p.mode);
}
void put(json_output& io, const clock_body& c) { io("before", or_null(c.before)); }

// The kinds of events, in the order of the variant.
constexpr const char* kinds[] = {"state",   "gone",    "datacenter_gone", "correction", "gap",
                                 "started", "stopped", "policy",          "clock"};
static_assert(std::size(kinds) == std::variant_size_v<decltype(event::what)>);

void put_event(json_output& io, const event& e) {
  io("kind", kinds[e.what.index()]);
  io("record", e.number);
  io("at", or_null(e.at));
  io("account", or_null(e.where.account));
  io("service", or_null(e.where.service));
  io("datacenter", or_null(e.where.datacenter));
  io("vm_id", or_null(e.vm));
  io("name", or_null(e.name));
  std::visit([&](const auto& what) { put(io, what); }, e.what);
}

struct document {
  const std::string& ledger;
  std::optional<instant> since;
  std::span<const event> events;
  std::size_t left_out;
};
void fields(auto& io, const document& d) {
  io("schema", 1);
  io("ledger", d.ledger);
  io("since", d.since);
  io("left_out", d.left_out);
  io("events", in_lines(d.events, put_event));
}

} // namespace

std::string history_json(std::span<const ledger::event> events, const std::string& ledger,
                         std::optional<instant> since, std::optional<std::size_t> limit) {
  const std::size_t shown = std::min(events.size(), limit.value_or(events.size()));
  const document all{ledger, since, events.last(shown), events.size() - shown};
  return json_of(in_lines(all)) + '\n';
}

} // namespace ovhl::agent
