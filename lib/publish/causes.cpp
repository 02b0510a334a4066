#include "publish/causes.hpp"

#include "publish/correction_kind.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

namespace ovhl::publish {

namespace {

using licensing::verdict;

constexpr std::size_t names_shown = 3;

instant earlier(instant a, instant b) noexcept {
  if (a == instant{}) return b;
  return b == instant{} ? a : std::min(a, b);
}

auto rank(const cause_row& c) {
  return std::tuple(urgency(c.verdict), ~c.vms, std::tie(c.expected, c.license),
                    std::tie(c.guest_os_family, c.reported_guest_os_family, c.rule, c.reason));
}

bool all_in(const cause_row& c, due_state state) {
  return std::ranges::all_of(c.states, [&](const cause_state& s) { return s.state == state; });
}

template <class Which>
std::size_t sum_of(std::span<const cause_row> causes, Which which) {
  std::size_t sum = 0;
  for (const cause_row& c : causes)
    for (const cause_state& s : c.states)
      if (which(s)) sum += s.vms;
  return sum;
}

std::string in_words(correction_kind what, const cause_row& c) {
  const std::string license = c.expected.value_or("the license");
  switch (what) {
  case correction_kind::declare: return "declare " + license;
  case correction_kind::replace: return "replace it with " + license;
  case correction_kind::remove: break;
  }
  return "remove it";
}

std::string remedy_of_due(const cause_row& c) {
  const correction_kind what = kind_of(c.action, c.license);
  std::string text = in_words(what, c);
  if (all_in(c, due_state::reported))
    text += fmt::format(", by hand or with mode {} in the policy", licensing::name(mode_for(what)));
  return text;
}

} // namespace

std::size_t urgency(verdict v) noexcept {
  switch (v) {
  case verdict::missing: return 0;
  case verdict::wrong: return 1;
  case verdict::superfluous: return 2;
  case verdict::mismatch: return 3;
  case verdict::review: return 4;
  case verdict::exempt: return 5;
  case verdict::managed: return 6;
  case verdict::compliant: break;
  }
  return 7;
}

std::size_t cause_list::index_of(const finding& f) {
  const auto [found, fresh] =
      places_.try_emplace(key(f.verdict, f.expected, f.license, f.guest_os_family,
                              f.reported_guest_os_family, f.rule, f.reason),
                          causes_.size());
  if (fresh) {
    cause_row& c = causes_.emplace_back();
    c.verdict = f.verdict;
    c.expected = f.expected;
    c.license = f.license;
    c.guest_os_family = f.guest_os_family;
    c.reported_guest_os_family = f.reported_guest_os_family;
    c.rule = f.rule;
    c.reason = f.reason;
  }
  return found->second;
}

void cause_list::add(std::size_t cause, std::string_view name, std::int64_t vm_id, instant since) {
  cause_row& c = causes_[cause];
  ++c.vms;
  c.since = earlier(c.since, since);
  if (c.names.size() < names_shown)
    c.names.push_back(name.empty() ? std::to_string(vm_id) : std::string(name));
}

void cause_list::add_due(std::size_t cause, licensing::action what, const cause_state& how) {
  causes_[cause].action = what;
  count(causes_[cause].states, how);
}

cause_list::sorted_list cause_list::sorted() && {
  std::vector<std::size_t> order(causes_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(
      order, [&](std::size_t a, std::size_t b) { return rank(causes_[a]) < rank(causes_[b]); });
  sorted_list list;
  list.new_places.resize(order.size());
  for (const std::size_t old : order) {
    list.new_places[old] = list.causes.size();
    list.causes.push_back(std::move(causes_[old]));
  }
  return list;
}

void count(std::vector<cause_state>& all, const cause_state& more) {
  const auto same = std::ranges::find_if(
      all, [&](const cause_state& s) { return s.state == more.state && s.by == more.by; });
  if (same != all.end()) {
    same->vms += more.vms;
    same->since = earlier(same->since, more.since);
    return;
  }
  const auto before = std::ranges::find_if(all, [&](const cause_state& s) {
    return std::pair(s.state, s.by) > std::pair(more.state, more.by);
  });
  all.insert(before, more);
}

std::vector<cause_row> causes_of(std::span<const finding> findings) {
  cause_list list;
  for (const finding& f : findings) {
    const std::size_t cause = list.index_of(f);
    list.add(cause, f.name, f.vm_id, f.since);
    if (f.action != licensing::action::none)
      list.add_due(cause, f.action, {f.state, f.guard, 1, f.since});
  }
  return std::move(list).sorted().causes;
}

std::vector<cause_row> causes_of(const snapshot& s) {
  return s.causes.empty() ? causes_of(std::span(s.findings)) : s.causes;
}

std::size_t vms_of(std::span<const cause_row> causes) noexcept {
  return std::accumulate(causes.begin(), causes.end(), std::size_t{0},
                         [](std::size_t sum, const cause_row& c) { return sum + c.vms; });
}

std::size_t due_of(std::span<const cause_row> causes) noexcept {
  return sum_of(causes, [](const cause_state&) { return true; });
}

std::size_t in_state(std::span<const cause_row> causes, due_state state) noexcept {
  return sum_of(causes, [&](const cause_state& s) { return s.state == state; });
}

std::size_t held_by(std::span<const cause_row> causes, due_state state,
                    const std::optional<licensing::guard>& by) noexcept {
  return sum_of(causes, [&](const cause_state& s) { return s.state == state && s.by == by; });
}

std::string remedy(const cause_row& c) {
  if (c.action != licensing::action::none) return remedy_of_due(c);
  switch (c.verdict) {
  case verdict::missing:
  case verdict::wrong:
  case verdict::superfluous: return "nothing until the datacenter's list of VMs is complete";
  case verdict::mismatch:
    return "correct the guest OS in vSphere, or set bypass_guest_os_family_check in a rule";
  case verdict::review: return "decide, and add a rule or an entry to the policy";
  case verdict::exempt:
  case verdict::managed:
  case verdict::compliant: break;
  }
  return {};
}

} // namespace ovhl::publish
