// A client's connections: up to a limit, made when needed and kept. If none is free, a request
// waits in a queue.
#pragma once

#include "loop/clock.hpp"
#include "loop/wait_queue.hpp"
#include "ovh/http/connection.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace ovhl::ovh {

class pool {
 public:
  struct slot {
    slot(boost::asio::any_io_executor, const url&, tls_settings&);
    ~slot();
    slot(const slot&) = delete;
    slot& operator=(const slot&) = delete;

    ovh::connection connection;
    std::string message; // the request being sent; its memory is reused, and wiped at the end
    loop::steady_point used_at{}; // when the last exchange ended
  };

  // A borrowed slot; returning it wakes the next request in the queue.
  class lease {
   public:
    lease() = default;
    lease(pool& from, slot& what) : from_(&from), what_(&what) {}
    lease(lease&&) noexcept;
    lease& operator=(lease&&) noexcept;
    ~lease();
    explicit operator bool() const noexcept { return what_ != nullptr; }
    slot* operator->() const noexcept { return what_; }
    slot& operator*() const noexcept { return *what_; }

   private:
    pool* from_ = nullptr;
    slot* what_ = nullptr;
  };

  pool(boost::asio::any_io_executor, url, tls_settings&, std::size_t size);

  // An empty lease after `limit`. Throws operation_aborted when it is cancelled.
  boost::asio::awaitable<lease> borrow(std::chrono::nanoseconds limit);

 private:
  void give_back(slot&);

  boost::asio::any_io_executor executor_;
  url where_;
  tls_settings& tls_;
  std::size_t size_;
  std::vector<std::unique_ptr<slot>> slots_;
  std::vector<slot*> free_; // the most recently used at the end, to be used first
  loop::wait_queue queue_;
};

} // namespace ovhl::ovh
