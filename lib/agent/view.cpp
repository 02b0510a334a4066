#include "agent/view.hpp"

#include "licensing/license.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>

namespace ovhl::agent {

namespace {

std::optional<std::string> text_of(std::string_view from_api) {
  if (!licensing::known(from_api)) return std::nullopt;
  return std::string(from_api);
}

// The license as the API shows it, "unlicensed windows guestos" included: people compare this with
// the control panel.
std::optional<std::string> shown_license(const licensing::vm& v) {
  return text_of(licensing::known(v.license) ? v.license : v.listed_license);
}

std::optional<std::string> shown_expectation(const licensing::decision& d,
                                             const licensing::policy& p) {
  if (const auto license = licensing::expected(d, p); !license.empty()) return std::string(license);
  using licensing::verdict;
  if (d.verdict == verdict::superfluous || d.verdict == verdict::compliant) return "none";
  return std::nullopt;
}

// The API also uses the license field for values that are no license.
bool is_declaration(std::string_view license) {
  return licensing::known(license) && license != licensing::managed_license &&
         license != licensing::unknown_license;
}

const licensing::expectation& expectation_of(const licensing::source& s,
                                             const licensing::policy& p) {
  return s.what == licensing::source::kind::rule ? p.rules[s.index].expect
                                                 : p.guest_os_families[s.index].expect;
}

} // namespace

publish::finding finding_of(const picture& pic, std::size_t datacenter, std::size_t vm) {
  const licensing::datacenter& dc = pic.seen.datacenters[datacenter];
  const licensing::datacenter_decisions& made = pic.decided.datacenters[datacenter];
  const licensing::decision& d = made.vms[vm];
  const licensing::vm& v = dc.vms[d.vm];
  publish::finding f;
  f.where = dc.where;
  f.vm_id = v.id;
  f.name = text_of(v.name).value_or("");
  f.guest_os_family = text_of(v.guest_os_family);
  f.reported_guest_os_family = text_of(v.reported_guest_os_family);
  f.license = shown_license(v);
  f.expected = shown_expectation(d, pic.policy);
  f.verdict = d.verdict;
  f.action = dc.once_complete() ? d.action : licensing::action::none;
  f.rule = licensing::source_name(d.from, pic.policy);
  f.reason = licensing::reason(d, v, pic.policy);
  f.since = made.since[vm];
  f.acknowledged = licensing::acknowledged(d, pic.policy);
  return f;
}

void put(publish::finding& f, const licensing::correction_state& s) {
  f.state = s.state;
  f.task_id = s.task_id;
  f.guard = s.by;
  f.until = s.until;
  // A correction that the mode only reports is no error.
  const bool troubled = s.state != licensing::due_state::reported && !s.words.empty();
  f.error = troubled ? std::optional(s.words) : std::nullopt;
}

std::vector<publish::datacenter_row> datacenter_rows(const picture& pic) {
  std::vector<publish::datacenter_row> rows;
  for (std::size_t i = 0; i < pic.seen.datacenters.size(); ++i) {
    const licensing::datacenter& dc = pic.seen.datacenters[i];
    publish::datacenter_row row;
    row.where = dc.where;
    row.vms = dc.vms.size();
    row.ok = dc.complete && !dc.problem;
    if (dc.problem) row.error = words(*dc.problem);
    const bool seen = dc.complete || dc.carried || !dc.vms.empty();
    if (seen && dc.observed_at != instant{}) row.observed_at = dc.observed_at;
    for (const licensing::decision& d : pic.decided.datacenters[i].vms) {
      ++row.verdicts[static_cast<std::size_t>(d.verdict)];
      if (licensing::acknowledged(d, pic.policy)) ++row.acknowledged;
      if (const auto now = licensing::declared(dc.vms[d.vm]); is_declaration(now))
        ++row.licenses[std::string(now)];
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

void for_each_finding(const picture& pic, const licensing::due_corrections& due,
                      const use_finding& use) {
  std::size_t next = 0; // corrections stand in the order of the decisions that made them due
  for (std::size_t i = 0; i < pic.seen.datacenters.size(); ++i) {
    const auto& made = pic.decided.datacenters[i].vms;
    for (std::size_t n = 0; n < made.size(); ++n) {
      if (made[n].verdict == licensing::verdict::compliant) continue;
      std::optional<licensing::due_corrections::one> here;
      if (next < due.size() && due[next].due.datacenter == i && due[next].due.decision == n)
        here.emplace(due[next++]);
      use(i, n, here ? &*here : nullptr);
    }
  }
}

std::vector<publish::finding> findings(const picture& pic, const licensing::due_corrections& due) {
  std::vector<publish::finding> found;
  for_each_finding(pic, due, [&](std::size_t i, std::size_t n, const auto* correction) {
    found.push_back(finding_of(pic, i, n));
    if (correction != nullptr) put(found.back(), correction->state);
  });
  return found;
}

std::vector<publish::exemption_row> exemption_rows(const picture& pic) {
  std::vector<publish::exemption_row> rows;
  for (const licensing::exemption& e : pic.decided.exemptions) {
    const licensing::expectation& by = expectation_of(e.from, pic.policy);
    using enum publish::exemption_kind;
    rows.push_back({licensing::source_name(e.from, pic.policy), by.reason, by.until, e.vms,
                    e.expired, by.what == licensing::wanted::review ? review : keep});
  }
  return rows;
}

std::vector<error> problems_of(const licensing::inventory& seen) {
  std::vector<error> all;
  all.reserve(seen.blind_spots.size());
  for (const licensing::blind_spot& spot : seen.blind_spots)
    all.push_back(spot.problem);
  for (const licensing::datacenter& dc : seen.datacenters)
    if (dc.problem) all.push_back(*dc.problem);
  return all;
}

std::string summary(std::span<const publish::datacenter_row> rows) {
  std::array<std::size_t, licensing::verdict_count> verdicts{};
  std::size_t vms = 0;
  for (const publish::datacenter_row& row : rows) {
    vms += row.vms;
    for (std::size_t i = 0; i < verdicts.size(); ++i)
      verdicts[i] += row.verdicts[i];
  }
  if (rows.empty()) return "no datacenter has been seen";
  std::string text = fmt::format("{} VM{} in {} datacenter{}", vms, vms == 1 ? "" : "s",
                                 rows.size(), rows.size() == 1 ? "" : "s");
  const char* separator = ": ";
  for (licensing::verdict v : licensing::all_verdicts) {
    const std::size_t count = verdicts[static_cast<std::size_t>(v)];
    if (count == 0) continue;
    text += fmt::format("{}{} {}", separator, count, licensing::name(v));
    separator = ", ";
  }
  return text;
}

} // namespace ovhl::agent
