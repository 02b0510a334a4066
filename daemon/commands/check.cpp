// `check`: reports every mistake in the files and, with --online, every problem with the accounts.
#include "base/text.hpp"
#include "commands/commands.hpp"
#include "complaints.hpp"
#include "online_check.hpp"
#include "os/terminal.hpp"
#include "ovh/credentials/conf_access.hpp"
#include "publish/table.hpp"

#include <fmt/format.h>

#include <set>

namespace ovhl::commands {

namespace {

std::string expected_in_words(const licensing::expectation& e) {
  using enum licensing::wanted;
  switch (e.what) {
  case license: return e.license;
  case none: return "none";
  case keep: return "keep";
  case review: break;
  }
  return "review";
}

std::string origin_in_words(const licensing::map_entry& entry) {
  using enum licensing::origin;
  switch (entry.origin) {
  case own: return fmt::format("line {}", entry.expect.line);
  case own_instead_of_default:
    return fmt::format("line {}, instead of the default", entry.expect.line);
  case by_default: break;
  }
  return "default";
}

// In the order in which they are tried.
void show_mapping(const licensing::policy& policy) {
  publish::table list(
      {{"GUEST OS", publish::fit::wrap}, {"EXPECTED LICENSE", publish::fit::wrap}, {"FROM"}});
  for (const licensing::map_entry& entry : policy.guest_os_families)
    list.add({printable(entry.guest_os_family.pattern()), expected_in_words(entry.expect),
              origin_in_words(entry)});
  show("\n" + list.text(os::detect_terminal(1)));
}

void show_files(const agent::setup& setup) {
  const licensing::policy& policy = setup.policy->policy;
  print("{}: fine, {} account{}\n", setup.settings.file.string(), setup.settings.accounts.size(),
        setup.settings.accounts.size() == 1 ? "" : "s");
  print("{}: fine, mode {}, {} rule{}, {} guest OS families\n", setup.policy->path.string(),
        licensing::name(policy.mode), policy.rules.size(), policy.rules.size() == 1 ? "" : "s",
        policy.guest_os_families.size());
  if (policy.extends_default) show_mapping(policy);
}

// Checks owner and mode of each file that would be used, even if the service has its own copy.
// False: something is wrong.
bool check_credentials(const config::settings& settings, const ovh::surroundings& around) {
  bool fine = true;
  std::set<path> seen;
  for (const config::account& account : settings.accounts)
    for (const ovh::conf_access& one : ovh::check_conf_access(account.credentials_file, around)) {
      if (!seen.insert(one.path).second) continue;
      if (one.wrong) complain(*one.wrong);
      if (one.hidden) say(fmt::format("note: {}\n", words(*one.hidden)));
      fine = fine && !one.wrong;
    }
  return fine;
}

} // namespace

exit_status execute(const path& config, const check_options& chosen) {
  const auto around = ovh::real_surroundings();
  const agent::read_outcome read =
      chosen.online ? agent::read_setup(config, around) : agent::read_named_files(config, around);
  complain(read);
  if (!read.value) return exit_status::wrong;
  if (!check_credentials(read.value->settings, around)) return exit_status::wrong;
  if (!chosen.only_mistakes) show_files(*read.value);
  if (!chosen.online) return exit_status::fine;

  const auto answers = check_online(*read.value, agent::strongest_mode(*read.value));
  show_remarks(answers);
  switch (worst(answers)) {
  case agent::remark::grade::wrong: return exit_status::wrong;
  case agent::remark::grade::unknown: return exit_status::incomplete;
  case agent::remark::grade::fine:
  case agent::remark::grade::warning: break;
  }
  return exit_status::fine;
}

} // namespace ovhl::commands
