#include "option_values.hpp"

#include "base/text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

namespace ovhl {

namespace {

// CLI11 itself would accept -1 as a large number, and an empty text as 0.
template <class T>
std::optional<T> number_in(const std::string& text, T least, T most) {
  T number{};
  const char* const end = text.data() + text.size();
  const auto [rest, failed] = std::from_chars(text.data(), end, number);
  if (failed != std::errc() || rest != end || number < least || number > most) return std::nullopt;
  return number;
}

CLI::ValidationError refused(const char* option, std::string_view must, const std::string& text) {
  return CLI::ValidationError(option, fmt::format("must be {}, not '{}'", must, printable(text)));
}

licensing::verdict verdict_named(const std::string& word) {
  std::vector<std::string_view> names;
  for (const licensing::verdict v : licensing::all_verdicts) {
    if (v == licensing::verdict::compliant) continue; // those are counted, not listed
    if (word == licensing::name(v)) return v;
    names.push_back(licensing::name(v));
  }
  const std::string meant = did_you_mean(word, names);
  const std::string_view last = names.back();
  names.pop_back();
  const std::string all = fmt::format("{} or {}", fmt::join(names, ", "), last);
  throw CLI::ValidationError("--verdict",
                             fmt::format("must be {}, not '{}'{}", all, printable(word), meant));
}

} // namespace

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

void add_limit(CLI::App& command, std::optional<std::size_t>& value, const char* help) {
  const auto put = [&value](const std::string& text) {
    value = number_in<std::size_t>(text, 1, 1'000'000'000);
    if (!value) throw refused("--limit", "a positive number such as 20", text);
  };
  command.add_option_function<std::string>("--limit", put, help)->option_text("NUMBER");
}

void add_rows(CLI::App& command, row_options& value) {
  const auto verdicts = [&value](const std::vector<std::string>& words) {
    for (const std::string& word : words)
      value.only.verdicts.push_back(verdict_named(word));
  };
  const auto datacenter = [&value](const std::string& text) {
    value.only.datacenter = number_in<std::int64_t>(text, 1, std::numeric_limits<int>::max());
    if (!value.only.datacenter)
      throw refused("--datacenter", "the ID of a datacenter, a number such as 12", text);
  };
  command.add_flag("--rows", value.rows,
                   command.get_name() == "plan"
                       ? "list the VMs below their causes; up to 12 are always listed"
                       : "list the VMs below their causes");
  command
      .add_option_function<std::vector<std::string>>(
          "--verdict", verdicts,
          "show only VMs with this verdict; may be repeated, or a list with commas")
      ->expected(1)
      ->delimiter(',')
      ->take_all()
      ->option_text("missing|wrong|superfluous|exempt|review|mismatch|managed");
  command
      .add_option("--rule", value.only.rule,
                  "show only VMs decided by this rule or entry of guest_os_families")
      ->option_text("RULE");
  command.add_option("--service", value.only.service, "show only VMs of this service")
      ->option_text("SERVICE");
  command
      .add_option_function<std::string>("--datacenter", datacenter,
                                        "show only VMs of this datacenter")
      ->option_text("ID");
  add_limit(command, value.only.limit, "list at most this many VMs");
}

CLI::Option* not_empty(CLI::Option* named) {
  return named->check(CLI::Validator(
      [](const std::string& value) {
        return value.empty() ? std::string("must not be empty") : std::string();
      },
      ""));
}

void add_selection(CLI::App& command, agent::selection& value) {
  not_empty(command.add_option("--vm", value.vms, "only this VM, by name or ID; may be repeated"))
      ->expected(1)
      ->take_all()
      ->option_text("VM");
  const auto take = [&value](const std::vector<std::string>& words) {
    for (const std::string& word : words) {
      const auto named = [&](publish::correction_kind k) { return word == name(k); };
      const auto found = std::ranges::find_if(publish::all_correction_kinds, named);
      if (found == publish::all_correction_kinds.end())
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

void add_process(CLI::App& command, int& value) {
  const auto put = [&value](const std::string& text) {
    const auto number = number_in<int>(text, 2, std::numeric_limits<int>::max());
    if (!number) throw refused("PID", "the process ID of the daemon", text);
    value = *number;
  };
  command.add_option_function<std::string>("PID", put, "process ID of the daemon")
      ->required()
      ->option_text(" ");
}

} // namespace ovhl
