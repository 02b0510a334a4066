#include "agent/history_table.hpp"

#include "base/text.hpp"
#include "publish/correction_kind.hpp"
#include "publish/render.hpp"
#include "publish/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <span>
#include <utility>
#include <vector>

namespace ovhl::agent {

namespace {

using ledger::clock_body, ledger::datacenter_went, ledger::event, ledger::policy_body,
    ledger::result_body, ledger::vm_body, ledger::vm_went, ledger::was_corrected,
    ledger::was_hidden, ledger::was_seen, ledger::writer_came, ledger::writer_went;
using publish::cell;
using publish::ink;

std::string time_text(instant at) {
  std::string text = timestamp(at);
  text[10] = ' ';
  return text;
}

std::string license_or_none(const std::optional<std::string>& license) {
  return publish::is_none(license) ? std::string("none") : fmt::format("'{}'", *license);
}

std::string until_text(const std::optional<instant>& until) {
  return until ? "; until " + time_text(*until) : std::string();
}

std::string last_seen_text(const std::optional<instant>& at) {
  return at ? ", last seen " + time_text(*at) : std::string();
}

std::string guests(const vm_body& b) {
  const std::string configured = b.guest_os_family.value_or("unknown");
  if (!b.reported_guest_os_family || b.reported_guest_os_family == b.guest_os_family)
    return configured;
  return fmt::format("{}, reported as {}", configured, *b.reported_guest_os_family);
}

std::string in_words(const was_seen& s) {
  const vm_body& b = s.as;
  std::string text(licensing::name(b.verdict));
  if (s.before && *s.before != b.verdict)
    text += fmt::format(" (before: {})", licensing::name(*s.before));
  text += fmt::format(": license {}", license_or_none(b.license));
  if (b.expected) text += fmt::format(", expected '{}'", *b.expected);
  text += fmt::format(", guest OS {}, {}", guests(b), licensing::name(b.power));
  if (b.cpus > 0) text += fmt::format(", {} CPU{}", b.cpus, b.cpus == 1 ? "" : "s");
  if (!b.rule.empty()) text += fmt::format(" [{}]", b.rule);
  return text + until_text(s.until);
}

std::string order_in_words(licensing::action action, const std::optional<std::string>& from,
                           const std::optional<std::string>& to) {
  if (action == licensing::action::remove_license) return "remove " + license_or_none(from);
  if (publish::is_none(from)) return "declare " + license_or_none(to);
  return fmt::format("replace {} with {}", license_or_none(from), license_or_none(to));
}

std::string query(const std::string& id) {
  return id.empty() ? std::string() : fmt::format(" (query {})", id);
}

std::string answer_in_words(const licensing::sent& s) {
  std::string text = fmt::format("; {}", licensing::name(s.got));
  if (s.trace) text += fmt::format(", task {}", *s.trace);
  if (!s.message.empty()) text += ": " + s.message;
  return text + query(s.query_id);
}

std::string end_in_words(const result_body& r, const std::optional<instant>& at) {
  std::string text = fmt::format("; {}", licensing::name(r.end.how));
  if (at) text += " at " + time_text(*at);
  if (r.end.looked) text += ", license then " + license_or_none(r.end.found);
  if (!r.end.message.empty()) text += ": " + r.end.message;
  return text + query(r.end.query_id);
}

std::string in_words(const was_corrected& c) {
  std::string text;
  if (c.wanted) {
    const licensing::correction& order = c.wanted->what;
    const auto& by = c.wanted->by;
    text =
        order_in_words(order.action, order.from, order.to) +
        fmt::format(", by {}: {}", by.person ? licensing::words(by) : "the daemon", order.reason);
    if (!order.rule.empty()) text += fmt::format(" [{}]", order.rule);
  } else if (c.end) {
    text = order_in_words(c.end->action, c.end->from, c.end->to);
  }
  if (c.answer) text += answer_in_words(*c.answer);
  if (c.task && !c.task->state.word.empty())
    text += fmt::format("; task {}: {}", c.task->id, c.task->state.word);
  if (c.end) text += end_in_words(*c.end, c.ended_at);
  return text;
}

std::string in_words(const was_hidden& h) {
  return fmt::format("could not be read{}: {}{}", last_seen_text(h.why.last_seen),
                     h.why.message.empty() ? h.why.cause : h.why.message,
                     h.until ? "; seen again " + time_text(*h.until) : std::string());
}

std::string in_words(const writer_came& w) {
  return fmt::format("{} started, version {}, user {}{}", w.who.by, w.who.version, w.who.user,
                     w.who.last_poll ? "; not polled since " + time_text(*w.who.last_poll)
                                     : std::string());
}

std::string in_words(const policy_body& p) {
  return fmt::format("policy {}, mode {}, sha256 {}", p.path, licensing::name(p.mode), p.sha256);
}

std::string in_words(const vm_went& g) { return "gone" + last_seen_text(g.last_seen); }
std::string in_words(const datacenter_went& g) { return "gone" + last_seen_text(g.last_seen); }
std::string in_words(const writer_went&) { return "stopped"; }
std::string in_words(const clock_body& c) {
  return "the clock was set back from " + time_text(c.before);
}

std::string place_in_words(const licensing::place& where) {
  std::string text = where.account;
  if (!where.service.empty()) text += ": " + where.service;
  if (where.datacenter != 0) text += fmt::format("/{}", where.datacenter);
  return text;
}

// "web-1 (1074)"; for events about no VM, the place.
std::string about(const event& e) {
  if (e.vm == 0) return place_in_words(e.where);
  return e.name.empty() ? fmt::format("({})", e.vm) : fmt::format("{} ({})", e.name, e.vm);
}

ink ink_of(const event& e) {
  if (std::holds_alternative<was_corrected>(e.what)) return ink::green;
  return std::holds_alternative<was_hidden>(e.what) ? ink::yellow : ink::plain;
}

// A row of the table: one event, or many VMs that were seen for the first time.
struct shown_events {
  const event* first = nullptr;
  std::size_t vms = 0; // 0: it is one event
  std::set<licensing::place> places = {};
};

bool is_first_sight(const event& e) {
  const auto* const state = std::get_if<was_seen>(&e.what);
  return state != nullptr && !state->before &&
         state->as.occasion == licensing::occasion::first_look;
}

// Unless all events are about one VM, the VMs of an account first seen together are one row.
std::vector<shown_events> rows_of(std::span<const event> events, bool of_one) {
  constexpr std::chrono::minutes together(10);
  std::vector<shown_events> all;
  std::map<std::string, std::size_t> first_seen; // the last row of each account
  for (const event& e : events) {
    if (of_one || !is_first_sight(e)) {
      all.push_back({&e});
      continue;
    }
    auto [last, fresh] = first_seen.try_emplace(e.where.account, all.size());
    if (fresh || e.at > all[last->second].first->at + together) {
      last->second = all.size();
      all.push_back({&e});
    }
    shown_events& row = all[last->second];
    ++row.vms;
    row.places.insert(e.where);
  }
  return all;
}

std::string first_seen_in_words(const shown_events& l) {
  return fmt::format("{} first seen, in {}", publish::counted(l.vms, "VM"),
                     publish::counted(l.places.size(), "datacenter"));
}

} // namespace

std::string history_table(std::span<const ledger::event> events, bool of_one,
                          std::optional<std::size_t> limit, const terminal& t) {
  std::vector<publish::column> columns{{"WHEN"}};
  if (!of_one) columns.push_back({.title = "ABOUT", .how = publish::fit::wrap});
  columns.push_back({.title = "WHAT", .how = publish::fit::wrap});
  publish::table list(columns);
  const std::vector<shown_events> all = rows_of(events, of_one);
  const std::size_t shown = std::min(all.size(), limit.value_or(all.size()));
  for (const shown_events& l : std::span(all).last(shown)) {
    const event& e = *l.first;
    std::vector<cell> row{time_text(e.at)};
    if (!of_one) row.emplace_back(l.vms > 0 ? e.where.account : about(e));
    row.emplace_back(l.vms > 0
                         ? first_seen_in_words(l)
                         : std::visit([](const auto& what) { return in_words(what); }, e.what),
                     ink_of(e));
    list.add(std::move(row));
  }
  std::string out = list.text(t);
  if (shown < all.size())
    publish::append_sentence(out,
                             fmt::format("The newest {} of {}; raise --limit to see more.",
                                         grouped(shown), publish::counted(all.size(), "event")),
                             ink::plain, t);
  return out;
}

} // namespace ovhl::agent
