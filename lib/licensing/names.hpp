// The values of the enums that stand in files and records by their names.
#pragma once

#include "base/names.hpp"
#include "licensing/correction_goal.hpp"

namespace ovhl {

template <>
inline constexpr auto names<licensing::mode> =
    std::array{licensing::mode::report, licensing::mode::declare, licensing::mode::enforce};
template <>
inline constexpr auto names<licensing::verdict> = licensing::all_verdicts;
template <>
inline constexpr auto names<licensing::action> = std::array{
    licensing::action::none, licensing::action::set_license, licensing::action::remove_license};
template <>
inline constexpr auto names<licensing::power_state> =
    std::array{licensing::power_state::powered_on, licensing::power_state::powered_off,
               licensing::power_state::suspended, licensing::power_state::deleted,
               licensing::power_state::unknown};
template <>
inline constexpr auto names<licensing::occasion> =
    std::array{licensing::occasion::first_look, licensing::occasion::drift,
               licensing::occasion::new_vm, licensing::occasion::policy_change};
template <>
inline constexpr auto names<licensing::due_state> =
    std::array{licensing::due_state::none,     licensing::due_state::due,
               licensing::due_state::reported, licensing::due_state::confirming,
               licensing::due_state::held,     licensing::due_state::running,
               licensing::due_state::failed,   licensing::due_state::done};
template <>
inline constexpr auto names<licensing::guard> = licensing::all_guards;
template <>
inline constexpr auto names<errand::answer::kind> = errand::all_answers;
template <>
inline constexpr auto names<errand::answer::cause> = errand::all_answer_causes;
template <>
inline constexpr auto names<errand::trace::cause> = errand::all_trace_causes;
template <>
inline constexpr auto names<errand::outcome> = errand::all_outcomes;

} // namespace ovhl
