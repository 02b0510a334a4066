#include "options.hpp"

#include "base/version.hpp"
#include "exit_status.hpp"
#include "option_values.hpp"
#include "usage.hpp"

#include <CLI/CLI.hpp>

#include <iostream>
#include <optional>
#include <string>

namespace ovhl {

namespace {

constexpr const char* about =
    "Watch the Windows licenses declared for the VMs of OVHcloud Hosted Private Clouds,\n"
    "compare them with a policy, show what is wrong and why, and correct it where allowed.";

constexpr const char* exit_statuses =
    R"(Exit status of every command (status --format icinga exits as a plugin):
  0  fine; for plan and status: nothing is due
  1  wrong usage, configuration or policy (nothing was done); for test: an example fails
  2  drift: corrections are due; for explain also: a decision is needed
  3  not everything could be read, so the result is incomplete
  4  a correction failed or was held back; for verify: the ledger is not intact
  75 for run: another process has the ledger; the service tries again

See man ovh-licensed.)";

// Everything that the command line can choose. `parsed` holds the options of the command given.
struct choices {
  options parsed;
  run_options run;
  check_options check;
  reload_options reload;
  plan_options plan;
  apply_options apply;
  explain_options explain;
  test_options test;
  status_options status;
  verify_options verify;
  history_options history;
  login_options login;
  std::optional<std::string> help_of;
};

void add_run(CLI::App& to, choices& chosen) {
  auto* command =
      to.add_subcommand("run", "run in the foreground and poll until stopped (the daemon)");
  command->callback([&chosen] { chosen.parsed.command = chosen.run; });
}

void add_check(CLI::App& to, choices& chosen) {
  auto* command =
      to.add_subcommand("check", "check configuration and policy and show every problem");
  command->add_flag("--online", chosen.check.online,
                    "also try the credentials, their rights and expiry, and whether Windows "
                    "licenses are activated");
  command->callback([&chosen] { chosen.parsed.command = chosen.check; });
}

void add_reload(CLI::App& to, choices& chosen) {
  auto* command = to.add_subcommand(
      "reload", "make a running daemon read its files again, and fail if it refuses them");
  add_process(*command, chosen.reload.daemon);
  command->callback([&chosen] { chosen.parsed.command = chosen.reload; });
}

void add_plan(CLI::App& to, choices& chosen) {
  auto* command =
      to.add_subcommand("plan", "show which corrections are due and why, and change nothing");
  add_format(*command, chosen.plan.format,
             {{"table", format::table}, {"json", format::json}, {"csv", format::csv}});
  command->add_option("--out", chosen.plan.out, "also write the whole plan (JSON) to this file")
      ->option_text("FILE");
  command->add_option("--show", chosen.plan.show, "show this plan file instead of reading the VMs")
      ->excludes("--out")
      ->option_text("FILE");
  add_rows(*command, chosen.plan.rows);
  command->callback([&chosen] { chosen.parsed.command = chosen.plan; });
}

void add_apply(CLI::App& to, choices& chosen) {
  auto* command = to.add_subcommand(
      "apply",
      "make the corrections that the policy allows, after asking; a running daemon pauses");
  auto* approved = command
                       ->add_option("--plan", chosen.apply.plan,
                                    "make exactly the corrections of this file, once; plan --out "
                                    "writes it")
                       ->option_text("FILE");
  command->add_flag("--old", chosen.apply.old, "apply the plan even if it is older than 7 days")
      ->needs(approved)
      ->option_text(" ");
  add_selection(*command, chosen.apply.selected);
  command->add_flag("--yes", chosen.apply.yes,
                    "do not ask for confirmation; required without a terminal");
  command->callback([&chosen] { chosen.parsed.command = chosen.apply; });
}

void add_explain(CLI::App& to, choices& chosen) {
  auto* command = to.add_subcommand(
      "explain", "show how one VM gets its verdict: what was seen, each rule tried");
  not_empty(command->add_option("VM", chosen.explain.vm, "its name or ID"))
      ->required()
      ->option_text(" ");
  command->callback([&chosen] { chosen.parsed.command = chosen.explain; });
}

void add_test(CLI::App& to, choices& chosen) {
  auto* command =
      to.add_subcommand("test", "test the policy against a file of examples, without the network");
  command->add_option("FILE", chosen.test.file, "the examples")->required()->option_text(" ");
  command->callback([&chosen] { chosen.parsed.command = chosen.test; });
}

void add_status(CLI::App& to, choices& chosen) {
  auto* command = to.add_subcommand("status", "show what the daemon last reported");
  add_format(*command, chosen.status.format,
             {{"text", format::text},
              {"json", format::json},
              {"csv", format::csv},
              {"icinga", format::icinga}});
  add_rows(*command, chosen.status.rows);
  command->add_flag("--strict", chosen.status.strict,
                    "with --format icinga: also warn about what the mode only reports");
  command->callback([&chosen] {
    if (chosen.status.strict && chosen.status.format != format::icinga)
      throw CLI::ValidationError("--strict", "requires --format icinga");
    chosen.parsed.command = chosen.status;
  });
}

void add_history(CLI::App& to, choices& chosen) {
  auto* command = to.add_subcommand(
      "history", "show what the ledger recorded about one VM, or everything that changed");
  not_empty(command->add_option("VM", chosen.history.vm, "its name or ID (default: everything)"))
      ->option_text(" ");
  command
      ->add_option("--since", chosen.history.since,
                   "leave out what ended earlier than this: a duration such as 7d, or a date")
      ->option_text("WHEN");
  add_limit(*command, chosen.history.limit, "show only the newest events, at most this many");
  add_format(*command, chosen.history.format, {{"table", format::table}, {"json", format::json}});
  command->callback([&chosen] { chosen.parsed.command = chosen.history; });
}

void add_verify(CLI::App& to, choices& chosen) {
  auto* command = to.add_subcommand(
      "verify", "check that the ledger is intact, from the first record to the last");
  command->callback([&chosen] { chosen.parsed.command = chosen.verify; });
}

void add_login(CLI::App& to, choices& chosen) {
  auto* command = to.add_subcommand(
      "login", "get a consumer key from OVHcloud, with only the rights needed, and save it");
  command
      ->add_option("--account", chosen.login.account,
                   "account to log in to; required if there are several")
      ->option_text("NAME");
  auto* read_only =
      command
          ->add_flag("--read-only", chosen.login.read_only, "ask for no right to change anything")
          ->option_text(" ");
  command
      ->add_flag("--corrections", chosen.login.corrections,
                 "also ask for the rights to set and remove licenses")
      ->excludes(read_only)
      ->option_text(" ");
  command
      ->add_flag("--renewals", chosen.login.renewals, "also ask for the rights to renew services")
      ->excludes(read_only)
      ->option_text(" ");
  command
      ->add_option("--file", chosen.login.file,
                   "write this file instead of the account's credentials_file or /etc/ovh.conf")
      ->option_text("FILE");
  command->callback([&chosen] { chosen.parsed.command = chosen.login; });
}

void add_general(CLI::App& app, options& parsed, const std::string& version_line) {
  app.footer(exit_statuses);
  app.set_version_flag("--version", version_line, "show the version and exit");
  app.set_help_flag("-h,--help", "show this help and exit");
  app.get_formatter()->label("SUBCOMMAND", "COMMAND");
  app.add_option("-c,--config", parsed.config, "configuration file; may also follow the command")
      ->option_text("FILE (" + parsed.config.string() + ")");
  app.require_subcommand(1);
  app.fallthrough();
}

void add_commands(CLI::App& app, choices& chosen) {
  add_run(app, chosen);
  add_check(app, chosen);
  add_reload(app, chosen);
  add_plan(app, chosen);
  add_apply(app, chosen);
  add_explain(app, chosen);
  add_test(app, chosen);
  add_status(app, chosen);
  add_history(app, chosen);
  add_verify(app, chosen);
  add_login(app, chosen);
}

} // namespace

std::variant<options, int> parse_options(int argc, const char* const* argv) {
  choices chosen;
  const std::string version_line = "ovh-licensed " + std::string(version());
  CLI::App app(about, "ovh-licensed");
  add_general(app, chosen.parsed, version_line);
  add_commands(app, chosen);
  auto* help_it = app.add_subcommand("help", "show this help, or that of a command");
  help_it->add_option("COMMAND", chosen.help_of, "the command")->option_text(" ");
  auto* version_it = app.add_subcommand("version", "show the version");

  for (CLI::App* command : app.get_subcommands(nullptr))
    command->group("Commands");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return explained(app, e);
  }
  if (help_it->parsed()) return show_help(app, chosen.help_of);
  if (version_it->parsed()) {
    std::cout << version_line << '\n';
    return static_cast<int>(exit_status::fine);
  }
  return chosen.parsed;
}

} // namespace ovhl
