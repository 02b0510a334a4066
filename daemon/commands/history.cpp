// `history`: what the ledger knows of one VM, or of everything that changed.
#include "agent/history_json.hpp"
#include "agent/history_table.hpp"
#include "base/directory_path.hpp"
#include "base/duration.hpp"
#include "base/text.hpp"
#include "commands/commands.hpp"
#include "complaints.hpp"
#include "ledger/sqlite/store.hpp"
#include "ledger/sqlite/verify.hpp"
#include "ledger/timeline.hpp"
#include "loop/clock.hpp"
#include "os/identity.hpp"
#include "os/terminal.hpp"

#include <fmt/format.h>

#include <optional>
#include <set>
#include <utility>

namespace ovhl::commands {

namespace {

result<std::optional<instant>> begin_of(const std::optional<std::string>& since) {
  if (!since) return std::optional<instant>();
  if (const auto date = parse_date(*since)) return std::optional(instant(*date));
  if (const auto span = parse_duration(*since))
    return std::optional(loop::real_clock().wall() - *span);
  error e;
  e.where = "--since";
  e.message = fmt::format("'{}' is neither a duration such as 7d nor a date such as 2027-01-31",
                          printable(*since));
  return e;
}

struct wanted {
  std::optional<std::set<licensing::vm_key>> vms;
  std::string unknown; // why there are none
};

result<wanted> look_for(const path& file, const std::optional<std::string>& word) {
  if (!word) return wanted{};
  ledger::vm_search search(*word);
  if (const auto read = ledger::read(file, [&](const ledger::record& r) { search.take(r); }); !read)
    return read.error();
  auto found = search.found();
  if (!found.empty()) return wanted{std::move(found), {}};
  return wanted{{},
                fmt::format("no VM in the ledger has the name or ID '{}'{}", printable(*word),
                            search.suggestion())};
}

// Reports the first record that cannot be understood; shows the others all the same.
result<ledger::timeline> timeline_of(const path& file,
                                     std::optional<std::set<licensing::vm_key>> vms, bool& whole) {
  ledger::timeline all(std::move(vms));
  const auto read = ledger::read(file, [&](const ledger::record& r) {
    const auto taken = all.take(r);
    if (!taken && whole) complain(taken.error());
    whole = whole && taken;
  });
  if (!read) return read.error();
  return all;
}

} // namespace

exit_status execute(const path& config, const history_options& chosen) {
  const auto settings = config::read_settings(config);
  complain(settings.errors);
  if (!settings.value) return exit_status::wrong;
  const auto since = begin_of(chosen.since);
  if (!since) return fail(since.error());
  const path& file = settings.value->ledger;
  if (const auto became = os::become_owner_of(directory_of(file)); !became)
    return fail(became.error(), exit_status::incomplete);

  auto vms = look_for(file, chosen.vm);
  if (!vms) return fail(vms.error(), exit_status::incomplete);
  if (!vms->unknown.empty()) {
    error e;
    e.message = std::move(vms->unknown);
    return fail(e);
  }
  const bool of_one = vms->vms && vms->vms->size() == 1;
  bool whole = true;
  auto all = timeline_of(file, std::move(vms->vms), whole);
  if (!all) return fail(all.error(), exit_status::incomplete);
  const auto events = std::move(*all).events(*since);
  if (chosen.format == format::json)
    show(agent::history_json(events, file.string(), *since, chosen.limit));
  else if (events.empty())
    show_wrapped("The ledger has no records for that time.\n");
  else
    show(agent::history_table(events, of_one, chosen.limit, os::detect_terminal(1)));
  return whole ? exit_status::fine : exit_status::incomplete;
}

} // namespace ovhl::commands
