#include "publish/plan_parts.hpp"

#include "base/text.hpp"
#include "publish/folding.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

namespace ovhl::publish {

namespace {

using licensing::verdict;

bool settled(verdict v) noexcept { return v == verdict::exempt || v == verdict::managed; }

bool undecided(verdict v) noexcept { return v == verdict::review || v == verdict::mismatch; }

bool is_held(const plan_row& c) noexcept { return c.allowed && c.state == due_state::held; }

// "held by windows: outside the policy's windows until 2026-11-20 22:00 UTC".
std::string held_text(const plan_row& c) {
  return state_text({due_state::held, c.guard, c.until, c.why_held, {}});
}

// What distinguishes causes; of those that are held, it is the guard.
finding found(const plan_row& c) {
  finding f;
  f.license = c.before;
  f.expected = c.after.value_or("none");
  f.verdict = c.verdict;
  if (is_held(c)) {
    f.reason = held_text(c);
    return f;
  }
  f.guest_os_family = c.guest_os_family;
  f.reported_guest_os_family = c.reported_guest_os_family;
  f.rule = c.rule;
  f.reason = c.reason;
  return f;
}

// On a narrow screen with many causes, one name each.
std::string names_text(const folded_cause& c, const std::vector<folded_cause>& all,
                       const terminal& t) {
  constexpr std::size_t many = 3;
  const std::size_t most = narrow(t) && all.size() > many ? 1 : c.names.size();
  const auto names = std::span(c.names).first(std::min(most, c.names.size()));
  return fmt::format("{}{}", fmt::join(names, ", "), c.vms > names.size() ? ", …" : "");
}

std::string why(const cause_row& c, bool with_remedy) {
  std::string text = with_rule(c.reason, c.rule) + ".";
  const std::string what = with_remedy ? remedy(c) : std::string();
  return what.empty() ? text : fmt::format("{} To do: {}.", text, what);
}

void append_left_out(std::string& out, const std::vector<folded_cause>& all, const terminal& t) {
  if (const std::string text = not_shown_text(all); !text.empty())
    append_sentence(out, text, ink::plain, t);
}

std::span<const folded_cause> shown(const std::vector<folded_cause>& all) {
  return std::span(all).first(std::min(all.size(), causes_shown));
}

std::string heading_of_rows(std::string_view heading, std::size_t shown, std::size_t all) {
  return shown == all ? std::string(heading)
                      : fmt::format("{}, the first {}", heading, grouped(shown));
}

} // namespace

bool narrow(const terminal& t) noexcept {
  constexpr std::size_t enough = 100;
  return t.tty && t.width < enough;
}

vm_table::vm_table(fit names, std::vector<column> own, std::string_view note,
                   const place_names& places, const terminal& t)
    : places_(places), terminal_(t), list_([&] {
        std::vector<column> all{{"VM", names}, {"ID", fit::whole, true}};
        all.insert(all.end(), own.begin(), own.end());
        all.push_back({std::string(note), fit::note});
        return narrow(t) ? all : with_place(std::move(all), places);
      }()) {}

void vm_table::add(const licensing::place& where, const std::string& name, std::int64_t id,
                   std::vector<cell> own, const std::string& note, ink colour) {
  const bool place_before = narrow(terminal_) && places_.needed();
  std::vector<cell> all{name, std::to_string(id)};
  all.insert(all.end(), own.begin(), own.end());
  all.push_back({place_before ? fmt::format("{}: {}", places_.of(where), note) : note, colour});
  list_.add(narrow(terminal_) ? all : with_place(std::move(all), places_, where));
}

vm_table table_of_corrections(fit names, const place_names& places, const terminal& t) {
  return {names, {{"ACTION"}, {"BEFORE", fit::wrap}, {"AFTER", fit::wrap}}, "WHY", places, t};
}

std::vector<cell> correction_cells(const plan_row& c) {
  return {{action_text(c.action, c.before), ink_of(c.verdict)},
          license_cell(c.before),
          license_cell(c.after, ink::green)};
}

std::string why_corrected(const plan_row& c) {
  const std::string why = with_rule(c.reason, c.rule);
  return c.bypass ? "with bypass of the guest OS check: " + why : why;
}

std::vector<const plan_row*>& plan_parts::part_of(const plan_row& c) noexcept {
  if (!c.allowed) return left;
  if (c.state == due_state::held) return held;
  return c.state == due_state::reported ? switched_off : made;
}

std::vector<const finding*>& plan_parts::part_of(const finding& f) noexcept {
  if (f.acknowledged) return acknowledged;
  return settled(f.verdict) || undecided(f.verdict) ? to_decide : not_due;
}

plan_parts::plan_parts(const plan_document& plan, const row_filter& only) {
  for (const plan_row& c : plan.corrections)
    if (only.fits(c)) part_of(c).push_back(&c);
  for (const finding& f : plan.findings)
    if (only.fits(f) && (!settled(f.verdict) || !only.verdicts.empty())) part_of(f).push_back(&f);
}

std::vector<cause_row> causes_of(const std::vector<const plan_row*>& rows) {
  cause_list list;
  for (const plan_row* const c : rows) {
    const std::size_t cause = list.index_of(found(*c));
    list.add(cause, c->name, c->vm_id, {});
    list.add_due(cause, c->action, {c->allowed ? due_state::due : due_state::reported, {}, 1, {}});
  }
  return std::move(list).sorted().causes;
}

std::vector<cause_row> causes_of(const std::vector<const finding*>& findings) {
  cause_list list;
  for (const finding* const f : findings)
    list.add(list.index_of(*f), f->name, f->vm_id, {});
  return std::move(list).sorted().causes;
}

std::string modes_text(const std::vector<const plan_row*>& rows) {
  std::vector<std::string_view> modes;
  for (const plan_row* const c : rows)
    if (std::ranges::find(modes, licensing::name(c->mode)) == modes.end())
      modes.push_back(licensing::name(c->mode));
  std::ranges::sort(modes);
  return fmt::format("mode{} {}", modes.size() == 1 ? "" : "s", fmt::join(modes, " and "));
}

void append_plan_causes(std::string& out, std::string_view heading,
                        const std::vector<const plan_row*>& rows, bool with_remedy,
                        const terminal& t) {
  if (rows.empty()) return;
  const auto causes = folded(causes_of(rows));
  append_heading(out, heading, t);
  table list({{"VMS", fit::whole, true},
              {"ACTION"},
              {"BEFORE", fit::wrap},
              {"AFTER", fit::wrap},
              {"SUCH AS", fit::wrap},
              {"WHY", fit::note}});
  for (const folded_cause& c : shown(causes)) {
    const bool removes = c.action == licensing::action::remove_license;
    list.add({grouped(c.vms),
              {action_text(c.action, c.license), ink_of(c.verdict)},
              declared_cell(c),
              removes ? license_cell({}) : license_cell(c.expected, ink::green),
              names_text(c, causes, t),
              why(c, with_remedy)});
  }
  out += list.text(t);
  append_left_out(out, causes, t);
}

void append_finding_causes(std::string& out, std::string_view heading,
                           const std::vector<const finding*>& findings, bool with_remedy,
                           const terminal& t) {
  if (findings.empty()) return;
  const auto causes = folded(causes_of(findings));
  append_heading(out, heading, t);
  table list({{"VMS", fit::whole, true},
              {"VERDICT"},
              {"DECLARED", fit::wrap},
              {"EXPECTED", fit::wrap},
              {"SUCH AS", fit::wrap},
              {"WHY", fit::note}});
  for (const folded_cause& c : shown(causes))
    list.add({grouped(c.vms),
              {licensing::name(c.verdict), ink_of(c.verdict)},
              declared_cell(c),
              expected_cell(c.expected),
              names_text(c, causes, t),
              why(c, with_remedy)});
  out += list.text(t);
  append_left_out(out, causes, t);
}

void append_plan_rows(std::string& out, std::string_view heading,
                      const std::vector<const plan_row*>& rows, std::size_t most,
                      const place_names& places, const terminal& t) {
  const std::size_t shown = std::min(most, rows.size());
  if (shown == 0) return;
  append_heading(out, heading_of_rows(heading, shown, rows.size()), t);
  vm_table list = table_of_corrections(fit::cut, places, t);
  for (const plan_row* const c : std::span(rows).first(shown)) {
    const std::string why = why_corrected(*c);
    list.add(*c, correction_cells(*c),
             is_held(*c) ? fmt::format("{}. {}", held_text(*c), why) : why);
  }
  out += list.text();
}

void append_plan_rows(std::string& out, std::string_view heading,
                      const std::vector<const finding*>& findings, std::size_t most,
                      const place_names& places, const terminal& t) {
  const std::size_t shown = std::min(most, findings.size());
  if (shown == 0) return;
  append_heading(out, heading_of_rows(heading, shown, findings.size()), t);
  vm_table list(fit::cut, {{"VERDICT"}, {"DECLARED", fit::wrap}, {"EXPECTED", fit::wrap}}, "WHY",
                places, t);
  for (const finding* const f : std::span(findings).first(shown))
    list.add(*f,
             {{licensing::name(f->verdict), ink_of(f->verdict)},
              license_cell(f->license),
              expected_cell(f->expected)},
             with_rule(f->reason, f->rule));
  out += list.text();
}

} // namespace ovhl::publish
