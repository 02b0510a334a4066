// `plan`: one look, nothing changed, what `apply` would make of it and what the mode leaves.
#include "publish/plan.hpp"

#include "agent/plan_key.hpp"
#include "agent/plan_view.hpp"
#include "base/atomic_file.hpp"
#include "base/wrong.hpp"
#include "commands/commands.hpp"
#include "complaints.hpp"
#include "config/paths.hpp"
#include "once.hpp"
#include "os/terminal.hpp"

#include <fmt/format.h>

#include <array>
#include <fstream>
#include <string_view>

namespace ovhl::commands {

namespace {

// A plan may be replaced by another, and nothing else by it.
result<void> replaceable(const path& out, const config::settings& settings) {
  if (const auto known = config::named_so(settings, out))
    return wrong(out.string(),
                 fmt::format("{} is the same file, and a plan would destroy it", known->name),
                 "name another file with --out");
  std::error_code none;
  const auto status = std::filesystem::status(out, none);
  if (!std::filesystem::is_regular_file(status) || std::filesystem::file_size(out, none) == 0)
    return {}; // replace_file() refuses what is there and is no file
  std::array<char, 64> beginning{};
  std::ifstream in(out, std::ios::binary);
  in.read(beginning.data(), beginning.size());
  if (publish::begins_as_plan({beginning.data(), static_cast<std::size_t>(in.gcount())})) return {};
  return wrong(out.string(), "exists and is not a plan of ovh-licensed",
               "name another file with --out, or move this one aside");
}

} // namespace

exit_status execute(const path& config, const plan_options& chosen) {
  const auto allowed = [&](const agent::setup& with) {
    return chosen.out ? replaceable(*chosen.out, with.settings) : result<void>();
  };
  const auto looked = look_once(config, allowed);
  if (!looked) return exit_status::wrong;
  const publish::plan_document plan =
      agent::plan_of(looked->picture(), *looked->setup.policy, looked->setup.accounts, looked->at);
  if (chosen.format != format::table) // which tells them itself
    for (const publish::error_line& e : plan.errors)
      complain(e.what);

  const auto json = [&] { return publish::plan_json(plan, agent::plan_key(looked->setup)); };
  if (chosen.out) {
    auto written = allowed(looked->setup); // it may have come there meanwhile
    if (written) written = replace_file(*chosen.out, json());
    if (!written) {
      complain(written.error());
      return exit_status::wrong;
    }
  }
  publish::plan_choice choice{
      chosen.rows.rows, chosen.rows.only, {}, true, !looked->setup.settings.corrections};
  if (chosen.format == format::json)
    show(json());
  else if (chosen.format == format::csv)
    show(publish::plan_csv(plan, chosen.rows.only));
  else
    show(publish::plan_text(plan, os::detect_terminal(1), choice));
  if (!plan.complete) return exit_status::incomplete;
  return plan.corrections.empty() ? exit_status::fine : exit_status::drift;
}

} // namespace ovhl::commands
