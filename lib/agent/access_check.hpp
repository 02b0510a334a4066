// `check --online`: finds out what the credentials can do, without changing anything.
#pragma once

#include "agent/accounts.hpp"
#include "licensing/inventory.hpp"
#include "loop/clock.hpp"

#include <boost/asio/awaitable.hpp>

#include <string>
#include <vector>

namespace ovhl::agent {

struct remark {
  enum class grade { fine, warning, wrong, unknown }; // unknown: the check got no answer
  grade how = grade::fine;
  std::string text;
};

struct account_remarks {
  std::string account;
  std::vector<remark> list;
  licensing::inventory seen; // of the services that may be surveyed
};

// Checks one account after another. Includes the rights that corrections in this mode need.
boost::asio::awaitable<std::vector<account_remarks>>
check_access(const accounts&, const config::settings&, licensing::mode, loop::clock&);

} // namespace ovhl::agent
