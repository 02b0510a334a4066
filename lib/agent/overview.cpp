#include "agent/overview.hpp"

#include "publish/causes.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>
#include <utility>

namespace ovhl::agent {

namespace {

using licensing::action;
using licensing::verdict;
using by_verdict = std::array<std::size_t, licensing::verdict_count>;

// Everything that determines verdict, expectation and reason, without copying texts.
auto gist(const licensing::decision& d, const licensing::vm& v) {
  const auto text = [](std::string_view t) { return std::pair(licensing::known(t), t); };
  const auto source = [](const licensing::source& s) { return std::pair(s.what, s.index); };
  return std::tuple(
      std::tuple(d.verdict, d.why, source(d.from), source(d.other), source(d.expired)),
      std::tuple(text(v.license), text(v.listed_license), text(v.guest_os_family),
                 text(v.reported_guest_os_family)),
      std::tuple(v.listed, v.listed_differently, v.seen_differently));
}
using gist_of_vm = decltype(gist(std::declval<const licensing::decision&>(),
                                 std::declval<const licensing::vm&>()));

// Finds the cause of each VM; texts are built only for the first VM of a cause.
class sorter {
 public:
  explicit sorter(const picture& pic) : pic_(pic) {}

  std::size_t cause_of(std::size_t datacenter, std::size_t n) {
    const licensing::decision& d = pic_.decided.datacenters[datacenter].vms[n];
    const licensing::vm& v = pic_.seen.datacenters[datacenter].vms[d.vm];
    // The reason names the damaged texts.
    if (d.why == licensing::cause::unreadable)
      return list.index_of(finding_of(pic_, datacenter, n));
    const auto [known, fresh] = known_.try_emplace(gist(d, v), 0);
    if (fresh) known->second = list.index_of(finding_of(pic_, datacenter, n));
    return known->second;
  }

  publish::cause_list list;

 private:
  const picture& pic_;
  std::map<gist_of_vm, std::size_t> known_;
};

// The number of rows for each verdict, the most urgent first. An eighth of all rows is kept for
// each verdict, so that thousands of urgent VMs do not hide the others.
by_verdict shares(const picture& pic, std::size_t rows) {
  by_verdict counts{};
  for (const licensing::datacenter_decisions& dc : pic.decided.datacenters)
    for (const licensing::decision& d : dc.vms)
      if (d.verdict != verdict::compliant) ++counts[publish::urgency(d.verdict)];
  const std::size_t fair = rows / licensing::verdict_count;
  by_verdict share{};
  for (std::size_t u = 0; u < share.size(); ++u) {
    share[u] = std::min(counts[u], fair);
    rows -= share[u];
  }
  for (std::size_t u = 0; u < share.size(); ++u) {
    const std::size_t more = std::min(counts[u] - share[u], rows);
    share[u] += more;
    rows -= more;
  }
  return share;
}

} // namespace

overview::overview(const picture& pic, const licensing::due_corrections& due,
                   std::size_t most_rows) {
  const by_verdict share = shares(pic, most_rows);
  by_verdict next{}; // row
  for (std::size_t u = 1; u < next.size(); ++u)
    next[u] = next[u - 1] + share[u - 1];
  rows_.assign(next.back() + share.back(), {});
  by_verdict end = next;
  for (std::size_t u = 0; u < end.size(); ++u)
    end[u] += share[u];
  for (const licensing::datacenter& dc : pic.seen.datacenters)
    places_.push_back(dc.where);

  sorter sorted(pic);
  due_.reserve(due.size());
  for_each_finding(pic, due, [&](std::size_t i, std::size_t n, const auto* correction) {
    const licensing::datacenter_decisions& made = pic.decided.datacenters[i];
    const licensing::decision& d = made.vms[n];
    const licensing::vm& v = pic.seen.datacenters[i].vms[d.vm];
    const std::size_t cause = sorted.cause_of(i, n);
    sorted.list.add(cause, v.name, v.id, made.since[n]);
    std::uint32_t row = no_row;
    if (std::size_t& place = next[publish::urgency(d.verdict)];
        place < end[publish::urgency(d.verdict)]) {
      row = static_cast<std::uint32_t>(place++);
      rows_[row] = finding_of(pic, i, n);
    }
    if (correction == nullptr) return;
    const licensing::correction_state& how = correction->state;
    if (row != no_row) agent::put(rows_[row], how);
    running_ += how.state == licensing::due_state::running ? 1U : 0U;
    sorted.list.add_due(cause, d.action, {how.state, how.by, 1, made.since[n]});
    due_.push_back({v.id, made.since[n], static_cast<std::uint32_t>(i),
                    static_cast<std::uint32_t>(cause), row, how.state, how.by});
  });
  auto [causes, new_places] = std::move(sorted.list).sorted();
  for (counted_correction& c : due_)
    c.cause = static_cast<std::uint32_t>(new_places[c.cause]);
  causes_ = std::move(causes);
}

bool overview::put(const licensing::vm_key& which, const licensing::correction_state& how) {
  const auto place = std::ranges::lower_bound(places_, which.where);
  if (place == places_.end() || *place != which.where) return false;
  const std::pair key(static_cast<std::uint32_t>(place - places_.begin()), which.id);
  const auto found = std::ranges::lower_bound(
      due_, key, {}, [](const counted_correction& c) { return std::pair(c.place, c.vm); });
  if (found == due_.end() || std::pair(found->place, found->vm) != key) return false;
  running_ -= found->state == licensing::due_state::running ? 1U : 0U;
  running_ += how.state == licensing::due_state::running ? 1U : 0U;
  found->state = how.state;
  found->by = how.by;
  if (found->row != no_row) agent::put(rows_[found->row], how);
  return true;
}

void overview::hold_waiting(const licensing::correction_state& how) {
  using licensing::due_state;
  for (publish::finding& f : rows_)
    if (f.state == due_state::confirming || f.state == due_state::held ||
        f.state == due_state::failed)
      agent::put(f, how);
}

std::vector<publish::cause_row> overview::causes() const {
  std::vector<publish::cause_row> all = causes_;
  for (publish::cause_row& c : all)
    c.states.clear();
  for (const counted_correction& c : due_)
    publish::count(all[c.cause].states, {c.state, c.by, 1, c.since});
  return all;
}

} // namespace ovhl::agent
