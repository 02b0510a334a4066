// `test`: checks the policy against examples of VMs and their expected verdicts, without the
// network.
#include "base/text.hpp"
#include "commands/commands.hpp"
#include "complaints.hpp"
#include "config/examples_file.hpp"
#include "licensing/decide.hpp"

#include <fmt/format.h>

#include <chrono>
#include <string>
#include <vector>

namespace ovhl::commands {

namespace {

std::string_view shown(licensing::action a) {
  return a == licensing::action::none ? "none" : licensing::name(a);
}

// The example may name the deciding entry by the rule's name, the map's key, the full text as
// shown, or "none".
bool same_source(const std::string& said, const licensing::source& from,
                 const licensing::policy& p) {
  if (said == licensing::source_name(from, p)) return true;
  switch (from.what) {
  case licensing::source::kind::rule: return said == p.rules[from.index].name;
  case licensing::source::kind::entry:
    return equal_ignoring_case(said, p.guest_os_families[from.index].guest_os_family.pattern());
  case licensing::source::kind::nothing: break;
  }
  return said == "none";
}

// Every difference between the decision and what the example expects.
std::vector<std::string> differences(const config::example& e, const licensing::decision& d,
                                     const licensing::policy& p) {
  std::vector<std::string> all;
  const auto differs = [&](std::string_view what, std::string_view wanted, std::string_view got) {
    all.push_back(fmt::format("{}: expected '{}', got '{}'", what, wanted, got));
  };
  if (e.verdict != d.verdict)
    differs("verdict", licensing::name(e.verdict), licensing::name(d.verdict));
  const std::string_view license = licensing::expected(d, p);
  if (e.license && *e.license != license)
    differs("license", e.license->empty() ? "none" : *e.license,
            license.empty() ? "none" : license);
  if (e.action && *e.action != shown(d.action)) differs("action", *e.action, shown(d.action));
  if (e.rule && !same_source(*e.rule, d.from, p)) {
    const std::string decided = licensing::source_name(d.from, p);
    differs("rule", *e.rule, decided.empty() ? "none" : decided);
  }
  return all;
}

} // namespace

exit_status execute(const path& config, const test_options& chosen) {
  const agent::read_outcome read = agent::read_files(config);
  complain(read);
  static const std::vector<std::string> none;
  auto examples =
      config::read_examples(chosen.file, read.value ? read.value->policy->policy.licenses : none);
  complain(examples.errors);
  if (!read.value || !examples.value) return exit_status::wrong;

  const licensing::policy& policy = read.value->policy->policy;
  const day today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
  std::size_t failed = 0;
  for (const config::example& e : examples.value->list) {
    const licensing::decision made = licensing::judge(e.vm, e.where, policy, e.on.value_or(today));
    const auto wrong = differences(e, made, policy);
    if (wrong.empty()) continue;
    ++failed;
    print("{}:{}: {}\n", chosen.file.string(), e.line, printable(e.name));
    for (const std::string& difference : wrong)
      print("    {}\n", difference);
    print("    because: {}\n", licensing::reason(made, e.vm, policy));
  }
  print("{} passed, {} failed\n", examples.value->list.size() - failed, failed);
  return failed == 0 ? exit_status::fine : exit_status::wrong;
}

} // namespace ovhl::commands
