// status.json for a person: `ovh-licensed status`.
#pragma once

#include "base/terminal.hpp"
#include "publish/row_filter.hpp"
#include "publish/status_file.hpp"

#include <string>

namespace ovhl::publish {

// What to show besides state, errors, numbers and causes.
struct status_choice {
  bool rows = false; // each VM
  row_filter only;   // for rows and causes
  bool runs = true;  // the daemon is running
};
// The daemon's state with its reason, errors, next steps, numbers, causes, and rows on request.
std::string status_text(const status_view&, const terminal&, instant now,
                        const status_choice& = {});
// For a daemon that has written no status file since the machine was started.
std::string never_ran_text(const std::string& file, const terminal&);
// The VMs that the file lists, for spreadsheets.
std::string status_csv(const status_view&, const row_filter&);

} // namespace ovhl::publish
