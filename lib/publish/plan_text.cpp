// To add a part of the screen: its heading in headings(), its rows in plan_parts.
#include "publish/plan_text.hpp"

#include "base/text.hpp"
#include "publish/correction_kind.hpp"
#include "publish/csv.hpp"
#include "publish/fleet_counts.hpp"
#include "publish/plan_parts.hpp"
#include "publish/render.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>
#include <map>

namespace ovhl::publish {

namespace {

using licensing::verdict;

struct headings {
  explicit headings(const plan_parts& parts)
      : made("Would be made: " + counted(parts.made.size(), "correction")),
        held("Held now: " + counted(parts.held.size(), "correction")),
        switched_off("Left by 'corrections: off': " +
                     counted(parts.switched_off.size(), "correction")),
        left(fmt::format("Left by {}: {}", modes_text(parts.left),
                         counted(parts.left.size(), "correction"))),
        to_decide((settled(parts) ? "Needs no decision: " : "Needs a decision: ") +
                  counted(parts.to_decide.size(), "VM")),
        acknowledged("Acknowledged: " + counted(parts.acknowledged.size(), "VM")),
        not_due("Not due while the list of VMs is incomplete: " +
                counted(parts.not_due.size(), "VM")) {}

  static bool settled(const plan_parts& parts) {
    return std::ranges::all_of(parts.to_decide, [](const finding* f) {
      return f->verdict == verdict::exempt || f->verdict == verdict::managed;
    });
  }

  std::string made, held, switched_off, left, to_decide, acknowledged, not_due;
};

void append_causes(std::string& out, const plan_parts& parts, const headings& about,
                   const terminal& t) {
  append_plan_causes(out, about.made, parts.made, false, t);
  append_plan_causes(out, about.held, parts.held, false, t);
  append_plan_causes(out, about.switched_off, parts.switched_off, false, t);
  append_plan_causes(out, about.left, parts.left, true, t);
  append_finding_causes(out, about.to_decide, parts.to_decide, true, t);
  append_finding_causes(out, about.acknowledged, parts.acknowledged, false, t);
  append_finding_causes(out, about.not_due, parts.not_due, true, t);
}

void append_rows(std::string& out, const plan_parts& parts, const headings& about, std::size_t most,
                 const place_names& places, const terminal& t) {
  const auto append = [&](const std::string& heading, const auto& rows) {
    append_plan_rows(out, heading, rows, most, places, t);
    most -= std::min(most, rows.size());
  };
  append(about.made, parts.made);
  append(about.held, parts.held);
  append(about.switched_off, parts.switched_off);
  append(about.left, parts.left);
  append(about.to_decide, parts.to_decide);
  append(about.acknowledged, parts.acknowledged);
  append(about.not_due, parts.not_due);
}

// A mismatch that the bypass settles needs no decision.
fleet_counts counts_of(const plan_document& plan) {
  fleet_counts counts{plan.vms, plan.verdicts, 0};
  for (const finding& f : plan.findings)
    if (f.acknowledged) ++counts.acknowledged;
  for (const plan_row& c : plan.corrections)
    if (c.verdict == verdict::mismatch && counts[verdict::mismatch] > 0) {
      --counts[verdict::mismatch];
      ++counts[kind_of(c.action, c.before) == correction_kind::declare ? verdict::missing
                                                                       : verdict::wrong];
    }
  return counts;
}

// "declare (2) and report (1)".
std::string counts_of_each(const std::map<std::string_view, std::size_t>& all) {
  std::vector<std::string> parts;
  parts.reserve(all.size());
  for (const auto& [what, count] : all)
    parts.push_back(fmt::format("{} ({})", what, grouped(count)));
  return fmt::format("{}", fmt::join(parts, " and "));
}

// "left by mode declare", "left by modes declare (2) and report (1)".
std::string left_in_words(const std::vector<const plan_row*>& left) {
  std::map<std::string_view, std::size_t> modes;
  for (const plan_row* const c : left)
    ++modes[licensing::name(c->mode)];
  return modes.size() == 1 ? "left by " + modes_text(left)
                           : "left by modes " + counts_of_each(modes);
}

// "held by windows until 2026-11-20 22:00 UTC", "held by spla (2) and windows (1)".
std::string held_in_words(const std::vector<const plan_row*>& held) {
  std::map<std::string_view, std::size_t> guards;
  for (const plan_row* const c : held)
    ++guards[c->guard ? licensing::name(*c->guard) : std::string_view("another guard")];
  if (guards.size() > 1) return "held by " + counts_of_each(guards);
  const auto& until = held.front()->until;
  const bool alike =
      std::ranges::all_of(held, [&](const plan_row* c) { return c->until == until; });
  return fmt::format("held by {}{}", guards.begin()->first,
                     until && alike ? " until " + minute_text(*until) : std::string());
}

// The last line: "3 to declare, 0 to replace, 0 to remove; 2 more are held by spla; 3 more are due
// and left by mode declare".
std::string counts_in_words(const plan_document& plan) {
  const plan_parts all(plan, {});
  std::map<correction_kind, std::size_t> to_make;
  for (const plan_row* const c : all.made)
    ++to_make[kind_of(c->action, c->before)];
  std::string text = fmt::format(
      "{} to declare, {} to replace, {} to remove", grouped(to_make[correction_kind::declare]),
      grouped(to_make[correction_kind::replace]), grouped(to_make[correction_kind::remove]));
  bool any = !all.made.empty();
  const auto add = [&](std::size_t count, const std::string& what) {
    text += fmt::format("; {}{} {} {}", grouped(count), any ? " more" : "",
                        count == 1 ? "is" : "are", what);
    any = true;
  };
  if (!all.held.empty()) add(all.held.size(), held_in_words(all.held));
  if (!all.switched_off.empty()) add(all.switched_off.size(), "left by 'corrections: off'");
  if (!all.left.empty()) add(all.left.size(), "due and " + left_in_words(all.left));
  return text;
}

void append_file(std::string& out, const plan_choice& chosen, const terminal& t) {
  if (chosen.file.empty()) return;
  table facts({{"", fit::whole}, {"", fit::wrap}});
  for (const auto& [what, is] : chosen.file)
    facts.add({what, is});
  const std::string text = facts.text(t); // begins with an empty line, for titles
  out += out.empty() ? text.substr(1) : text;
}

void append_hints(std::string& out, const plan_parts& parts, bool rows, const plan_choice& chosen,
                  const plan_document& plan, const terminal& t) {
  if (rows && !chosen.only.narrows()) return;
  if (!rows)
    append_sentence(
        out,
        fmt::format("To list all {}: --rows. To narrow them: --verdict, --rule, "
                    "--service, --datacenter, --limit. For a spreadsheet: --format csv.",
                    counted(parts.size(), "VM")),
        ink::plain, t);
  else
    append_sentence(
        out,
        fmt::format("{} of {} match the filter. The totals below are for the whole plan.",
                    grouped(parts.size()), counted(plan_parts(plan, {}).size(), "VM")),
        ink::plain, t);
  out += '\n';
}

void append_conclusion(std::string& out, const plan_document& plan, const plan_choice& chosen,
                       const terminal& t) {
  const bool seen_any = std::ranges::any_of(
      plan.datacenters, [](const datacenter_row& d) { return d.observed_at.has_value(); });
  if (!seen_any && !plan.complete)
    return append_sentence(out, "Nothing could be read, so what is due is unknown.", ink::red, t);
  append_sentence(out,
                  fmt::format("{}.{}", fleet_in_words(counts_of(plan)),
                              chosen.just_made ? " Nothing was changed." : ""),
                  ink::plain, t);
  if (!plan.complete)
    append_sentence(out, "Not everything could be read: more may be due than is shown here.",
                    ink::yellow, t);
  if (chosen.switched_off && !plan.corrections.empty())
    append_sentence(out, "Corrections are off in the configuration, so apply makes none of them.",
                    ink::yellow, t);
  if (!plan.corrections.empty())
    append_sentence(out, counts_in_words(plan), ink::bold, t);
  else if (plan.complete)
    append_sentence(out, "Nothing is due.", ink::green, t);
}

} // namespace

std::string plan_text(const plan_document& plan, const terminal& t, const plan_choice& chosen) {
  const place_names places(plan.datacenters);
  const plan_parts parts(plan, chosen.only);
  const headings about(parts);
  const bool few = parts.size() <= few_rows;
  const bool rows = few || chosen.rows || chosen.only.narrows() || chosen.only.limit;
  std::string out;
  if (!few) append_causes(out, parts, about, t);
  if (rows)
    append_rows(out, parts, about,
                chosen.only.limit.value_or(std::numeric_limits<std::size_t>::max()), places, t);
  append_errors(out, plan.errors, plan.made_at, t);
  append_file(out, chosen, t);
  if (!out.empty()) out += '\n';
  append_hints(out, parts, rows, chosen, plan, t);
  append_conclusion(out, plan, chosen, t);
  return out;
}

std::string plan_csv(const plan_document& plan, const row_filter& only) {
  using row = std::array<std::string, 20>;
  std::string out;
  append_csv_line(
      out, row{"account", "service", "datacenter", "vm_id",           "name",
               "verdict", "action",  "state",      "allowed",         "mode",
               "bypass",  "license", "expected",   "guest_os_family", "reported_guest_os_family",
               "rule",    "reason",  "made_at",    "guard",           "until"});
  std::size_t left = only.limit.value_or(std::numeric_limits<std::size_t>::max());
  const auto add = [&](const auto& vm, const row& cells) {
    if (!only.fits(vm) || left == 0) return;
    --left;
    append_csv_line(out, cells);
  };
  const auto yes = [](bool is) { return std::string(is ? "yes" : "no"); };
  const std::string made_at = timestamp(plan.made_at);
  for (const bool allowed : {true, false})
    for (const plan_row& c : plan.corrections)
      if (c.allowed == allowed)
        add(c, {c.where.account,
                c.where.service,
                std::to_string(c.where.datacenter),
                std::to_string(c.vm_id),
                c.name,
                std::string(licensing::name(c.verdict)),
                action_text(c.action, c.before),
                std::string(name(c.state)),
                yes(c.allowed),
                std::string(licensing::name(c.mode)),
                yes(c.bypass),
                c.before.value_or("none"),
                c.after.value_or("none"),
                c.guest_os_family.value_or(""),
                c.reported_guest_os_family.value_or(""),
                c.rule,
                c.reason,
                made_at,
                c.guard ? std::string(name(*c.guard)) : "",
                c.until ? timestamp(*c.until) : ""});
  for (const finding& f : plan.findings)
    add(f, {f.where.account,
            f.where.service,
            std::to_string(f.where.datacenter),
            std::to_string(f.vm_id),
            f.name,
            std::string(licensing::name(f.verdict)),
            "",
            "",
            "",
            "",
            "",
            f.license.value_or("none"),
            f.expected.value_or(""),
            f.guest_os_family.value_or(""),
            f.reported_guest_os_family.value_or(""),
            f.rule,
            f.reason,
            made_at,
            "",
            ""});
  return out;
}

} // namespace ovhl::publish
