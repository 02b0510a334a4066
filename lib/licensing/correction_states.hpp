// The states of a list of corrections. Most are equal, so each distinct state is kept once.
#pragma once

#include "licensing/correction_state.hpp"

#include <cstddef>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

namespace ovhl::licensing {

class correction_states {
 public:
  explicit correction_states(std::size_t count = 0) : each_(count, &*kinds_.emplace().first) {}
  correction_states(correction_states&&) = default;
  correction_states& operator=(correction_states&&) = default;

  std::size_t size() const noexcept { return each_.size(); }
  const correction_state& operator[](std::size_t i) const noexcept { return *each_[i]; }
  void set(std::size_t i, correction_state how) {
    each_[i] = &*kinds_.insert(std::move(how)).first;
  }

 private:
  struct less {
    static auto all_of(const correction_state& s) {
      return std::tie(s.state, s.by, s.until, s.words, s.task_id);
    }
    bool operator()(const correction_state& a, const correction_state& b) const {
      return all_of(a) < all_of(b);
    }
  };
  std::set<correction_state, less> kinds_;
  std::vector<const correction_state*> each_; // into kinds_
};

} // namespace ovhl::licensing
