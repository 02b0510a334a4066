#include "agent/history_view.hpp"
#include "publish/deed.hpp"
#include "publish/table.hpp"

#include <fmt/format.h>

#include <vector>

namespace ovhl::agent {

namespace {

using namespace ledger;
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
  if (s.task) text += fmt::format(", task {}", *s.task);
  if (!s.message.empty()) text += ": " + s.message;
  return text + query(s.query_id);
}

std::string end_in_words(const result_body& r, const std::optional<instant>& at) {
  std::string text = fmt::format("; {}", licensing::name(r.end.how));
  if (at) text += " at " + time_text(*at);
  if (r.end.looked) text += ", license then " + license_or_none(r.end.license);
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
  if (c.task && !c.task->state.empty())
    text += fmt::format("; task {}: {}", c.task->task, c.task->state);
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

} // namespace

std::string history_table(std::span<const ledger::event> events, bool of_one, const terminal& t) {
  std::vector<publish::column> columns{{"WHEN"}};
  if (!of_one) columns.push_back({.title = "ABOUT", .how = publish::fit::wrap});
  columns.push_back({.title = "WHAT", .how = publish::fit::wrap});
  publish::table list(columns);
  for (const event& e : events) {
    std::vector<cell> row{time_text(e.at)};
    if (!of_one) row.emplace_back(about(e));
    row.emplace_back(std::visit([](const auto& what) { return in_words(what); }, e.what),
                     ink_of(e));
    list.add(std::move(row));
  }
  return list.text(t);
}

} // namespace ovhl::agent
