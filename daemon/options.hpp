// The command line as values.
#pragma once

#include "agent/selection.hpp"
#include "publish/row_filter.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <variant>

namespace ovhl {

enum class format { text, table, json, csv, icinga };

struct run_options {};
struct check_options {
  bool online = false;
  bool only_mistakes = false; // print nothing if there are none
};
struct reload_options {
  int daemon = 0; // its process ID
};
struct apply_options {
  std::optional<std::filesystem::path> plan;
  bool old = false; // accept a plan of any age
  bool yes = false;
  agent::selection selected;
};
struct verify_options {};
struct explain_options {
  std::string vm;
};
struct test_options {
  std::filesystem::path file;
};
// Which VMs to show; `plan` and `status` share these options.
struct row_options {
  bool rows = false;
  publish::row_filter only;
  bool wanted() const noexcept { return rows || only.narrows() || only.limit; }
};
struct plan_options {
  ovhl::format format = ovhl::format::table;
  std::optional<std::filesystem::path> out, show;
  row_options rows;
};
struct status_options {
  ovhl::format format = ovhl::format::text;
  bool strict = false; // with icinga: what the mode only reports is a warning
  row_options rows;
};

struct history_options {
  std::optional<std::string> vm;    // none: everything that changed
  std::optional<std::string> since; // a duration or a date
  std::optional<std::size_t> limit; // only so many of the newest
  ovhl::format format = ovhl::format::table;
};

struct login_options {
  std::optional<std::string> account;                            // required if there are several
  bool read_only = false, corrections = false, renewals = false; // none: what the policy asks for
  std::optional<std::filesystem::path> file; // to write instead of the account's
};

struct options {
  std::filesystem::path config = "/etc/ovh-licensed/config.yaml";
  std::variant<run_options, check_options, reload_options, plan_options, apply_options,
               explain_options, test_options, status_options, history_options, verify_options,
               login_options>
      command;
};

// The options, or the exit status if there is nothing to do: help or version was shown, or wrong
// usage was explained.
std::variant<options, int> parse_options(int argc, const char* const* argv);

} // namespace ovhl
