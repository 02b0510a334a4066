#include "agent/after_login.hpp"

#include "publish/render.hpp"
#include "publish/table.hpp"

#include <string_view>

namespace ovhl::agent {

namespace {

using service = after_login::service;
using reach = after_login::reach;

bool starts(service s) noexcept { return s == service::never_started || s == service::down; }

constexpr const char* start = "systemctl start ovh-licensed";
constexpr const char* restart = "systemctl restart ovh-licensed";
constexpr const char* check = "ovh-licensed check --online";

// A person reviews and applies what has piled up before the service makes corrections on its own.
void add_approval(publish::table& steps, service s) {
  steps.add({"ovh-licensed plan --out plan.json", "writes the plan; changes nothing"});
  steps.add({"ovh-licensed apply --plan plan.json",
             "applies exactly this plan, once it has been reviewed"});
  if (starts(s))
    steps.add({start, "starts the service, which then corrects on its own"});
  else
    steps.add(
        {restart, "last: restarts the service with the new key; it then corrects on its own"});
}

std::string_view first_plan(reach may) noexcept {
  switch (may) {
  case reach::corrections_off:
    return "shows what would be corrected; to allow it, set corrections: on in config.yaml";
  case reach::key_read_only:
    return "shows what would be corrected; to allow it, log in again without --read-only";
  case reach::mode_report:
  case reach::corrects: break;
  }
  return "shows what would be corrected; if it is right, set mode: declare in the policy and log "
         "in again";
}

void add_reading(publish::table& steps, const after_login& at) {
  if (starts(at.stands)) {
    steps.add({"ovh-licensed plan", "shows what would be corrected, and changes nothing"});
    steps.add({start, "starts the service; it only reports"});
    return;
  }
  steps.add({restart, "restarts the service with the new key; it still only reports"});
  steps.add({"ovh-licensed status", "shows what the service sees"});
  steps.add({"ovh-licensed plan", first_plan(at.may)});
}

} // namespace

std::string next_steps(const after_login& at, const terminal& t) {
  publish::table steps(
      {{.title = "COMMAND"}, {.title = "WHAT IT DOES", .how = publish::fit::wrap}});
  if (!at.checked)
    steps.add({check, "tries the key again, once the problems above are solved"});
  else if (at.may == reach::corrects)
    add_approval(steps, at.stands);
  else
    add_reading(steps, at);
  std::string out;
  publish::append_heading(out, "What to do next", t);
  return out + steps.text(t);
}

} // namespace ovhl::agent
