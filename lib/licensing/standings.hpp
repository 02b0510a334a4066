// How each of a list of corrections stands. Most stand like others: each way is kept once.
#pragma once

#include "licensing/standing.hpp"

#include <cstddef>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

namespace ovhl::licensing {

class standings {
 public:
  explicit standings(std::size_t count = 0) : each_(count, &*kinds_.emplace().first) {}
  standings(standings&&) = default;
  standings& operator=(standings&&) = default;

  std::size_t size() const noexcept { return each_.size(); }
  const standing& operator[](std::size_t i) const noexcept { return *each_[i]; }
  void set(std::size_t i, standing how) { each_[i] = &*kinds_.insert(std::move(how)).first; }

 private:
  struct less {
    static auto all_of(const standing& s) {
      return std::tie(s.state, s.by, s.until, s.words, s.task_id);
    }
    bool operator()(const standing& a, const standing& b) const { return all_of(a) < all_of(b); }
  };
  std::set<standing, less> kinds_;
  std::vector<const standing*> each_; // into kinds_
};

} // namespace ovhl::licensing
