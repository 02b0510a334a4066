#include "ledger/poll_records.hpp"

#include "base/duration.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <utility>

namespace ovhl::ledger {

namespace {

constexpr const char* nothing = "{}"; // the body of a record that needs none

// The text as JSON can express it, so that it equals what is read back.
std::string valid(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const code_point c = first_character(text);
    out.append(c.valid ? text.substr(0, c.bytes) : std::string_view("\xEF\xBF\xBD"));
    text.remove_prefix(c.bytes);
  }
  return out;
}

std::optional<std::string> maybe(std::string_view text) {
  return licensing::known(text) ? std::optional(valid(text)) : std::nullopt;
}

error not_whole() {
  error e;
  e.kind = failure::answer;
  e.message = "the list is incomplete";
  return e;
}

std::string_view shown_license(const licensing::vm& v) {
  if (licensing::known(v.license)) return v.license;
  return v.listed ? v.listed_license : std::string_view();
}

} // namespace

vm_body body_of(const licensing::vm& v, const licensing::datacenter_decisions& decided,
                std::size_t index, const licensing::policy& p) {
  const licensing::decision& d = decided.vms[index];
  vm_body b;
  b.name = valid(v.name);
  b.guest_os_family = maybe(v.guest_os_family);
  b.reported_guest_os_family = maybe(v.reported_guest_os_family);
  b.license = maybe(shown_license(v));
  b.verdict = d.verdict;
  b.action = d.action;
  if (d.action == licensing::action::set_license) b.expected = maybe(licensing::expected(d, p));
  b.rule = valid(licensing::source_name(d.from, p));
  b.power = v.power;
  b.cpus = v.cpus;
  b.occasion = decided.occasions[index];
  b.since = decided.since[index];
  return b;
}

poll_records::poll_records(const history& h, const poll_seen& poll) : history_(h), poll_(poll) {
  silence();
  datacenters();
  blind_spots();
  no_longer_listed();
}

new_record poll_records::at(std::size_t index) const {
  const item& i = items_[index];
  if (i.made >= 0) return made_[static_cast<std::size_t>(i.made)];
  const licensing::datacenter& dc = poll_.seen.datacenters[i.datacenter];
  vm_body body = body_of(dc.vms[i.vm], poll_.decided.datacenters[i.datacenter], i.vm, poll_.policy);
  if (i.last_seen != never) body.last_seen = instant(std::chrono::seconds(i.last_seen));
  new_record e;
  e.at = poll_.now;
  e.kind = kind::vm;
  e.where = dc.where;
  e.vm = dc.vms[i.vm].id;
  e.body = text(body);
  return e;
}

void poll_records::add(kind k, const licensing::place& where, std::int64_t vm, std::string body) {
  item i;
  i.made = static_cast<std::int32_t>(made_.size());
  made_.push_back({poll_.now, k, where, vm, 0, std::move(body)});
  items_.push_back(i);
}

const history::datacenter* poll_records::known(const licensing::place& where) const {
  const auto found = history_.datacenters().find(where);
  return found == history_.datacenters().end() ? nullptr : &found->second;
}

bool poll_records::is_listed(const licensing::place& where) const {
  const auto& listed = poll_.seen.datacenters;
  return std::ranges::binary_search(listed, where, {}, &licensing::datacenter::where);
}

poll_records::before poll_records::state_of(const history::datacenter* known) const {
  if (known == nullptr) return {};
  if (!known->observed) return {false, known->gap_cause, known->last_seen};
  return {!silent_, std::string(silence_cause), poll_.before};
}

void poll_records::silence() {
  if (!poll_.before || poll_.now - *poll_.before <= poll_.longest_silence) return;
  silent_ = true;
  gap_body gap;
  gap.last_seen = poll_.before;
  gap.cause = silence_cause;
  gap.message = "not polled for " + rough_duration(poll_.now - *poll_.before);
  for (const auto& [where, dc] : history_.datacenters())
    if (dc.observed) add(kind::gap, where, 0, text(gap));
}

void poll_records::datacenters() {
  for (std::size_t i = 0; i < poll_.seen.datacenters.size(); ++i) {
    const licensing::datacenter& dc = poll_.seen.datacenters[i];
    if (dc.complete)
      seen(i);
    else
      unseen(dc.where, dc.problem.value_or(not_whole()));
  }
}

void poll_records::seen(std::size_t index) {
  const licensing::place& where = poll_.seen.datacenters[index].where;
  const history::datacenter* const old = known(where);
  const auto stood = state_of(old);
  if (!stood.observed) add(kind::seen, where, 0, nothing);
  vms(index, old, stood.last_seen);
}

// Both lists are sorted by id.
void poll_records::vms(std::size_t index, const history::datacenter* before_it,
                       const std::optional<instant>& last_seen) {
  const licensing::datacenter& dc = poll_.seen.datacenters[index];
  const std::vector<history::known_vm> none;
  const std::vector<history::known_vm>& old = before_it == nullptr ? none : before_it->vms;
  const auto gone = [&](std::int64_t id) {
    add(kind::gone, dc.where, id, text(gone_body{last_seen}));
  };
  auto next = old.begin();
  for (std::uint32_t i = 0; i < dc.vms.size(); ++i) {
    const std::int64_t id = dc.vms[i].id;
    for (; next != old.end() && next->id < id; ++next)
      gone(next->id);
    const bool is_known = next != old.end() && next->id == id;
    const auto body = body_of(dc.vms[i], poll_.decided.datacenters[index], i, poll_.policy);
    if (!is_known || next->fingerprint != body.fingerprint()) {
      const bool dated = is_known && last_seen;
      items_.push_back({static_cast<std::uint32_t>(index), i,
                        dated ? last_seen->time_since_epoch().count() : never, -1});
    }
    if (is_known) ++next;
  }
  for (; next != old.end(); ++next)
    gone(next->id);
}

void poll_records::unseen(const licensing::place& where, const error& why) {
  const auto stood = state_of(known(where));
  if (!stood.observed && stood.cause == name(why.kind)) return;
  add(kind::gap, where, 0, text(gap_body{stood.last_seen, name(why.kind), words(why)}));
}

// Records a gap for each datacenter of a blind spot; if none is known, one for the blind spot.
void poll_records::blind_spots() {
  const auto& blind_spots = poll_.seen.blind_spots;
  for (const licensing::blind_spot& blind : blind_spots) {
    const bool knew_more = std::ranges::any_of(history_.datacenters(), [&](const auto& known) {
      return known.first.datacenter != 0 && blind.hides(known.first);
    });
    if (!knew_more) unseen({blind.account, blind.service, 0}, blind.problem);
  }
  for (const auto& [where, dc] : history_.datacenters()) {
    if (where.datacenter == 0 || is_listed(where)) continue;
    const auto hiding = std::ranges::find_if(
        blind_spots, [&place = where](const auto& blind) { return blind.hides(place); });
    if (hiding != blind_spots.end()) unseen(where, hiding->problem);
  }
}

void poll_records::no_longer_listed() {
  for (const auto& [where, dc] : history_.datacenters()) {
    if (is_listed(where)) continue;
    if (where.datacenter == 0) {
      const auto same = [&place = where](const licensing::blind_spot& b) {
        return b.account == place.account && b.service == place.service;
      };
      if (std::ranges::none_of(poll_.seen.blind_spots, same)) add(kind::seen, where, 0, nothing);
      continue;
    }
    if (poll_.seen.hidden(where)) continue;
    const gone_body gone{state_of(&dc).last_seen};
    for (const history::known_vm& known : dc.vms)
      add(kind::gone, where, known.id, text(gone));
    add(kind::gone, where, 0, text(gone));
  }
}

} // namespace ovhl::ledger
