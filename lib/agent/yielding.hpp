// The daemon's side of `apply` beside the running service: it gives the ledger to a process that
// asks for it and takes it back when that process ends. Polling and publishing continue meanwhile.
#pragma once

#include "agent/actuator.hpp"
#include "agent/doorbell.hpp"
#include "agent/record_keeper.hpp"
#include "config/settings.hpp"
#include "loop/clock.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>

namespace ovhl::agent {

// How long corrections under way may take to end before the ledger is given to whoever waits.
std::chrono::seconds patience_when_yielding(const config::settings&) noexcept;

class yielding {
 public:
  struct parts {
    boost::asio::any_io_executor executor;
    loop::clock& clock;
    record_keeper& ledger;
    actuator& act;
    std::filesystem::path path;                     // of the ledger
    std::function<std::chrono::seconds()> patience; // with corrections under way
    // To whom the ledger is yielded: called once when it is asked for, and once when it is given.
    std::function<void(const std::string& whom)> asked, given;
    std::function<void()> over; // it is ours again: to be taken up at the next open()
  };
  explicit yielding(parts);

  // Runs until it is cancelled.
  boost::asio::awaitable<void> serve();

 private:
  boost::asio::awaitable<bool> give(std::string whom);
  boost::asio::awaitable<void> patience();
  boost::asio::awaitable<void> take_back();

  parts parts_;
  doorbell bell_;
};

} // namespace ovhl::agent
