// `login`: a consumer key with only the rights needed, asked for, validated and kept.
#include "commands/commands.hpp"

#include <fmt/format.h>

namespace ovhl::commands {

exit_status execute(const path&, const login_options&) {
  fmt::print(stderr, "ovh-licensed: login comes with the next commit\n");
  return exit_status::wrong;
}

} // namespace ovhl::commands
