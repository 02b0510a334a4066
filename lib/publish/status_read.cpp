#include "publish/causes.hpp"
#include "publish/json_tree.hpp"
#include "publish/status_text.hpp"

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>

#include <utility>

namespace ovhl::publish {

namespace {

instant time_or_unset(const node& n) { return n.null() ? instant{} : n.time(); }

daemon_line read_daemon(const node& n) {
  using enum daemon_state;
  daemon_line d;
  d.version = n["version"].text();
  d.pid = n["pid"].number<int>();
  d.state = n["state"].choice(std::array{starting, ok, degraded, failing, stopping});
  d.started_at = time_or_unset(n["started_at"]);
  d.corrections = text_or_empty(n.optional("corrections")) != "off";
  return d;
}

policy_line read_policy(const node& n) {
  policy_line p;
  p.path = text_or_empty(n["path"]);
  p.sha256 = text_or_empty(n["sha256"]);
  p.mode = read_mode(n["mode"]);
  p.loaded_at = time_or_unset(n["loaded_at"]);
  const node reload = n["last_reload"];
  p.last_reload.at = time_or_unset(reload["at"]);
  p.last_reload.ok = reload["ok"].boolean();
  p.last_reload.error = maybe_text(reload["error"]);
  return p;
}

poll_line read_poll(const node& n) {
  poll_line p;
  p.number = n["number"].number<std::uint64_t>();
  p.started_at = maybe_time(n["started_at"]);
  p.finished_at = maybe_time(n["finished_at"]);
  if (p.finished_at) {
    p.ok = n["ok"].boolean();
    p.complete = n["complete"].boolean();
    p.duration_seconds = n["duration_seconds"].number<double>();
  }
  p.api_requests = n["api_requests"].number<std::uint64_t>();
  p.next_at = maybe_time(n["next_at"]);
  return p;
}

void read_summary(const node& n, status_view& view) {
  view.vms = n["vms"].number<std::size_t>();
  for (const licensing::verdict v : licensing::all_verdicts)
    view.verdicts[static_cast<std::size_t>(v)] = n[licensing::name(v)].number<std::size_t>();
  n["licenses"].each_member([&](std::string license, const node& count) {
    view.licenses[license] = count.number<std::size_t>();
  });
  if (const node known = n.optional("acknowledged"); !known.null())
    view.acknowledged = known.number<std::size_t>();
}

datacenter_line read_datacenter(const node& n) {
  datacenter_line d;
  d.where = read_place(n);
  d.vms = n["vms"].number<std::size_t>();
  d.ok = n["ok"].boolean();
  d.error = maybe_text(n["error"]);
  d.observed_at = maybe_time(n["observed_at"]);
  return d;
}

cause_standing read_standing(const node& n) {
  cause_standing s;
  s.state = read_due_state(n["state"]);
  if (const node guard = n["guard"]; !guard.null()) s.by = guard.choice(licensing::all_guards);
  s.vms = n["vms"].number<std::size_t>();
  s.since = time_or_unset(n["since"]);
  return s;
}

cause_line read_cause(const node& n) {
  cause_line c;
  c.verdict = read_verdict(n["verdict"]);
  c.vms = n["vms"].number<std::size_t>();
  c.since = time_or_unset(n["since"]);
  c.expected = maybe_text(n["expected"]);
  c.license = maybe_text(n["license"]);
  c.guest_os_family = maybe_text(n["guest_os_family"]);
  c.reported_guest_os_family = maybe_text(n["reported_guest_os_family"]);
  c.rule = text_or_empty(n["rule"]);
  c.reason = n["reason"].text();
  c.action = read_action(n["action"]);
  n["due"].each([&](const node& s) { c.standings.push_back(read_standing(s)); });
  n["names"].each([&](const node& one) { c.names.push_back(one.text()); });
  return c;
}

finding read_finding(const node& n) {
  finding f;
  f.where = read_place(n);
  f.vm_id = n["vm_id"].number<std::int64_t>();
  f.name = n["name"].text();
  f.guest_os_family = maybe_text(n["guest_os_family"]);
  f.reported_guest_os_family = maybe_text(n["reported_guest_os_family"]);
  f.license = maybe_text(n["license"]);
  f.expected = maybe_text(n["expected"]);
  f.verdict = read_verdict(n["verdict"]);
  f.action = read_action(n["action"]);
  f.state = read_due_state(n["state"]);
  f.rule = text_or_empty(n["rule"]);
  f.reason = n["reason"].text();
  f.since = time_or_unset(n["since"]);
  f.task_id = maybe_id(n["task_id"]);
  f.error = maybe_text(n["error"]);
  if (const node guard = n.optional("guard"); !guard.null())
    f.guard = guard.choice(licensing::all_guards);
  f.until = maybe_time(n.optional("until"));
  if (const node known = n.optional("acknowledged"); !known.null())
    f.acknowledged = known.boolean();
  return f;
}

correction_line read_correction(const node& n) {
  correction_line c;
  c.at = time_or_unset(n["at"]);
  c.vm_id = n["vm_id"].number<std::int64_t>();
  c.action = read_action(n["action"]);
  c.from = maybe_text(n["from"]);
  c.to = maybe_text(n["to"]);
  c.outcome = n["outcome"].choice(licensing::all_outcomes);
  c.task_id = maybe_id(n["task_id"]);
  c.query_id = text_or_empty(n["query_id"]);
  c.message = text_or_empty(n.optional("message"));
  c.name = text_or_empty(n.optional("name"));
  return c;
}

exemption_line read_exemption(const node& n) {
  exemption_line e;
  e.rule = n["rule"].text();
  e.reason = n["reason"].text();
  if (const node until = n["until"]; !until.null()) e.until = until.date();
  e.vms = n["vms"].number<std::size_t>();
  e.expired = n["expired"].boolean();
  e.acknowledgement = text_or_empty(n.optional("license")) == "review";
  return e;
}

error_line read_error(const node& n) {
  error_line e;
  e.at = time_or_unset(n["at"]);
  e.what.where = text_or_empty(n["where"]);
  e.what.message = n["message"].text();
  if (const node status = n["http_status"]; !status.null())
    e.what.http_status = status.number<int>();
  e.what.query_id = text_or_empty(n["query_id"]);
  using enum failure;
  if (const node kind = n.optional("kind"); !kind.null())
    e.what.kind = kind.choice(
        std::array{invalid, unreachable, timeout, canceled, refused, throttled, server, answer});
  e.what.api_code = text_or_empty(n.optional("code"));
  if (const node stands = n.optional("stands"); !stands.null()) e.stands = stands.boolean();
  return e;
}

account_line read_account(const node& n) {
  account_line a;
  a.account = n["account"].text();
  a.credential_expiry = maybe_time(n["credential_expires_at"]);
  n["services"].each([&](const node& service) {
    a.service_expiry[service["service"].text()] = {service["expires_on"].date(),
                                                   service["renews_itself"].boolean()};
  });
  return a;
}

error not_a_status(std::string what) {
  error e;
  e.message = "not an ovh-licensed status file: " + std::move(what);
  return e;
}

} // namespace

result<status_view> read_status(std::string_view text) {
  json::monotonic_resource memory; // the tree goes as a whole
  boost::system::error_code failed;
  const json::value root = json::parse(text, failed, &memory);
  if (failed) return not_a_status("it is not JSON: " + failed.message());

  std::string problem;
  const node file(root, problem);
  const int schema = file["schema"].number<int>();
  if (problem.empty() && schema != 1) {
    error e;
    e.message = fmt::format("the status file has schema {}; only 1 is supported", schema);
    e.advice = "use the same version of ovh-licensed as the daemon";
    return e;
  }
  status_view view;
  view.daemon = read_daemon(file["daemon"]);
  view.policy = read_policy(file["policy"]);
  view.poll = read_poll(file["poll"]);
  read_summary(file["summary"], view);
  file["datacenters"].each([&](const node& n) { view.datacenters.push_back(read_datacenter(n)); });
  file["findings"].each([&](const node& n) { view.findings.push_back(read_finding(n)); });
  if (const node causes = file.optional("causes"); causes.null())
    view.causes = causes_of(std::span(view.findings)); // a file of before there were any
  else
    causes.each([&](const node& n) { view.causes.push_back(read_cause(n)); });
  file["corrections"].each([&](const node& n) { view.corrections.push_back(read_correction(n)); });
  file["exemptions"].each([&](const node& n) { view.exemptions.push_back(read_exemption(n)); });
  file["errors"].each([&](const node& n) { view.errors.push_back(read_error(n)); });
  file.optional("accounts").each([&](const node& n) { view.accounts.push_back(read_account(n)); });
  if (const node ledger = file.optional("ledger"); !ledger.null() && !ledger["writable"].boolean())
    view.ledger_trouble = maybe_text(ledger["error"]).value_or("");
  if (const node ledger = file.optional("ledger"); !ledger.null()) {
    view.ledger_yielded_to = maybe_text(ledger.optional("yielded_to"));
    view.ledger_yielded_since = maybe_time(ledger.optional("yielded_since"));
  }
  if (!problem.empty()) return not_a_status(std::move(problem));
  return view;
}

} // namespace ovhl::publish
