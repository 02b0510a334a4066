// A file of policy examples for `ovh-licensed test`: VMs and the verdicts expected for them.
//
//   examples:
//     - name: the SQL servers carry SQL Server      # optional; else the VM's name
//       vm: {name: sql-1, vm_id: 1, guest_os_family: windows2019srvNext_64Guest,
//            reported_guest_os_family: …, license: windows 2022 Standard, power_state: poweredOn,
//            account: main, service: pcc-192-0-2-1, datacenter: 12, cluster: c, folder: f}
//       on: 2027-01-31                              # optional: the day it is judged on; else today
//       expect: {verdict: missing, license: windows 2022 Standard SQL2022 Standard,
//                action: setLicense, rule: sql servers}  # or just a verdict
//
// `rule` is a rule's name or a key of guest_os_families; none: nothing in the policy decides.
#pragma once

#include "base/timestamp.hpp"
#include "config/diagnostic.hpp"
#include "licensing/decide.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ovhl::config {

struct example {
  std::string name;
  int line = 0;
  licensing::vm vm; // its texts live in examples::texts
  licensing::place where;
  std::optional<day> on;
  licensing::verdict verdict{};
  std::optional<std::string> license; // the expected license, empty for none; nullopt: not compared
  std::optional<std::string> action;  // "setLicense", "removeLicense", "none"
  std::optional<std::string> rule;    // a rule's name, a map key, "none"
};

struct examples {
  std::vector<example> list;
  text_pool texts;
};

// `licenses`: those that the policy admits besides the built-in ones.
checked<examples> parse_examples(std::string_view text, const std::filesystem::path& file,
                                 const std::vector<std::string>& licenses = {});
checked<examples> read_examples(const std::filesystem::path& file,
                                const std::vector<std::string>& licenses);

} // namespace ovhl::config
