#include "config/examples_file.hpp"

#include "base/text.hpp"
#include "config/document.hpp"
#include "config/policy_values.hpp"
#include "config/reader.hpp"
#include "licensing/license.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

namespace ovhl::config {

namespace {

using licensing::verdict;

reader pooled(std::string_view& out, text_pool& texts) {
  return or_null(scalar([&](report&, const node& n) { out = texts.intern(n.text); }));
}

// A license that the API may report, even if it cannot be declared.
reader seen_license(std::string_view& out, text_pool& texts, const admitted& more) {
  return or_null(scalar([&](report& r, const node& n) {
    out = texts.intern(n.text);
    std::vector<std::string_view> known{licensing::managed_license, licensing::unknown_license,
                                        licensing::unlicensed};
    known.insert(known.end(), more.begin(), more.end());
    for (const auto& some : {licensing::settable_licenses(), licensing::legacy_licenses()})
      known.insert(known.end(), some.begin(), some.end());
    if (std::find(known.begin(), known.end(), n.text) == known.end())
      r.mistake(n.at, fmt::format("'{}' is not a license that OVHcloud knows{}",
                                  fitted(printable(n.text), 60), did_you_mean(n.text, known)));
  }));
}

reader positive(std::int64_t& out) {
  return whole(out, std::int64_t{1}, std::numeric_limits<std::int64_t>::max());
}

reader seen_vm(example& e, text_pool& texts, const admitted& more) {
  licensing::vm& vm = e.vm;
  vm.power = licensing::power_state::powered_on;
  return map(
      {
          {"name", pooled(vm.name, texts)},
          {"guest_os_family", pooled(vm.guest_os_family, texts)},
          {"reported_guest_os_family", pooled(vm.reported_guest_os_family, texts)},
          {"license", seen_license(vm.license, texts, more)},
          {"vm_id", positive(vm.id)},
          {"account", line(e.where.account)},
          {"service", line(e.where.service)},
          {"datacenter", positive(e.where.datacenter)},
          {"cluster", pooled(vm.cluster, texts)},
          {"folder", pooled(vm.folder, texts)},
          {"power_state", power_state_name(vm.power)},
      },
      // vmLicensed agrees with the VM's details and has the guest OS that VMware Tools report.
      [&vm](report&, const node&) {
        vm.listed = licensing::known(vm.license) || licensing::known(vm.reported_guest_os_family);
        vm.listed_license = vm.license;
      });
}

reader verdict_name(verdict& out) {
  std::vector<std::string_view> names;
  names.reserve(licensing::all_verdicts.size());
  for (verdict v : licensing::all_verdicts)
    names.push_back(name(v));
  return one_of([&out](std::size_t i) { out = licensing::all_verdicts[i]; }, std::move(names));
}

reader expected_license(std::optional<std::string>& out, const admitted& more) {
  return [&](report& r, const node& n, std::string_view what) {
    out.emplace();
    const bool none = n.what == node::kind::null || (!n.quoted && n.text == "none");
    if (!none) settable_license(*out, more)(r, n, what);
  };
}

reader expected_action(std::optional<std::string>& out) {
  static constexpr std::array<std::string_view, 3> actions{"setLicense", "removeLicense", "none"};
  return one_of([&out](std::size_t i) { out = actions[i]; }, {actions.begin(), actions.end()});
}

// A verdict by itself, or a mapping with more.
reader expected_outcome(example& e, const admitted& more) {
  auto mapping = map({
      {"verdict", verdict_name(e.verdict), required},
      {"license", expected_license(e.license, more)},
      {"action", expected_action(e.action)},
      {"rule", line(e.rule)},
  });
  return [mapping = std::move(mapping), verdict = verdict_name(e.verdict)](report& r, const node& n,
                                                                           std::string_view what) {
    (n.what == node::kind::map ? mapping : verdict)(r, n, what);
  };
}

reader day_of(std::optional<day>& out) {
  return [&out](report& r, const node& n, std::string_view what) {
    if (n.what == node::kind::scalar) out = parse_date(n.text);
    if (!out) r.expected(n, what, "a date such as 2027-01-31");
  };
}

reader example_of(example& e, text_pool& texts, const admitted& more) {
  return map(
      {
          {"name", line(e.name)},
          {"vm", seen_vm(e, texts, more), required},
          {"on", day_of(e.on)},
          {"expect", expected_outcome(e, more), required},
      },
      [&e](report&, const node& n) { e.line = n.at.line; });
}

void name_the_nameless(std::vector<example>& list) {
  for (std::size_t i = 0; i < list.size(); ++i)
    if (list[i].name.empty())
      list[i].name =
          list[i].vm.name.empty() ? fmt::format("example {}", i + 1) : std::string(list[i].vm.name);
}

} // namespace

checked<examples> parse_examples(std::string_view text, const std::filesystem::path& file,
                                 const std::vector<std::string>& licenses) {
  examples all;
  const auto member = [&](example& e) { return example_of(e, all.texts, licenses); };
  diagnostics found =
      read_document(text, file, map({{"examples", list_of(all.list, member, 1), required}}));
  name_the_nameless(all.list);
  return conclude(std::move(all), std::move(found));
}

checked<examples> read_examples(const std::filesystem::path& file,
                                const std::vector<std::string>& licenses) {
  return read_with<examples>(
      [&](std::string_view text, const std::filesystem::path& from) {
        return parse_examples(text, from, licenses);
      },
      file);
}

} // namespace ovhl::config
