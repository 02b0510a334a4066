// The API requests that this program makes, and the rights they need: access rules of a consumer
// key, and IAM actions. Nothing else in the program lists them. Pure.
#pragma once

#include "licensing/policy.hpp"
#include "ovh/api/auth.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace ovhl::ovh {

struct intended_use {                             // beyond reading
  licensing::mode mode = licensing::mode::report; // the corrections that it must allow
  bool renewals = false;
};

struct wanted_rule {
  access_rule rule;
  std::string_view what_for; // "to see its VMs"
};
// The access rules that a consumer key needs, each once. They cover the named services, or the
// whole account if none is named.
std::vector<wanted_rule> rules_for(const intended_use&,
                                   const std::vector<std::string>& named_services);

struct right {
  std::string_view method;
  std::string path; // "/dedicatedCloud/s/datacenter/1/vm/1/setLicense"
  std::string_view what_for;
};
// The requests that this version makes about these services, with 1 for any datacenter, VM and
// task; if the services are not `named` in the configuration, also the request for their list.
std::vector<right> rights_wanted(const std::vector<std::string>& services, bool named,
                                 const intended_use&);

// Whether access rules allow a request; `*` in a rule's path matches anything. `path` may contain
// `*` too: then everything that it matches must be allowed.
bool granted(const std::vector<access_rule>&, std::string_view method, std::string_view path);
// The rules in `wanted` that `given` does not cover.
std::vector<access_rule> not_granted(const std::vector<access_rule>& given,
                                     const std::vector<wanted_rule>& wanted);

// The narrowest rule for a request and similar ones: "GET /dedicatedCloud/s/datacenter/*/vm".
std::string rule_text(std::string_view method, std::string_view path);
// The IAM action that a request needs; empty if unknown.
std::string_view iam_action(std::string_view path);

} // namespace ovhl::ovh
