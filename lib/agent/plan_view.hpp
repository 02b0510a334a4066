// One look as a plan: what is due, what a person must decide, and what could not be seen.
#pragma once

#include "agent/setup.hpp"
#include "agent/view.hpp"
#include "publish/plan.hpp"

#include <span>

namespace ovhl::agent {

publish::plan_document plan_of(const picture&, const config::policy_file&,
                               std::span<const account_setup>, instant made_at);

} // namespace ovhl::agent
