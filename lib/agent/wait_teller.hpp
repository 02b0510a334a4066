// Shows on a terminal what a command waits for. The line changes with time: the progress of a
// survey or, while no good answer arrives, which host it waits for and how long.
#pragma once

#include "agent/accounts.hpp"
#include "base/terminal.hpp"
#include "loop/clock.hpp"
#include "ovh/client/client.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace ovhl::agent {

// The request that has waited longest, of all accounts.
std::optional<ovh::waiting> longest_wait(const accounts&);
// "waiting for eu.api.ovh.com, 12 s, try 2"; nothing before two seconds have passed.
std::optional<std::string> waiting_words(const std::optional<ovh::waiting>&, loop::steady_point);

class wait_teller {
 public:
  using question = std::function<std::optional<ovh::waiting>()>; // asked while it lives

  // `doing` is what the command does: "looking at VMs". Shows nothing if there is no terminal.
  wait_teller(const boost::asio::any_io_executor&, loop::clock&, terminal, std::string doing,
              question, int fd = 2);
  ~wait_teller();
  wait_teller(const wait_teller&) = delete;
  wait_teller& operator=(const wait_teller&) = delete;

  void far(std::size_t done, std::size_t total);
  void doing(std::string_view line); // replaces the progress; empty: no longer
  void clear();                      // call it before any other output

 private:
  struct drawing;
  std::shared_ptr<drawing> line_; // shared with the coroutine that draws it
};

} // namespace ovhl::agent
