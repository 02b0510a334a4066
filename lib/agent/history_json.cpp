#include "agent/history_view.hpp"
#include "base/json_writer.hpp"
#include "publish/json_pieces.hpp"

#include <algorithm>

namespace ovhl::agent {

namespace {

using namespace ledger;
using publish::member_text;
using publish::member_time;

void put(json_writer& json, const was_seen& s) {
  const vm_body& b = s.as;
  member_time(json, "until", s.until);
  json.member("verdict", licensing::name(b.verdict));
  json.member("verdict_before",
              s.before ? std::optional(licensing::name(*s.before)) : std::nullopt);
  member_time(json, "verdict_since", b.since);
  json.member("occasion", licensing::name(b.occasion));
  json.member("guest_os_family", b.guest_os_family);
  json.member("reported_guest_os_family", b.reported_guest_os_family);
  json.member("license", b.license).member("expected", b.expected);
  member_text(json, "action", licensing::name(b.action));
  member_text(json, "rule", b.rule);
  json.member("power_state", licensing::name(b.power)).member("cpus", b.cpus);
}

void put_order(json_writer& json, licensing::action action, const std::optional<std::string>& from,
               const std::optional<std::string>& to) {
  member_text(json, "action", licensing::name(action));
  json.member("from", from).member("to", to);
}

void put_wanted(json_writer& json, const licensing::intent& i) {
  const auto& by = i.by;
  put_order(json, i.what.action, i.what.from, i.what.to);
  json.member("bypass_guest_os_family_check", i.what.bypass);
  json.member("by", by.person ? by.user : std::string("daemon")).member("person", by.person);
  json.member("claimed", by.claimed).member("plan", by.plan);
  json.member("mode", licensing::name(i.what.mode)).member("policy", i.policy);
  json.member("verdict", licensing::name(i.what.verdict));
  member_text(json, "rule", i.what.rule);
  json.member("reason", i.what.reason);
}

void put(json_writer& json, const was_corrected& c) {
  if (c.wanted)
    put_wanted(json, *c.wanted);
  else if (c.end)
    put_order(json, c.end->action, c.end->from, c.end->to);
  json.key("request");
  if (!c.answer) {
    json.value(std::nullopt);
  } else {
    json.begin_object().member("answer", licensing::name(c.answer->got));
    json.member("task_id", c.answer->trace);
    member_text(json, "message", c.answer->message);
    member_text(json, "query_id", c.answer->query_id);
    json.end_object();
  }
  json.key("task");
  if (!c.task) {
    json.value(std::nullopt);
  } else {
    json.begin_object().member("task_id", c.task->id);
    member_text(json, "state", c.task->state.word);
    member_text(json, "message", c.task->message);
    json.end_object();
  }
  json.key("result");
  if (!c.end) {
    json.value(std::nullopt);
  } else {
    json.begin_object();
    member_time(json, "at", c.ended_at);
    json.member("outcome", licensing::name(c.end->end.how)).member("looked", c.end->end.looked);
    json.member("license", c.end->end.found);
    member_text(json, "message", c.end->end.message);
    member_text(json, "query_id", c.end->end.query_id);
    json.end_object();
  }
}

void put(json_writer& json, const was_hidden& h) {
  member_time(json, "last_seen", h.why.last_seen);
  member_time(json, "until", h.until);
  json.member("cause", h.why.cause);
  member_text(json, "message", h.why.message);
}
void put(json_writer& json, const vm_went& g) { member_time(json, "last_seen", g.last_seen); }
void put(json_writer& json, const datacenter_went& g) {
  member_time(json, "last_seen", g.last_seen);
}
void put(json_writer& json, const writer_came& w) {
  json.member("by", w.who.by).member("user", w.who.user).member("version", w.who.version);
  member_time(json, "last_poll", w.who.last_poll);
}
void put(json_writer&, const writer_went&) {}
void put(json_writer& json, const policy_body& p) {
  json.member("path", p.path).member("sha256", p.sha256).member("mode", licensing::name(p.mode));
}
void put(json_writer& json, const clock_body& c) { member_time(json, "before", c.before); }

// The kinds of events, in the order of the variant.
constexpr const char* kinds[] = {"state",   "gone",    "datacenter_gone", "correction", "gap",
                                 "started", "stopped", "policy",          "clock"};
static_assert(std::size(kinds) == std::variant_size_v<decltype(event::what)>);

void put_event(json_writer& json, const event& e) {
  json.begin_object().member("kind", kinds[e.what.index()]).member("record", e.number);
  member_time(json, "at", e.at);
  member_text(json, "account", e.where.account);
  member_text(json, "service", e.where.service);
  json.member("datacenter",
              e.where.datacenter == 0 ? std::nullopt : std::optional(e.where.datacenter));
  json.member("vm_id", e.vm == 0 ? std::nullopt : std::optional(e.vm));
  member_text(json, "name", e.name);
  std::visit([&](const auto& what) { put(json, what); }, e.what);
  json.end_object();
}

} // namespace

std::string history_json(std::span<const ledger::event> events, const std::string& ledger,
                         std::optional<instant> since, std::optional<std::size_t> limit) {
  const std::size_t shown = std::min(events.size(), limit.value_or(events.size()));
  std::string out;
  json_writer json(out);
  json.begin_object(json_writer::layout::lines).member("schema", 1).member("ledger", ledger);
  member_time(json, "since", since);
  json.member("left_out", events.size() - shown);
  json.key("events").begin_array(json_writer::layout::lines);
  for (const event& e : events.last(shown))
    put_event(json, e);
  json.end_array().end_object();
  out += '\n';
  return out;
}

} // namespace ovhl::agent
