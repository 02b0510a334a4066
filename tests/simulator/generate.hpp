// Fleets made up from a seed, and small changes to one that is lived in: the same seed does the
// same.
#pragma once

#include "simulator/fleet.hpp"
#include "simulator/simulator.hpp"

#include <cstdint>
#include <random>
#include <string>

namespace ovhl::sim {

fleet generate(const generated_fleet&);

// What people do to a fleet all day: one change a step.
class everyday_life {
 public:
  explicit everyday_life(std::uint64_t seed) : random_(seed) {}
  // What happened, in words; nothing happens to an empty fleet.
  std::string step(fleet&);

 private:
  std::mt19937_64 random_;
};

} // namespace ovhl::sim
