#include "simulator/generate.hpp"

#include "simulator/types.hpp"

#include <fmt/format.h>

#include <array>
#include <span>

namespace ovhl::sim {

namespace {

// Uses modulo, because the distributions of standard libraries differ, and a seed must give the
// same fleet everywhere.
std::size_t below(std::mt19937_64& random, std::size_t limit) { return random() % limit; }

struct weighted {
  int percent;
  std::string_view guest_os;
  std::string_view role;
};

constexpr std::array guest_systems{
    weighted{22, "windows2019srv_64Guest", "app"},
    weighted{16, "windows2019srvNext_64Guest", "web"},
    weighted{8, "windows9Server64Guest", "file"},
    weighted{5, "windows2022srvNext_64Guest", "ad"},
    weighted{2, "windows8Server64Guest", "legacy"},
    weighted{1, "windows9_64Guest", "desktop"},
    weighted{18, "debian11_64Guest", "node"},
    weighted{12, "ubuntu64Guest", "ci"},
    weighted{8, "rhel8_64Guest", "erp"},
    weighted{5, "centos7_64Guest", "batch"},
    weighted{2, "freebsd13_64Guest", "fw"},
    weighted{1, "otherGuest64", "appliance"},
};

const weighted& any_system(std::mt19937_64& random) {
  auto roll = static_cast<int>(below(random, 100));
  for (const auto& system : guest_systems) {
    roll -= system.percent;
    if (roll < 0) return system;
  }
  return guest_systems.front();
}

std::string_view right_license(std::string_view guest_os) {
  return guest_os == "windows8Server64Guest" ? "windows 2012 R2 Standard" : usual_license(guest_os);
}

std::string_view any_license(std::mt19937_64& random) {
  const auto all = members("dedicatedCloud.spla.KmsLicenseEnum");
  return all[below(random, all.size())];
}

// A license that does not match the guest OS: missing, another one, or one that is not needed.
pooled_text drifted(std::mt19937_64& random, std::string_view guest_os) {
  if (!is_windows(guest_os)) return any_license(random);
  return below(random, 3) == 0 ? any_license(random) : pooled_text();
}

vm any_vm(std::mt19937_64& random, std::int64_t id, int drift_percent, text_pool& texts) {
  const auto& system = any_system(random);
  vm machine;
  machine.id = id;
  machine.name = texts.keep(fmt::format("{}-{:05}", system.role, id));
  machine.guest_os = machine.reported_guest_os = system.guest_os;
  if (const auto license = right_license(system.guest_os); !license.empty())
    machine.license = license;
  if (static_cast<int>(below(random, 100)) < drift_percent)
    machine.license = drifted(random, system.guest_os);
  machine.cluster = texts.intern(fmt::format("Cluster{}", 1 + below(random, 4)));
  machine.folder = texts.intern(system.role);
  machine.power_state = below(random, 12) == 0 ? "poweredOff" : "poweredOn";
  machine.cpus = std::int32_t{1} << below(random, 5);
  machine.memory_mb = machine.cpus * 4096;
  return machine;
}

} // namespace

fleet generate(const generated_fleet& wanted) {
  std::mt19937_64 random(wanted.seed);
  fleet made;
  std::int64_t next_id = 1001;
  const auto datacenters = wanted.services * wanted.datacenters;
  for (std::size_t s = 0; s < wanted.services; ++s) {
    service it;
    it.name = fmt::format("pcc-192-0-2-{}", s + 1);
    it.description = it.name;
    it.service_id = static_cast<std::int64_t>(1001 + 100 * s);
    for (std::size_t d = 0; d < wanted.datacenters; ++d) {
      const auto index = s * wanted.datacenters + d;
      const auto share = wanted.vms * (index + 1) / datacenters - wanted.vms * index / datacenters;
      datacenter center;
      center.id = static_cast<std::int64_t>(11 + index);
      center.name = fmt::format("{}_datacenter{}", it.name, center.id);
      auto& vms = center.editable();
      vms.reserve(share);
      while (vms.size() < share)
        vms.push_back(any_vm(random, next_id++, wanted.drift_percent, *made.texts));
      it.datacenters.push_back(std::move(center));
    }
    made.services.push_back(std::move(it));
  }
  return made;
}

namespace {

datacenter* any_datacenter(std::mt19937_64& random, fleet& all) {
  std::vector<datacenter*> inhabited;
  for (auto& service : all.services)
    for (auto& center : service.datacenters)
      if (!center.vms->empty()) inhabited.push_back(&center);
  return inhabited.empty() ? nullptr : inhabited[below(random, inhabited.size())];
}

std::string change_license(std::mt19937_64& random, vm& machine) {
  const auto right = right_license(machine.guest_os);
  const bool correct = right.empty() ? !machine.license.data() : machine.license == right;
  if (correct)
    machine.license = drifted(random, machine.guest_os);
  else
    machine.license = right.empty() ? pooled_text() : right;
  return fmt::format("{} now carries {}", machine.name,
                     machine.license.data() ? machine.license : "no license");
}

std::string switch_power(vm& machine) {
  machine.power_state = machine.power_state == "poweredOn" ? "poweredOff" : "poweredOn";
  return fmt::format("{} is {}", machine.name, machine.power_state);
}

std::string reinstall(std::mt19937_64& random, vm& machine) {
  machine.guest_os = machine.reported_guest_os = any_system(random).guest_os;
  return fmt::format("{} was installed anew as {}", machine.name, machine.guest_os);
}

} // namespace

std::string random_changes::step(fleet& all) {
  auto* const center = any_datacenter(random_, all);
  if (!center) return "nothing happened";
  const auto what = below(random_, 10);
  if (what == 0) {
    auto added = any_vm(random_, all.next_vm_id(), 50, *all.texts);
    auto words = fmt::format("{} is new", added.name);
    all.add(*center, std::move(added));
    return words;
  }
  auto& vms = center->editable();
  const auto index = below(random_, vms.size());
  auto& machine = vms[index];
  if (what == 1 && vms.size() > 2) {
    auto words = fmt::format("{} is gone", machine.name);
    vms.erase(vms.begin() + static_cast<std::ptrdiff_t>(index));
    return words;
  }
  if (what == 2 && machine.license != "OVHcloud managed") return reinstall(random_, machine);
  return what <= 4 || machine.license == "OVHcloud managed" ? switch_power(machine)
                                                            : change_license(random_, machine);
}

} // namespace ovhl::sim
