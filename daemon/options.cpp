#include "options.hpp"

#include "base/version.hpp"
#include "exit_status.hpp"

#include <CLI/CLI.hpp>

#include <map>

namespace ovhl {

namespace {

constexpr const char* about =
    "Watches the Windows licenses declared for the VMs of OVHcloud Hosted Private Clouds,\n"
    "compares them with a policy and says what is wrong and why.";

constexpr const char* exit_statuses = R"(Exit status, of every command:
  0  fine; for plan and status: nothing is due
  1  wrong usage, configuration or policy; nothing was done
  2  drift: corrections are due
  3  not everything could be looked at, so neither drift nor its absence is claimed
  4  a correction failed or was held back)";

void add_format(CLI::App& command, format& value, std::map<std::string, format> names) {
  std::string shown;
  for (const auto& [name, meaning] : names) shown += (shown.empty() ? "" : "|") + name;
  command.add_option("--format", value, "how to write it (" + shown + ")")
      ->transform(CLI::CheckedTransformer(std::move(names)).description(""))
      ->option_text(shown);
}

} // namespace

std::variant<options, int> parse_options(int argc, const char* const* argv) {
  options parsed;
  run_options run;
  check_options check;
  plan_options plan;
  explain_options explain;
  test_options test;
  status_options status;

  CLI::App app(about, "ovh-licensed");
  app.footer(exit_statuses);
  app.set_version_flag("--version", "ovh-licensed " + std::string(version()));
  app.add_option("-c,--config", parsed.config, "configuration file")
      ->option_text("FILE (" + parsed.config.string() + ")");
  app.require_subcommand(1);
  app.fallthrough(); // -c may also stand behind the command

  auto* run_it = app.add_subcommand("run", "the daemon: stays in the foreground, polls for ever");
  run_it->callback([&] { parsed.command = run; });

  auto* check_it =
      app.add_subcommand("check", "says everything that is wrong with configuration and policy");
  check_it->add_flag("--online", check.online,
                     "also try the credentials, their rights and expiry, and whether Windows "
                     "licenses are activated");
  check_it->callback([&] { parsed.command = check; });

  auto* plan_it =
      app.add_subcommand("plan", "looks once, changes nothing, shows every correction that is due");
  add_format(*plan_it, plan.format, {{"table", format::table}, {"json", format::json}});
  plan_it->add_option("--out", plan.out, "write the plan (JSON) to this file as well")
      ->option_text("FILE");
  plan_it->callback([&] { parsed.command = plan; });

  auto* explain_it =
      app.add_subcommand("explain", "for one VM: what was seen, each rule tried, the verdict");
  explain_it->add_option("VM", explain.vm, "its name or its id")->required()->option_text(" ");
  explain_it->callback([&] { parsed.command = explain; });

  auto* test_it =
      app.add_subcommand("test", "runs a file of examples against the policy, without the network");
  test_it->add_option("FILE", test.file, "the examples")->required()->option_text(" ");
  test_it->callback([&] { parsed.command = test; });

  auto* status_it = app.add_subcommand("status", "shows the daemon's status file");
  add_format(*status_it, status.format, {{"text", format::text}, {"json", format::json}});
  status_it->callback([&] { parsed.command = status; });

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? static_cast<int>(exit_status::fine)
                            : static_cast<int>(exit_status::wrong);
  }
  return parsed;
}

} // namespace ovhl
