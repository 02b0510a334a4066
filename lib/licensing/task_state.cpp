#include "licensing/task_state.hpp"

#include <algorithm>
#include <array>

namespace ovhl::licensing {

namespace {

constexpr auto how_many = static_cast<std::size_t>(task_state::value::other);
constexpr std::array<std::string_view, how_many> names{
    // in the order of the values
    "doing",       "fixing", "toCancel", "toCreate", "todo", "unknown", "waitingForChilds",
    "waitingTodo", "done",   "error",    "canceled"};

} // namespace

std::span<const std::string_view> task_state::names_under_way() noexcept {
  return std::span(names).first(static_cast<std::size_t>(value::done));
}

task_state::value task_state::read(std::string_view text) noexcept {
  return static_cast<value>(std::ranges::find(names, text) - names.begin());
}

} // namespace ovhl::licensing
