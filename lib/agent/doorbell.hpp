// Rings when somebody asks for the ledger. The kernel tells when the file is written in which that
// is said; a quiet daemon sleeps until then.
#pragma once

#include "loop/waiting_line.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <filesystem>

namespace ovhl::agent {

class doorbell {
 public:
  doorbell(const boost::asio::any_io_executor&, std::filesystem::path ledger);

  // From now on it rings; who has asked before has to be looked for after this. Makes the file
  // where there is none, and finds the one that has taken its place.
  void hang();
  // Until it rings. It may do so for nothing, and where the kernel does not tell, each second.
  boost::asio::awaitable<void> rings();
  // Whether it rings or not: a second.
  boost::asio::awaitable<void> a_second();

 private:
  std::filesystem::path file_;
  boost::asio::posix::stream_descriptor told_;
  bool hangs_ = false;
  loop::waiting_line nobody_wakes_;
};

} // namespace ovhl::agent
