#include "agent/login.hpp"

#include "base/access_code.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>
#include <utility>
#include <variant>

namespace ovhl::agent {

using boost::asio::awaitable;
using licensing::mode;
using outcome = login_result::outcome;

namespace {

constexpr std::chrono::seconds between_asks(3);
constexpr std::chrono::seconds one_ask(20);

// Why the policy needs these rights.
std::string reason_in_policy(const setup& s) {
  const mode whole = s.policy->policy.mode, strongest = strongest_mode(s);
  if (!s.settings.corrections) return "corrections are off in the configuration";
  if (whole == strongest) return fmt::format("the policy's mode is {}", name(whole));
  return fmt::format("the policy's mode is {}, but some entries have {}", name(whole),
                     name(strongest));
}

std::string level_of(const ovh::intended_use& what) {
  if (what.mode == mode::report)
    return what.renewals ? "to read and to renew services" : "to read, and to change nothing";
  const auto* const changes = what.mode == mode::declare ? "declare licenses" : "correct";
  return what.renewals ? fmt::format("to read, to {} and to renew services", changes)
                       : fmt::format("to read and to {}", changes);
}

enum class state : std::uint8_t { pending, validated, refused, unknown, unclear, wrong };

// The API reports a key that waits for confirmation only as not valid.
state state_of(const result<ovh::credential_facts>& said) {
  if (said) {
    if (said->status == "validated") return state::validated;
    if (said->status == "pendingValidation") return state::pending;
    return said->status == "refused" ? state::refused : state::unknown;
  }
  const error& e = said.error();
  const auto code = named<access_code>(e.api_code);
  if (code == access_code::invalid_credential) return state::pending;
  if (code == access_code::not_credential) return state::unknown;
  return e.passing() || e.kind == failure::answer ? state::unclear : state::wrong;
}

// Waits for one key to be confirmed.
class confirmation {
 public:
  confirmation(ovh::client& api, loop::clock& clock, const login_events& events)
      : api_(api), clock_(clock), events_(events), end_(clock.now() + login_patience) {}

  // Null: still waiting.
  awaitable<std::optional<login_result>> ask() {
    const auto deadline = std::min<loop::steady_point>(clock_.now() + one_ask, end_);
    auto said = co_await ovh::get_current_credential(api_, deadline);
    const state now = state_of(said);
    if (now != state::unclear) told_.reset();
    // The first time, it may be a server that does not know the key yet.
    if (now == state::unknown && ++unknown_ > 1) co_return ended(outcome::gone);
    if (now != state::unknown) unknown_ = 0;
    if (now == state::refused) co_return ended(outcome::refused);
    if (now == state::wrong) co_return ended(outcome::failed, said.error());
    if (now == state::unclear) tell(said.error());
    if (now != state::validated) co_return std::nullopt;
    login_result good = ended(outcome::validated);
    good.facts = std::move(*said);
    co_return good;
  }

  awaitable<login_result> wait() {
    while (clock_.now() < end_) {
      for (auto next = clock_.now() + between_asks; clock_.now() < next;) {
        const auto left = std::chrono::ceil<std::chrono::seconds>(end_ - clock_.now());
        if (events_.waiting) events_.waiting(left);
        co_await clock_.wait_for(std::chrono::seconds(1));
      }
      if (auto over = co_await ask()) co_return std::move(*over);
    }
    co_return ended(outcome::late);
  }

 private:
  static login_result ended(outcome how, std::optional<error> why = {}) {
    login_result out;
    out.how = how;
    out.why = std::move(why);
    return out;
  }

  void tell(const error& e) {
    const auto gist = std::pair(e.kind, e.http_status);
    if (told_ != gist && events_.problem) events_.problem(e);
    told_ = gist;
  }

  ovh::client& api_;
  loop::clock& clock_;
  const login_events& events_;
  loop::steady_point end_;
  int unknown_ = 0;
  std::optional<std::pair<failure, int>> told_;
};

std::vector<ovh::access_rule> plain(const std::vector<ovh::wanted_rule>& wanted) {
  std::vector<ovh::access_rule> out;
  out.reserve(wanted.size());
  for (const ovh::wanted_rule& w : wanted)
    out.push_back(w.rule);
  return out;
}

} // namespace

login_wish wish_for(const setup& s, const config::account& account, const login_flags& flags) {
  login_wish out;
  const mode needed = strongest_mode(s);
  if (!flags.read_only) out.what.mode = flags.corrections ? mode::enforce : needed;
  out.what.renewals = !flags.read_only && flags.renewals;
  out.level = level_of(out.what);
  if (flags.read_only)
    out.why = "--read-only was given";
  else if (flags.corrections && needed != mode::enforce)
    out.why = "--corrections was given";
  else
    out.why = reason_in_policy(s);
  if (out.what.renewals) out.why += "; --renewals was given";
  if (flags.read_only && needed != mode::report)
    out.note = fmt::format("{}: OVHcloud will refuse corrections made with a read-only key",
                           reason_in_policy(s));
  out.rules = ovh::rules_for(out.what, account.services);
  return out;
}

std::string create_application_url(const ovh::endpoint& where) {
  return fmt::format("{}://{}/createApp/", where.base.tls ? "https" : "http",
                     where.base.authority());
}

std::string unused_note(const config::account& account, const std::filesystem::path& written,
                        const ovh::application_credentials& keys, const ovh::surroundings& around) {
  const auto found = ovh::find_credentials(account.endpoint, account.credentials_file, around);
  const auto* const used = found ? std::get_if<ovh::application_credentials>(&*found) : nullptr;
  if (used != nullptr && *used == keys) return {};
  if (account.credentials_file)
    return fmt::format("the account's credentials_file is {}, not this file",
                       account.credentials_file->string());
  const auto all = around.shared_files;
  std::error_code none;
  const auto same = [&](const auto& f) { return std::filesystem::equivalent(f, written, none); };
  const auto place = std::find_if(all.begin(), all.end(), same);
  if (place == all.end())
    return fmt::format("nothing uses this file: set the account's credentials_file to {}",
                       written.string());
  std::string before;
  const auto add = [&](const std::string& name) { before += (before.empty() ? "" : ", ") + name; };
  const auto add_variable = [&](const char* name) {
    if (const auto value = around.variable(name); value && !value->empty()) add(name);
  };
  add_variable("OVH_APPLICATION_KEY");
  add_variable("OVH_APPLICATION_SECRET");
  add_variable("OVH_CONSUMER_KEY");
  add_variable("OVH_CLIENT_ID");
  add_variable("OVH_CLIENT_SECRET");
  add_variable("OVH_ACCESS_TOKEN");
  for (auto f = all.begin(); f != place; ++f)
    if (std::filesystem::exists(*f, none)) add(f->string());
  return fmt::format("commands run here will not use this key{}{}{}{}",
                     before.empty() ? "" : "; this takes precedence over the file: ", before,
                     found ? "" : "; they fail with: ", found ? "" : words(found.error()));
}

awaitable<login_result> obtain_key(boost::asio::any_io_executor executor, loop::clock& clock,
                                   ovh::client_options with, std::vector<ovh::wanted_rule> wanted,
                                   login_events events) {
  login_result out;
  auto& keys = std::get<ovh::application_credentials>(with.credentials);
  const auto asks = [&](const ovh::client* by) {
    if (events.asks) events.asks(by);
  };
  {
    ovh::client unsigned_yet(executor, clock, with);
    asks(&unsigned_yet);
    const auto deadline = clock.now() + one_ask;
    auto asked = co_await ovh::ask_for_credential(unsigned_yet, keys.application_key, plain(wanted),
                                                  deadline);
    asks(nullptr);
    if (!asked) {
      out.why = asked.error();
      co_return out;
    }
    keys.consumer_key = asked->consumer_key;
    out.keys = keys;
    ovh::client api(executor, clock, std::move(with));
    asks(&api);
    confirmation waiting(api, clock, events);
    // At once, so that a wrong secret is found before anybody opens the link.
    std::optional<login_result> over = co_await waiting.ask();
    if (!over) {
      if (events.confirm_at) events.confirm_at(asked->validation_url);
      over = co_await waiting.wait();
    }
    asks(nullptr);
    std::swap(out.keys, over->keys);
    out = std::move(*over);
  }
  if (out.how != outcome::validated) co_return out;
  if (out.facts.expiration && *out.facts.expiration <= clock.wall()) out.how = outcome::expired;
  if (out.how != outcome::validated) co_return out;
  out.missing = ovh::not_granted(out.facts.rules, wanted);
  if (!out.missing.empty()) out.how = outcome::incomplete;
  co_return out;
}

} // namespace ovhl::agent
