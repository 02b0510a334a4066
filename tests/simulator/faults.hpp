// Misbehaviour to order: which request it strikes, and what becomes of its answer. A new kind: its
// name in the table of faults.cpp, its case in disturbed(), its line in README.md.
#pragma once

#include "base/glob.hpp"
#include "simulator/http.hpp"
#include "simulator/simulator.hpp"

#include <boost/json/object.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ovhl::sim {

// How an answer goes out.
struct delivery {
  enum class manner : std::uint8_t {
    whole,
    reset,     // the connection is reset instead
    truncated, // half of it, then the end
    dripped,   // `bytes` at a time, `delay` between
    endless,   // the body over and over
    never,
  };
  manner how = manner::whole;
  std::chrono::milliseconds delay{0};
  std::size_t bytes = 0;
};

struct answer {
  sim::reply reply;
  sim::delivery delivery;
};

class fault_list {
 public:
  void arm(fault); // throws std::runtime_error on an unknown kind
  void clear() { armed_.clear(); }
  // The fault that strikes this request; counts it down.
  std::optional<fault> strike(std::string_view method, std::string_view path);
  std::vector<fault> armed() const;

 private:
  struct trap {
    sim::fault fault;
    glob method, path;
  };
  std::vector<trap> armed_;
};

// Whether the request takes effect and is answered rightly before the fault is applied to the
// answer.
bool takes_effect(const fault&);
answer disturbed(const fault&, reply right);

fault fault_from(const boost::json::object&); // throws std::runtime_error
boost::json::object to_json(const fault&);

} // namespace ovhl::sim
