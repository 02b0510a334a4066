// Rings when another process asks for the ledger by writing a file. The kernel reports the write,
// so an idle daemon sleeps until then. It reads that file on the event loop: the ledger's thread
// exists only while the ledger is open, and a stalled disk would keep it busy.
#pragma once

#include "loop/wait_queue.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <filesystem>

namespace ovhl::agent {

class doorbell {
 public:
  doorbell(const boost::asio::any_io_executor&, std::filesystem::path ledger);

  // Starts watching; check afterwards for requests made earlier. Creates the file if it is missing
  // and notices if it is replaced.
  void hang();
  // Waits for a ring. It may ring for no reason, and rings every second if the kernel reports
  // nothing.
  boost::asio::awaitable<void> rings();
  // Waits one second, ring or no ring.
  boost::asio::awaitable<void> a_second();

 private:
  std::filesystem::path file_;
  boost::asio::posix::stream_descriptor events_;
  bool hangs_ = false;
  loop::wait_queue nobody_wakes_;
};

} // namespace ovhl::agent
