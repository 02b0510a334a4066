// The values that stand in bodies by their names.
#pragma once

#include "licensing/correction_goal.hpp"

#include <array>

namespace ovhl::ledger {

inline constexpr std::array modes{licensing::mode::report, licensing::mode::declare,
                                  licensing::mode::enforce};
inline constexpr std::array actions{licensing::action::none, licensing::action::set_license,
                                    licensing::action::remove_license};
inline constexpr std::array power_states{
    licensing::power_state::powered_on, licensing::power_state::powered_off,
    licensing::power_state::suspended, licensing::power_state::deleted,
    licensing::power_state::unknown};
inline constexpr std::array occasions{licensing::occasion::first_look, licensing::occasion::drift,
                                      licensing::occasion::new_vm,
                                      licensing::occasion::policy_change};
} // namespace ovhl::ledger
