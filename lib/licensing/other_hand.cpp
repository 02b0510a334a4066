#include "licensing/other_hand.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace ovhl::licensing {

namespace {

using std::chrono::minutes;

constexpr minutes together(10), held_for(60);
constexpr std::size_t most_signs = 200;

// One task is one sign, however many VMs it may concern.
bool is_same(const sign_of_others& a, const sign_of_others& b) noexcept {
  if (a.what != b.what) return false;
  const place &here = a.which.where, &there = b.which.where;
  if (a.what == sign_of_others::kind::task)
    return a.task == b.task && here.account == there.account && here.service == there.service;
  return a.which == b.which;
}

// "task 77 on web-1 (1074)"
std::string in_words(const sign_of_others& s) {
  const std::string vm = fmt::format("{} ({})", fitted(printable(s.name), 60), s.which.id);
  switch (s.what) {
  case sign_of_others::kind::task: return fmt::format("task {} on {}", s.task, vm);
  case sign_of_others::kind::turned: return fmt::format("{} changed as expected, not by us", vm);
  case sign_of_others::kind::busy: return fmt::format("{} was busy with another change", vm);
  }
  return {};
}

} // namespace

void other_hand::saw(sign_of_others s) {
  const auto again = [&](const sign_of_others& old) {
    return is_same(old, s) && s.at - old.at < held_for;
  };
  if (std::ranges::any_of(signs_, again)) return;
  if (signs_.size() == most_signs) signs_.pop_front();
  signs_.push_back(std::move(s));
}

void other_hand::forget_before(const std::string& account, instant when) {
  std::erase_if(signs_, [&](const sign_of_others& s) {
    return s.which.where.account == account && s.at <= when;
  });
}

std::optional<other_hand::hold> other_hand::on(const std::string& account, instant now) const {
  const sign_of_others* before = nullptr;
  std::optional<hold> found;
  for (const sign_of_others& s : signs_) {
    if (s.which.where.account != account) continue;
    // If the clock was set back, a time in the future counts as now.
    const instant at = std::min(s.at, now);
    if (before != nullptr && at - std::min(before->at, now) <= together && at + held_for > now)
      found = hold{
          at + held_for,
          fmt::format("someone else is changing VMs of account {} ({}; {}); find the second "
                      "instance or the person in the control panel, then run ovh-licensed apply",
                      account, in_words(*before), in_words(s))};
    before = &s;
  }
  return found;
}

} // namespace ovhl::licensing
