#include "publish/shortfall.hpp"

#include "base/text.hpp"
#include "publish/causes.hpp"
#include "publish/render.hpp"
#include "publish/unmatched.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ovhl::publish {

namespace {

// Quotes a word for the shell.
std::string in_quotes(std::string_view text) {
  const std::string safe = printable(text);
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  };
  if (!safe.empty() && std::ranges::all_of(safe, plain)) return safe;
  std::string out = "'";
  for (const char c : safe)
    out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + '\'';
}

std::string plan_command(const row_filter& only, std::string_view how) {
  std::string command = "sudo ovh-licensed plan";
  for (const licensing::verdict v : only.verdicts)
    command += fmt::format(" --verdict {}", licensing::name(v));
  if (only.rule) command += " --rule " + in_quotes(*only.rule);
  if (only.service) command += " --service " + in_quotes(*only.service);
  if (only.datacenter) command += fmt::format(" --datacenter {}", *only.datacenter);
  return how.empty() ? command : fmt::format("{} {}", command, how);
}

std::string matching_words(const row_filter& only) {
  if (only.verdicts.size() == 1 && !only.rule)
    return fmt::format(" with verdict {}", licensing::name(only.verdicts.front()));
  return only.narrows() ? " that match" : "";
}

} // namespace

std::optional<std::size_t> matching(const status_view& view, const row_filter& only) {
  if (only.service || only.datacenter) return std::nullopt;
  std::size_t all = 0;
  for (const cause_row& c : view.every_cause())
    if (only.fits(c)) all += c.vms;
  return all;
}

std::string shortfall(const status_view& view, const row_filter& only, std::string_view how) {
  const std::size_t every = vms_of(view.every_cause());
  const std::size_t in_file = view.findings.size();
  if (in_file >= every || !unmatched(view, only).empty()) return {};
  const std::string command = plan_command(only, how);
  const auto all = matching(view, only);
  if (!all)
    return fmt::format("the status file lists only {} of {}, so some may be missing; {} lists all",
                       grouped(in_file), counted(every, "VM"), command);
  const std::size_t listed = only.pick(view.findings).all;
  if (listed >= *all) return {};
  const std::string what = counted(*all, "VM") + matching_words(only);
  if (listed == 0 && in_file > 0)
    return fmt::format("none of the {} is among the {} that the status file lists; {} lists them",
                       what, grouped(in_file), command);
  return fmt::format("the status file lists {} of {}; {} lists all", grouped(listed), what,
                     command);
}

} // namespace ovhl::publish
