// The keys of status.json are an interface: never change their order; read a new one by io.newer().
#include "publish/status_file.hpp"

#include "publish/causes.hpp"
#include "publish/fields.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace ovhl::publish {

namespace {

constexpr std::size_t remembered = 100; // of corrections and errors

template <class T>
std::span<const T> last(const std::vector<T>& all) {
  return std::span(all).last(std::min(all.size(), remembered));
}
template <class T>
std::vector<T>& last(std::vector<T>& all) { // the file has only these
  return all;
}

fleet_summary summary_of(const snapshot& s) {
  fleet_summary sum{counts_of(s.datacenters), {}};
  for (const datacenter_row& d : s.datacenters)
    for (const auto& [license, count] : d.licenses)
      sum.licenses[license] += count;
  return sum;
}
fleet_summary& summary_of(status_view& view) { return view; }

struct service_row {
  std::string service;
  service_end end;
};
void fields(auto& io, maybe_const<service_row> auto& s) {
  io("service", s.service);
  io("expires_on", s.end.on);
  io("renews_itself", s.end.automatic);
}

} // namespace

template <class IO>
void fields(IO& io, maybe_const<daemon_status> auto& d) {
  io("version", d.version);
  io("pid", d.pid);
  io("state", d.state);
  io("started_at", or_null(d.started_at));
  std::string corrections = d.corrections ? "on" : "off";
  io.newer("corrections", corrections);
  if constexpr (IO::reads) d.corrections = corrections != "off";
}

void fields(auto& io, maybe_const<policy_status::reload> auto& r) {
  io("at", or_null(r.at));
  io("ok", r.ok);
  io("error", r.error);
}

void fields(auto& io, maybe_const<policy_status> auto& p) {
  io("path", or_null(p.path));
  io("sha256", or_null(p.sha256));
  io("mode", p.mode);
  io("loaded_at", or_null(p.loaded_at));
  io("last_reload", p.last_reload);
}

void fields(auto& io, maybe_const<poll_status> auto& p) {
  io("number", p.number);
  io("started_at", p.started_at);
  io("finished_at", p.finished_at);
  const bool finished = p.finished_at.has_value();
  io.where(finished, "ok", p.ok);
  io.where(finished, "complete", p.complete);
  io.where(finished, "duration_seconds", p.duration_seconds);
  io("api_requests", p.api_requests);
  io("next_at", p.next_at);
}

template <class IO>
void fields(IO& io, maybe_const<fleet_summary> auto& s) {
  using counts = std::conditional_t<IO::reads, fleet_counts, const fleet_counts>;
  fields(io, static_cast<counts&>(s));
  io("licenses", s.licenses);
  io.newer("acknowledged", s.acknowledged);
}

void fields(auto& io, maybe_const<cause_state> auto& s) {
  io("state", or_null(s.state));
  io("guard", s.by);
  io("vms", s.vms);
  io("since", or_null(s.since));
}

template <class IO>
void fields(IO& io, maybe_const<cause_row> auto& c) {
  io("verdict", c.verdict);
  io("vms", c.vms);
  io("since", or_null(c.since));
  io("expected", c.expected);
  io("license", c.license);
  io("guest_os_family", c.guest_os_family);
  io("reported_guest_os_family", c.reported_guest_os_family);
  io("rule", or_null(c.rule));
  io("reason", c.reason);
  io("action", or_null(c.action));
  io("due", c.states);
  io("names", c.names);
  if constexpr (!IO::reads) io.shown("advice", or_null(remedy(c)));
}

void fields(auto& io, maybe_const<finding> auto& f) {
  vm_fields(io, f);
  io("license", f.license);
  io("expected", f.expected);
  io("verdict", f.verdict);
  io("action", or_null(f.action));
  io("state", or_null(f.state));
  io("rule", or_null(f.rule));
  io("reason", f.reason);
  io("since", or_null(f.since));
  io("task_id", f.task_id);
  io("error", f.error);
  io.newer("guard", f.guard);
  io.newer("until", f.until);
  io.newer("acknowledged", f.acknowledged);
}

void fields(auto& io, maybe_const<correction_row> auto& c) {
  io("at", or_null(c.at));
  io("vm_id", c.vm_id);
  io("action", or_null(c.action));
  io("from", c.from);
  io("to", c.to);
  io("outcome", c.outcome);
  io("task_id", c.task_id);
  io("query_id", or_null(c.query_id));
  io.newer("message", or_null(c.message));
  io.newer("name", or_null(c.name));
}

void fields(auto& io, maybe_const<exemption_row> auto& e) {
  io("rule", e.rule);
  io("reason", e.reason);
  io("until", e.until);
  io("vms", e.vms);
  io("expired", e.expired);
  io.newer("license", e.kind);
}

// Without the request counters, which only the metrics have.
template <class IO>
void fields(IO& io, maybe_const<account_row> auto& a) {
  io("account", a.account);
  io("credential_expires_at", a.credential_expiry);
  std::vector<service_row> services;
  services.reserve(a.service_expiry.size());
  for (const auto& [service, end] : a.service_expiry)
    services.push_back({service, end});
  io("services", services);
  if constexpr (IO::reads)
    for (service_row& s : services)
      a.service_expiry[std::move(s.service)] = s.end;
}

template <class IO>
void fields(IO& io, maybe_const<ledger_status> auto& l) {
  bool writable = !l.problem;
  io("writable", writable);
  io("error", l.problem);
  io("yielded_to", l.yielded_to);
  io("yielded_since", l.yielded_since);
  if constexpr (IO::reads)
    l.problem = writable ? std::nullopt : std::optional(l.problem.value_or(""));
}

// Written from a snapshot, read into a view: both have members of the same names.
template <class IO, class Status>
  requires std::same_as<Status, const snapshot> || std::same_as<Status, status_view>
void fields(IO& io, Status& s) {
  io.shown("schema", 1);
  io("daemon", s.daemon);
  io("policy", s.policy);
  io("poll", s.poll);
  io("summary", summary_of(s));
  io("datacenters", in_lines(s.datacenters));
  std::optional<std::vector<cause_row>> causes; // older files have none
  if constexpr (!IO::reads) causes = causes_of(s);
  io.newer("causes", in_lines(causes));
  if constexpr (!IO::reads) io.shown("findings_total", vms_of(*causes));
  io("findings", in_lines(s.findings));
  if constexpr (IO::reads) s.causes = causes ? std::move(*causes) : causes_of(s.findings);
  io("corrections", in_lines(last(s.corrections)));
  io("exemptions", in_lines(s.exemptions));
  io.shown("renewals", std::vector<int>());
  io("errors", in_lines(last(s.errors)));
  io.newer("accounts", in_lines(s.accounts));
  io.newer("ledger", s.ledger);
}

std::string status_json(const snapshot& s) {
  std::string out;
  out.reserve(4096 + 512 * s.findings.size());
  append_json_of(out, in_lines(s));
  out += '\n';
  return out;
}

result<status_view> read_status(std::string_view text) {
  return read_as<status_view>(
      text, {"status file", "", "use the same version of ovh-licensed as the daemon", 32});
}

std::vector<cause_row> status_view::every_cause() const {
  return causes.empty() ? causes_of(std::span(findings)) : causes;
}

std::size_t status_view::due() const { return due_of(every_cause()); }

std::size_t status_view::in_state(due_state state) const {
  return publish::in_state(every_cause(), state);
}

bool status_view::seen_any() const noexcept {
  return vms > 0 || std::any_of(datacenters.begin(), datacenters.end(),
                                [](const auto& d) { return d.observed_at.has_value(); });
}

bool status_view::overdue(instant now) const noexcept {
  constexpr std::chrono::seconds slack(30); // for what is not the poll itself
  const instant begins = poll.next_at.value_or(poll.started_at.value_or(daemon.started_at));
  return now > begins + poll_timeout + slack;
}

} // namespace ovhl::publish
