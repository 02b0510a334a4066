// The subcommands. To add one: its options and its line in options.cpp, a file here, a case in
// main.cpp.
#pragma once

#include "exit_status.hpp"
#include "options.hpp"

#include <filesystem>

namespace ovhl::commands {

using path = std::filesystem::path;

exit_status execute(const path& config, const run_options&);
exit_status execute(const path& config, const check_options&);
exit_status execute(const path& config, const reload_options&);
exit_status execute(const path& config, const plan_options&);
exit_status execute(const path& config, const apply_options&);
exit_status execute(const path& config, const explain_options&);
exit_status execute(const path& config, const test_options&);
exit_status execute(const path& config, const status_options&);
exit_status execute(const path& config, const history_options&);
exit_status execute(const path& config, const verify_options&);
exit_status execute(const path& config, const login_options&);

} // namespace ovhl::commands
