// Generates fleets, and makes small changes to a fleet. The same seed gives the same result.
#pragma once

#include "simulator/fleet.hpp"
#include "simulator/simulator.hpp"

#include <cstdint>
#include <random>
#include <string>

namespace ovhl::sim {

fleet generate(const generated_fleet&);

// Changes as people make them: licenses, power, VMs that come and go.
class random_changes {
 public:
  explicit random_changes(std::uint64_t seed) : random_(seed) {}
  // Makes one change and returns it in words; an empty fleet does not change.
  std::string step(fleet&);

 private:
  std::mt19937_64 random_;
};

} // namespace ovhl::sim
