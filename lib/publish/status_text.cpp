#include "publish/status_text.hpp"

#include "base/duration.hpp"
#include "base/text.hpp"
#include "publish/causes.hpp"
#include "publish/render.hpp"
#include "publish/status_parts.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <span>
#include <tuple>

namespace ovhl::publish {

namespace {

ink ink_of(daemon_state state) noexcept {
  switch (state) {
  case daemon_state::ok: return ink::green;
  case daemon_state::starting:
  case daemon_state::stopping:
  case daemon_state::degraded: return ink::yellow;
  case daemon_state::failing: return ink::red;
  }
  return ink::plain;
}

std::string ago(instant then, instant now) { return span_text(now - then) + " ago"; }

void append_daemon(std::string& out, const daemon_line& d, const terminal& t, instant now) {
  out += fmt::format("ovh-licensed {}, process {}: {}", d.version, d.pid,
                     painted(name(d.state), ink_of(d.state), t));
  if (d.started_at != instant{}) out += ", started " + ago(d.started_at, now);
  out += '\n';
}

cell last_poll(const poll_line& p, instant now) {
  if (p.number == 0) return {"none has begun", ink::yellow};
  if (!p.finished_at)
    return fmt::format("number {} is under way{}", p.number,
                       p.started_at ? ", begun " + ago(*p.started_at, now) : "");
  const auto took = std::chrono::milliseconds(std::llround(p.duration_seconds * 1000));
  const std::string when =
      fmt::format("number {}, {}, took {} and {}", p.number, ago(*p.finished_at, now),
                  rough_duration(took), counted(p.api_requests, "request"));
  if (!p.ok) return {when + ": it failed", ink::red};
  if (!p.complete) return {when + ": not everything could be looked at", ink::yellow};
  return when;
}

cell next_poll(const status_view& view, instant now) {
  const instant next = *view.poll.next_at;
  if (view.overdue(now))
    return {fmt::format("was due {}: the daemon hangs or is gone", ago(next, now)), ink::red};
  if (next <= now) return "now";
  return "in " + span_text(next - now);
}

licensing::standing standing_of(const finding& f) {
  return {f.state, f.guard, f.until, f.error.value_or(""), f.task_id};
}

// "12 due: 2 running, 1 failed, 9 held".
cell due_corrections(const status_view& view) {
  using enum due_state;
  std::vector<std::string> states;
  for (const due_state s : {running, failed, held, confirming, reported, done})
    if (const std::size_t count = view.in_state(s); count > 0)
      states.push_back(fmt::format("{} {}", grouped(count), name(s)));
  ink colour = ink::plain;
  if (view.in_state(held) > 0) colour = ink::yellow;
  if (view.in_state(failed) > 0) colour = ink::red;
  return {fmt::format("{} due: {}", grouped(view.due()), fmt::join(states, ", ")), colour};
}

void append_facts(std::string& out, const status_view& view, const terminal& t, instant now) {
  table facts({{"", fit::whole}, {"", fit::wrap}});
  facts.add({"last poll", last_poll(view.poll, now)});
  if (view.poll.next_at) facts.add({"next poll", next_poll(view, now)});
  if (view.due() > 0) facts.add({"corrections", due_corrections(view)});
  const policy_line& p = view.policy;
  std::string policy = fmt::format("mode {}, {}", licensing::name(p.mode), p.path);
  if (p.loaded_at != instant{}) policy += ", read " + ago(p.loaded_at, now);
  facts.add({"policy", policy});
  if (!p.last_reload.ok)
    facts.add({"reload",
               {fmt::format("refused {}, the old policy stands: {}", ago(p.last_reload.at, now),
                            p.last_reload.error.value_or("")),
                ink::red}});
  if (view.ledger_trouble)
    facts.add({"ledger",
               {"cannot be written, so nothing is corrected: " + *view.ledger_trouble, ink::red}});
  out += facts.text(t);
}

void append_counts(std::string& out, const status_view& view, const terminal& t) {
  if (view.vms == 0 && !view.poll.finished_at) return; // nobody has looked yet
  append_heading(out, counted(view.vms, "VM"), t);
  table verdicts({{"VERDICT"}, {"VMS", fit::whole, true}, {"MEANS", fit::wrap}});
  for (const licensing::verdict v : licensing::all_verdicts) {
    const std::size_t count = view.verdicts[static_cast<std::size_t>(v)];
    const ink colour = count == 0 ? ink::dim : publish::ink_of(v);
    verdicts.add({{licensing::name(v), colour},
                  {grouped(count), colour},
                  {meaning(v), count == 0 ? ink::dim : ink::plain}});
  }
  out += verdicts.text(t);
  if (view.licenses.empty()) return;
  out += '\n';
  table licenses({{"DECLARED LICENSE", fit::wrap}, {"VMS", fit::whole, true}});
  for (const auto& [license, count] : view.licenses)
    licenses.add({license, grouped(count)});
  out += licenses.text(t);
}

void append_datacenters(std::string& out, const status_view& view, const place_names& places,
                        const terminal& t, instant now) {
  if (view.datacenters.empty()) return;
  append_heading(out, "Datacenters", t);
  table list({{"DATACENTER"}, {"VMS", fit::whole, true}, {"SEEN"}, {"PROBLEM", fit::note}});
  for (const datacenter_line& d : view.datacenters) {
    const cell seen = d.observed_at ? cell(ago(*d.observed_at, now)) : cell("never", ink::red);
    list.add({places.of(d.where), grouped(d.vms), seen, {d.error.value_or(""), ink::red}});
  }
  out += list.text(t);
}

// What is due first, then what a person must decide.
std::vector<const finding*> worth_listing(const std::vector<finding>& all) {
  using licensing::verdict;
  std::vector<const finding*> list;
  for (const finding& f : all)
    if (f.verdict != verdict::exempt && f.verdict != verdict::managed) list.push_back(&f);
  std::sort(list.begin(), list.end(), [](const finding* a, const finding* b) {
    const auto rank = [](const finding* f) {
      return std::tuple(f->action == licensing::action::none, f->verdict, f);
    };
    return rank(a) < rank(b);
  });
  return list;
}

std::string why(const finding& f, instant now) {
  std::string text;
  if (f.state != due_state::none && f.state != due_state::reported)
    text = standing_text(standing_of(f)) + ". ";
  text += with_rule(f.reason, f.rule);
  if (f.since != instant{}) text += fmt::format(" (for {})", span_text(now - f.since));
  return text;
}

void append_findings(std::string& out, const status_view& view, const place_names& places,
                     const terminal& t, instant now) {
  const auto list = worth_listing(view.findings);
  if (list.empty()) return;
  append_heading(
      out, view.due() == 0 ? "Findings" : "Findings: " + counted(view.due(), "correction") + " due",
      t);
  std::vector<column> columns{{"VM", fit::cut}, {"ID", fit::whole, true}, {"VERDICT", fit::wrap}};
  if (places.needed()) columns.push_back({"WHERE", fit::wrap});
  columns.insert(columns.end(),
                 {{"LICENSE", fit::wrap}, {"EXPECTED", fit::wrap}, {"WHY", fit::note}});
  table findings(columns);
  for (const finding* f : list) {
    std::string verdict(licensing::name(f->verdict));
    if (f->state != due_state::none) verdict += fmt::format(" ({})", name(f->state));
    std::vector<cell> row{
        f->name, std::to_string(f->vm_id), {verdict, publish::ink_of(f->verdict)}};
    if (places.needed()) row.emplace_back(places.of(f->where));
    row.push_back(license_cell(f->license));
    row.push_back(license_cell(f->expected));
    row.emplace_back(why(*f, now));
    findings.add(std::move(row));
  }
  out += findings.text(t);
}

void append_corrections(std::string& out, const status_view& view, const terminal& t, instant now) {
  constexpr std::size_t shown = 10;
  if (view.corrections.empty()) return;
  const auto newest = std::span(view.corrections).last(std::min(view.corrections.size(), shown));
  append_heading(
      out,
      newest.size() < view.corrections.size()
          ? fmt::format("The last {} of {}", shown, counted(view.corrections.size(), "correction"))
          : "Corrections made",
      t);
  table list({{"AGO", fit::whole, true},
              {"VM", fit::cut},
              {"ACTION", fit::wrap},
              {"FROM", fit::wrap},
              {"TO", fit::wrap},
              {"OUTCOME"},
              {"WHY", fit::note}});
  for (const correction_line& c : newest)
    list.add({span_text(now - c.at),
              c.name.empty() ? std::to_string(c.vm_id) : c.name,
              licensing::name(c.action),
              license_cell(c.from),
              license_cell(c.to),
              {c.outcome, ink_of_outcome(c.outcome)},
              ending_text(c.message, c.query_id)});
  out += list.text(t);
}

} // namespace

std::vector<cause_line> status_view::every_cause() const {
  return causes.empty() ? causes_of(std::span(findings)) : causes;
}

std::size_t status_view::due() const { return due_of(every_cause()); }

std::size_t status_view::in_state(due_state state) const {
  return publish::in_state(every_cause(), state);
}

bool status_view::overdue(instant now) const noexcept {
  constexpr std::chrono::seconds slack(30); // for what is not the poll itself
  const instant begins = poll.next_at.value_or(poll.started_at.value_or(daemon.started_at));
  return now > begins + poll_timeout + slack;
}

std::string status_text(const status_view& view, const terminal& t, instant now) {
  const place_names places(view.datacenters);
  std::string out;
  append_daemon(out, view.daemon, t, now);
  append_facts(out, view, t, now);
  append_counts(out, view, t);
  append_datacenters(out, view, places, t, now);
  append_findings(out, view, places, t, now);
  append_corrections(out, view, t, now);
  append_endings(out, view, t, now);
  append_exemptions(out, view, t, now);
  append_errors(out, view.errors, now, t);
  append_next_steps(out, view, t, now);
  return out;
}

} // namespace ovhl::publish
