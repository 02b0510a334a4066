// Shows help, and explains wrong usage in our words instead of CLI11's.
#pragma once

#include <CLI/CLI.hpp>

#include <optional>
#include <string>

namespace ovhl {

// Both return the exit status.
int explained(const CLI::App&, const CLI::ParseError&);
// The help of the program, or of a command.
int show_help(const CLI::App&, const std::optional<std::string>& of);

} // namespace ovhl
