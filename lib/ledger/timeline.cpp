#include "ledger/timeline.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace ovhl::ledger {

vm_search::vm_search(std::string_view word) : word_(word) {
  std::int64_t id = 0;
  const auto [rest, failed] = std::from_chars(word.data(), word.data() + word.size(), id);
  if (failed == std::errc() && rest == word.data() + word.size()) id_ = id;
}

void vm_search::take(const record& r) {
  if (r.vm == 0) return;
  const licensing::vm_key which{r.where, r.vm};
  if (id_ == r.vm) by_id_.insert(which);
  if (r.kind != kind::vm) return;
  const auto body = parse<vm_body>(r.body);
  if (!body) return;
  if (equal_ignoring_case(body->name, word_)) by_name_.insert(which);
  names_.insert(body->name);
}

std::set<licensing::vm_key> vm_search::found() const { return by_id_.empty() ? by_name_ : by_id_; }

std::string vm_search::suggestion() const {
  const std::vector<std::string_view> all(names_.begin(), names_.end());
  return printable(did_you_mean(word_, all));
}

timeline::timeline(std::optional<std::set<licensing::vm_key>> vms) : vms_(std::move(vms)) {}

// Whether a record that names no VM concerns this one: gaps of its datacenter, and the clock.
bool timeline::concerns(const record& r) const {
  if (!vms_) return true;
  if (r.vm != 0) return vms_->contains({r.where, r.vm});
  if (r.kind == kind::started || r.kind == kind::clock) return true;
  return std::ranges::any_of(*vms_, [&](const licensing::vm_key& vm) {
    const licensing::place &a = r.where, &b = vm.where;
    return a.account == b.account && (a.service.empty() || a.service == b.service) &&
           (a.datacenter == 0 || a.datacenter == b.datacenter);
  });
}

event& timeline::add(const record& r) {
  event e;
  e.number = r.number;
  e.at = r.at;
  e.where = r.where;
  e.vm = r.vm;
  events_.push_back(std::move(e));
  return events_.back();
}

template <class Body>
result<void> timeline::add_body(const record& r) {
  auto body = parse<Body>(r.body);
  if (!body) return body.error();
  add(r).what = std::move(*body);
  return {};
}

result<void> timeline::take(const record& r) {
  if (!concerns(r)) return {};
  const auto taken = [&]() -> result<void> {
    switch (r.kind) {
    case kind::started: {
      auto body = parse<started_body>(r.body);
      if (!body) return body.error();
      add(r).what = writer_came{std::move(*body)};
      return {};
    }
    case kind::stopped:
      if (!vms_) add(r).what = writer_went{};
      return {};
    case kind::policy: return vms_ ? result<void>() : add_body<policy_body>(r);
    case kind::clock: return add_body<clock_body>(r);
    case kind::seen: return take_seen(r), result<void>();
    case kind::gap: return take_gap(r);
    case kind::vm: return take_vm(r);
    case kind::gone: return take_gone(r);
    case kind::intent:
    case kind::request:
    case kind::task:
    case kind::result: return take_correction(r);
    }
    return {};
  }();
  if (taken) return {};
  error e = taken.error();
  e.message = fmt::format("record {} cannot be understood: {}", r.number, printable(e.message));
  return e;
}

result<void> timeline::take_vm(const record& r) {
  auto body = parse<vm_body>(r.body);
  if (!body) return body.error();
  was_seen state;
  const auto [last, is_new] = states_.try_emplace({r.where, r.vm}, events_.size());
  if (!is_new) {
    auto& before = std::get<was_seen>(events_[last->second].what);
    before.until = body->last_seen;
    state.before = before.as.verdict;
    last->second = events_.size();
  }
  state.as = std::move(*body);
  event& e = add(r);
  e.name = state.as.name;
  e.what = std::move(state);
  return {};
}

result<void> timeline::take_gone(const record& r) {
  const auto body = parse<gone_body>(r.body);
  if (!body) return body.error();
  event& e = add(r);
  if (r.vm == 0) {
    e.what = datacenter_went{body->last_seen};
    return {};
  }
  e.what = vm_went{body->last_seen};
  const auto last = states_.find({r.where, r.vm});
  if (last == states_.end()) return {};
  event& state = events_[last->second];
  std::get<was_seen>(state.what).until = body->last_seen;
  e.name = state.name;
  states_.erase(last);
  return {};
}

result<void> timeline::take_gap(const record& r) {
  auto body = parse<gap_body>(r.body);
  if (!body) return body.error();
  take_seen(r); // ends a gap with another cause
  gaps_.emplace(r.where, events_.size());
  add(r).what = was_hidden{std::move(*body), {}};
  return {};
}

void timeline::take_seen(const record& r) {
  const auto open = gaps_.find(r.where);
  if (open == gaps_.end()) return;
  std::get<was_hidden>(events_[open->second].what).until = r.at;
  gaps_.erase(open);
}

result<void> timeline::take_correction(const record& r) {
  if (r.kind == kind::intent) {
    auto body = parse<licensing::intent>(r.body);
    if (!body) return body.error();
    corrections_.emplace(r.number, events_.size());
    event& e = add(r);
    e.name = body->what.name;
    e.what = was_corrected{std::move(*body), {}, {}, {}, {}};
    return {};
  }
  const auto found = corrections_.find(r.about);
  if (found == corrections_.end() && r.kind != kind::result) return {};
  event& e = found == corrections_.end() ? add(r) : events_[found->second];
  if (found == corrections_.end()) e.what = was_corrected{};
  auto& correction = std::get<was_corrected>(e.what);
  const auto put = [&](auto& where) -> result<void> {
    auto body = parse<std::remove_cvref_t<decltype(*where)>>(r.body);
    if (!body) return body.error();
    where = std::move(*body);
    return {};
  };
  if (r.kind == kind::request) return put(correction.answer);
  if (r.kind == kind::task) return put(correction.task);
  auto ended = put(correction.end);
  correction.ended_at = r.at;
  if (e.name.empty() && correction.end) e.name = correction.end->name;
  return ended;
}

std::vector<event> timeline::events(std::optional<instant> since) && {
  if (!since) return std::move(events_);
  const auto over = [&](const std::optional<instant>& end) { return end && *end < *since; };
  std::erase_if(events_, [&](const event& e) {
    if (e.at >= *since) return false;
    if (const auto* state = std::get_if<was_seen>(&e.what)) return !vms_ || over(state->until);
    if (const auto* made = std::get_if<was_corrected>(&e.what)) return over(made->ended_at);
    if (const auto* hidden = std::get_if<was_hidden>(&e.what)) return over(hidden->until);
    return true;
  });
  return std::move(events_);
}

} // namespace ovhl::ledger
