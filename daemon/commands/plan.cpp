// `plan`: one look, nothing changed, every correction that is due.
#include "publish/plan.hpp"

#include "agent/plan_key.hpp"
#include "agent/plan_view.hpp"
#include "base/atomic_file.hpp"
#include "commands/commands.hpp"
#include "complaints.hpp"
#include "once.hpp"
#include "os/terminal.hpp"

namespace ovhl::commands {

exit_status execute(const path& config, const plan_options& chosen) {
  const auto looked = look_once(config);
  if (!looked) return exit_status::wrong;
  const publish::plan_document plan =
      agent::plan_of(looked->picture(), *looked->setup.policy, looked->setup.accounts, looked->at);
  if (chosen.format == format::json) // the table tells them itself
    for (const publish::error_line& e : plan.errors)
      complain(e.what);

  const auto json = [&] { return publish::plan_json(plan, agent::plan_key(looked->setup)); };
  if (chosen.out)
    if (auto written = replace_file(*chosen.out, json()); !written) {
      complain(written.error());
      return exit_status::wrong;
    }
  show(chosen.format == format::json ? json() : publish::plan_table(plan, os::detect_terminal(1)));
  if (!plan.complete) return exit_status::incomplete;
  return plan.corrections.empty() ? exit_status::fine : exit_status::drift;
}

} // namespace ovhl::commands
