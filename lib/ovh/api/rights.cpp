#include "ovh/api/rights.hpp"

#include "base/glob.hpp"
#include "base/url.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace ovhl::ovh {

namespace {

using licensing::mode;

// Below /dedicatedCloud/{service}; `#` is an id.
struct service_route {
  std::string_view method, below, action, what_for;
  licensing::mode from = licensing::mode::report; // needed in this mode and in stronger ones
};
constexpr std::array<service_route, 10> service_routes{{
    {"GET", "", "pccVMware:apiovh:get", "whether Windows licenses are activated on it"},
    {"GET", "/serviceInfos", "pccVMware:apiovh:serviceInfos/get", "when the service expires"},
    {"GET", "/datacenter", "pccVMware:apiovh:datacenter/get", "list of datacenters"},
    {"GET", "/datacenter/#/vm", "pccVMware:apiovh:datacenter/vm/get", "list of VMs"},
    {"GET", "/datacenter/#/vm/#", "pccVMware:apiovh:datacenter/vm/get", "a VM's details"},
    {"GET", "/datacenter/#/vmLicensed", "pccVMware:apiovh:datacenter/vmLicensed/get",
     "declared licenses"},
    {"GET", "/task", "pccVMware:apiovh:task/get", "tasks under way", mode::declare},
    {"GET", "/task/#", "pccVMware:apiovh:task/get", "result of a correction", mode::declare},
    {"POST", "/datacenter/#/vm/#/setLicense", "pccVMware:apiovh:datacenter/vm/setLicense",
     "to declare a license", mode::declare},
    {"POST", "/datacenter/#/vm/#/removeLicense", "pccVMware:apiovh:datacenter/vm/removeLicense",
     "to remove a license", mode::enforce},
}};

constexpr std::string_view root = "/dedicatedCloud";
constexpr std::string_view list_of_services = "list of services";
constexpr std::string_view everything_there =
    "datacenters, VMs, licenses, tasks and expiry of the services";

// The rights of a consumer key on itself; OAuth2 has nothing comparable.
constexpr std::string_view own_facts = "/auth/currentCredential";
constexpr std::string_view own_facts_for = "rights and expiry of this key";

struct plain_route {
  std::string_view method, path, what_for;
};
constexpr std::array<plain_route, 6> renewal_routes{{
    {"GET", "/service", "services that can be renewed"},
    {"GET", "/service/*", "their expiry, and the price of a renewal"},
    {"POST", "/service/*/renew", "to price a renewal, or order it"},
    {"GET", "/me/order", "whether a renewal is already ordered"},
    {"GET", "/me/order/*", "the state of an order"},
    {"POST", "/me/order/*/payWithRegisteredPaymentMean", "to pay an order"},
}};

std::string with_ids(std::string_view pattern, char id) {
  std::string out(pattern);
  std::replace(out.begin(), out.end(), '#', id);
  return out;
}

std::string below(const std::string& service, std::string_view rest, char id) {
  return fmt::format("{}/{}{}", root, service, with_ids(rest, id));
}

bool is_id(std::string_view segment) {
  return !segment.empty() &&
         std::all_of(segment.begin(), segment.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// "/datacenter/12/vm?x=y" as "/datacenter/#/vm".
std::string pattern_of(std::string_view path, char id) {
  path = path.substr(0, path.find('?'));
  std::string out;
  while (!path.empty()) {
    path.remove_prefix(1); // the slash
    const std::string_view segment = path.substr(0, path.find('/'));
    path.remove_prefix(segment.size());
    out.append("/").append(is_id(segment) ? std::string_view(&id, 1) : segment);
  }
  return out;
}

void add_corrections_everywhere(mode most, std::vector<wanted_rule>& out) {
  for (const service_route& r : service_routes)
    if (r.method == "POST" && most >= r.from)
      out.push_back({{std::string(r.method), below("*", r.below, '*')}, r.what_for});
}

} // namespace

std::vector<wanted_rule> rules_for(const intended_use& what,
                                   const std::vector<std::string>& named) {
  std::vector<wanted_rule> out;
  out.push_back({{"GET", std::string(own_facts)}, own_facts_for});
  if (named.empty()) {
    out.push_back({{"GET", std::string(root)}, list_of_services});
    out.push_back({{"GET", fmt::format("{}/*", root)}, everything_there});
    add_corrections_everywhere(what.mode, out);
  }
  for (const std::string& service : named)
    for (const service_route& r : service_routes)
      if (what.mode >= r.from)
        out.push_back(
            {{std::string(r.method), below(percent_encoded(service), r.below, '*')}, r.what_for});
  if (what.renewals)
    for (const plain_route& r : renewal_routes)
      out.push_back({{std::string(r.method), std::string(r.path)}, r.what_for});
  return out;
}

std::vector<right> rights_wanted(const std::vector<std::string>& services, bool named,
                                 const intended_use& what) {
  std::vector<right> all;
  if (!named) all.push_back({"GET", std::string(root), list_of_services});
  for (const std::string& service : services)
    for (const service_route& r : service_routes)
      if (what.mode >= r.from)
        all.push_back({r.method, below(percent_encoded(service), r.below, '1'), r.what_for});
  return all;
}

bool granted(const std::vector<access_rule>& rules, std::string_view method,
             std::string_view path) {
  return std::any_of(rules.begin(), rules.end(), [&](const access_rule& rule) {
    return rule.method == method && glob(rule.path).matches(path);
  });
}

std::vector<access_rule> not_granted(const std::vector<access_rule>& given,
                                     const std::vector<wanted_rule>& wanted) {
  std::vector<access_rule> out;
  for (const wanted_rule& w : wanted)
    if (!granted(given, w.rule.method, w.rule.path)) out.push_back(w.rule);
  return out;
}

std::string rule_text(std::string_view method, std::string_view path) {
  return fmt::format("{} {}", method, pattern_of(path, '*'));
}

std::string_view iam_action(std::string_view path) {
  const std::string pattern = pattern_of(path, '#');
  if (!pattern.starts_with(root)) return {};
  const auto rest = pattern.find('/', root.size() + 1); // behind the service
  const std::string_view below =
      rest == std::string::npos ? std::string_view() : std::string_view(pattern).substr(rest);
  for (const service_route& r : service_routes)
    if (r.below == below) return r.action;
  return service_routes.front().action;
}

} // namespace ovhl::ovh
