#include "publish/status_text.hpp"

#include "base/duration.hpp"
#include "base/text.hpp"
#include "publish/causes.hpp"
#include "publish/render.hpp"
#include "publish/status_parts.hpp"
#include "publish/status_rows.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <span>
#include <tuple>
#include <utility>

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

cell last_poll(const poll_status& p, instant now) {
  if (p.number == 0) return {"none has started", ink::yellow};
  if (!p.finished_at)
    return fmt::format("number {} is under way{}", p.number,
                       p.started_at ? ", started " + ago(*p.started_at, now) : "");
  const auto took = std::chrono::milliseconds(std::llround(p.duration_seconds * 1000));
  if (!p.ok)
    return {fmt::format("number {}, {}, failed after {} ({})", p.number, ago(*p.finished_at, now),
                        rough_duration(took), counted(p.api_requests, "request")),
            ink::red};
  const std::string when =
      fmt::format("number {}, {}, took {} and {}", p.number, ago(*p.finished_at, now),
                  rough_duration(took), counted(p.api_requests, "request"));
  if (!p.complete) return {when + ": not everything could be read", ink::yellow};
  return when;
}

cell next_poll(const status_view& view, instant now) {
  const instant next = *view.poll.next_at;
  if (view.overdue(now))
    return {fmt::format("was due {}: the daemon hangs or is gone", ago(next, now)), ink::red};
  if (next <= now) return "now";
  return "in " + span_text(next - now);
}

// "12 due: 2 running, 1 failed, 9 held".
cell due_corrections(const status_view& view) {
  using enum due_state;
  const std::string off = view.daemon.corrections ? "" : "off in config.yaml";
  if (view.due() == 0) return {off, ink::yellow};
  std::vector<std::string> states;
  for (const due_state s : {running, failed, held, confirming, reported, done})
    if (const std::size_t count = view.in_state(s); count > 0)
      states.push_back(fmt::format("{} {}", grouped(count), name(s)));
  ink colour = off.empty() ? ink::plain : ink::yellow;
  if (view.in_state(held) > 0) colour = ink::yellow;
  if (view.in_state(failed) > 0) colour = ink::red;
  return {fmt::format("{}{}{} due: {}", off, off.empty() ? "" : "; ", grouped(view.due()),
                      fmt::join(states, ", ")),
          colour};
}

// Why the daemon is in its state, or why that state is out of date.
std::string reason_of_state(const status_view& view, instant now) {
  const poll_status& p = view.poll;
  if (view.daemon.state == daemon_state::stopping) return "the daemon has been stopped";
  if (view.overdue(now))
    return fmt::format("a poll is overdue{}, the daemon hangs or is gone",
                       p.next_at ? " since " + span_text(now - *p.next_at) : "");
  if (view.ledger.problem) return "the ledger cannot be written, so nothing is corrected";
  if (!p.finished_at)
    return p.started_at ? "the first poll is under way, started " + ago(*p.started_at, now)
                        : std::string("the first poll has not started");
  const std::string when = ago(*p.finished_at, now);
  if (p.complete) return "everything was read " + when;
  if (!p.ok) return "nothing could be read " + when;
  return "not everything could be read " + when;
}

// The daemon does not run, so the file may be old.
void append_not_running(std::string& out, const status_view& view, const terminal& t, instant now) {
  std::string text = "not running: the daemon has been stopped";
  if (view.daemon.state != daemon_state::stopping)
    text = fmt::format("not running: the daemon is gone, there is no process {}", view.daemon.pid);
  if (view.poll.finished_at) text += "; it last polled " + ago(*view.poll.finished_at, now);
  append_sentence(out, text, ink::red, t);
}

void append_state(std::string& out, const status_view& view, const terminal& t, instant now) {
  const bool late = view.daemon.state != daemon_state::stopping && view.overdue(now);
  append_sentence(out, fmt::format("{}: {}", name(view.daemon.state), reason_of_state(view, now)),
                  late ? ink::red : ink_of(view.daemon.state), t);
}

void append_facts(std::string& out, const status_view& view, bool runs, const terminal& t,
                  instant now) {
  table facts({{"", fit::whole}, {"", fit::wrap}});
  facts.add({"last poll", last_poll(view.poll, now)});
  if (runs && view.poll.next_at) facts.add({"next poll", next_poll(view, now)});
  if (view.due() > 0 || !view.daemon.corrections) facts.add({"corrections", due_corrections(view)});
  const policy_status& p = view.policy;
  std::string policy = fmt::format("mode {}, {}", licensing::name(p.mode), p.path);
  if (p.loaded_at != instant{}) policy += ", read " + ago(p.loaded_at, now);
  facts.add({"policy", policy});
  const daemon_status& d = view.daemon;
  std::string daemon = fmt::format("ovh-licensed {}, process {}", d.version, d.pid);
  if (d.started_at != instant{}) daemon += ", started " + ago(d.started_at, now);
  facts.add({"daemon", daemon});
  if (view.ledger.yielded_to)
    facts.add({"ledger",
               {fmt::format("yielded to {}; the service corrects nothing until it ends",
                            *view.ledger.yielded_to),
                ink::yellow}});
  out += facts.text(t); // its first line, for titles, is empty
}

// If no VM was seen, shows the reason instead of numbers.
void append_nothing_seen(std::string& out, const status_view& view, const terminal& t) {
  append_heading(out, "No VM has been seen", t);
  std::string why = "The first poll has not finished.";
  if (view.complete()) why = "The accounts see no datacenter of a Hosted Private Cloud.";
  if (view.poll.finished_at && !view.poll.complete) {
    why = "Nothing could be read.";
    const auto last = std::find_if(view.errors.rbegin(), view.errors.rend(),
                                   [](const problem_row& e) { return e.stands; });
    if (last != view.errors.rend()) why = words(last->what) + ".";
  }
  append_sentence(out, why, ink::plain, t);
}

// The most frequent first.
void append_licenses(std::string& out, const status_view& view, const terminal& t) {
  constexpr std::size_t shown = 10;
  if (view.licenses.empty()) return;
  std::vector<std::pair<std::string, std::size_t>> sorted(view.licenses.begin(),
                                                          view.licenses.end());
  std::ranges::sort(sorted, {}, [](const auto& l) { return std::tuple(~l.second, l.first); });
  table list({{"DECLARED LICENSE", fit::wrap}, {"VMS", fit::whole, true}});
  for (const auto& [license, count] : std::span(sorted).first(std::min(sorted.size(), shown)))
    list.add({license, grouped(count)});
  out += '\n' + list.text(t);
  if (sorted.size() > shown)
    append_sentence(out,
                    fmt::format("and {}: ovh-licensed status --format json",
                                counted(sorted.size() - shown, "more license")),
                    ink::plain, t);
}

void append_counts(std::string& out, const status_view& view, const terminal& t) {
  if (!view.seen_any()) return append_nothing_seen(out, view, t);
  append_heading(out, counted(view.vms, "VM"), t);
  table verdicts({{"VERDICT"}, {"VMS", fit::whole, true}, {"MEANS", fit::wrap}});
  for (const licensing::verdict v : licensing::all_verdicts) {
    const std::size_t count = view.verdicts[static_cast<std::size_t>(v)];
    if (count == 0) continue;
    std::string means(meaning(v));
    if (v == licensing::verdict::review && view.acknowledged > 0)
      means += fmt::format("; {} acknowledged", grouped(view.acknowledged));
    verdicts.add({{licensing::name(v), publish::ink_of(v)}, grouped(count), means});
  }
  if (!verdicts.empty()) out += verdicts.text(t);
  append_licenses(out, view, t);
}

// The table of errors, above, has the whole text.
std::string problem_of(const datacenter_row& d, const status_view& view) {
  if (!d.error) return {};
  const bool above = std::ranges::any_of(view.errors, [&](const problem_row& e) {
    return e.stands && !d.error->empty() && words(e.what).find(*d.error) != std::string::npos;
  });
  return above ? "see Errors" : *d.error;
}

void append_datacenters(std::string& out, const status_view& view, const place_names& places,
                        const terminal& t, instant now) {
  if (view.datacenters.empty()) return;
  append_heading(out, "Datacenters", t);
  table list({{"DATACENTER"}, {"VMS", fit::whole, true}, {"SEEN"}, {"PROBLEM", fit::note}});
  for (const datacenter_row& d : view.datacenters) {
    const cell seen = d.observed_at ? cell(ago(*d.observed_at, now)) : cell("never", ink::red);
    const std::string vms = d.observed_at ? grouped(d.vms) : "-"; // 0 would be a claim
    list.add({places.of(d.where), vms, seen, {problem_of(d, view), ink::red}});
  }
  out += list.text(t);
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
  for (const correction_row& c : newest)
    list.add({span_text(now - c.at),
              c.name.empty() ? std::to_string(c.vm_id) : c.name,
              action_text(c.action, c.from),
              license_cell(c.from),
              license_cell(c.to),
              {std::string(licensing::name(c.outcome)), publish::ink_of(c.outcome)},
              ending_text(c.message, c.query_id)});
  out += list.text(t);
}

} // namespace

std::string status_text(const status_view& view, const terminal& t, instant now,
                        const status_choice& chosen) {
  const place_names places(view.datacenters);
  std::string out;
  if (chosen.runs)
    append_state(out, view, t, now);
  else
    append_not_running(out, view, t, now);
  append_current_errors(out, view, t, now);
  append_next_steps(out, view, chosen.runs, t, now);
  append_facts(out, view, chosen.runs, t, now);
  append_counts(out, view, t);
  append_datacenters(out, view, places, t, now);
  append_causes(out, view, chosen.only, t, now);
  if (chosen.rows) append_rows(out, view, chosen.only, places, t, now);
  append_corrections(out, view, t, now);
  append_expiries(out, view, t, now);
  append_exemptions(out, view, t, now);
  return out;
}

} // namespace ovhl::publish
