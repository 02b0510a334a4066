// Renders the fleet as the API's JSON. VMs are written straight into text, because a test may need
// 100,000 of them.
#pragma once

#include "simulator/fleet.hpp"

#include <boost/json/object.hpp>

#include <optional>
#include <string>

namespace ovhl::sim {

void append_vm(std::string& out, const vm&);       // dedicatedCloud.Vm
bool in_licensed_list(const vm&);                  // whether vmLicensed lists it
std::string listed_license(const vm&);             // its license in vmLicensed
void append_licensed(std::string& out, const vm&); // dedicatedCloud.virtualMachineLicensingSummary

boost::json::object service_object(const service&);       // dedicatedCloud.dedicatedCloudWithIAM
boost::json::object datacenter_object(const datacenter&); // dedicatedCloud.Datacenter
boost::json::object service_infos(const service&);        // services.Service

} // namespace ovhl::sim
