// One survey of all VMs, as the settings say. The daemon repeats it; `plan` and `explain` do it
// once.
#pragma once

#include "agent/accounts.hpp"
#include "agent/setup.hpp"
#include "licensing/inventory.hpp"
#include "ovh/survey/survey.hpp"

#include <boost/asio/awaitable.hpp>

#include <functional>

namespace ovhl::agent {

boost::asio::awaitable<licensing::inventory>
survey(const accounts&, const config::settings&, loop::clock&,
       std::function<void(const ovh::progress&)> on_progress = {});

} // namespace ovhl::agent
