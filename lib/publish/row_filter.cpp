#include "publish/row_filter.hpp"

#include "base/text.hpp"

namespace ovhl::publish {

bool row_filter::fits(const licensing::place& where) const {
  return (!service || where.service == *service) &&
         (!datacenter || where.datacenter == *datacenter);
}

// `rule_of_vm` reads "rule 'sql servers'", "guest_os_families 'win*'", or nothing.
bool row_filter::fits(licensing::verdict v, std::string_view rule_of_vm) const {
  if (!verdicts.empty() && std::ranges::find(verdicts, v) == verdicts.end()) return false;
  if (!rule) return true;
  const auto quote = rule_of_vm.find('\'');
  if (quote == std::string_view::npos) return rule_of_vm == *rule;
  const std::string_view name = rule_of_vm.substr(quote + 1, rule_of_vm.size() - quote - 2);
  return name == printable(*rule) || rule_of_vm == *rule;
}

} // namespace ovhl::publish
