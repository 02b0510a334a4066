// `plan`: one survey that changes nothing; shows what `apply` would do and what the mode leaves.
#include "publish/plan.hpp"

#include "agent/approved_plan.hpp"
#include "agent/plan_key.hpp"
#include "agent/plan_view.hpp"
#include "base/atomic_file.hpp"
#include "base/digest.hpp"
#include "base/directory_path.hpp"
#include "base/duration.hpp"
#include "base/text.hpp"
#include "base/wrong.hpp"
#include "commands/commands.hpp"
#include "complaints.hpp"
#include "config/paths.hpp"
#include "ledger/history.hpp"
#include "ledger/sqlite/store.hpp"
#include "ledger/sqlite/verify.hpp"
#include "loop/clock.hpp"
#include "os/identity.hpp"
#include "os/terminal.hpp"
#include "plan_file.hpp"
#include "publish/plan_file.hpp"
#include "publish/plan_text.hpp"
#include "survey_now.hpp"

#include <fmt/format.h>

#include <array>
#include <fstream>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace ovhl::commands {

namespace {

// A plan may overwrite another plan, but nothing else.
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
  return wrong(out.string(), "exists and is not an ovh-licensed plan",
               "name another file with --out, or move this one aside");
}

exit_status exit_status_of(const publish::plan_document& plan) {
  if (!plan.complete) return exit_status::incomplete;
  return plan.corrections.empty() ? exit_status::fine : exit_status::drift;
}

std::string in_words(const std::vector<publish::plan_document::account>& accounts) {
  std::string text;
  for (const auto& a : accounts)
    text += fmt::format("{}{} ({})", text.empty() ? "" : ", ", a.name, a.endpoint);
  return text;
}

struct seal_found {
  bool wrong = false;
  std::string words;
  std::optional<path> ledger = {}; // that knows whether the plan was applied
  std::vector<std::string> licenses = {};
};

std::string made_in_words(const publish::plan_document& plan) {
  std::string text = fmt::format("{} by ovh-licensed {}", timestamp(plan.made_at), plan.version);
  if (loop::real_clock().wall() - plan.made_at > agent::old_age)
    text += fmt::format("; older than {}, so apply needs --old", duration_text(agent::old_age));
  return text;
}

// Empty if the plan was not applied, or the ledger cannot be read. Becomes the ledger's owner.
std::string applied_in_words(const seal_found& with, std::string_view text) {
  const auto plan = publish::read_plan(text, with.licenses);
  if (!plan || !with.ledger || !os::become_owner_of(directory_of(*with.ledger))) return {};
  ledger::history past;
  const auto read =
      ledger::read(*with.ledger, [&](const ledger::record& r) { static_cast<void>(past.take(r)); });
  const auto found = past.applied_plans().find(plan->seal);
  if (!read || found == past.applied_plans().end()) return {};
  return fmt::format("at {} by {}; it cannot be applied again", timestamp(found->second.at),
                     words(found->second.by));
}

// The seal cannot be checked without credentials.
seal_found check_seal(const path& config, std::string_view text) {
  const agent::read_outcome read = agent::read_setup(config, ovh::real_surroundings());
  if (!read.value)
    return {false, "not checked: " + (!read.problems.empty() ? words(read.problems.front())
                                      : read.mistakes.empty()
                                          ? std::string("the configuration cannot be read")
                                          : config::words(read.mistakes.front()))};
  if (const auto fits = publish::check_seal(text, agent::plan_key(*read.value)); !fits)
    return {true, words(fits.error())};
  return {false, "valid: unchanged since it was made with the current credentials",
          read.value->settings.ledger, read.value->policy->policy.licenses};
}

exit_status show_file(const path& config, const plan_options& chosen) {
  const auto refuse = [&](error e) {
    if (e.where.empty()) e.where = chosen.show->string();
    e.message = printable(e.message); // of a file that may come from anywhere
    return fail(e);
  };
  const auto file = read_plan_file(*chosen.show);
  if (!file) return refuse(file.error());
  const auto plan = publish::read_whole_plan(file->text);
  if (!plan) return refuse(plan.error());
  const seal_found seal = check_seal(config, file->text);
  if (chosen.format == format::json) {
    show(file->text);
  } else if (chosen.format == format::csv) {
    show(publish::plan_csv(*plan, chosen.rows.only));
  } else {
    const auto& policy = plan->policy;
    publish::plan_choice choice{chosen.rows.rows, chosen.rows.only, {}, false, false};
    choice.file = {{"plan", chosen.show->string()},
                   {"SHA-256", file->sha256},
                   {"made", made_in_words(*plan)},
                   {"policy", fmt::format("{}, mode {}, SHA-256 {}", policy.path,
                                          licensing::name(policy.mode), policy.sha256)},
                   {"accounts", in_words(plan->accounts)},
                   {"seal", seal.words}};
    if (std::string applied = applied_in_words(seal, file->text); !applied.empty())
      choice.file.emplace_back("applied", std::move(applied));
    show(publish::plan_text(*plan, os::detect_terminal(1), choice));
  }
  if (!seal.wrong) return exit_status_of(*plan);
  return refuse(wrong(chosen.show->string(), seal.words));
}

} // namespace

exit_status execute(const path& config, const plan_options& chosen) {
  if (chosen.show) return show_file(config, chosen);
  const auto allowed = [&](const agent::setup& with) {
    return chosen.out ? replaceable(*chosen.out, with.settings) : result<void>();
  };
  licensing::due_corrections due;
  const auto found = survey_now(config, allowed, &due);
  if (!found) return exit_status::wrong;
  const agent::setup& setup = *found->by;
  const publish::plan_document plan = agent::plan_of(*found, due);
  if (chosen.format != format::table) // the table shows them itself
    for (const publish::problem_row& e : plan.errors)
      complain(e.what);

  const auto json = [&] { return publish::plan_json(plan, agent::plan_key(setup)); };
  publish::plan_choice choice{
      chosen.rows.rows, chosen.rows.only, {}, true, !setup.settings.corrections};
  if (chosen.out) {
    auto written = allowed(setup); // a file may have appeared there
    const std::string text = json();
    if (written) written = replace_file(*chosen.out, text, 0640);
    if (!written) return fail(written.error());
    choice.file = {{"plan", chosen.out->string()}, {"SHA-256", sha256(text)}};
    if (chosen.format != format::table)
      say(fmt::format("Plan: {}\nSHA-256: {}\n", choice.file[0].second, choice.file[1].second));
  }
  if (chosen.format == format::json)
    show(json());
  else if (chosen.format == format::csv)
    show(publish::plan_csv(plan, chosen.rows.only));
  else
    show(publish::plan_text(plan, os::detect_terminal(1), choice));
  return exit_status_of(plan);
}

} // namespace ovhl::commands
