// Turns one survey into a plan: what is due, what needs a decision, and what could not be read.
#pragma once

#include "agent/surveyed.hpp"
#include "licensing/correction_states.hpp"
#include "publish/plan.hpp"

namespace ovhl::agent {

// `states`: of each correction due, see preview_admission().
publish::plan_document plan_of(const surveyed&, const licensing::correction_states&);

} // namespace ovhl::agent
