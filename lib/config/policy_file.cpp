#include "config/policy_file.hpp"

#include "base/digest.hpp"
#include "base/text.hpp"
#include "config/default_policy.hpp"
#include "config/document.hpp"
#include "config/guards_reader.hpp"
#include "config/policy_values.hpp"
#include "config/reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <limits>
#include <numeric>
#include <tuple>
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

reader rule(licensing::rule& rule, const admitted& more) {
  std::vector<key> keys{{"name", line(rule.name), required},
                        {"match", matcher(rule.match), required}};
  const auto rest = expectation_keys(rule.expect, more);
  keys.insert(keys.end(), rest.begin(), rest.end());
  return map(std::move(keys), [&rule](report& r, const node& n) {
    rule.expect.line = n.at.line;
    check_expectation(r, n, rule.expect);
  });
}

reader guest_os_families(std::vector<licensing::map_entry>& out, const admitted& more) {
  const auto entry = [&](report& r, const node& key, const node& value) {
    licensing::map_entry e{glob(key.text), {}};
    e.expect.line = key.at.line;
    expectation(e.expect, more)(r, value, fmt::format("'{}'", fitted(printable(key.text), 60)));
    out.push_back(std::move(e));
  };
  return free_map(entry, key_case::ignored);
}

using entries = std::vector<licensing::map_entry>;

// Sorts the entries so that the first match decides: exact ones first, then by the length of the
// literal part, then in the file's order.
void sort_by_specificity(entries& all) {
  std::vector<std::size_t> order(all.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
    const glob &left = all[a].guest_os_family, &right = all[b].guest_os_family;
    return std::tuple(right.exact(), right.literal_length(), a) <
           std::tuple(left.exact(), left.literal_length(), b);
  });
  entries sorted;
  sorted.reserve(all.size());
  for (const std::size_t i : order)
    sorted.push_back(std::move(all[i]));
  all = std::move(sorted);
}

entries::iterator same_key(entries& all, const licensing::map_entry& as) {
  return std::ranges::find_if(all, [&](const licensing::map_entry& e) {
    return equal_ignoring_case(e.guest_os_family.pattern(), as.guest_os_family.pattern());
  });
}

// Own entries come first, so that no upgrade changes what they decide. But a glob that the default
// has, too, replaces it where it is: in front, "*: none" would hide the whole default.
entries extended(entries own, entries by_default) {
  entries first;
  for (licensing::map_entry& entry : own) {
    const auto found = same_key(by_default, entry);
    const bool in_both = found != by_default.end();
    if (in_both) entry.origin = licensing::origin::own_instead_of_default;
    if (in_both && !entry.guest_os_family.exact()) {
      *found = std::move(entry);
      continue;
    }
    if (in_both) by_default.erase(found);
    first.push_back(std::move(entry));
  }
  sort_by_specificity(first);
  sort_by_specificity(by_default);
  std::ranges::move(by_default, std::back_inserter(first));
  return first;
}

void renewals_do_nothing(report& r, const node& n) {
  for (const node& key : n.keys)
    if (key.text == "renewals")
      r.warning(key.at, "this version does not renew services; 'renewals' is ignored");
}

reader extends(bool& out) {
  return one_of([&out](std::size_t) { out = true; }, {"default"});
}

void nothing(report&, const node&, std::string_view) {}

// `licenses` is read first: the other lines are checked with it.
reader policy_of(licensing::policy& p) {
  const auto rule_of = [&p](licensing::rule& one) { return rule(one, p.licenses); };
  auto keys = map(
      {
          {"mode", mode_name(p.mode)},
          {"extends", extends(p.extends_default)},
          {"licenses", nothing},
          {"guest_os_families", guest_os_families(p.guest_os_families, p.licenses)},
          {"rules", distinct(list_of(p.rules, rule_of), "name")},
          {"guest_os_family_from",
           one_of<guest_source>(p.guest_os_family_from, {{"configured", guest_source::configured},
                                                         {"reported", guest_source::reported}})},
          {"bypass_guest_os_family_check", on_off(p.bypass_guest_os_family_check)},
          {"guards", guards(p.guards)},
          {"renewals", nothing},
      },
      renewals_do_nothing);
  return [&p, keys = std::move(keys)](report& r, const node& n, std::string_view what) {
    if (const node* const more = n.find("licenses"))
      admitted_licenses(p.licenses)(r, *more, "'licenses'");
    keys(r, n, what);
  };
}

// A mistake in the default would be a bug; it is reported like any other.
void extend(policy_file& p, diagnostics& found) {
  entries by_default;
  diagnostics of_default =
      read_document(default_policy(), "policy-default.yaml",
                    map({{"guest_os_families", guest_os_families(by_default, p.policy.licenses)}}));
  std::ranges::move(of_default.errors, std::back_inserter(found.errors));
  for (licensing::map_entry& entry : by_default)
    entry.origin = licensing::origin::by_default;
  p.policy.guest_os_families =
      extended(std::move(p.policy.guest_os_families), std::move(by_default));
  if (!p.text.ends_with('\n')) p.text += '\n';
  p.text += default_begins;
  p.text += default_policy();
}

} // namespace

checked<policy_file> parse_policy(std::string_view text, const std::filesystem::path& file) {
  policy_file p;
  p.path = file;
  p.text = text;
  diagnostics found = read_document(text, file, policy_of(p.policy));
  if (p.policy.extends_default)
    extend(p, found);
  else
    sort_by_specificity(p.policy.guest_os_families);
  p.sha256 = sha256(p.text);
  p.policy.id = p.sha256;
  return conclude(std::move(p), std::move(found));
}

checked<policy_file> read_policy(const std::filesystem::path& file) {
  return read_with<policy_file>(parse_policy, file);
}

} // namespace ovhl::config
