// The fields of a VM in the fleet file and the control interface: the API's, and two of the
// simulator's own.
#pragma once

#include "simulator/fleet.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <string_view>

namespace ovhl::sim {

// Whether a VM has a field of that name: those of dedicatedCloud.Vm, reportedGuestOsFamily and
// vmLicensed.
bool is_vm_field(std::string_view name);

// Sets one field; a value of the wrong type is served unchanged. Throws std::runtime_error if the
// name is unknown.
void set_field(vm&, std::string_view name, const boost::json::value&, text_pool&);

// The fields from which set_field makes the same VM.
boost::json::object fields_of(const vm&);

} // namespace ovhl::sim
