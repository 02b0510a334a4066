#include "agent/find_vm.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstdint>

namespace ovhl::agent {

std::vector<found_vm> find_vms(const licensing::inventory& seen, std::string_view word) {
  std::int64_t id = 0;
  const auto [rest, failed] = std::from_chars(word.data(), word.data() + word.size(), id);
  const bool number = failed == std::errc() && rest == word.data() + word.size();
  std::vector<found_vm> found;
  for (std::size_t d = 0; d < seen.datacenters.size(); ++d) {
    const auto& vms = seen.datacenters[d].vms;
    for (std::size_t i = 0; i < vms.size(); ++i)
      if ((number && vms[i].id == id) || equal_ignoring_case(vms[i].name, word))
        found.push_back({d, i});
  }
  return found;
}

error no_such_vm(const licensing::inventory& seen, std::string_view word) {
  std::vector<std::string_view> names;
  for (const auto& dc : seen.datacenters)
    for (const auto& v : dc.vms)
      if (licensing::known(v.name)) names.push_back(v.name);
  error unknown;
  const auto similar = did_you_mean(word, names);
  unknown.message =
      seen.complete()
          ? fmt::format("no VM has the name or ID '{}'{}", printable(word), similar)
          : fmt::format("'{}' is not among the VMs that could be read{}", printable(word), similar);
  return unknown;
}

} // namespace ovhl::agent
