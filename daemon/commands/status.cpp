// `status`: what the daemon last wrote, and whether it still runs.
#include "commands/commands.hpp"
#include "complaints.hpp"
#include "loop/clock.hpp"
#include "os/terminal.hpp"
#include "publish/icinga.hpp"
#include "publish/shortfall.hpp"
#include "publish/status_text.hpp"
#include "publish/unmatched.hpp"
#include "status_file.hpp"

#include <fmt/format.h>

#include <cstdio>

namespace ovhl::commands {

namespace {

exit_status exit_status_of(const publish::status_view& seen, bool trustworthy) {
  using publish::due_state;
  if (!trustworthy || !seen.complete()) return exit_status::incomplete;
  if (seen.in_state(due_state::failed) + seen.in_state(due_state::held) > 0)
    return exit_status::failed;
  return seen.due() > 0 ? exit_status::drift : exit_status::fine;
}

// Plugins have exit statuses of their own.
exit_status execute_check(const path& config, publish::strictness strict) {
  const auto check = [&] {
    const auto settings = config::read_settings(config);
    if (!settings.value) {
      const auto& all = settings.errors;
      return publish::icinga_unknown(all.empty() ? "the configuration cannot be read"
                                                 : config::words(all.front()));
    }
    if (no_status_file(*settings.value))
      return publish::icinga_never_ran(settings.value->status.file.string());
    const auto status = read_status_file(*settings.value);
    if (!status) return publish::icinga_unknown(words(status.error()));
    const instant now = loop::real_clock().wall();
    return publish::icinga_check(status->seen, doubt(status->seen, now), now, strict);
  }();
  show(check.text);
  return static_cast<exit_status>(check.how);
}

bool runs(const publish::status_view& seen, instant now) {
  const liveness at = liveness_of(seen, now);
  return at == liveness::runs || at == liveness::hangs;
}

void show_csv(const publish::status_view& seen, const publish::row_filter& only) {
  show(publish::status_csv(seen, only));
  if (const auto lacks = publish::shortfall(seen, only, "--format csv"); !lacks.empty())
    say(fmt::format("ovh-licensed: {}\n", lacks));
}

} // namespace

exit_status execute(const path& config, const status_options& chosen) {
  if (chosen.format == format::icinga)
    return execute_check(config, chosen.strict ? publish::strictness::strict
                                               : publish::strictness::lenient);
  const auto settings = config::read_settings(config);
  complain(settings.errors);
  if (!settings.value) return exit_status::wrong;
  if (chosen.format == format::text && no_status_file(*settings.value)) {
    show(publish::never_ran_text(settings.value->status.file.string(), os::detect_terminal(1)));
    return exit_status::incomplete;
  }
  const auto status = read_status_file(*settings.value);
  if (!status) return fail(status.error(), exit_status::incomplete);
  const auto& [text, seen] = *status;
  const instant now = loop::real_clock().wall();
  const std::string why = doubt(seen, now);
  // The text format begins with it.
  if (!why.empty() && chosen.format != format::text) say(fmt::format("ovh-licensed: {}\n", why));
  if (chosen.format == format::json)
    show(text);
  else if (chosen.format == format::csv)
    show_csv(seen, chosen.rows.only);
  else
    show(publish::status_text(seen, os::detect_terminal(1), now,
                              {chosen.rows.wanted(), chosen.rows.only, runs(seen, now)}));
  if (const auto hint = publish::unmatched(seen, chosen.rows.only); !hint.empty())
    say(fmt::format("ovh-licensed: {}\n", hint));
  return exit_status_of(seen, why.empty());
}

} // namespace ovhl::commands
