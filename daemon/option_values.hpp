// Options that several commands share, and the values that they take.
#pragma once

#include "options.hpp"

#include <CLI/CLI.hpp>

#include <cstddef>
#include <optional>
#include <vector>

namespace ovhl {

struct named_format {
  const char* name;
  ovhl::format format;
};

// --format and --json; the first is the default.
void add_format(CLI::App&, format&, std::vector<named_format>);
void add_limit(CLI::App&, std::optional<std::size_t>&, const char* help);
// --rows and what narrows them; each of those implies it.
void add_rows(CLI::App&, row_options&);
// A VM without a name must not be selected by an option without a value.
CLI::Option* not_empty(CLI::Option*);
// --vm and --only.
void add_selection(CLI::App&, agent::selection&);
// A process ID.
void add_process(CLI::App&, int&);

} // namespace ovhl
