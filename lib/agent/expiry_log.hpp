// Logs credentials and services that are about to expire: once when the date comes into view, again
// as it approaches, when it changes, and when it is no longer near.
#pragma once

#include "base/timestamp.hpp"
#include "os/log.hpp"
#include "publish/snapshot.hpp"

#include <map>
#include <span>
#include <string>

namespace ovhl::agent {

class expiry_log {
 public:
  explicit expiry_log(const os::log& log) : log_(&log) {}

  void report(std::span<const publish::account_row>, instant now);

 private:
  struct end {
    std::string key, account, service; // no service: the credential
    instant at{};
  };
  void report(const end&, instant now);

  struct reported {
    instant at{};
    int nearness = 0;
  };
  const os::log* log_;
  std::map<std::string, reported> reported_; // by key
};

} // namespace ovhl::agent
