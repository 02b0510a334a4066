// Turns one look into a plan: what is due, what needs a decision, and what could not be read.
#pragma once

#include "agent/setup.hpp"
#include "agent/view.hpp"
#include "publish/plan.hpp"

#include <span>

namespace ovhl::agent {

// `states`: of each correction due, see foresee().
publish::plan_document plan_of(const picture&, const config::policy_file&,
                               std::span<const account_setup>,
                               const licensing::correction_states& states, instant made_at);

} // namespace ovhl::agent
