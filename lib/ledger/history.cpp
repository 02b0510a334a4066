#include "ledger/history.hpp"

#include "base/wrong.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace ovhl::ledger {

namespace {

constexpr std::size_t recent_length = 100;

// Nothing is wrong with the VM.
bool in_order(licensing::verdict v) noexcept {
  using enum licensing::verdict;
  return v == compliant || v == exempt || v == managed;
}

} // namespace

result<void> history::take(const record& r) {
  auto taken = take_kind(r);
  if (!taken) {
    error e = std::move(taken).error();
    e.message = fmt::format("record {} cannot be understood: {}", r.number, e.message);
    return e;
  }
  last_record_ = r.at;
  latest_ = latest_ ? std::max(*latest_, r.at) : r.at;
  return {};
}

result<void> history::take_kind(const record& r) {
  switch (r.kind) {
  case kind::started: return take_started(r);
  case kind::stopped: return {};
  case kind::policy: return take_policy(r);
  case kind::seen: return take_seen(r);
  case kind::gap: return take_gap(r);
  case kind::vm: return take_vm(r);
  case kind::gone: return take_gone(r);
  case kind::intent: return take_intent(r);
  case kind::request: return take_request(r);
  case kind::task: return take_task(r);
  case kind::result: return take_result(r);
  case kind::clock: return take_clock(r);
  }
  return {};
}

result<void> history::take_started(const record& r) {
  const auto body = parse<started_body>(r.body);
  if (!body) return body.error();
  for (auto& [where, dc] : datacenters_) {
    if (!dc.observed) continue;
    dc.observed = false;
    dc.gap_cause = not_running_cause;
    dc.last_seen = body->last_poll;
  }
  return {};
}

result<void> history::take_policy(const record& r) {
  const auto body = parse<policy_body>(r.body);
  if (!body) return body.error();
  policy_ = body->sha256;
  if (body->text) texts_.insert(body->sha256);
  return {};
}

result<void> history::take_seen(const record& r) {
  if (r.where.datacenter == 0) { // a service or an account: its datacenters have their own records
    datacenters_.erase(r.where);
    return {};
  }
  datacenter& dc = datacenters_[r.where];
  dc.observed = true;
  dc.gap_cause.clear();
  dc.last_seen.reset();
  settled_.insert(r.where);
  return {};
}

result<void> history::take_gap(const record& r) {
  auto body = parse<gap_body>(r.body);
  if (!body) return body.error();
  datacenter& dc = datacenters_[r.where];
  dc.observed = false;
  dc.gap_cause = std::move(body->cause);
  dc.last_seen = body->last_seen;
  return {};
}

result<void> history::take_vm(const record& r) {
  const auto body = parse<vm_body>(r.body);
  if (!body) return body.error();
  const known_vm seen{r.vm,
                      body->fingerprint(),
                      {body->verdict, body->occasion, body->due_fingerprint(), body->since}};
  if (in_order(body->verdict)) failed_.erase({r.where, r.vm});
  std::vector<known_vm>& vms = datacenters_[r.where].vms;
  const auto place = std::ranges::lower_bound(vms, r.vm, {}, &known_vm::id);
  if (place != vms.end() && place->id == r.vm)
    *place = seen;
  else
    vms.insert(place, seen);
  return {};
}

result<void> history::take_gone(const record& r) {
  const auto body = parse<gone_body>(r.body);
  if (!body) return body.error();
  if (r.vm == 0) { // the datacenter itself
    datacenters_.erase(r.where);
    settled_.erase(r.where);
    std::erase_if(failed_, [&](const auto& f) { return f.first.where == r.where; });
    return {};
  }
  failed_.erase({r.where, r.vm});
  std::vector<known_vm>& vms = datacenters_[r.where].vms;
  const auto place = std::ranges::lower_bound(vms, r.vm, {}, &known_vm::id);
  if (place != vms.end() && place->id == r.vm) vms.erase(place);
  return {};
}

result<void> history::take_intent(const record& r) {
  auto body = parse<licensing::intent>(r.body);
  if (!body) return body.error();
  licensing::unfinished begins;
  begins.wanted = std::move(*body);
  begins.wanted.what.which = {r.where, r.vm};
  const licensing::correction& order = begins.wanted.what;
  const auto failed = failed_.find(order.which);
  if (failed != failed_.end() &&
      (failed->second.action != order.action || failed->second.to != order.to))
    failed_.erase(failed);
  if (begins.wanted.by.person) { // a person has seen what is due and decided
    decided_[r.where.account] = r.at;
    std::erase_if(signs_, [&](const licensing::sign_of_others& s) {
      return s.which.where.account == r.where.account;
    });
  } else {
    begun_.push_back({r.at, order.action});
    while (r.at - begun_.front().at > std::chrono::days(1))
      begun_.pop_front();
  }
  if (const auto& by = begins.wanted.by; by.plan)
    applied_plans_.try_emplace(*by.plan, applied_plan{r.at, by});
  unfinished_.insert_or_assign(r.number, std::move(begins));
  return {};
}

result<licensing::unfinished*> history::begun(const record& r) {
  const auto found = unfinished_.find(r.about);
  if (found != unfinished_.end()) return &found->second;
  return wrong({},
               fmt::format("it refers to record {}, which is not a correction under way", r.about));
}

result<void> history::take_request(const record& r) {
  auto body = parse<licensing::sent>(r.body);
  if (!body) return body.error();
  const auto correction = begun(r);
  if (!correction) return correction.error();
  if (licensing::is_busy(*body))
    saw_others({licensing::sign_of_others::kind::busy,
                r.at,
                {r.where, r.vm},
                (*correction)->wanted.what.name,
                0});
  (*correction)->sent = std::move(*body);
  return {};
}

result<void> history::take_task(const record& r) {
  auto body = parse<licensing::followed>(r.body);
  if (!body) return body.error();
  const auto correction = begun(r);
  if (!correction) return correction.error();
  (*correction)->task = std::move(*body);
  return {};
}

result<void> history::take_result(const record& r) {
  auto body = parse<result_body>(r.body);
  if (!body) return body.error();
  if (r.about != 0) { // else it was dropped before its intent
    const auto correction = begun(r);
    if (!correction) return correction.error();
    unfinished_.erase(r.about);
  }
  if (licensing::turned_without_us(body->action, body->to, body->end) &&
      !corrected_lately({r.where, r.vm}, r.at))
    saw_others({licensing::sign_of_others::kind::turned, r.at, {r.where, r.vm}, body->name, 0});
  count({r.where, r.vm}, *body, r.at);
  recent_.push_back({r.at, {r.where, r.vm}, std::move(*body)});
  if (recent_.size() > recent_length) recent_.pop_front();
  return {};
}

// Whether we corrected the VM within the last hour. A survey that began before the correction ended
// may have made it due again.
bool history::corrected_lately(const licensing::vm_key& which, instant now) const {
  return std::ranges::any_of(recent_, [&](const past_correction& past) {
    return past.which == which && past.what.end.how != licensing::outcome::dropped &&
           now - past.at < std::chrono::hours(1);
  });
}

void history::saw_others(licensing::sign_of_others s) {
  signs_.push_back(std::move(s));
  if (signs_.size() > recent_length) signs_.pop_front();
}

void history::count(const licensing::vm_key& which, const result_body& ended, instant at) {
  if (ended.end.how == licensing::outcome::done) failed_.erase(which);
  if (!ended.end.counts()) return;
  licensing::attempts& so_far = failed_[which];
  if (so_far.action != ended.action || so_far.to != ended.to) so_far = {};
  so_far.action = ended.action;
  so_far.to = ended.to;
  ++so_far.failures;
  so_far.last = at;
  so_far.error = ended.end.message;
}

result<void> history::take_clock(const record& r) {
  const auto body = parse<clock_body>(r.body);
  if (!body) return body.error();
  set_back_ = body->before;
  latest_.reset();
  not_beyond(r.at);
  return {};
}

// Moves times that were recorded while the clock was ahead back to now: until they have come, they
// would hold corrections.
void history::not_beyond(instant now) {
  for (auto& [where, dc] : datacenters_)
    for (known_vm& known : dc.vms)
      known.verdict.since = std::min(known.verdict.since, now);
  for (auto& [which, so_far] : failed_)
    so_far.last = std::min(so_far.last, now);
}

const std::map<std::int64_t, licensing::unfinished>& history::unfinished() const noexcept {
  return unfinished_;
}
const std::map<licensing::vm_key, licensing::attempts>& history::failed() const noexcept {
  return failed_;
}
const std::deque<past_correction>& history::recent() const noexcept { return recent_; }
const std::map<std::string, history::applied_plan>& history::applied_plans() const noexcept {
  return applied_plans_;
}
const std::string& history::policy() const noexcept { return policy_; }
bool history::has_text(const std::string& sha256) const { return texts_.contains(sha256); }
std::optional<instant> history::last_record() const noexcept { return last_record_; }

std::optional<instant> history::reached(const std::optional<instant>& polled_at) const noexcept {
  const bool counts = polled_at && (!set_back_ || *polled_at > *set_back_);
  if (!counts) return latest_;
  return latest_ ? std::max(*latest_, *polled_at) : *polled_at;
}

const std::map<licensing::place, history::datacenter>& history::datacenters() const noexcept {
  return datacenters_;
}

licensing::memory history::memory() const {
  licensing::memory all;
  all.policy = policy_;
  all.settled = settled_;
  for (const auto& [where, dc] : datacenters_) {
    if (!settled_.contains(where)) continue;
    auto& vms = all.vms[where];
    vms.reserve(dc.vms.size());
    for (const known_vm& known : dc.vms)
      vms.emplace_back(known.id, known.verdict);
  }
  return all;
}

} // namespace ovhl::ledger
