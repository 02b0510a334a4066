#include "publish/status_rows.hpp"

#include "base/text.hpp"
#include "publish/causes.hpp"
#include "publish/csv.hpp"
#include "publish/folding.hpp"
#include "publish/shortfall.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <span>

namespace ovhl::publish {

namespace {

using licensing::verdict;

// VMs that need no action are shown only on request.
bool wanted(verdict v, const row_filter& only) noexcept {
  return !only.verdicts.empty() || (v != verdict::exempt && v != verdict::managed);
}

// "12 held by windows, 3 running".
std::string states_text(const cause_row& c) {
  std::vector<std::string> parts;
  parts.reserve(c.states.size());
  for (const cause_state& s : c.states)
    parts.push_back(fmt::format("{} {}{}{}", grouped(s.vms), name(s.state), s.by ? " by " : "",
                                s.by ? licensing::name(*s.by) : ""));
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string why(const cause_row& c) {
  std::string text = with_rule(c.reason, c.rule) + ".";
  if (const std::string how = states_text(c); !how.empty()) text += " Due: " + how + ".";
  if (const std::string what = remedy(c); !what.empty()) text += " To do: " + what + ".";
  return text;
}

std::string names_text(const cause_row& c) {
  return fmt::format("{}{}", fmt::join(c.names, ", "), c.vms > c.names.size() ? ", …" : "");
}

std::string why(const finding& f, instant now) {
  std::string text;
  if (f.state != due_state::none && f.state != due_state::reported)
    text = state_text({f.state, f.guard, f.until, f.error.value_or(""), f.task_id}) + ". ";
  text += with_rule(f.reason, f.rule);
  if (f.since != instant{}) text += fmt::format(" (for {})", span_text(now - f.since));
  return text;
}

std::string rows_title(const row_filter::picked<finding>& rows, std::optional<std::size_t> all) {
  if (rows.rows.size() < rows.all)
    return fmt::format("The first {} of {}", grouped(rows.rows.size()), counted(rows.all, "VM"));
  if (all && *all > rows.all)
    return fmt::format("{} of {} listed", grouped(rows.all), counted(*all, "VM"));
  return counted(rows.all, "VM") + " listed";
}

// The file counts all VMs, but lists only some.
void append_shortfall(std::string& out, const status_view& view, const row_filter& only,
                      const terminal& t) {
  std::string text = shortfall(view, only, only.narrows() ? "" : "--rows");
  if (text.empty()) return;
  text.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(text.front())));
  append_sentence(out, text + '.', ink::yellow, t);
}

} // namespace

void append_causes(std::string& out, const status_view& view, const row_filter& only,
                   const terminal& t, instant now) {
  constexpr std::size_t shown = 12;
  table list({{"VMS", fit::whole, true},
              {"VERDICT"},
              {"DECLARED", fit::wrap},
              {"EXPECTED", fit::wrap},
              {"FOR", fit::whole},
              {"SUCH AS", fit::wrap},
              {"WHY", fit::note}});
  std::vector<cause_row> fitting = view.every_cause();
  std::erase_if(fitting,
                [&](const cause_row& c) { return !wanted(c.verdict, only) || !only.fits(c); });
  const std::vector<folded_cause> all = folded(std::move(fitting));
  const std::size_t count = all.size();
  for (const folded_cause& c : std::span(all).first(std::min(count, shown))) {
    list.add({grouped(c.vms),
              {licensing::name(c.verdict), ink_of(c.verdict)},
              declared_cell(c),
              expected_cell(c.expected),
              c.since == instant{} ? "-" : span_text(now - c.since),
              names_text(c),
              why(c)});
  }
  if (count == 0) return;
  append_heading(out, counted(count, "cause"), t);
  out += list.text(t);
  if (count > shown)
    append_sentence(
        out,
        fmt::format("{}: ovh-licensed status --format json", counted(count - shown, "more cause")),
        ink::plain, t);
}

void append_rows(std::string& out, const status_view& view, const row_filter& only,
                 const place_names& places, const terminal& t, instant now) {
  std::vector<column> columns{{"VM", fit::cut}, {"ID", fit::whole, true}, {"VERDICT", fit::wrap}};
  if (places.needed()) columns.push_back({"WHERE", fit::wrap});
  columns.insert(columns.end(),
                 {{"DECLARED", fit::wrap}, {"EXPECTED", fit::wrap}, {"WHY", fit::note}});
  table rows(columns);
  const auto picked = only.pick(view.findings);
  for (const finding* f : picked.rows) {
    std::string verdict(licensing::name(f->verdict));
    if (f->state != due_state::none) verdict += fmt::format(" ({})", name(f->state));
    std::vector<cell> row{f->name, std::to_string(f->vm_id), {verdict, ink_of(f->verdict)}};
    if (places.needed()) row.emplace_back(places.of(f->where));
    row.push_back(license_cell(f->license));
    row.push_back(expected_cell(f->expected));
    row.emplace_back(why(*f, now));
    rows.add(std::move(row));
  }
  append_heading(out, rows_title(picked, matching(view, only)), t);
  if (!picked.rows.empty()) out += rows.text(t);
  append_shortfall(out, view, only, t);
}

std::string status_csv(const status_view& view, const row_filter& only) {
  std::string out;
  append_csv_line(out, std::array<std::string, 17>{
                           "account", "service", "datacenter", "vm_id", "name", "verdict", "action",
                           "state", "guard", "license", "expected", "guest_os_family",
                           "reported_guest_os_family", "rule", "reason", "since", "error"});
  for (const finding* f : only.pick(view.findings).rows)
    append_csv_line(out,
                    std::array<std::string, 17>{
                        f->where.account, f->where.service, std::to_string(f->where.datacenter),
                        std::to_string(f->vm_id), f->name, std::string(licensing::name(f->verdict)),
                        action_text(f->action, f->license), std::string(name(f->state)),
                        f->guard ? std::string(licensing::name(*f->guard)) : "",
                        f->license.value_or("none"), f->expected.value_or(""),
                        f->guest_os_family.value_or(""), f->reported_guest_os_family.value_or(""),
                        f->rule, f->reason, f->since == instant{} ? "" : timestamp(f->since),
                        f->error.value_or("")});
  return out;
}

} // namespace ovhl::publish
