#include "config/policy_file.hpp"

#include "base/digest.hpp"
#include "base/text.hpp"
#include "config/guards_reader.hpp"
#include "config/policy_values.hpp"
#include "config/reader.hpp"

#include <fmt/format.h>

#include <functional>
#include <limits>
#include <map>
#include <utility>
#include <vector>

namespace ovhl::config {

namespace {

using licensing::guest_source;

reader globs(std::vector<glob>& out) {
  return one_or_more(append(
      out, [](glob& g) { return scalar([&g](report&, const node& n) { g = glob(n.text); }); }));
}

reader ids(std::vector<std::int64_t>& out) {
  return one_or_more(append(out, [](std::int64_t& id) {
    return whole(id, std::int64_t{1}, std::numeric_limits<std::int64_t>::max());
  }));
}

reader matcher(licensing::matcher& m) {
  const auto check = [](report& r, const node& n) {
    if (n.keys.empty()) r.mistake(n.at, "'match' must have at least one criterion");
  };
  return map(
      {
          {"name", globs(m.name)},
          {"guest_os_family", globs(m.guest_os_family)},
          {"service", globs(m.service)},
          {"datacenter", ids(m.datacenter)},
          {"cluster", globs(m.cluster)},
          {"folder", globs(m.folder)},
          {"power_state", power_states(m.power_state)},
          {"vm_id", ids(m.vm_id)},
      },
      check);
}

reader rule(licensing::rule& rule) {
  std::vector<key> keys{{"name", line(rule.name), required},
                        {"match", matcher(rule.match), required}};
  const auto rest = expectation_keys(rule.expect);
  keys.insert(keys.end(), rest.begin(), rest.end());
  return map(std::move(keys), [&rule](report& r, const node& n) {
    rule.expect.line = n.at.line;
    check_expectation(r, n, rule.expect);
  });
}

reader guest_os_families(std::vector<licensing::map_entry>& out) {
  const auto entry = [&out](report& r, const node& key, const node& value) {
    licensing::map_entry e{glob(key.text), {}};
    e.expect.line = key.at.line;
    expectation(e.expect)(r, value, fmt::format("'{}'", fitted(printable(key.text), 60)));
    out.push_back(std::move(e));
  };
  return free_map(entry, key_case::ignored);
}

// Of several that match a guest OS the first decides: the exact one, then the longest literal part,
// then the file's order.
void sort_by_specificity(std::vector<licensing::map_entry>& entries) {
  std::multimap<std::pair<bool, std::size_t>, licensing::map_entry, std::greater<>> sorted;
  for (licensing::map_entry& entry : entries) {
    const glob& g = entry.guest_os_family;
    sorted.emplace(std::pair(g.exact(), g.literal_length()), std::move(entry));
  }
  entries.clear();
  for (auto& [specificity, entry] : sorted)
    entries.push_back(std::move(entry));
}

void renewals_do_nothing(report& r, const node& n) {
  for (const node& key : n.keys)
    if (key.text == "renewals")
      r.warning(key.at,
                "this version does not carry out renewals; nothing in 'renewals' is checked "
                "or acted upon");
}

reader policy_of(licensing::policy& p) {
  return map(
      {
          {"mode", mode_name(p.mode)},
          {"guest_os_families", guest_os_families(p.guest_os_families)},
          {"rules", distinct(list_of(p.rules, rule), "name")},
          {"guest_os_family_from",
           one_of<guest_source>(p.guest_os_family_from, {{"configured", guest_source::configured},
                                                         {"reported", guest_source::reported}})},
          {"bypass_guest_os_family_check", on_off(p.bypass_guest_os_family_check)},
          {"guards", guards(p.guards)},
          {"renewals", [](report&, const node&, std::string_view) {}},
      },
      renewals_do_nothing);
}

} // namespace

checked<policy_file> parse_policy(std::string_view text, const std::filesystem::path& file) {
  policy_file p;
  p.path = file;
  p.text = text;
  p.sha256 = sha256(text);
  p.policy.id = p.sha256;
  findings found = read_document(text, file, policy_of(p.policy));
  sort_by_specificity(p.policy.guest_os_families);
  return conclude(std::move(p), std::move(found));
}

checked<policy_file> read_policy(const std::filesystem::path& file) {
  return read_with(parse_policy, file);
}

} // namespace ovhl::config
