// The corrections under way, and those that wait for their turn, each with its state.
#pragma once

#include "licensing/correction.hpp"
#include "licensing/correction_state.hpp"
#include "licensing/correction_states.hpp"

#include <functional>
#include <map>
#include <utility>
#include <vector>

namespace ovhl::agent {

class corrections_under_way {
 public:
  // `told` is called after each change and each end, with the state that is now shown.
  using listener =
      std::function<void(const licensing::vm_key&, const licensing::correction_state&)>;
  explicit corrections_under_way(listener told) : told_(std::move(told)) {}

  void begin(const licensing::vm_key&, licensing::correction_state);
  void change(const licensing::vm_key&, const licensing::correction_state&);
  void end(const licensing::vm_key&, const licensing::correction_state&);
  void clear() { states_.clear(); } // nobody is told

  bool has(const licensing::vm_key& which) const { return states_.contains(which); }
  const std::map<licensing::vm_key, licensing::correction_state>& states() const noexcept {
    return states_;
  }
  // The state of each of these; `reported` if it is not under way.
  licensing::correction_states of(const std::vector<licensing::due_correction>&) const;

 private:
  listener told_;
  std::map<licensing::vm_key, licensing::correction_state> states_;
};

} // namespace ovhl::agent
