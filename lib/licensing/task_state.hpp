// The state of a task at OVHcloud (dedicatedCloud.TaskStateEnum). Its text is read here and nowhere
// else; it is kept for the ledger and for people. A new one: here and in the names.
#pragma once

#include <concepts>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace ovhl::licensing {

class task_state {
 public:
  enum class value : std::uint8_t {
    doing,
    fixing,
    to_cancel,
    to_create,
    todo,
    unknown,
    waiting_for_childs,
    waiting_todo,
    done,
    error,
    canceled,
    other // one this program does not know, or none
  };

  task_state() = default;
  template <std::convertible_to<std::string> Text>
  task_state(Text&& text) : text_(std::forward<Text>(text)), is_(read(text_)) {}

  value is() const noexcept { return is_; }
  bool is_done() const noexcept { return is_ == value::done; }
  // Done, error or canceled; a task in any other state, known or not, is under way.
  bool is_over() const noexcept { return is_ >= value::done && is_ <= value::canceled; }
  const std::string& text() const noexcept { return text_; } // as the API has it

  // The names of the states of a task that is under way.
  static std::span<const std::string_view> names_under_way() noexcept;

  friend bool operator==(const task_state&, const task_state&) = default;

 private:
  static value read(std::string_view) noexcept;

  std::string text_;
  value is_ = value::other;
};

} // namespace ovhl::licensing
