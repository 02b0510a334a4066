// The corrections that are due, each with its state: one value, so that no correction can be given
// the state of another.
#pragma once

#include "licensing/correction.hpp"
#include "licensing/correction_states.hpp"

#include <cstddef>
#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

namespace ovhl::licensing {

class due_corrections {
 public:
  // Shared, because it is large and does not change.
  using list = std::shared_ptr<const std::vector<due_correction>>;

  due_corrections() : due_corrections(std::make_shared<const std::vector<due_correction>>()) {}
  // Each is `reported`.
  explicit due_corrections(list due) : due_(std::move(due)), states_(due_->size()) {}
  // With the state of each, in the same order.
  due_corrections(list due, correction_states states)
      : due_(std::move(due)), states_(std::move(states)) {
    if (due_->size() != states_.size()) throw std::logic_error("states of other corrections");
  }

  struct one {
    const due_correction& due;
    const correction_state& state;
  };
  std::size_t size() const noexcept { return due_->size(); }
  one operator[](std::size_t i) const noexcept { return {(*due_)[i], states_[i]}; }
  void set(std::size_t i, correction_state how) { states_.set(i, std::move(how)); }

 private:
  list due_;
  correction_states states_;
};

} // namespace ovhl::licensing
