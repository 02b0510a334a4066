// To add a next step: one row in append_next_steps().
#include "publish/status_parts.hpp"

#include "base/access_code.hpp"
#include "base/text.hpp"
#include "publish/causes.hpp"
#include "publish/expiry.hpp"
#include "publish/render.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace ovhl::publish {

namespace {

ink ink_of(nearness how) noexcept { return how == nearness::soon ? ink::yellow : ink::red; }

cell end_cell(day last, nearness how) {
  return {date_text(last) + (how == nearness::past ? ", expired" : ""), ink_of(how)};
}

bool any_held_for_a_person(const std::vector<cause_row>& causes) {
  return held_by(causes, due_state::held, licensing::guard::max_set_share) +
             held_by(causes, due_state::held, licensing::guard::max_removal_share) >
         0;
}

bool any_to_explain(const std::vector<cause_row>& causes) {
  return std::ranges::any_of(causes, [](const cause_row& c) {
    return c.verdict != licensing::verdict::exempt && c.verdict != licensing::verdict::managed;
  });
}

// What a person can do about an error. Most clear on their own.
enum class need : std::uint8_t { nothing, credentials, rights, connection };

need need_of(const error& e) {
  if (const auto code = named<access_code>(e.api_code))
    return *code == access_code::not_granted_call ? need::rights : need::credentials;
  if (e.http_status == 401) return need::credentials;
  if (e.http_status == 403) return need::rights;
  const bool lost = e.kind == failure::unreachable || e.kind == failure::timeout;
  return lost ? need::connection : need::nothing;
}

bool any_needs(const status_view& view, need what) {
  return std::ranges::any_of(
      view.errors, [&](const problem_row& e) { return e.stands && need_of(e.what) == what; });
}

void add_steps_for_errors(table& steps, const status_view& view) {
  if (!view.policy.last_reload.ok)
    steps.add({"ovh-licensed check", "shows what is wrong in configuration or policy"});
  if (any_needs(view, need::credentials))
    steps.add({"sudo ovh-licensed login", "gets new credentials: the current ones are refused"});
  if (any_needs(view, need::rights))
    steps.add({"sudo ovh-licensed check --online", "lists the missing rights"});
  else if (any_needs(view, need::connection))
    steps.add({"sudo ovh-licensed check --online", "tries the connection to OVHcloud"});
  if (view.ledger.problem) steps.add({"sudo ovh-licensed verify", "checks the ledger"});
}

void add_start(table& steps) {
  steps.add({"sudo systemctl start ovh-licensed", "starts the service"});
}

// Why what is due is only reported.
std::string why_left(const status_view& view) {
  if (!view.daemon.corrections) return "config.yaml has corrections: off";
  return fmt::format("mode '{}' does not apply it", licensing::name(view.policy.mode));
}

} // namespace

std::string_view meaning(licensing::verdict v) noexcept {
  using licensing::verdict;
  switch (v) {
  case verdict::compliant: return "matches the policy";
  case verdict::missing: return "a license is expected, none is declared";
  case verdict::wrong: return "a different license is declared than expected";
  case verdict::superfluous: return "a license is declared and billed, none is expected";
  case verdict::exempt: return "kept by a 'keep' rule";
  case verdict::review: return "needs a decision";
  case verdict::mismatch: return "configured and reported guest OS disagree";
  case verdict::managed: return "managed by OVHcloud, never changed";
  }
  return "";
}

void append_expiries(std::string& out, const status_view& view, const terminal& t, instant now) {
  table list({{"WHAT", fit::wrap}, {"ACCOUNT", fit::wrap}, {"EXPIRES"}});
  for (const expiry& e : expiries(view.accounts, now))
    list.add({e.what == expiry::kind::credential ? std::string("credentials") : e.service,
              e.account, end_cell(std::chrono::floor<std::chrono::days>(e.at), e.how)});
  if (list.empty()) return;
  append_heading(out, "Credentials and services that have expired or soon will", t);
  out += list.text(t);
}

void append_exemptions(std::string& out, const status_view& view, const terminal& t, instant now) {
  table list({{"RULE", fit::wrap}, {"UNTIL"}, {"VMS", fit::whole, true}, {"REASON", fit::note}});
  for (const exemption_row& e : view.exemptions)
    if (const nearness how = near(e, now); how != nearness::far)
      list.add({e.rule + (e.kind == exemption_kind::review ? " (acknowledged review)" : ""),
                end_cell(*e.until, how), grouped(e.vms), e.reason});
  if (list.empty()) return;
  append_heading(out, "Exemptions that have expired or soon will", t);
  out += list.text(t);
}

void append_current_errors(std::string& out, const status_view& view, const terminal& t,
                           instant now) {
  std::vector<problem_row> current;
  const policy_status::reload& reload = view.policy.last_reload;
  if (!reload.ok)
    current.push_back({reload.at,
                       {failure::invalid,
                        reload.error.value_or(""),
                        "reload refused, the previous policy stays in force",
                        {},
                        0,
                        {},
                        {}}});
  std::ranges::copy_if(view.errors, std::back_inserter(current), &problem_row::stands);
  const bool shown = std::ranges::any_of(current, [&](const problem_row& e) {
    return view.ledger.problem && words(e.what) == *view.ledger.problem;
  });
  if (view.ledger.problem && !shown)
    current.push_back({now, {failure::invalid, *view.ledger.problem, "ledger", {}, 0, {}, {}}});
  append_errors(out, current, now, t);
}

std::string never_ran_text(const std::string& file, const terminal& t) {
  std::string out;
  append_sentence(out,
                  fmt::format("not running: the daemon has not run since the machine was started, "
                              "there is no {}",
                              printable(file)),
                  ink::red, t);
  table steps({{"COMMAND"}, {"WHAT IT DOES", fit::wrap}});
  add_start(steps);
  append_heading(out, "What to do next", t);
  return out + steps.text(t);
}

void append_next_steps(std::string& out, const status_view& view, bool runs, const terminal& t,
                       instant now) {
  table steps({{"COMMAND"}, {"WHAT IT DOES", fit::wrap}});
  if (!runs) add_start(steps);
  add_steps_for_errors(steps, view);
  const auto causes = view.every_cause();
  if (in_state(causes, due_state::reported) > 0)
    steps.add({"sudo ovh-licensed plan", "shows what would be corrected; " + why_left(view)});
  if (any_held_for_a_person(causes))
    steps.add(
        {"sudo ovh-licensed apply", "corrects what a share guard holds back, once you agree"});
  if (any_to_explain(causes)) {
    steps.add({"ovh-licensed status --rows", "lists the VMs; --verdict and --rule narrow it"});
    steps.add({"sudo ovh-licensed explain VM", "shows why a VM got its verdict, by name or ID"});
  }
  const auto ends = expiries(view.accounts, now);
  if (!any_needs(view, need::credentials) &&
      std::ranges::any_of(ends, [](const expiry& e) { return e.what == expiry::kind::credential; }))
    steps.add({"sudo ovh-licensed login", "gets new credentials: the current ones expire soon"});
  if (steps.empty()) return;
  append_heading(out, "What to do next", t);
  out += steps.text(t);
}

} // namespace ovhl::publish
