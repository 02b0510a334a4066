// A new step to take: one row in append_next_steps().
#include "publish/status_parts.hpp"

#include "base/text.hpp"
#include "publish/expiry.hpp"
#include "publish/render.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ovhl::publish {

namespace {

ink ink_of(nearness how) noexcept { return how == nearness::soon ? ink::yellow : ink::red; }

cell end_cell(day last, nearness how) {
  return {date_text(last) + (how == nearness::past ? ", expired" : ""), ink_of(how)};
}

bool any_held_for_a_person(const status_view& view) {
  return std::any_of(view.findings.begin(), view.findings.end(), [](const finding& f) {
    return f.state == due_state::held && (f.guard == licensing::guard::max_set_share ||
                                          f.guard == licensing::guard::max_removal_share);
  });
}

bool any_to_explain(const status_view& view) {
  return std::any_of(view.findings.begin(), view.findings.end(), [](const finding& f) {
    return f.verdict != licensing::verdict::exempt && f.verdict != licensing::verdict::managed;
  });
}

} // namespace

std::string_view meaning(licensing::verdict v) noexcept {
  using licensing::verdict;
  switch (v) {
  case verdict::compliant: return "as the policy expects, or accepted by it";
  case verdict::missing: return "a license is expected, none is declared";
  case verdict::wrong: return "another license is declared than expected";
  case verdict::superfluous: return "a license is declared and billed, none is expected";
  case verdict::exempt: return "left as it is by a 'keep' rule";
  case verdict::review: return "a person must decide";
  case verdict::mismatch: return "configured and reported guest OS disagree";
  case verdict::managed: return "run by OVHcloud, never touched";
  }
  return "";
}

void append_endings(std::string& out, const status_view& view, const terminal& t, instant now) {
  table list({{"WHAT", fit::wrap}, {"ACCOUNT", fit::wrap}, {"EXPIRES"}});
  for (const ending& e : endings(view.accounts, now))
    list.add({e.what == ending::kind::credential ? std::string("credentials") : e.service,
              e.account, end_cell(std::chrono::floor<std::chrono::days>(e.at), e.how)});
  if (list.empty()) return;
  append_heading(out, "Credentials and services that have expired or soon will", t);
  out += list.text(t);
}

void append_exemptions(std::string& out, const status_view& view, const terminal& t, instant now) {
  table list({{"RULE", fit::wrap}, {"UNTIL"}, {"VMS", fit::whole, true}, {"REASON", fit::note}});
  for (const exemption_line& e : view.exemptions)
    if (const nearness how = near(e, now); how != nearness::far)
      list.add({e.rule + (e.acknowledgement ? " (acknowledged review)" : ""),
                end_cell(*e.until, how), grouped(e.vms), e.reason});
  if (list.empty()) return;
  append_heading(out, "Exemptions that have expired or soon will", t);
  out += list.text(t);
}

void append_next_steps(std::string& out, const status_view& view, const terminal& t, instant now) {
  table steps({{"RUN"}, {"IT", fit::wrap}});
  if (!view.policy.last_reload.ok)
    steps.add({"ovh-licensed check", "says what is wrong in configuration or policy"});
  if (any_to_explain(view))
    steps.add({"ovh-licensed explain VM", "says for one VM why it is judged so, by name or ID"});
  if (view.in_state(due_state::reported) > 0)
    steps.add({"ovh-licensed plan",
               fmt::format("shows what would be corrected; the policy's mode '{}' leaves it",
                           licensing::name(view.policy.mode))});
  if (any_held_for_a_person(view))
    steps.add(
        {"ovh-licensed apply", "makes what a share guard holds back; stop the service first"});
  const auto ends = endings(view.accounts, now);
  if (std::any_of(ends.begin(), ends.end(),
                  [](const ending& e) { return e.what == ending::kind::credential; }))
    steps.add({"ovh-licensed login", "gets new credentials"});
  if (steps.empty()) return;
  append_heading(out, "What to do next", t);
  out += steps.text(t);
}

} // namespace ovhl::publish
