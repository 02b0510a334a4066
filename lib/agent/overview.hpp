// What a poll found, as it is published: every cause, the rows of the most urgent VMs, and the
// state of each correction due in a few bytes. Texts are copied only for causes and rows, so memory
// stays small even if every VM is wrong.
#pragma once

#include "agent/view.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace ovhl::agent {

class overview {
 public:
  overview() = default;
  overview(const picture&, const licensing::due_corrections&, std::size_t most_rows);

  // Updates the state of a correction. False: none is due on that VM.
  bool put(const licensing::vm_key&, const licensing::correction_state&);
  // Gives this state to all rows whose corrections wait.
  void hold_waiting(const licensing::correction_state&);
  bool any_running() const noexcept { return running_ > 0; }
  std::size_t due() const noexcept { return due_.size(); }

  const std::vector<publish::finding>& rows() const noexcept { return rows_; }
  // Each with the number of its corrections in each state.
  std::vector<publish::cause_row> causes() const;

 private:
  static constexpr std::uint32_t no_row = 0xFFFFFFFF;
  struct counted_correction { // one that is due
    std::int64_t vm = 0;
    instant since{};
    std::uint32_t place = 0, cause = 0;
    std::uint32_t row = no_row;
    licensing::due_state state = licensing::due_state::none;
    std::optional<licensing::guard> by;
  };

  std::vector<publish::cause_row> causes_;
  std::vector<publish::finding> rows_;
  std::vector<licensing::place> places_;
  std::vector<counted_correction> due_; // by place and VM
  std::size_t running_ = 0;
};

} // namespace ovhl::agent
