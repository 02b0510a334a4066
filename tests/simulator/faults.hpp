// Faults: the requests that they affect, and what becomes of the answers. To add a kind: its name
// in the table of faults.cpp, its case in apply_fault(), its line in README.md.
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

// How an answer is sent.
struct delivery {
  enum class manner : std::uint8_t {
    whole,
    reset,     // the connection is reset instead
    truncated, // half of the body, then the connection ends
    dripped,   // `bytes` at a time, `delay` between
    endless,   // the body, repeated
    never,     // nothing is sent
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
  // The fault for this request, if any; uses it up by one.
  std::optional<fault> take(std::string_view method, std::string_view path);
  std::vector<fault> armed() const;

 private:
  struct armed_fault {
    sim::fault fault;
    glob method, path;
  };
  std::vector<armed_fault> armed_;
};

// Whether the request takes effect before the fault is applied to its answer.
bool takes_effect(const fault&);
answer apply_fault(const fault&, reply right);

fault fault_from(const boost::json::object&); // throws std::runtime_error
boost::json::object to_json(const fault&);

} // namespace ovhl::sim
