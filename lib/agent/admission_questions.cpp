#include "agent/admission_questions.hpp"

#include "ovh/api/services.hpp"

#include <fmt/format.h>

#include <set>

namespace ovhl::agent {

using boost::asio::awaitable;

namespace {

constexpr std::chrono::seconds time_to_ask(30);
constexpr std::chrono::hours believed(1); // that licenses can be set on a service

error not_activated(const licensing::place& where) {
  error e;
  e.kind = failure::refused;
  e.where = fmt::format("account {}: {}", where.account, where.service);
  e.message = "Windows licenses are not activated on this service, so none can be declared";
  e.advice = "activate them in the OVHcloud control panel";
  return e;
}

} // namespace

awaitable<admission_answers> admission_questions::ask(std::shared_ptr<const surveyed> found) {
  admission_answers known;
  co_await ask_services(*found, known);
  co_await ask_time(*found, known);
  co_return known;
}

// Among services with corrections that set a license: those where Windows licenses are not
// activated, or where that could not be determined.
awaitable<void> admission_questions::ask_services(const surveyed& found, admission_answers& known) {
  std::set<std::pair<std::string, std::string>> asked;
  for (const licensing::due_correction& c : found.due) {
    const licensing::place& where = c.which.where;
    const std::pair key(where.account, where.service);
    if (!c.allowed || c.action != licensing::action::set_license || !asked.insert(key).second)
      continue;
    const auto before = activated_.find(key);
    if (before != activated_.end() && before->second > clock_.now()) continue;
    const auto api = clients_.client_of(where.account);
    if (!api) continue;
    const auto facts = co_await ovh::get_service(*api, where.service, clock_.now() + time_to_ask);
    if (facts && facts->spla) {
      activated_[key] = clock_.now() + believed;
      continue;
    }
    known.problems.push_back(facts ? not_activated(where) : facts.error());
    known.not_activated[key] =
        facts ? fmt::format("Windows licenses are not activated on {}", where.service)
              : fmt::format(
                    "whether Windows licenses are activated on {} could not be determined: {}",
                    where.service, words(facts.error()));
  }
}

// Some answers have no Date header, or a proxy removes it.
awaitable<void> admission_questions::ask_time(const surveyed& found, admission_answers& known) {
  std::set<std::string> asked;
  for (const licensing::due_correction& c : found.due) {
    const std::string& account = c.which.where.account;
    if (!c.allowed || !asked.insert(account).second) continue;
    const auto api = clients_.client_of(account);
    if (!api || api->clock_difference()) continue;
    const auto failed = co_await api->learn_time(clock_.now() + time_to_ask);
    if (failed)
      known.no_time.emplace(
          account, "this machine's clock could not be compared with OVHcloud's: " + words(*failed));
  }
}

} // namespace ovhl::agent
