#include "base/text.hpp"
#include "publish/plan.hpp"
#include "publish/render.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ovhl::publish {

namespace {

using licensing::verdict;

std::size_t count_of(const plan_document& plan, verdict v) {
  return plan.verdicts[static_cast<std::size_t>(v)];
}

void append_corrections(std::string& out, const plan_document& plan, const place_names& places,
                        const terminal& t) {
  if (plan.corrections.empty()) return;
  append_heading(out, "Corrections due", t);
  table list(with_place({{"VM", fit::cut},
                         {"ID", fit::whole, true},
                         {"ACTION", fit::wrap},
                         {"BEFORE", fit::wrap},
                         {"AFTER", fit::wrap},
                         {"WHY", fit::note}},
                        places));
  for (const plan_line& c : plan.corrections) {
    list.add(with_place({c.name,
                         std::to_string(c.vm_id),
                         {action_text(c.action, c.before, c.bypass), ink_of(c.verdict)},
                         license_cell(c.before),
                         license_cell(c.after, ink::green),
                         with_rule(c.reason, c.rule)},
                        places, c.where));
  }
  out += list.text(t);
}

void append_to_decide(std::string& out, const plan_document& plan, const place_names& places,
                      const terminal& t) {
  table list(with_place({{"VM", fit::cut},
                         {"ID", fit::whole, true},
                         {"VERDICT"},
                         {"LICENSE", fit::wrap},
                         {"EXPECTED", fit::wrap},
                         {"WHY", fit::note}},
                        places));
  for (const finding& f : plan.findings) {
    if (f.verdict == verdict::exempt || f.verdict == verdict::managed) continue;
    list.add(with_place({f.name,
                         std::to_string(f.vm_id),
                         {licensing::name(f.verdict), ink_of(f.verdict)},
                         license_cell(f.license),
                         expected_cell(f.expected),
                         with_rule(f.reason, f.rule)},
                        places, f.where));
  }
  if (list.empty()) return;
  append_heading(out, "For a person to decide", t);
  out += list.text(t);
}

std::string verdicts_in_words(const plan_document& plan) {
  std::string text;
  for (const verdict v : licensing::all_verdicts)
    if (const std::size_t count = count_of(plan, v); count > 0)
      text +=
          fmt::format("{}{} {}", text.empty() ? ": " : ", ", grouped(count), licensing::name(v));
  return text;
}

void append_conclusion(std::string& out, const plan_document& plan, const terminal& t) {
  if (!out.empty()) out += '\n';
  const bool seen_any = std::ranges::any_of(
      plan.datacenters, [](const datacenter_line& d) { return d.observed_at.has_value(); });
  if (!seen_any && !plan.complete)
    return append_sentence(out, "Nothing could be looked at, so it is not known what is due.",
                           ink::red, t);
  append_sentence(out, counted(plan.vms, "VM") + verdicts_in_words(plan) + ".", ink::plain, t);
  const std::size_t due = plan.corrections.size();
  if (due > 0)
    append_sentence(out,
                    fmt::format("{} {} due; the policy's mode is {}. Nothing was changed.",
                                counted(due, "correction"), due == 1 ? "is" : "are",
                                licensing::name(plan.policy.mode)),
                    ink::red, t);
  else if (plan.complete)
    append_sentence(out, "Nothing is due.", ink::green, t);
  if (!plan.complete)
    append_sentence(out, "Not everything could be looked at: more may be due than is shown here.",
                    ink::yellow, t);
}

} // namespace

std::string plan_table(const plan_document& plan, const terminal& t) {
  const place_names places(plan.datacenters);
  std::string out;
  append_corrections(out, plan, places, t);
  append_to_decide(out, plan, places, t);
  append_errors(out, plan.errors, plan.made_at, t);
  append_conclusion(out, plan, t);
  return out;
}

} // namespace ovhl::publish
