#include "publish/unmatched.hpp"

#include "base/text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <vector>

namespace ovhl::publish {

namespace {

// Lists the names, in a line or two at most.
std::string there_are(const std::set<std::string>& names) {
  constexpr std::size_t shown = 10;
  if (names.empty()) return "; there are none";
  std::vector<std::string> some;
  for (const std::string& name : names)
    if (some.size() < shown) some.push_back(printable(name));
  return fmt::format("; there are: {}{}", fmt::join(some, ", "), names.size() > shown ? ", …" : "");
}

// The part of "rule 'sql servers'" that an option takes: sql servers.
std::string name_of_rule(const std::string& rule) {
  const auto quote = rule.find('\'');
  return quote == std::string::npos ? rule : rule.substr(quote + 1, rule.size() - quote - 2);
}

} // namespace

std::string unmatched(const status_view& view, const row_filter& only) {
  std::set<std::string> services, datacenters, rules;
  for (const datacenter_row& d : view.datacenters) {
    services.insert(d.where.service);
    if (!only.service || d.where.service == *only.service)
      datacenters.insert(std::to_string(d.where.datacenter));
  }
  if (only.service && !services.contains(*only.service))
    return fmt::format("no VM of service '{}'{}", printable(*only.service), there_are(services));
  if (only.datacenter && !datacenters.contains(std::to_string(*only.datacenter)))
    return fmt::format("no VM of datacenter {}{}", *only.datacenter, there_are(datacenters));
  bool any = !only.rule.has_value();
  for (const cause_row& c : view.every_cause()) {
    row_filter same;
    same.rule = only.rule;
    any = any || same.fits(c);
    if (!c.rule.empty()) rules.insert(name_of_rule(c.rule));
  }
  if (any) return {};
  return fmt::format("no VM listed was decided by '{}'{}", printable(*only.rule), there_are(rules));
}

} // namespace ovhl::publish
