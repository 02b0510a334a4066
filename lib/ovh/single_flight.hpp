// Something that many need and one fetches while the others wait.
#pragma once

#include "loop/waiting_line.hpp"
#include "ovh/backoff.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>

namespace ovhl::ovh {

class single_flight {
 public:
  using outcome = std::optional<failed_try>; // nothing: it is there

  // `fetch` runs unless another's does, whose failure is shared then. If that one is cancelled, the
  // next in line fetches. After `limit` of waiting for another: failure::timeout.
  boost::asio::awaitable<outcome> fly(std::function<bool()> there,
                                      std::function<boost::asio::awaitable<outcome>()> fetch,
                                      std::chrono::nanoseconds limit);

 private:
  loop::waiting_line line_;
  bool flying_ = false;
  std::uint64_t number_ = 0; // of the last flight that began
  std::uint64_t landed_ = 0; // of the last that came to its end
  outcome last_;
};

} // namespace ovhl::ovh
