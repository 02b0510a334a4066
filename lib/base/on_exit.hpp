// Calls a function when the scope ends, also after an exception.
#pragma once

#include <utility>

namespace ovhl {

template <class Act>
class on_exit {
 public:
  explicit on_exit(Act act) : act_(std::move(act)) {}
  ~on_exit() {
    if (armed_) act_();
  }
  on_exit(const on_exit&) = delete;
  on_exit& operator=(const on_exit&) = delete;
  void disarm() noexcept { armed_ = false; }

 private:
  Act act_;
  bool armed_ = true;
};

} // namespace ovhl
