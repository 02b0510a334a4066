// Tells a person at a terminal what a command waits for. Its line moves with the time: how far a
// look has come, or, while no good answer comes, whom it waits for, and since when.
#pragma once

#include "agent/accounts.hpp"
#include "base/terminal.hpp"
#include "loop/clock.hpp"
#include "ovh/client.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace ovhl::agent {

// Of all accounts' requests the one that waits longest.
std::optional<ovh::waiting> longest_wait(const accounts&);
// "waiting for eu.api.ovh.com, 12 s, try 2"; nothing before two seconds have passed.
std::optional<std::string> waiting_words(const std::optional<ovh::waiting>&, loop::steady_point);

class wait_teller {
 public:
  using question = std::function<std::optional<ovh::waiting>()>; // asked while it lives

  // `doing` is what the command does: "looking at VMs". Nothing is said where there is no terminal.
  wait_teller(const boost::asio::any_io_executor&, loop::clock&, terminal, std::string doing,
              question, int fd = 2);
  ~wait_teller();
  wait_teller(const wait_teller&) = delete;
  wait_teller& operator=(const wait_teller&) = delete;

  void far(std::size_t done, std::size_t total);
  void doing(std::string_view line); // instead of how far it is, as long as it is not empty
  void clear();                      // before anything else is said

 private:
  struct drawing;
  std::shared_ptr<drawing> line_; // outlived by the coroutine that draws it
};

} // namespace ovhl::agent
