// The corrections under way, and those that wait for their turn, each with its state.
#pragma once

#include "licensing/correction.hpp"
#include "licensing/correction_state.hpp"
#include "licensing/due_corrections.hpp"

#include <functional>
#include <map>
#include <utility>

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
  // What is due with its states: `reported` where nothing is under way.
  licensing::due_corrections of(licensing::due_corrections::list) const;

 private:
  listener told_;
  std::map<licensing::vm_key, licensing::correction_state> states_;
};

} // namespace ovhl::agent
