// Turns one survey into a plan: what is due, what needs a decision, and what could not be read.
#pragma once

#include "agent/surveyed.hpp"
#include "licensing/due_corrections.hpp"
#include "publish/plan.hpp"

namespace ovhl::agent {

// The states come from preview_admission().
publish::plan_document plan_of(const surveyed&, const licensing::due_corrections&);

} // namespace ovhl::agent
