// Everything the simulator knows. One thread touches it: the one that serves.
#pragma once

#include "simulator/budget.hpp"
#include "simulator/credentials.hpp"
#include "simulator/faults.hpp"
#include "simulator/fleet.hpp"
#include "simulator/generate.hpp"
#include "simulator/orders.hpp"
#include "simulator/request_log.hpp"
#include "simulator/simulator.hpp"
#include "simulator/tasks.hpp"

#include <chrono>
#include <string>
#include <unordered_set>
#include <vector>

namespace ovhl::sim {

struct world {
  explicit world(const options&);
  world(const world&) = delete;
  world& operator=(const world&) = delete;

  wall_point now() const { return std::chrono::system_clock::now() + clock_offset; }
  instant second() const { return std::chrono::floor<std::chrono::seconds>(now()); }
  void object_to(std::string violation) { violations.push_back(std::move(violation)); }

  std::string scheme; // of the URLs that clients sign
  std::string origin; // "https://localhost:40123"

  sim::fleet fleet;
  credential_book credentials;
  task_book tasks;
  order_book orders;

  fault_list faults;
  request_log log;
  std::vector<std::string> violations;
  everyday_life life;
  // VMs read by themselves since the last POST that was to change them, and its effect.
  std::unordered_set<std::int64_t> looked_at;

  std::chrono::milliseconds clock_offset{0};
  std::string date_header = "right"; // Date in answers; or "none", or a text that is sent as it is
  std::chrono::milliseconds latency{0};
  sim::budget budget;
  bool retry_after = true;
  bool honour_pages = true;
  std::size_t page_cap = 0;

  std::uint64_t connections_opened = 0, connections_open = 0;
};

// What stands before the routes: the log, faults, the budget and latency; then the API, the token's
// address, or the control door.
answer respond(world&, const request&);

} // namespace ovhl::sim
