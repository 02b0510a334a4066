// What this program asks of the API, and what has to be allowed for it: the access rules of a
// consumer key, and the actions of IAM. The one place that knows. Pure.
#pragma once

#include "licensing/policy.hpp"
#include "ovh/api/auth.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace ovhl::ovh {

struct intended_use {                             // beyond looking
  licensing::mode mode = licensing::mode::report; // what its corrections take
  bool renewals = false;
};

struct wanted_rule {
  access_rule rule;
  std::string_view what_for; // "to see its VMs"
};
// The access rules that a consumer key needs, no more and none twice. Where services are named,
// they are for these alone; else for every one that the account has.
std::vector<wanted_rule> rules_for(const intended_use&,
                                   const std::vector<std::string>& named_services);

struct right {
  std::string_view method;
  std::string path; // "/dedicatedCloud/s/datacenter/1/vm/1/setLicense"
  std::string_view what_for;
};
// What this version asks of these services, with 1 for any datacenter, VM and task; of services
// that are not `named` in the configuration, also their list.
std::vector<right> rights_wanted(const std::vector<std::string>& services, bool named,
                                 const intended_use&);

// Whether access rules allow a request; `*` in a rule's path stands for anything. A path may be a
// rule's own, too: whether all that it allows is allowed.
bool granted(const std::vector<access_rule>&, std::string_view method, std::string_view path);
// Those of `wanted` that `given` does not allow.
std::vector<access_rule> not_granted(const std::vector<access_rule>& given,
                                     const std::vector<wanted_rule>& wanted);

// The narrowest rule for a request and those like it: "GET /dedicatedCloud/s/datacenter/*/vm".
std::string rule_text(std::string_view method, std::string_view path);
// The IAM action that a request needs; empty where none is known.
std::string_view iam_action(std::string_view path);

} // namespace ovhl::ovh
