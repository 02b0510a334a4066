// `login`: requests a consumer key with only the rights needed, waits until a person confirms it,
// and saves it.
#include "agent/login.hpp"

#include "agent/wait_teller.hpp"
#include "application_keys.hpp"
#include "base/duration.hpp"
#include "base/text.hpp"
#include "base/version.hpp"
#include "base/wrong.hpp"
#include "commands/commands.hpp"
#include "complaints.hpp"
#include "config/paths.hpp"
#include "first_steps.hpp"
#include "loop/signals.hpp"
#include "os/signals_blocked.hpp"
#include "os/terminal.hpp"
#include "ovh/credentials/conf_file.hpp"
#include "ovh/http/ca_file.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <exception>
#include <optional>
#include <utility>

namespace ovhl::commands {

namespace asio = boost::asio;
using login_end = agent::login_result::outcome;

namespace {

result<config::account> chosen_account(const config::settings& settings,
                                       const std::optional<std::string>& name) {
  const auto& all = settings.accounts;
  std::vector<std::string_view> names;
  std::string listed;
  for (const config::account& account : all) {
    names.push_back(account.name);
    listed += (listed.empty() ? "" : ", ") + account.name;
  }
  if (!name && all.size() == 1) return all.front();
  if (!name)
    return wrong("login", "the configuration has several accounts",
                 fmt::format("choose one with --account: {}", listed));
  const auto found = std::find(names.begin(), names.end(), *name);
  if (found != names.end()) return all[static_cast<std::size_t>(found - names.begin())];
  return wrong(
      "login",
      fmt::format("there is no account '{}'{}", printable(*name), did_you_mean(*name, names)),
      fmt::format("the configuration has {}", listed));
}

// What the login needs, and where the key will be saved.
struct undertaking {
  config::account account;
  ovh::endpoint endpoint;
  path file;
  ovh::conf_facts before;
  agent::login_wish wish;
};

result<undertaking> prepare(const agent::setup& setup, const login_options& chosen) {
  undertaking out;
  auto account = chosen_account(setup.settings, chosen.account);
  if (!account) return account.error();
  out.account = std::move(*account);
  auto endpoint = ovh::find_endpoint(out.account.endpoint, out.account.oauth2_token_url);
  if (!endpoint) return endpoint.error();
  out.endpoint = std::move(*endpoint);
  if (chosen.file && chosen.file->empty())
    return wrong("login", "--file names no file", "name the file to write, such as /etc/ovh.conf");
  out.file = chosen.file ? *chosen.file : out.account.credentials_file.value_or("/etc/ovh.conf");
  const auto known = config::named_so(setup.settings, out.file);
  if (known && known->how != config::named_path::use::credentials)
    return wrong(out.file.string(),
                 fmt::format("{} is the same file, and holds no credentials", known->name),
                 "name another file with --file");
  auto before = ovh::look_at_conf(out.file, out.account.endpoint);
  if (!before) return before.error();
  out.before = std::move(*before);
  out.wish =
      agent::wish_for(setup, out.account, {chosen.read_only, chosen.corrections, chosen.renewals});
  return out;
}

void show_rights(const undertaking& it) {
  tell(fmt::format("account {}, {}: a consumer key {} ({})\n", it.account.name, it.account.endpoint,
                   it.wish.level, it.wish.why));
  std::size_t widest = 0, longest = 0;
  for (const ovh::wanted_rule& w : it.wish.rules) {
    widest = std::max(widest, columns(w.rule.path));
    longest = std::max(longest, columns(w.what_for));
  }
  const terminal t = os::detect_terminal(1);
  const bool fits = !t.tty || 7 + widest + 2 + longest <= t.width;
  for (const ovh::wanted_rule& w : it.wish.rules)
    show(fits ? fmt::format("  {:<4} {:<{}}  {}\n", w.rule.method, w.rule.path, widest, w.what_for)
              : fmt::format("  {:<4} {}\n         {}\n", w.rule.method, w.rule.path, w.what_for));
  if (!it.wish.note.empty()) say(fmt::format("note: {}\n", it.wish.note));
}

ovh::client_options options_for(const undertaking& it, const config::settings& settings,
                                application_keys keys) {
  ovh::client_options out;
  out.account = it.account.name;
  out.endpoint = it.endpoint;
  out.credentials =
      ovh::application_credentials{std::move(keys.key), std::move(keys.secret), secret()};
  out.ca_file = it.account.ca_file;
  out.connections = 1;
  out.timeout = settings.api.timeout;
  out.user_agent = fmt::format("ovh-licensed/{}", version());
  return out;
}

// Null if a signal ended it.
std::optional<agent::login_result> obtain(const undertaking& it, ovh::client_options with) {
  asio::io_context loop(1);
  loop::real_clock clock;
  const ovh::client* asking = nullptr;
  agent::wait_teller line(loop.get_executor(), clock, os::detect_terminal(2),
                          "asking for a consumer key",
                          [&] { return asking != nullptr ? asking->waits_for() : std::nullopt; });
  agent::login_events events;
  events.asks = [&](const ovh::client* by) { asking = by; };
  events.confirm_at = [&](const std::string& url) {
    line.clear();
    tell(fmt::format("Open this address, log in, choose how long the key is to be valid, and "
                     "confirm:\n\n{}\n\nWaiting up to {}; press Ctrl-C to cancel.\n",
                     printable(url), rough_duration(agent::login_patience)));
    std::fflush(stdout);
  };
  events.waiting = [&](std::chrono::seconds left) {
    line.doing(fmt::format("waiting for the confirmation, {} left", rough_duration(left)));
  };
  events.problem = [&](const error& e) {
    line.clear();
    say(fmt::format("{}; trying again\n", words(e)));
  };

  std::optional<agent::login_result> out;
  constexpr std::array ends{SIGINT, SIGTERM};
  loop::signals signals(loop.get_executor(), ends);
  signals.listen([&](int) { loop.stop(); });
  asio::co_spawn(loop,
                 agent::obtain_key(loop.get_executor(), clock, std::move(with), it.wish.rules,
                                   std::move(events)),
                 [&](std::exception_ptr bug, agent::login_result got) {
                   if (bug) std::rethrow_exception(bug);
                   out = std::move(got);
                   loop.stop();
                 });
  loop.run();
  return out;
}

exit_status incomplete(const undertaking& it, std::string message, std::string advice) {
  complain(wrong("account " + it.account.name, std::move(message), std::move(advice)));
  say("Nothing was written.\n");
  return exit_status::incomplete;
}

exit_status not_made(const undertaking& it, const agent::login_result& got,
                     std::string_view keys_from) {
  constexpr const char* again = "run login again for a new link";
  switch (got.how) {
  case login_end::refused: return incomplete(it, "the consumer key was refused", again);
  case login_end::gone: return incomplete(it, "OVHcloud no longer knows the consumer key", again);
  case login_end::late:
    return incomplete(it,
                      fmt::format("the consumer key was not confirmed within {}",
                                  rough_duration(agent::login_patience)),
                      again);
  case login_end::expired:
    return incomplete(
        it, fmt::format("the consumer key expired at {}", timestamp(*got.facts.expiration)), again);
  case login_end::incomplete: {
    std::string missing;
    for (const ovh::access_rule& r : got.missing)
      missing += fmt::format("{}{} {}", missing.empty() ? "" : ", ", r.method, r.path);
    return incomplete(it, "the consumer key lacks the rights " + missing, again);
  }
  case login_end::validated:
  case login_end::failed: break;
  }
  error e = got.why.value_or(error());
  const bool unclear = e.passing() || e.kind == failure::answer;
  if (!unclear)
    e.advice += fmt::format("{}the application's key and secret came from {}",
                            e.advice.empty() ? "" : "; ", keys_from);
  complain(e);
  say("Nothing was written.\n");
  return unclear ? exit_status::incomplete : exit_status::wrong;
}

void show_what_was_kept(const undertaking& it, const agent::login_result& got) {
  const auto& end = got.facts.expiration;
  const auto left = end ? *end - loop::real_clock().wall() : std::chrono::seconds(0);
  tell(end ? fmt::format("Confirmed. The key expires at {} (in {}); log in again before then.\n",
                         timestamp(*end), rough_duration(left))
           : std::string("Confirmed. The key does not expire.\n"));
  const bool was_open = it.before.exists && (it.before.mode & 077U) != 0;
  tell(fmt::format(
      "Written: {}, section [{}], mode 0600{}.\n", it.file.string(), it.account.endpoint,
      was_open ? fmt::format(" (it was {:04o}: other users could read it)", it.before.mode) : ""));
  const std::string note =
      agent::unused_note(it.account, it.file, got.keys, ovh::real_surroundings());
  if (!note.empty()) {
    std::fflush(stdout);
    say(fmt::format("note: {}\n", note));
  }
}

// Checks this account with its new key, without the others.
agent::setup with_new_key(agent::setup setup, const undertaking& it,
                          ovh::application_credentials keys) {
  std::string ca_sha256;
  if (it.account.ca_file)
    if (auto digest = ovh::ca_file_digest(*it.account.ca_file)) ca_sha256 = std::move(*digest);
  setup.accounts.clear();
  setup.accounts.push_back({it.account, it.endpoint, std::move(keys), std::move(ca_sha256)});
  return setup;
}

} // namespace

exit_status execute(const path& config, const login_options& chosen) {
  const agent::read_outcome read = agent::read_files(config);
  complain(read);
  if (!read.value) return exit_status::wrong;
  const auto prepared = prepare(*read.value, chosen);
  if (!prepared) {
    complain(prepared.error());
    return exit_status::wrong;
  }
  const undertaking& it = *prepared;
  show_rights(it);
  std::fflush(stdout); // before what may be said on stderr
  auto keys = find_application_keys(it.before, it.file, agent::create_application_url(it.endpoint));
  if (!keys) {
    complain(keys.error());
    return exit_status::wrong;
  }
  const std::string keys_from = keys->from;
  auto with = options_for(it, read.value->settings, std::move(*keys));
  const auto got = obtain(it, std::move(with));
  if (!got) {
    say("Stopped. Nothing was written.\n");
    return exit_status::wrong;
  }
  if (got->how != login_end::validated) return not_made(it, *got, keys_from);
  {
    const os::signals_blocked whole; // else a half-written file could stay beside the real one
    if (const auto written = ovh::write_keys(it.file, it.account.endpoint, got->keys); !written) {
      complain(written.error());
      say("The consumer key was confirmed, but could not be saved: log in again.\n");
      return exit_status::incomplete;
    }
  }
  show_what_was_kept(it, *got);
  return take_first_steps(with_new_key(*read.value, it, got->keys),
                          it.wish.what.mode == licensing::mode::report);
}

} // namespace ovhl::commands
