// The survey: reads every VM of every account into an inventory, with as few requests as the API
// allows.
#pragma once

#include "licensing/inventory.hpp"
#include "loop/clock.hpp"
#include "ovh/client/client.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace ovhl::ovh {

enum class listing : std::uint8_t { automatic, pages, each };

// How far a survey has come, for a progress line.
struct progress {
  std::size_t seen = 0;     // VMs
  std::size_t expected = 0; // VMs known so far
};

struct survey_options {
  ovh::listing listing = listing::automatic;
  int page_size = 5000;
  loop::steady_point deadline;
  std::function<void(const progress&)> on_progress; // may be empty; called often, must be cheap
};

struct survey_target {
  ovh::client* client = nullptr;
  std::vector<std::string> services; // empty: all that the account can see
};

// Reads all accounts at once, within each client's connections and budget. An account that fails
// does not stop the others.
boost::asio::awaitable<licensing::inventory> survey(std::vector<survey_target>, survey_options);

} // namespace ovhl::ovh
