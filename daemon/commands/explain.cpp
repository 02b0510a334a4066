// `explain`: how one VM gets its verdict, step by step.
#include "licensing/explain.hpp"

#include "agent/find_vm.hpp"
#include "base/text.hpp"
#include "commands/commands.hpp"
#include "complaints.hpp"
#include "licensing/guest_os.hpp"
#include "licensing/license.hpp"
#include "publish/render.hpp"
#include "survey_now.hpp"

#include <fmt/format.h>

#include <string>
#include <vector>

namespace ovhl::commands {

namespace {

std::string value(std::string_view text) {
  return licensing::known(text) ? printable(text) : std::string("-");
}

std::string license(std::string_view text) {
  if (text == licensing::unlicensed) return "none (OVHcloud counts it as Windows)";
  return licensing::known(text) ? printable(text) : std::string("none");
}

std::string guest(std::string_view id) {
  const auto product = licensing::product_name(id);
  return product.empty() ? value(id) : fmt::format("{} ({})", value(id), product);
}

void show_seen(const licensing::place& where, const licensing::vm& v) {
  const auto line = [](std::string_view what, const std::string& is) {
    print("  {:<24}{}\n", what, is);
  };
  print("{} ({})\n\nSeen:\n", value(v.name), v.id);
  line("account", where.account);
  line("service", where.service);
  line("datacenter", fmt::to_string(where.datacenter));
  line("guest OS, configured", guest(v.guest_os_family));
  line("guest OS, reported", guest(v.reported_guest_os_family));
  line("license", license(v.license));
  line("license in vmLicensed", v.listed ? license(v.listed_license) : std::string("(not listed)"));
  line("power state", std::string(licensing::name(v.power)));
  line("CPUs", v.cpus == 0 ? std::string("-") : fmt::to_string(v.cpus));
  line("cluster", value(v.cluster));
  line("folder", value(v.folder));
}

void show_tried(const std::vector<licensing::tried_source>& tried, const licensing::policy& p) {
  if (tried.empty()) return; // what was seen decides by itself
  print("\nTried, in order:\n");
  for (const licensing::tried_source& t : tried) {
    const std::string name = licensing::source_name(t.what, p);
    print("  {} {}{}{}\n", t.fits ? "✓" : "·", name, name.empty() ? "" : ": ", t.why);
  }
}

void show_verdict(const licensing::decision& d, const licensing::vm& v, const licensing::policy& p,
                  bool whole) {
  const std::string from = licensing::source_name(d.from, p);
  print("\nVerdict: {}\n  {}\n", licensing::name(d.verdict), licensing::reason(d, v, p));
  print("  decided by: {}\n", from.empty() ? "nothing in the policy" : from);
  if (d.action == licensing::action::none) return;
  if (!whole) {
    print("  due: nothing, while the list of the datacenter's VMs is incomplete\n");
    return;
  }
  const auto license = licensing::expected(d, p);
  const std::string_view now = licensing::declared(v);
  const auto before = licensing::known(now) ? std::optional(std::string(now)) : std::nullopt;
  print("  due: {} '{}'{}\n", publish::action_text(d.action, before),
        d.action == licensing::action::set_license ? license : now,
        d.bypass ? ", with bypassGuestOsFamilyCheck" : "");
  print("  mode {}: {}\n", licensing::name(d.mode),
        licensing::allows(d, v) ? "allows it" : "only reports it");
}

// A correction is due, or a person must decide.
bool is_open(const licensing::decision& d, const licensing::policy& p) {
  if (d.action != licensing::action::none || d.verdict == licensing::verdict::mismatch) return true;
  return d.verdict == licensing::verdict::review && !licensing::acknowledged(d, p);
}

} // namespace

exit_status execute(const path& config, const explain_options& chosen) {
  const auto survey = survey_now(config);
  if (!survey) return exit_status::wrong;
  const licensing::inventory& seen = *survey->seen;
  const licensing::policy& policy = survey->policy();
  for (const error& e : agent::problems_of(seen))
    complain(e);

  const auto found = agent::find_vms(seen, chosen.vm);
  if (found.empty())
    return fail(agent::no_such_vm(seen, chosen.vm),
                seen.complete() ? exit_status::wrong : exit_status::incomplete);
  bool open = false;
  const day today = std::chrono::floor<std::chrono::days>(survey->at);
  for (std::size_t n = 0; n < found.size(); ++n) {
    const licensing::datacenter& dc = seen.datacenters[found[n].datacenter];
    const licensing::vm& v = dc.vms[found[n].vm];
    const auto& d = survey->decided->datacenters[found[n].datacenter].vms[found[n].vm];
    if (n != 0) print("\n");
    show_seen(dc.where, v);
    show_tried(licensing::explain(v, dc.where, policy, today), policy);
    show_verdict(d, v, policy, dc.complete);
    open = open || is_open(d, policy);
  }
  if (!seen.complete()) return exit_status::incomplete;
  return open ? exit_status::drift : exit_status::fine;
}

} // namespace ovhl::commands
