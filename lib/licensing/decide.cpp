// Decides about the whole fleet: judges every VM, compares it with what the last poll remembered,
// and remembers it for the next.
#include "licensing/decide.hpp"

#include "base/fnv.hpp"
#include "licensing/judge.hpp"

#include <algorithm>
#include <numeric>

namespace ovhl::licensing {

namespace {

using remembered = std::vector<std::pair<std::int64_t, memory::past_verdict>>;

// Counts the VMs that each keep exempts and each acknowledged review covers, also after its end.
class exemption_count {
 public:
  explicit exemption_count(const policy& p)
      : policy_(p), rules_(p.rules.size()), entries_(p.guest_os_families.size()) {}

  void add(const decision& d) {
    if (d.verdict == verdict::exempt || acknowledged(d, policy_)) add(d.from);
    add(d.expired);
  }

  std::vector<exemption> all(day today) const {
    std::vector<exemption> list;
    const auto gather = [&](source::kind kind, const std::vector<std::size_t>& counts) {
      for (std::uint32_t i = 0; i < counts.size(); ++i) {
        const source from{kind, i};
        const expectation& e = *expectation_of(from, policy_);
        if (e.what == wanted::keep || acknowledges(e))
          list.push_back({from, counts[i], over(e, today)});
      }
    };
    gather(source::kind::rule, rules_);
    gather(source::kind::entry, entries_);
    return list;
  }

 private:
  void add(const source& s) {
    if (s.what == source::kind::rule) ++rules_[s.index];
    if (s.what == source::kind::entry) ++entries_[s.index];
  }

  const policy& policy_;
  std::vector<std::size_t> rules_, entries_;
};

std::vector<decision> judge_all(const datacenter& dc, const policy& p, chooser& chooser) {
  std::vector<decision> all;
  all.reserve(dc.vms.size());
  for (const vm& seen : dc.vms) {
    decision d = judge(seen, dc.where, p, chooser);
    d.vm = static_cast<std::uint32_t>(all.size());
    all.push_back(d);
  }
  return all;
}

// Compares the decisions of one datacenter with what is remembered of it.
class comparison {
 public:
  // `settled`: the datacenter was seen completely before. `other_policy`: the last poll used
  // another policy.
  comparison(const datacenter& dc, datacenter_decisions& found, const policy& p, instant now,
             bool settled, bool other_policy, std::vector<change>& changes)
      : dc_(dc),
        found_(found),
        policy_(p),
        now_(now),
        settled_(settled),
        other_policy_(other_policy),
        changes_(changes) {}

  // Walks both in the order of VM ids.
  remembered run(const remembered& before) {
    found_.since.resize(found_.vms.size());
    found_.occasions.resize(found_.vms.size());
    next_.reserve(std::max(before.size(), found_.vms.size()));
    auto old = before.begin();
    for (const std::uint32_t i : by_id()) {
      const std::int64_t id = dc_.vms[i].id;
      for (; old != before.end() && old->first < id; ++old)
        unseen(*old);
      const bool is_known = old != before.end() && old->first == id;
      remember(i, is_known ? &old->second : nullptr);
      if (is_known) ++old;
    }
    for (; old != before.end(); ++old)
      unseen(*old);
    return std::move(next_);
  }

 private:
  std::vector<std::uint32_t> by_id() const {
    std::vector<std::uint32_t> order(dc_.vms.size());
    std::iota(order.begin(), order.end(), std::uint32_t{0});
    std::ranges::sort(order, {}, [&](std::uint32_t i) { return dc_.vms[i].id; });
    return order;
  }

  void remember(std::uint32_t i, const memory::past_verdict* before) {
    const vm& seen = dc_.vms[i];
    const decision& d = found_.vms[i];
    const std::uint32_t due = due_fingerprint(d, policy_);
    const bool same = before != nullptr && before->verdict == d.verdict;
    const memory::past_verdict entry =
        same && same_due(*before, due)
            ? memory::past_verdict{d.verdict, before->occasion, due, std::min(before->since, now_)}
            : memory::past_verdict{d.verdict, occasion_of(before != nullptr), due, now_};
    found_.since[i] = entry.since;
    found_.occasions[i] = entry.occasion;
    next_.emplace_back(seen.id, entry);
    if (same || (before == nullptr && !settled_)) return;
    const auto was = before != nullptr ? std::optional(before->verdict) : std::nullopt;
    // A new policy may change every verdict. Reserving for that case takes less memory than
    // doubling.
    if (changes_.size() == changes_.capacity())
      changes_.reserve(changes_.size() + std::max(changes_.size(), dc_.vms.size()));
    changes_.push_back(
        {{dc_.where, seen.id}, std::string(seen.name), was, d.verdict, reason(d, seen, policy_)});
  }

  static bool same_due(const memory::past_verdict& before, std::uint32_t due) noexcept {
    return before.due == 0 || before.due == due;
  }

  // The occasion of a new verdict, or of one that now requires another correction.
  occasion occasion_of(bool is_known) const noexcept {
    if (!is_known) return settled_ ? occasion::new_vm : occasion::first_look;
    return other_policy_ ? occasion::policy_change : occasion::drift;
  }

  void unseen(const remembered::value_type& old) {
    if (!dc_.complete)
      next_.push_back(old);
    else
      changes_.push_back({{dc_.where, old.first},
                          {},
                          old.second.verdict,
                          std::nullopt,
                          "the VM no longer exists"});
  }

  const datacenter& dc_;
  datacenter_decisions& found_;
  const policy& policy_;
  instant now_;
  bool settled_, other_policy_;
  std::vector<change>& changes_;
  remembered next_;
};

// Forgets the datacenters that no longer exist, and keeps those that could not be read.
void part_with(const memory& before, const inventory& seen, decisions& result) {
  for (const auto& [where, vms] : before.vms) {
    if (result.next.vms.contains(where)) continue;
    if (seen.hidden(where)) {
      result.next.vms.emplace(where, vms);
      if (before.settled.contains(where)) result.next.settled.insert(where);
      continue;
    }
    for (const auto& [id, was] : vms)
      result.changes.push_back(
          {{where, id}, {}, was.verdict, std::nullopt, "the datacenter no longer exists"});
  }
}

} // namespace

std::uint32_t due_fingerprint(action what, std::string_view to) noexcept {
  const auto value = fnv1a<std::uint32_t>().add(static_cast<unsigned char>(what)).add(to).value();
  return value == 0 ? 1 : value;
}

std::uint32_t due_fingerprint(const decision& d, const policy& p) noexcept {
  return due_fingerprint(d.action,
                         d.action == action::set_license ? expected(d, p) : std::string_view());
}

std::string_view name(occasion o) noexcept {
  switch (o) {
  case occasion::first_look: return "first_look";
  case occasion::drift: return "drift";
  case occasion::new_vm: return "new_vm";
  case occasion::policy_change: return "policy_change";
  }
  return {};
}

bool allows(const decision& d, const vm& seen) noexcept {
  if (d.action == action::none) return false;
  const bool adds = d.action == action::set_license && !known(declared(seen));
  return allows(d.mode, adds ? verdict::missing : d.verdict);
}

decisions decide(const inventory& seen, const policy& p, const memory& before, instant now) {
  const day today = std::chrono::floor<std::chrono::days>(now);
  const remembered nothing;
  decisions result;
  chooser chooser(p, today);
  exemption_count exempt(p);
  const bool other_policy = !before.policy.empty() && before.policy != p.id;
  result.next.policy = p.id;
  result.datacenters.reserve(seen.datacenters.size());
  for (const datacenter& dc : seen.datacenters) {
    datacenter_decisions found;
    found.vms = judge_all(dc, p, chooser);
    for (const decision& d : found.vms)
      exempt.add(d);
    const auto remembered_here = before.vms.find(dc.where);
    const bool settled = before.settled.contains(dc.where);
    comparison with_before(dc, found, p, now, settled, other_policy, result.changes);
    result.next.vms.insert_or_assign(
        dc.where,
        with_before.run(remembered_here != before.vms.end() ? remembered_here->second : nothing));
    result.datacenters.push_back(std::move(found));
    if (settled || dc.complete) result.next.settled.insert(dc.where);
  }
  part_with(before, seen, result);
  std::ranges::sort(result.changes, {}, &change::which);
  result.exemptions = exempt.all(today);
  return result;
}

} // namespace ovhl::licensing
