#include "options.hpp"

#include "base/text.hpp"
#include "base/version.hpp"
#include "exit_status.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <iostream>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ovhl {

namespace {

constexpr const char* about =
    "Watch the Windows licenses declared for the VMs of OVHcloud Hosted Private Clouds,\n"
    "compare them with a policy, show what is wrong and why, and correct it where allowed.";

constexpr const char* exit_statuses =
    R"(Exit status, of every command (but status --format icinga exits as a plugin):
  0  fine; for plan and status: nothing is due
  1  wrong usage, configuration or policy (nothing was done); for test: an example fails
  2  drift: corrections are due; for explain also: a decision is needed
  3  not everything could be read, so the result is incomplete
  4  a correction failed or was held back; for verify: the ledger is not intact
  75 for run: another process has the ledger; the service tries again

See man ovh-licensed.)";

struct named_format {
  const char* name;
  ovhl::format format;
};

// The first is the default.
void add_format(CLI::App& command, format& value, std::vector<named_format> names) {
  std::string shown;
  for (const named_format& one : names)
    shown += (shown.empty() ? "" : "|") + std::string(one.name);
  const std::string first = names.front().name;
  const auto put = [&value, names = std::move(names), shown](const std::string& name) {
    const auto found = std::ranges::find(names, name, &named_format::name);
    if (found == names.end())
      throw CLI::ValidationError("--format", "must be " + shown + ", not '" + name + "'");
    value = found->format;
  };
  auto* named = command
                    .add_option_function<std::string>("--format", put,
                                                      "output format; " + first + " by default")
                    ->option_text(shown);
  command
      .add_flag_callback(
          "--json", [&value] { value = format::json; }, "short for --format json")
      ->excludes(named)
      ->option_text(" ");
}

// A VM without a name must not be selected by an option without a value.
CLI::Option* not_empty(CLI::Option* named) {
  return named->check(CLI::Validator(
      [](const std::string& value) {
        return value.empty() ? std::string("must not be empty") : std::string();
      },
      ""));
}

using words_to_offer = std::vector<std::string_view>;

licensing::verdict verdict_named(const std::string& word) {
  std::vector<std::string_view> names;
  for (const licensing::verdict v : licensing::all_verdicts) {
    if (v == licensing::verdict::compliant) continue; // those are counted, not listed
    if (word == licensing::name(v)) return v;
    names.push_back(licensing::name(v));
  }
  throw CLI::ValidationError("--verdict",
                             "'" + printable(word) + "' is not one" + did_you_mean(word, names));
}

// Each of them implies rows.
void add_rows(CLI::App& command, row_options& value) {
  const auto verdicts = [&value](const std::vector<std::string>& words) {
    for (const std::string& word : words)
      value.only.verdicts.push_back(verdict_named(word));
  };
  command.add_flag("--rows", value.rows,
                   command.get_name() == "plan"
                       ? "list the VMs below their causes; up to 12 are always listed"
                       : "list the VMs below their causes");
  command
      .add_option_function<std::vector<std::string>>(
          "--verdict", verdicts, "show only VMs with this verdict; may be repeated")
      ->expected(1)
      ->take_all()
      ->option_text("missing|wrong|superfluous|exempt|review|mismatch|managed");
  command
      .add_option("--rule", value.only.rule,
                  "show only VMs decided by this rule or entry of guest_os_families")
      ->option_text("RULE");
  command.add_option("--service", value.only.service, "show only VMs of this service")
      ->option_text("SERVICE");
  command.add_option("--datacenter", value.only.datacenter, "show only VMs of this datacenter")
      ->option_text("ID");
  command.add_option("--limit", value.only.limit, "list at most this many VMs")
      ->option_text("NUMBER");
}

void add_selection(CLI::App& command, agent::selection& value) {
  not_empty(command.add_option("--vm", value.vms, "only this VM, by name or ID; may be repeated"))
      ->expected(1)
      ->take_all()
      ->option_text("VM");
  const auto take = [&value](const std::vector<std::string>& words) {
    for (const std::string& word : words) {
      const auto named = [&](publish::deed d) { return word == name(d); };
      const auto found = std::ranges::find_if(publish::all_deeds, named);
      if (found == publish::all_deeds.end())
        throw CLI::ValidationError("--only", "must be declare, replace or remove, not '" +
                                                 printable(word) + "'");
      value.only.push_back(*found);
    }
  };
  command
      .add_option_function<std::vector<std::string>>(
          "--only", take, "only corrections of this kind; may be repeated, or a list with commas")
      ->expected(1)
      ->delimiter(',')
      ->take_all()
      ->option_text("declare|replace|remove");
}

std::string no_command(const CLI::App& app, const std::string& word) {
  words_to_offer names;
  for (const CLI::App* command : app.get_subcommands(nullptr))
    names.push_back(command->get_name());
  return "unknown command '" + printable(word) + "'" + did_you_mean(word, names);
}

// Options known from other programs, and their equivalents here.
struct elsewhere {
  const char *command, *option, *instead;
};
constexpr elsewhere known_elsewhere[] = {
    {"apply", "--dry-run", "'ovh-licensed plan' shows what is due and changes nothing"},
    {"run", "--once", "'ovh-licensed plan' looks once and changes nothing"},
};

std::string no_option(const CLI::App& app, const CLI::App* command, std::string option) {
  option.resize(std::min(option.find('='), option.size()));
  std::string text = "unknown option '" + printable(option) + "'";
  for (const elsewhere& one : known_elsewhere)
    if (command != nullptr && command->get_name() == one.command && option == one.option)
      return text + "; " + one.instead;
  std::vector<std::string> names;
  const auto gather = [&](const CLI::App& of) {
    for (const CLI::Option* known : of.get_options())
      for (const std::string& name : known->get_lnames())
        names.push_back("--" + name);
  };
  gather(app);
  if (command != nullptr) gather(*command);
  return text + did_you_mean(option, words_to_offer(names.begin(), names.end()));
}

// For an unknown word CLI11 only says that it was not expected.
std::string unknown_word(const CLI::App& app) {
  const auto commands = app.get_subcommands();
  const CLI::App* const command = commands.empty() ? nullptr : commands.front();
  const std::vector<std::string> left = app.remaining(true);
  if (left.empty()) return {};
  for (const std::string& word : left)
    if (word.size() > 1 && word.starts_with('-')) return no_option(app, command, word);
  return command == nullptr ? no_command(app, left.front()) : std::string();
}

constexpr int fine = static_cast<int>(exit_status::fine);
constexpr int wrong = static_cast<int>(exit_status::wrong);

int explained(const CLI::App& app, const CLI::ParseError& e) {
  const std::string unknown = unknown_word(app);
  if (e.get_exit_code() == 0) return app.exit(e), fine; // --help, --version
  if (unknown.empty() && app.get_subcommands().empty()) {
    std::cout << app.help(); // nothing was asked for; that is wrong usage all the same
    return wrong;
  }
  app.exit(unknown.empty() ? CLI::Error(e) : CLI::Error(e.get_name(), unknown));
  return wrong;
}

// The help of the program, or of a command.
int show_help(const CLI::App& app, const std::optional<std::string>& of) {
  if (!of) {
    // app.help() would show the help of the parsed command
    std::cout << app.get_formatter()->make_help(&app, app.get_name(), CLI::AppFormatMode::Normal);
    return fine;
  }
  for (const CLI::App* command : app.get_subcommands(nullptr))
    if (command->get_name() == *of) {
      std::cout << command->help(app.get_name());
      return fine;
    }
  std::cerr << no_command(app, *of) << '\n';
  return wrong;
}

} // namespace

std::variant<options, int> parse_options(int argc, const char* const* argv) {
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
  const std::string version_line = "ovh-licensed " + std::string(version());

  CLI::App app(about, "ovh-licensed");
  app.footer(exit_statuses);
  app.set_version_flag("--version", version_line, "show the version and exit");
  app.set_help_flag("-h,--help", "show this help and exit");
  app.get_formatter()->label("SUBCOMMAND", "COMMAND");
  app.add_option("-c,--config", parsed.config, "configuration file; may also follow the command")
      ->option_text("FILE (" + parsed.config.string() + ")");
  app.require_subcommand(1);
  app.fallthrough();

  auto* run_it =
      app.add_subcommand("run", "run in the foreground and poll until stopped (the daemon)");
  run_it->callback([&] { parsed.command = run; });

  auto* check_it =
      app.add_subcommand("check", "check configuration and policy and show every problem");
  check_it->add_flag("--online", check.online,
                     "also try the credentials, their rights and expiry, and whether Windows "
                     "licenses are activated");
  check_it->callback([&] { parsed.command = check; });

  auto* reload_it = app.add_subcommand(
      "reload",
      "make a running daemon read its files again, and fail if it refuses them; systemctl "
      "reload runs this");
  reload_it->add_option("PID", reload.daemon, "process ID of the daemon")
      ->required()
      ->check(CLI::Range(2, std::numeric_limits<int>::max()).description(""))
      ->option_text(" ");
  reload_it->callback([&] { parsed.command = reload; });

  auto* plan_it =
      app.add_subcommand("plan", "look once, change nothing, and show what apply would do and "
                                 "what the policy's mode leaves");
  add_format(*plan_it, plan.format,
             {{"table", format::table}, {"json", format::json}, {"csv", format::csv}});
  plan_it->add_option("--out", plan.out, "also write the whole plan (JSON) to this file")
      ->option_text("FILE");
  plan_it->add_option("--show", plan.show, "show this plan file instead of looking")
      ->excludes("--out")
      ->option_text("FILE");
  add_rows(*plan_it, plan.rows);
  plan_it->callback([&] { parsed.command = plan; });

  auto* apply_it = app.add_subcommand(
      "apply", "look once, ask, and make the corrections that the policy allows; a running daemon "
               "pauses meanwhile");
  auto* approved = apply_it
                       ->add_option("--plan", apply.plan,
                                    "make exactly the corrections of this file, once; plan --out "
                                    "writes it")
                       ->option_text("FILE");
  apply_it->add_flag("--old", apply.old, "apply the plan even if it is older than 7 days")
      ->needs(approved)
      ->option_text(" ");
  add_selection(*apply_it, apply.selected);
  apply_it->add_flag("--yes", apply.yes, "do not ask; needed where there is no terminal to ask on");
  apply_it->callback([&] { parsed.command = apply; });

  auto* explain_it = app.add_subcommand(
      "explain", "show how one VM gets its verdict: what was seen, each rule tried");
  not_empty(explain_it->add_option("VM", explain.vm, "its name or ID"))
      ->required()
      ->option_text(" ");
  explain_it->callback([&] { parsed.command = explain; });

  auto* test_it =
      app.add_subcommand("test", "test the policy against a file of examples, without the network");
  test_it->add_option("FILE", test.file, "the examples")->required()->option_text(" ");
  test_it->callback([&] { parsed.command = test; });

  auto* status_it = app.add_subcommand("status", "show what the daemon last reported");
  add_format(*status_it, status.format,
             {{"text", format::text},
              {"json", format::json},
              {"csv", format::csv},
              {"icinga", format::icinga}});
  add_rows(*status_it, status.rows);
  status_it->add_flag("--strict", status.strict,
                      "with --format icinga: also warn about what the mode only reports");
  status_it->callback([&] {
    if (status.strict && status.format != format::icinga)
      throw CLI::ValidationError("--strict", "requires --format icinga");
    parsed.command = status;
  });

  auto* history_it = app.add_subcommand(
      "history", "show what the ledger knows of one VM, or of everything that changed");
  not_empty(history_it->add_option("VM", history.vm, "its name or ID (default: everything)"))
      ->option_text(" ");
  history_it
      ->add_option("--since", history.since,
                   "leave out what ended before: a duration such as 7d, or a date")
      ->option_text("WHEN");
  add_format(*history_it, history.format, {{"table", format::table}, {"json", format::json}});
  history_it->callback([&] { parsed.command = history; });

  auto* verify_it = app.add_subcommand(
      "verify", "check that the ledger is intact, from the first record to the last");
  verify_it->callback([&] { parsed.command = verify; });

  auto* login_it = app.add_subcommand(
      "login", "get a consumer key with only the rights needed from OVHcloud, and save it");
  login_it
      ->add_option("--account", login.account,
                   "account to log in to; needed where there are several")
      ->option_text("NAME");
  auto* read_only =
      login_it->add_flag("--read-only", login.read_only, "ask for no right to change anything")
          ->option_text(" ");
  login_it
      ->add_flag("--corrections", login.corrections,
                 "also ask for the rights to set and remove licenses")
      ->excludes(read_only)
      ->option_text(" ");
  login_it->add_flag("--renewals", login.renewals, "also ask for the rights to renew services")
      ->excludes(read_only)
      ->option_text(" ");
  login_it
      ->add_option("--file", login.file,
                   "write this file instead of the account's credentials_file or /etc/ovh.conf")
      ->option_text("FILE");
  login_it->callback([&] { parsed.command = login; });

  auto* help_it = app.add_subcommand("help", "show this help, or that of a command");
  help_it->add_option("COMMAND", help_of, "the command")->option_text(" ");
  auto* version_it = app.add_subcommand("version", "show the version");

  for (CLI::App* command : app.get_subcommands(nullptr))
    command->group("Commands");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return explained(app, e);
  }
  if (help_it->parsed()) return show_help(app, help_of);
  if (version_it->parsed()) {
    std::cout << version_line << '\n';
    return fine;
  }
  return parsed;
}

} // namespace ovhl
