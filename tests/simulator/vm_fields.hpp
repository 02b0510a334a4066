// A VM in the terms of the fleet file and the control door: the API's field names, and two of the
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

// Sets one field; a value of the wrong type is kept as it is and served so. Throws
// std::runtime_error on an unknown name.
void set_field(vm&, std::string_view name, const boost::json::value&, text_pool&);

// What set_field would take to make the same VM.
boost::json::object fields_of(const vm&);

} // namespace ovhl::sim
