#include "publish/causes.hpp"
#include "publish/json_pieces.hpp"
#include "publish/snapshot.hpp"

#include <algorithm>

namespace ovhl::publish {

namespace {

constexpr std::size_t remembered = 100; // of corrections and errors
constexpr auto lines = json_writer::layout::lines;

template <class T>
std::span<const T> last(const std::vector<T>& all) {
  return std::span(all).last(std::min(all.size(), remembered));
}

void write_daemon(json_writer& json, const daemon_line& d) {
  json.begin_object().member("version", d.version).member("pid", d.pid);
  json.member("state", name(d.state));
  member_time(json, "started_at", d.started_at);
  json.member("corrections", d.corrections ? "on" : "off").end_object();
}

void write_policy(json_writer& json, const policy_line& p) {
  json.begin_object();
  member_text(json, "path", p.path);
  member_text(json, "sha256", p.sha256);
  json.member("mode", licensing::name(p.mode));
  member_time(json, "loaded_at", p.loaded_at);
  json.key("last_reload").begin_object();
  member_time(json, "at", p.last_reload.at);
  json.member("ok", p.last_reload.ok).member("error", p.last_reload.error).end_object();
  json.end_object();
}

void write_poll(json_writer& json, const poll_line& p) {
  const bool finished = p.finished_at.has_value();
  json.begin_object().member("number", p.number);
  member_time(json, "started_at", p.started_at);
  member_time(json, "finished_at", p.finished_at);
  json.member("ok", finished ? std::optional(p.ok) : std::nullopt);
  json.member("complete", finished ? std::optional(p.complete) : std::nullopt);
  json.member("duration_seconds", finished ? std::optional(p.duration_seconds) : std::nullopt);
  json.member("api_requests", p.api_requests);
  member_time(json, "next_at", p.next_at);
  json.end_object();
}

void write_summary(json_writer& json, const std::vector<datacenter_line>& datacenters) {
  std::size_t vms = 0, acknowledged = 0;
  std::array<std::size_t, licensing::verdict_count> verdicts{};
  std::map<std::string_view, std::size_t> licenses;
  for (const datacenter_line& d : datacenters) {
    vms += d.vms;
    acknowledged += d.acknowledged;
    for (std::size_t i = 0; i < verdicts.size(); ++i)
      verdicts[i] += d.verdicts[i];
    for (const auto& [license, count] : d.licenses)
      licenses[license] += count;
  }
  json.begin_object().member("vms", vms);
  for (const licensing::verdict v : licensing::all_verdicts)
    json.member(licensing::name(v), verdicts[static_cast<std::size_t>(v)]);
  json.key("licenses").begin_object();
  for (const auto& [license, count] : licenses)
    json.member(license, count);
  json.end_object().member("acknowledged", acknowledged).end_object();
}

void write_cause(json_writer& json, const cause_line& c) {
  json.begin_object().member("verdict", licensing::name(c.verdict)).member("vms", c.vms);
  member_time(json, "since", c.since);
  json.member("expected", c.expected).member("license", c.license);
  json.member("guest_os_family", c.guest_os_family);
  json.member("reported_guest_os_family", c.reported_guest_os_family);
  member_text(json, "rule", c.rule);
  json.member("reason", c.reason);
  member_text(json, "action", licensing::name(c.action));
  json.key("due").begin_array();
  for (const cause_standing& s : c.standings) {
    json.begin_object();
    member_text(json, "state", name(s.state));
    json.member("guard", s.by ? std::optional(licensing::name(*s.by)) : std::nullopt);
    json.member("vms", s.vms);
    member_time(json, "since", s.since);
    json.end_object();
  }
  json.end_array().key("names").begin_array();
  for (const std::string& one : c.names)
    json.value(one);
  json.end_array();
  member_text(json, "advice", remedy(c));
  json.end_object();
}

void write_finding(json_writer& json, const finding& f) {
  json.begin_object();
  write_vm(json, f);
  json.member("license", f.license).member("expected", f.expected);
  json.member("verdict", licensing::name(f.verdict));
  member_text(json, "action", licensing::name(f.action));
  member_text(json, "state", name(f.state));
  member_text(json, "rule", f.rule);
  json.member("reason", f.reason);
  member_time(json, "since", f.since);
  json.member("task_id", f.task_id).member("error", f.error);
  json.member("guard", f.guard ? std::optional(licensing::name(*f.guard)) : std::nullopt);
  member_time(json, "until", f.until);
  json.member("acknowledged", f.acknowledged).end_object();
}

void write_correction(json_writer& json, const correction_line& c) {
  json.begin_object();
  member_time(json, "at", c.at);
  json.member("vm_id", c.vm_id);
  member_text(json, "action", licensing::name(c.action));
  json.member("from", c.from).member("to", c.to).member("outcome", licensing::name(c.outcome));
  json.member("task_id", c.task_id);
  member_text(json, "query_id", c.query_id);
  member_text(json, "message", c.message);
  member_text(json, "name", c.name);
  json.end_object();
}

void write_exemption(json_writer& json, const exemption_line& e) {
  json.begin_object().member("rule", e.rule).member("reason", e.reason);
  json.member("until", e.until ? std::optional(date_text(*e.until)) : std::nullopt);
  json.member("vms", e.vms).member("expired", e.expired);
  json.member("license", e.acknowledgement ? "review" : "keep").end_object();
}

// Without the request counters, which only the metrics have.
void write_account(json_writer& json, const account_line& a) {
  json.begin_object().member("account", a.account);
  member_time(json, "credential_expires_at", a.credential_expiry);
  json.key("services").begin_array();
  for (const auto& [service, end] : a.service_expiry)
    json.begin_object()
        .member("service", service)
        .member("expires_on", date_text(end.on))
        .member("renews_itself", end.automatic)
        .end_object();
  json.end_array().end_object();
}

void write_ledger(json_writer& json, const snapshot& s) {
  json.begin_object().member("writable", !s.ledger_trouble).member("error", s.ledger_trouble);
  json.member("yielded_to", s.ledger_yielded_to);
  member_time(json, "yielded_since", s.ledger_yielded_since);
  json.end_object();
}

} // namespace

std::string status_json(const snapshot& s) {
  std::string out;
  out.reserve(4096 + 512 * s.findings.size());
  json_writer json(out);
  json.begin_object(lines).member("schema", 1);
  write_daemon(json.key("daemon"), s.daemon);
  write_policy(json.key("policy"), s.policy);
  write_poll(json.key("poll"), s.poll);
  write_summary(json.key("summary"), s.datacenters);
  write_datacenters(json.key("datacenters"), s.datacenters);

  const std::vector<cause_line> causes = causes_of(s);
  json.key("causes").begin_array(lines);
  for (const cause_line& c : causes)
    write_cause(json, c);
  json.end_array();

  json.member("findings_total", vms_of(causes)).key("findings").begin_array(lines);
  for (const finding& f : s.findings)
    write_finding(json, f);
  json.end_array();

  json.key("corrections").begin_array(lines);
  for (const correction_line& c : last(s.corrections))
    write_correction(json, c);
  json.end_array();

  json.key("exemptions").begin_array(lines);
  for (const exemption_line& e : s.exemptions)
    write_exemption(json, e);
  json.end_array();

  json.key("renewals").begin_array().end_array();
  write_errors(json.key("errors"), last(s.errors));

  json.key("accounts").begin_array(lines);
  for (const account_line& a : s.accounts)
    write_account(json, a);
  json.end_array();
  write_ledger(json.key("ledger"), s);
  json.end_object();
  out += '\n';
  return out;
}

} // namespace ovhl::publish
