#include "publish/icinga.hpp"

#include "base/text.hpp"
#include "publish/causes.hpp"
#include "publish/expiry.hpp"
#include "publish/render.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <iterator>

namespace ovhl::publish {

namespace {

using licensing::verdict;

std::size_t count(const status_view& view, verdict v) {
  return view.verdicts[static_cast<std::size_t>(v)];
}

// "1 VM needs", "2 VMs need".
std::string number_and_verb(std::size_t number, std::string_view word, std::string_view verb) {
  return fmt::format("{} {}{}", counted(number, word), verb, number == 1 ? "s" : "");
}

class concern_list {
 public:
  void add(severity how, std::string what) { all_.push_back({how, std::move(what)}); }

  std::vector<concern> worst_first() const {
    std::vector<concern> sorted;
    for (const severity how : {severity::critical, severity::warning})
      std::copy_if(all_.begin(), all_.end(), std::back_inserter(sorted),
                   [&](const concern& c) { return c.how == how; });
    return sorted;
  }

 private:
  std::vector<concern> all_;
};

void add_daemon_concerns(concern_list& out, const status_view& view, std::string_view doubt) {
  if (!doubt.empty())
    out.add(severity::critical, fmt::format("{}: systemctl status ovh-licensed", doubt));
  if (view.ledger.problem)
    out.add(severity::critical,
            fmt::format("the ledger cannot be written, so nothing is corrected: "
                        "{}",
                        *view.ledger.problem));
  const std::string newest =
      view.errors.empty() ? std::string() : ": " + words(view.errors.back().what);
  if (view.daemon.state == daemon_state::failing)
    out.add(severity::critical, "nothing can be read" + newest);
  else if (!view.poll.finished_at)
    out.add(severity::warning, "the first poll is under way: nothing is known yet");
  else if (!view.poll.complete)
    out.add(severity::warning, "not everything could be read" + newest);
  if (!view.policy.last_reload.ok)
    out.add(severity::warning,
            fmt::format("the last reload was refused, run ovh-licensed check: {}",
                        view.policy.last_reload.error.value_or("")));
}

// Whether a guard needs a person. Most open on their own; a failure is reported by its state.
bool needs_person(licensing::guard by) noexcept {
  using enum licensing::guard;
  switch (by) {
  case confirm_polls:
  case grace:
  case max_sets_per_poll:
  case max_removals_per_poll:
  case retry_after:
  case windows:
  case task: return false;
  case max_set_share:
  case max_removal_share:
  case incomplete_list:
  case ledger:
  case spla:
  case clock:
  case other_hand: break;
  }
  return true;
}

// Corrections held by this guard; null: by an unknown guard.
std::size_t waiting(const status_view& view, std::optional<licensing::guard> by) {
  const auto causes = view.every_cause();
  return held_by(causes, due_state::held, by) +
         (by ? held_by(causes, due_state::confirming, by) : 0);
}

std::string remedy(licensing::guard by) {
  using enum licensing::guard;
  switch (by) {
  case max_set_share:
  case max_removal_share: return "ovh-licensed plan";
  case spla: return "activate Windows licenses on the service in the control panel";
  default: return "ovh-licensed status";
  }
}

// A person's `apply` has the ledger; it usually takes minutes.
bool yields(const status_view& view) { return view.ledger.yielded_to.has_value(); }

void add_yielding_concerns(concern_list& out, const status_view& view, instant now) {
  if (!yields(view) || !view.ledger.yielded_since) return;
  const auto since = now - *view.ledger.yielded_since;
  if (since <= std::chrono::hours(1)) return;
  out.add(severity::warning,
          fmt::format("the ledger has been yielded to {} for {}, so nothing is corrected: "
                      "ovh-licensed status",
                      *view.ledger.yielded_to, span_text(since)));
}

void add_held_concerns(concern_list& out, const status_view& view, instant now) {
  add_yielding_concerns(out, view, now);
  for (const licensing::guard by : licensing::all_guards)
    if (const auto n = waiting(view, by);
        n > 0 && needs_person(by) && !(by == licensing::guard::ledger && yields(view)))
      out.add(severity::warning, fmt::format("{} held back by {}: {}", counted(n, "correction"),
                                             licensing::name(by), remedy(by)));
  if (const auto n = waiting(view, std::nullopt); n > 0)
    out.add(severity::warning, counted(n, "correction") + " held back: ovh-licensed status");
}

// If the policy's mode allows everything, it is the mode of a rule or a map entry.
std::string left_words(const status_view& view, std::size_t corrections) {
  if (!view.daemon.corrections)
    return fmt::format("{} due (corrections: off in config.yaml: not applied)",
                       counted(corrections, "correction"));
  return fmt::format("{} due ({}: not applied)", counted(corrections, "correction"),
                     view.policy.mode == licensing::mode::enforce
                         ? "a rule's mode"
                         : fmt::format("mode {}", licensing::name(view.policy.mode)));
}

// What the daemon will correct and what it leaves; nobody needs to act.
std::string due_words(const status_view& view) {
  if (view.due() == 0) return "nothing due";
  const std::size_t left = view.in_state(due_state::reported);
  std::size_t all = 0;
  std::string guards;
  for (const licensing::guard by : licensing::all_guards)
    if (const auto n = waiting(view, by); n > 0) {
      all += n;
      guards += fmt::format("{}{}", guards.empty() ? "" : ", ", licensing::name(by));
    }
  std::vector<std::string> parts;
  if (const std::size_t others = view.due() - all - left; others > 0)
    parts.push_back(counted(others, "correction") + " under way");
  if (all > 0)
    parts.push_back(fmt::format("{} ({})", number_and_verb(all, "correction", "wait"), guards));
  if (left > 0) parts.push_back(left_words(view, left));
  return fmt::format("{}", fmt::join(parts, ", "));
}

// Reviews that are not acknowledged.
std::size_t undecided(const status_view& view) {
  const std::size_t reviews = count(view, verdict::review);
  return reviews - std::min(reviews, view.acknowledged);
}

void add_fleet_concerns(concern_list& out, const status_view& view, instant now, strictness how) {
  using enum due_state;
  if (const auto n = view.in_state(failed); n > 0)
    out.add(severity::warning, counted(n, "correction") + " failed: ovh-licensed status");
  add_held_concerns(out, view, now);
  if (const auto n = view.in_state(reported); n > 0 && how == strictness::strict)
    out.add(severity::warning, left_words(view, n) + ": ovh-licensed plan");
  if (const auto n = undecided(view); n > 0)
    out.add(severity::warning,
            number_and_verb(n, "VM", "need") + " a decision: ovh-licensed explain VM");
  if (const auto n = count(view, verdict::mismatch); n > 0)
    out.add(severity::warning,
            number_and_verb(n, "VM", "report") +
                " a different guest OS than configured: ovh-licensed explain VM");
}

std::string expiry_words(const expiry& e, instant now) {
  const std::string what = e.what == expiry::kind::credential
                               ? fmt::format("the credentials of account {}", e.account)
                               : fmt::format("service {} of account {}", e.service, e.account);
  const bool credential = e.what == expiry::kind::credential;
  const std::string when =
      e.how == nearness::past
          ? "expired on " + timestamp(e.at).substr(0, 10)
          : fmt::format("expire{} in {}", credential ? "" : "s", span_text(e.at - now));
  return fmt::format("{} {}: {}", what, when,
                     credential ? "ovh-licensed login, then systemctl restart ovh-licensed"
                                : "renew it in the control panel");
}

void add_expiry_concerns(concern_list& out, const status_view& view, instant now) {
  for (const expiry& e : expiries(view.accounts, now))
    out.add(e.at <= now + std::chrono::days(1) ? severity::critical : severity::warning,
            expiry_words(e, now));
  for (const exemption_row& e : view.exemptions)
    if (const nearness how = near(e, now); how != nearness::far)
      out.add(severity::warning,
              fmt::format("the {} of {} {} {}: edit the policy",
                          e.kind == exemption_kind::review ? "acknowledgement" : "exemption",
                          e.rule, how == nearness::past ? "expired after" : "ends after",
                          date_text(*e.until)));
}

// One line, without the bar that would start the performance data.
std::string line(std::string_view text) {
  std::string safe = printable(text);
  std::replace(safe.begin(), safe.end(), '|', '/');
  return safe;
}

bool numbers_known(const status_view& view) { return view.seen_any() || view.complete(); }

// Starts with the bar. Unknown numbers are left out: 0 would be a claim.
std::string performance(const status_view& view, instant now) {
  std::string text;
  if (numbers_known(view)) {
    text += fmt::format(" vms={};;;0", view.vms);
    for (const verdict v : licensing::all_verdicts)
      text += fmt::format(" {}={};;;0", licensing::name(v), count(view, v));
    text += fmt::format(" due={};;;0 held={};;;0 failed={};;;0", view.due(),
                        view.in_state(due_state::held), view.in_state(due_state::failed));
  }
  if (view.poll.finished_at)
    text += fmt::format(" poll_age={}s;;;0",
                        std::max((now - *view.poll.finished_at).count(), std::int64_t{0}));
  return text.empty() ? text : " |" + text;
}

std::string acknowledged_words(const status_view& view) {
  if (view.acknowledged == 0) return {};
  return fmt::format(", {} acknowledged", counted(view.acknowledged, "review"));
}

bool matters(const finding& f) noexcept {
  return f.action != licensing::action::none || (f.verdict == verdict::review && !f.acknowledged) ||
         f.verdict == verdict::mismatch;
}

// The VMs that the summary counts, followed by the acknowledged reviews.
std::string first_findings(const status_view& view) {
  constexpr std::size_t shown = 5;
  std::vector<const finding*> all;
  const auto add = [&](auto wanted) {
    for (const finding& f : view.findings)
      if (wanted(f)) all.push_back(&f);
  };
  add(matters);
  add([](const finding& f) { return f.acknowledged; });
  std::string text;
  for (std::size_t i = 0; i < std::min(shown, all.size()); ++i)
    text += line(fmt::format("{} ({}): {}, {}", all[i]->name, all[i]->vm_id,
                             licensing::name(all[i]->verdict), all[i]->reason)) +
            '\n';
  if (all.size() > shown)
    text += fmt::format("and {}: ovh-licensed status\n", counted(all.size() - shown, "more VM"));
  return text;
}

} // namespace

std::string_view name(severity s) noexcept {
  switch (s) {
  case severity::ok: return "OK";
  case severity::warning: return "WARNING";
  case severity::critical: return "CRITICAL";
  case severity::unknown: break;
  }
  return "UNKNOWN";
}

std::vector<concern> concerns(const status_view& view, std::string_view doubt, instant now,
                              strictness how) {
  concern_list all;
  add_daemon_concerns(all, view, doubt);
  add_fleet_concerns(all, view, now, how);
  add_expiry_concerns(all, view, now);
  return all.worst_first();
}

check_result icinga_check(const status_view& view, std::string_view doubt, instant now,
                          strictness strict) {
  const auto all = concerns(view, doubt, now, strict);
  const severity how = all.empty() ? severity::ok : all.front().how;
  std::string summary = numbers_known(view) ? counted(view.vms, "VM") : "no VM has been seen";
  if (all.empty())
    summary += ", " + due_words(view) + acknowledged_words(view) +
               (yields(view) ? ", yielded to " + *view.ledger.yielded_to : std::string());
  else
    summary = all.front().what +
              (all.size() > 1 ? fmt::format(" (and {} more)", all.size() - 1) : std::string()) +
              "; " + summary;
  std::string text =
      fmt::format("OVH_LICENSED {} - {}{}\n", name(how), line(summary), performance(view, now));
  if (all.size() > 1)
    for (const concern& c : all)
      text += fmt::format("{}: {}\n", name(c.how), line(c.what));
  text += first_findings(view);
  return {how, std::move(text)};
}

check_result icinga_never_ran(std::string_view file) {
  return {severity::critical,
          fmt::format("OVH_LICENSED CRITICAL - ovh-licensed has not run since the machine was "
                      "started, there is no {}: systemctl status ovh-licensed\n",
                      line(file))};
}

check_result icinga_unknown(std::string_view why) {
  return {severity::unknown, fmt::format("OVH_LICENSED UNKNOWN - {}\n", line(why))};
}

} // namespace ovhl::publish
