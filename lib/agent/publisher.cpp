#include "agent/publisher.hpp"

#include "agent/schedule.hpp"
#include "agent/snapshot_of.hpp"
#include "base/atomic_file.hpp"
#include "os/notify.hpp"
#include "publish/metrics_text.hpp"
#include "publish/status_file.hpp"

#include <utility>

namespace ovhl::agent {

using boost::asio::awaitable;

void publisher::report_problems() {
  const std::optional<error>& problem = from_.ledger.problem();
  std::vector<error> ledger;
  if (problem && problem->kind != failure::canceled) ledger.push_back(*problem);
  with_.problems.report("ledger", ledger);
  const bool on = with_.now.configuration.setup->settings.corrections;
  with_.problems.report("corrections", on ? from_.act.problems() : std::vector<error>());
}

void publisher::measure() {
  const std::optional<error>& problem = from_.ledger.problem();
  mine_.yielded = from_.ledger.yielded().has_value();
  mine_.ledger_problem = mine_.yielded ? std::nullopt : problem;
  if (from_.ledger.is_open()) mine_.ledger_last_record_at = from_.ledger.history().last_record();
  mine_.accounts.clear();
  for (const account_client& account : from_.clients.list()) {
    const ovh::counters& counted = account.client->counted();
    publish::account_row row;
    row.account = account.setup.account.name;
    row.answered_2xx = counted.answered_2xx;
    row.answered_4xx = counted.answered_4xx;
    row.answered_5xx = counted.answered_5xx;
    row.failed = counted.failed;
    row.throttled = counted.throttled;
    mine_.accounts.push_back(std::move(row));
  }
}

// Neither file needs to survive a power failure: both are rewritten after a start. The status file
// comes last: it shows whether the metrics could be written.
void publisher::write() {
  const auto put = [&](const std::string& source, const std::filesystem::path& file,
                       const std::string& text) {
    std::vector<error> failed;
    if (auto done = replace_file(file, text, 0644, lasting::no); !done)
      failed.push_back(done.error());
    with_.problems.report(source, failed);
  };
  const auto& settings = with_.now.configuration.setup->settings.status;
  publish::snapshot s = snapshot_of(with_.now);
  if (settings.prometheus) put("metrics", *settings.prometheus, publish::metrics_text(s));
  s.errors = with_.now.problems.last();
  put("status", settings.file, publish::status_json(s));
}

void publisher::publish() {
  report_problems();
  measure();
  const loop::steady_point begun = with_.clock.now();
  write();
  written_ = with_.clock.now();
  writing_took_ = written_ - begun;
}

void publisher::publish_soon() {
  if (std::exchange(soon_, true)) return;
  asked_.wake_all();
}

awaitable<void> publisher::work(std::function<void()> went_well) {
  const auto due = [this] {
    return written_ + pause_before_writing(with_.now.fleet.overview.any_running(), writing_took_);
  };
  for (;;) {
    while (!soon_)
      co_await asked_.wait(std::chrono::hours(1));
    do // the last correction may end meanwhile: then it is written at once
      co_await with_.clock.wait_for(std::chrono::seconds(1));
    while (with_.clock.now() < due());
    publish();
    soon_ = false; // only now, so that it is tried again after a bug
    went_well();
  }
}

void publisher::tell_systemd() { os::notify_status(status_line(with_.now)); }

} // namespace ovhl::agent
