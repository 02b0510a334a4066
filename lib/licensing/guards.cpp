#include "licensing/guards.hpp"

#include "base/duration.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ovhl::licensing {

namespace {

using std::chrono::seconds;

constexpr seconds longest_pause = std::chrono::hours(24);
constexpr std::size_t smallest_shared = 10; // VMs of a datacenter for which shares bind

correction_state held(guard by, std::string words, std::optional<instant> until = std::nullopt) {
  return {due_state::held, by, until, std::move(words), std::nullopt};
}

// "40 %". Rounded up, so that a share just above a limit does not look equal to it.
std::string percent(std::size_t part, std::size_t whole) {
  const std::size_t tenths = (part * 1000 + whole - 1) / whole;
  return tenths % 10 == 0 ? fmt::format("{} %", tenths / 10)
                          : fmt::format("{}.{} %", tenths / 10, tenths % 10);
}

std::string forbidden_by(mode m) {
  return m == mode::declare ? "mode 'declare' only adds missing licenses"
                            : fmt::format("mode '{}' changes nothing", name(m));
}

template <class Map>
const typename Map::mapped_type* find(const Map* map, const vm_key& which) {
  if (map == nullptr) return nullptr;
  const auto found = map->find(which);
  return found == map->end() ? nullptr : &found->second;
}

// Whether the failed correction is the same as the one that is due.
bool same_as(const attempts& before, const due_correction& due) {
  return due_fingerprint(before.action, before.to ? *before.to : std::string_view()) == due.what;
}

// The guards of one kind of correction.
struct limits {
  guard share_guard, number_guard;
  int share;
  std::size_t number;
  std::string_view done_to_it;
};
limits limits_of(action a, const guards& g) {
  const auto number = [](int n) { return static_cast<std::size_t>(std::max(n, 0)); };
  if (a == action::set_license)
    return {guard::max_set_share, guard::max_sets_per_poll, g.max_set_share,
            number(g.max_sets_per_poll), "set on"};
  return {guard::max_removal_share, guard::max_removals_per_poll, g.max_removal_share,
          number(g.max_removals_per_poll), "removed from"};
}

using objection = std::optional<correction_state>; // nothing: it lets the correction through

// What each guard says about one correction, whatever else begins.
class guard_checks {
 public:
  guard_checks(std::span<const due_correction> due, const inventory& seen, const guards& g,
               const circumstances& c)
      : guards_(g), now_(c) {
    for (const datacenter& dc : seen.datacenters)
      sizes_[dc.where] = dc.vms.size();
    for (const due_correction& one : due)
      if (one.allowed) ++shares_[{one.which.where, one.action}];
  }

  // Guards that nobody can exceed.
  objection by_circumstances(const due_correction& one) const {
    const place& where = one.which.where;
    if (!one.from_complete_list)
      return held(guard::incomplete_list,
                  fmt::format("the list of VMs of datacenter {} is incomplete", where.datacenter));
    const auto off = now_.not_activated.find({where.account, where.service});
    if (one.action == action::set_license && off != now_.not_activated.end())
      return held(guard::spla, off->second);
    if (now_.ledger_problem) return held(guard::ledger, *now_.ledger_problem);
    const auto off_time = now_.clock_off.find(where.account);
    if (off_time != now_.clock_off.end()) return held(guard::clock, off_time->second);
    return std::nullopt;
  }

  objection by_other_hand(const due_correction& one) const {
    const auto found = now_.other_hands.find(one.which.where.account);
    if (found == now_.other_hands.end()) return std::nullopt;
    return held(guard::other_hand, found->second.words, found->second.until);
  }

  objection by_failure(const due_correction& one) const {
    const attempts* const before = find(now_.failed, one.which);
    if (before == nullptr || !same_as(*before, one)) return std::nullopt;
    const seconds pause = pause_after(before->failures, guards_.retry_after);
    const instant until = not_ahead(before->last) + pause;
    if (now_.now >= until) return std::nullopt;
    return correction_state{due_state::failed, guard::retry_after, until,
                            fmt::format("{}; next try {}", before->error, minute_text(until)),
                            std::nullopt};
  }

  objection by_confirmation(const due_correction& one, const confirmations& counted) const {
    const int polls = counted.find(one.which)->polls;
    if (polls >= guards_.confirm_polls) return std::nullopt;
    return correction_state{due_state::confirming, guard::confirm_polls, std::nullopt,
                            fmt::format("seen in {} of {} polls", polls, guards_.confirm_polls),
                            std::nullopt};
  }

  // Grace must have passed by both clocks: one can be set, the other begins with the program.
  objection by_grace(const due_correction& one, const confirmations& counted) const {
    const instant since = not_ahead(one.since);
    const seconds passed = std::min(now_.now - since, passed_steadily(*counted.find(one.which)));
    if (passed >= guards_.grace) return std::nullopt;
    const instant until = now_.now + (guards_.grace - passed);
    return correction_state{
        due_state::confirming, guard::grace, until,
        fmt::format("due since {}, grace is {}", minute_text(since), duration_text(guards_.grace)),
        std::nullopt};
  }

  objection by_windows() const {
    if (now_.windows.open) return std::nullopt;
    const auto& opens = now_.windows.until;
    return held(guard::windows,
                opens ? "outside the policy's windows until " + minute_text(*opens)
                      : "outside the policy's windows, and none opens within a year",
                opens);
  }

  objection by_share(const due_correction& one) const {
    const place& where = one.which.where;
    const limits limit = limits_of(one.action, guards_);
    const auto found = sizes_.find(where);
    const std::size_t all = found == sizes_.end() ? 0 : found->second;
    const std::size_t part = shares_.at({where, one.action});
    if (all < smallest_shared || part * 100 <= all * static_cast<std::size_t>(limit.share))
      return std::nullopt;
    return held(limit.share_guard,
                fmt::format("licenses would be {} {} of {} VMs ({}) of datacenter {}, more than {} "
                            "allows ({} %); review the plan, then run ovh-licensed apply",
                            limit.done_to_it, part, all, percent(part, all), where.datacenter,
                            name(limit.share_guard), limit.share));
  }

  std::string exceeded_in_words(const due_correction& one, const correction_state& why) const {
    switch (*why.by) {
    case guard::retry_after:
      return fmt::format("{} (next try {})", name(*why.by), minute_text(*why.until));
    case guard::confirm_polls:
    case guard::grace: return fmt::format("{} ({})", name(*why.by), why.words);
    case guard::max_set_share:
    case guard::max_removal_share: {
      const std::size_t all = sizes_.at(one.which.where);
      return fmt::format("{} ({} of the datacenter's VMs, {} % allowed)", name(*why.by),
                         percent(shares_.at({one.which.where, one.action}), all),
                         limits_of(one.action, guards_).share);
    }
    default: return std::string(name(*why.by));
    }
  }

 private:
  // If the clock was set back, a time in the future counts as now.
  instant not_ahead(instant t) const { return std::min(t, now_.now); }

  seconds passed_steadily(const confirmation& count) const {
    return count.had_passed +
           std::chrono::floor<seconds>(std::max(now_.steady - count.counted_since, {}));
  }

  const guards& guards_;
  const circumstances& now_;
  std::map<place, std::size_t> sizes_;                     // VMs
  std::map<std::pair<place, action>, std::size_t> shares_; // corrections due and allowed
};

// One admission: asks one guard after the other; the first that holds a correction back decides.
class gate {
 public:
  gate(std::span<const due_correction> due, const inventory& seen, const guards& g,
       const circumstances& c)
      : due_(due), guards_(g), now_(c), checks_(due, seen, g, c) {}

  admission run(confirmations counted) {
    admission result;
    result.each = correction_states(due_.size());
    std::vector<std::size_t> waiting;
    for (std::size_t i = 0; i < due_.size(); ++i) {
      if (auto why = barred(due_[i], counted))
        result.each.set(i, *std::move(why));
      else
        waiting.push_back(i);
    }
    std::ranges::sort(waiting, {}, [&](std::size_t i) { return std::pair(due_[i].since, i); });
    for (const std::size_t i : waiting) {
      correction_state how = by_number(due_[i]);
      if (how.state == due_state::running) {
        result.begin.push_back(i);
        if (const std::string list = exceeded(i); !list.empty()) how.words = "exceeds " + list;
      }
      result.each.set(i, std::move(how));
    }
    result.next = std::move(counted);
    return result;
  }

 private:
  objection barred(const due_correction& one, const confirmations& counted) {
    if (const correction_state* const begun = find(now_.under_way, one.which)) return *begun;
    if (!one.allowed)
      return correction_state{due_state::reported, {}, {}, forbidden_by(one.mode), {}};
    if (auto why = checks_.by_circumstances(one)) return why;
    if (auto why = or_exceeded(one, checks_.by_other_hand(one))) return why;
    if (auto why = or_exceeded(one, checks_.by_failure(one))) return why;
    if (auto why = or_exceeded(one, checks_.by_confirmation(one, counted))) return why;
    if (auto why = or_exceeded(one, checks_.by_grace(one, counted))) return why;
    if (auto why = checks_.by_windows()) return why;
    return or_exceeded(one, checks_.by_share(one));
  }

  // A person may exceed this guard; the correction's words then say so.
  objection or_exceeded(const due_correction& one, objection why) {
    if (!why || !now_.person) return why;
    std::string& list = exceeded_[one.which];
    list += list.empty() ? "" : ", ";
    list += checks_.exceeded_in_words(one, *why);
    return std::nullopt;
  }

  correction_state by_number(const due_correction& one) {
    const limits limit = limits_of(one.action, guards_);
    const auto found = now_.begun.find(one.action);
    const lately_begun before = found == now_.begun.end() ? lately_begun() : found->second;
    const bool room = begun_[one.action] + before.number < limit.number;
    const correction_state begins{due_state::running, {}, {}, {}, {}};
    if (room) {
      ++begun_[one.action];
      return begins;
    }
    return or_exceeded(one, full(limit, before)).value_or(begins);
  }

  static correction_state full(const limits& limit, const lately_begun& before) {
    if (before.number == 0)
      return held(limit.number_guard, fmt::format("{} ({}) is reached; held until the next poll",
                                                  name(limit.number_guard), limit.number));
    return held(limit.number_guard,
                fmt::format("{} ({}) is reached: {} began within one poll.interval; held until {}",
                            name(limit.number_guard), limit.number, before.number,
                            minute_text(before.until)),
                before.until);
  }

  std::string exceeded(std::size_t i) const {
    const auto found = exceeded_.find(due_[i].which);
    return found == exceeded_.end() ? std::string() : found->second;
  }

  std::span<const due_correction> due_;
  const guards& guards_;
  const circumstances& now_;
  guard_checks checks_;
  std::map<action, std::size_t> begun_;
  std::map<vm_key, std::string> exceeded_; // the guards that a person exceeds
};

// Whether it is known what is due in this place. If so, all other confirmations are dropped.
bool is_judged(const place& where, const inventory& seen) {
  const auto found = std::ranges::find(seen.datacenters, where, &datacenter::where);
  return found == seen.datacenters.end() ? !seen.hidden(where) : found->once_complete();
}

confirmation counted(const due_correction& one, const confirmation* before,
                     const circumstances& c) {
  confirmation next{one.what, 0, c.now - std::min(one.since, c.now), c.steady};
  if (before != nullptr && before->due == one.what) next = *before;
  if (one.from_complete_list) ++next.polls;
  return next;
}

confirmations counted(std::span<const due_correction> due, const inventory& seen,
                      const confirmations& before, const circumstances& c) {
  confirmations next;
  for (const due_correction& one : due)
    next.put(one.which, counted(one, before.find(one.which), c));
  for (const auto& [where, vms] : before.all())
    if (!is_judged(where, seen))
      for (const auto& [id, count] : vms)
        if (const vm_key which{where, id}; next.find(which) == nullptr) next.put(which, count);
  return next;
}

} // namespace

const confirmation* confirmations::find(const vm_key& which) const noexcept {
  const auto here = vms_.find(which.where);
  if (here == vms_.end()) return nullptr;
  const auto found =
      std::ranges::lower_bound(here->second, which.id, {}, &of_place::value_type::first);
  return found != here->second.end() && found->first == which.id ? &found->second : nullptr;
}

void confirmations::put(const vm_key& which, const confirmation& count) {
  of_place& here = vms_[which.where];
  if (here.empty() || here.back().first < which.id) {
    here.emplace_back(which.id, count);
    return;
  }
  const auto at = std::ranges::lower_bound(here, which.id, {}, &of_place::value_type::first);
  if (at != here.end() && at->first == which.id)
    at->second = count;
  else
    here.emplace(at, which.id, count);
}

admission admit(std::span<const due_correction> due, const inventory& seen, const guards& g,
                const confirmations& before, const circumstances& c) {
  return gate(due, seen, g, c).run(counted(due, seen, before, c));
}

seconds pause_after(int failures, seconds retry_after) noexcept {
  if (failures <= 0) return seconds(0);
  seconds pause = std::min(retry_after, longest_pause);
  for (; failures > 1 && pause < longest_pause && pause > seconds(0); --failures)
    pause = std::min(pause * 2, longest_pause);
  return pause;
}

} // namespace ovhl::licensing
