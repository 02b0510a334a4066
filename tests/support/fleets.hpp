// Fleets for the simulator, as the text of a fleet file.
#pragma once

#include <string>

namespace ovhl::test {

// Datacenter 12 of the service pcc-1 with these VMs: "{vmId: 1, name: web}, {vmId: 2, name: app}".
inline std::string pcc_1(const std::string& vms) {
  return "services: [{name: pcc-1, datacenters: [{id: 12, vms: [" + vms + "]}]}]";
}

} // namespace ovhl::test
