#include "publish/folding.hpp"

#include "publish/correction_kind.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <numeric>
#include <set>
#include <tuple>
#include <utility>

namespace ovhl::publish {

namespace {

// The reason with an ellipsis instead of the declared license.
std::string without_license(const cause_row& c) {
  std::string text = c.reason;
  if (is_none(c.license)) return text;
  const std::string named = fmt::format("'{}'", *c.license);
  for (std::size_t at = 0; (at = text.find(named, at)) != std::string::npos;)
    text.replace(at, named.size(), "'…'");
  return text;
}

auto all_but_license(const cause_row& c) {
  return std::tuple(c.verdict, c.action, is_none(c.license), c.expected, c.guest_os_family,
                    c.reported_guest_os_family, c.rule, without_license(c));
}

void merge(folded_cause& into, const cause_row& more) {
  constexpr std::size_t names_shown = 3;
  into.vms += more.vms;
  for (const std::string& name : more.names)
    if (into.names.size() < names_shown) into.names.push_back(name);
  for (const cause_state& s : more.states)
    count(into.states, s);
  if (into.since == instant{} || (more.since != instant{} && more.since < into.since))
    into.since = more.since;
}

} // namespace

std::vector<folded_cause> folded(std::vector<cause_row> causes) {
  std::vector<folded_cause> all;
  std::map<decltype(all_but_license(causes.front())), std::size_t> places;
  std::vector<std::set<std::string>> licenses;
  const bool fold = causes.size() > causes_shown;
  for (cause_row& c : causes) {
    if (!fold) {
      all.push_back({std::move(c), 1});
      continue;
    }
    const auto [found, fresh] = places.try_emplace(all_but_license(c), all.size());
    if (fresh) licenses.emplace_back();
    licenses[found->second].insert(is_none(c.license) ? std::string() : *c.license);
    if (fresh)
      all.push_back({std::move(c), 1});
    else
      merge(all[found->second], c);
  }
  for (std::size_t i = 0; i < licenses.size(); ++i) {
    all[i].licenses = licenses[i].size();
    if (all[i].licenses > 1) all[i].reason = without_license(all[i]);
  }
  std::vector<std::size_t> order(all.size()); // the first of equals stays first
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) {
    return std::tuple(urgency(all[i].verdict), ~all[i].vms, i);
  });
  std::vector<folded_cause> sorted;
  sorted.reserve(all.size());
  for (const std::size_t i : order)
    sorted.push_back(std::move(all[i]));
  return sorted;
}

cell declared_cell(const folded_cause& c) {
  if (c.licenses == 1) return license_cell(c.license);
  return fmt::format("{} different licenses", c.licenses);
}

std::string not_shown_text(const std::vector<folded_cause>& all) {
  if (all.size() <= causes_shown) return {};
  const std::size_t vms =
      std::accumulate(all.begin() + causes_shown, all.end(), std::size_t{0},
                      [](std::size_t sum, const folded_cause& c) { return sum + c.vms; });
  const std::size_t left = all.size() - causes_shown;
  return fmt::format("{} more cause{} ({}) {} not shown; to see {}: ovh-licensed plan --rows, or "
                     "--format json.",
                     left, left == 1 ? "" : "s", counted(vms, "VM"), left == 1 ? "is" : "are",
                     left == 1 ? "it" : "them");
}

} // namespace ovhl::publish
