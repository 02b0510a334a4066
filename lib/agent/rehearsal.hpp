// `check --online`: what the credentials can do, found out without changing anything.
#pragma once

#include "agent/accounts.hpp"
#include "loop/clock.hpp"
#include "ovh/calls.hpp"

#include <boost/asio/awaitable.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace ovhl::agent {

struct remark {
  enum class grade { fine, warning, wrong, unknown }; // unknown: could not be found out
  grade how = grade::fine;
  std::string text;
};

struct account_remarks {
  std::string account;
  std::vector<remark> list;
};

// One after the other, account by account. `corrections`: rights to set and remove licenses and to
// follow the tasks of that are wanted too.
boost::asio::awaitable<std::vector<account_remarks>>
rehearse(const accounts&, const config::settings&, bool corrections, loop::clock&);

struct right {
  std::string_view method;
  std::string path; // "/dedicatedCloud/s/datacenter/1/vm/1/setLicense"
};
// What this version asks of these services, with 1 for any datacenter, VM and task; of services
// that are not `named` in the configuration, also their list.
std::vector<right> rights_wanted(const std::vector<std::string>& services, bool named,
                                 bool corrections);
// Whether access rules of a consumer key allow a request; `*` in a rule's path stands for anything.
bool granted(const std::vector<ovh::access_rule>&, const right&);

} // namespace ovhl::agent
