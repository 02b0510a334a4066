// A client of the API for one account: a few kept-alive connections, a request budget, signatures,
// retries and deadlines. The typed calls are in api/; survey/ reads all VMs of an account.
#pragma once

#include "base/error.hpp"
#include "loop/clock.hpp"
#include "ovh/client/endpoint.hpp"
#include "ovh/credentials/credentials.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ovhl {
class json_reader; // json/json_reader.hpp: takes an answer as it arrives
}

namespace ovhl::ovh {

struct client_options {
  std::string account; // its label
  ovh::endpoint endpoint;
  ovh::credentials credentials;
  std::optional<std::filesystem::path> ca_file;
  int requests_per_minute = 60; // also the size of the burst; 0: no limit
  int connections = 4;
  std::chrono::milliseconds timeout = std::chrono::seconds(30); // one request, connection included
  std::string user_agent = "ovh-licensed";
  std::uint64_t seed = 0; // of the random part of waits; 0: a random one
};

// Counted since the client was made, for metrics.
struct counters {
  std::uint64_t answered_2xx = 0, answered_4xx = 0, answered_5xx = 0,
                failed = 0;    // by class; failed: no answer
  std::uint64_t throttled = 0; // 429, and waits for our own budget

  void count(int status) noexcept; // of one request; 0: no answer
  std::uint64_t requests() const noexcept {
    return answered_2xx + answered_4xx + answered_5xx + failed;
  }
};

struct header {
  std::string name;
  std::string value;
};

struct request {
  std::string
      path; // below the endpoint, encoded, with its query: "/dedicatedCloud/pcc-1/datacenter"
  std::vector<header> headers;
  bool authenticated = true;
  std::string body; // JSON, of a POST
  // Called after all waiting, right before a POST is sent; an error stops it.
  std::function<std::optional<error>()> last_word = {};
};

// An answer without its body.
struct answer {
  int status = 0;
  std::string query_id;
  std::optional<std::int64_t> pagination_elements;
};

// The result of a request that changes something.
struct posted {
  result<answer> got;
  bool sent = true;     // false: it certainly did not reach the API; true: it may have
  bool refused = false; // the API itself refused, in its own format
};

// What a request waits for, to be shown to a person.
struct waiting {
  std::string host;
  loop::steady_point since; // when it was asked, or when the last good answer came
  int attempt = 1;
  bool for_turn = false; // the budget or the API's Retry-After holds it back
};

class client {
 public:
  client(boost::asio::any_io_executor, loop::clock&, client_options);
  ~client();
  client(const client&) = delete;
  client& operator=(const client&) = delete;

  // Retries until there is an answer, a final error, or `deadline` has passed. `body` is reset
  // before each try. Cancelled by the coroutine's cancellation slot: failure::canceled.
  boost::asio::awaitable<result<answer>> get(request, json_reader& body,
                                             loop::steady_point deadline);

  // Sends a request once, and never again after it may have been received. Waits until `deadline`
  // for what it needs first (the API's time, a token, a turn within the budget); then it has the
  // time of one request. If cancelled: failure::canceled; `sent` says whether it had been sent.
  boost::asio::awaitable<posted> post(request, json_reader& body, loop::steady_point deadline);

  const std::string& account() const noexcept;
  int connections() const noexcept;
  int requests_per_minute() const noexcept;
  const counters& counted() const noexcept;
  loop::clock& clock() const noexcept;
  // The request that has waited longest; nothing: none waits.
  std::optional<waiting> waits_for() const;
  // This machine's clock minus OVHcloud's, as of now; nothing: not known yet.
  std::optional<std::chrono::seconds> clock_difference() const;
  // Asks for OVHcloud's time; needed only if no answer has reported it yet.
  boost::asio::awaitable<std::optional<error>> learn_time(loop::steady_point deadline);
  // How many requests the budget still allows before `deadline`; nothing: there is no limit.
  std::optional<std::uint64_t> requests_before(loop::steady_point deadline) const noexcept;

 private:
  struct state;
  std::shared_ptr<state> state_;
};

} // namespace ovhl::ovh
