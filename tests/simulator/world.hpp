// The simulator's whole state. Only the thread that serves uses it.
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

// What a client did that the API allows but nobody should do.
struct client_conduct {
  std::vector<std::string> violations;
  // VMs read by themselves since the last POST that was to change them, and its effect.
  std::unordered_set<std::int64_t> read_vms;
};

struct connection_counts {
  std::uint64_t opened = 0, open = 0;
};

struct world {
  explicit world(const options&);
  world(const world&) = delete;
  world& operator=(const world&) = delete;

  wall_point now() const { return std::chrono::system_clock::now() + behaviour.clock_offset; }
  instant second() const { return std::chrono::floor<std::chrono::seconds>(now()); }
  void object_to(std::string violation) { conduct.violations.push_back(std::move(violation)); }

  std::string origin; // "https://localhost:40123"
  sim::fleet fleet;
  credential_store credentials;
  task_store tasks;
  order_store orders;
  fault_list faults;
  request_log log;
  client_conduct conduct;
  random_changes changes;
  sim::behaviour behaviour;
  sim::budget budget;
  connection_counts connections;
};

// Answers a request to the API, the OAuth2 server, the validation page or the control interface.
// Requests to the API are logged first, and faults, budget and latency apply to them.
answer respond(world&, const request&);

} // namespace ovhl::sim
