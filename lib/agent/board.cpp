#include "agent/board.hpp"

#include "base/atomic_file.hpp"
#include "base/version.hpp"
#include "publish/status_file.hpp"

#include <unistd.h>

#include <algorithm>
#include <tuple>
#include <utility>

namespace ovhl::agent {

namespace {

// Among the last hundred of its kind.
template <class T>
void keep(std::vector<T>& all, T next) {
  constexpr std::size_t most = 100;
  if (all.size() == most) all.erase(all.begin());
  all.push_back(std::move(next));
}

} // namespace

board::board(narrator& voice, instant started_at) : voice_(&voice) {
  snapshot_.daemon.version = std::string(version());
  snapshot_.daemon.pid = ::getpid();
  snapshot_.daemon.started_at = started_at;
}

void board::loaded(const setup& in_force, instant at) {
  status_file_ = in_force.settings.status.file;
  prometheus_file_ = in_force.settings.status.prometheus;
  snapshot_.daemon.corrections = in_force.settings.corrections;
  snapshot_.poll_interval = in_force.settings.poll.interval;
  snapshot_.policy.path = in_force.policy->path.string();
  snapshot_.policy.sha256 = in_force.policy->sha256;
  snapshot_.policy.mode = in_force.policy->policy.mode;
  snapshot_.policy.loaded_at = at;
}

void board::reloaded(bool ok, std::optional<std::string> error, instant at) {
  snapshot_.policy.last_reload = {at, ok, std::move(error)};
}

void board::problems(const std::string& source, const std::vector<error>& now, instant at) {
  const auto same = [](const error& a, const error& b) {
    return std::tie(a.where, a.kind, a.http_status) == std::tie(b.where, b.kind, b.http_status);
  };
  for (publish::problem_row& line : snapshot_.errors)
    if (line.source == source)
      line.stands = line.stands && std::any_of(now.begin(), now.end(),
                                               [&](const error& e) { return same(e, line.what); });
  for (const error& e : voice_->problems(source, now))
    keep(snapshot_.errors, {at, e, source});
}

void board::corrected(const licensing::vm_key& which, const ledger::result_body& what, instant at) {
  publish::correction_row line;
  line.at = at;
  line.vm_id = which.id;
  line.name = what.name;
  line.action = what.action;
  line.from = what.from;
  line.to = what.to;
  line.outcome = what.end.how;
  line.task_id = what.end.trace;
  line.query_id = what.end.query_id;
  line.message = what.end.message;
  keep(snapshot_.corrections, std::move(line));
}

void board::count(licensing::action action, licensing::outcome how) {
  const std::size_t which = action == licensing::action::set_license ? 0 : 1;
  ++snapshot_.corrections_ended[which][static_cast<std::size_t>(how)];
}

// The status file comes last: it shows whether the metrics could be written.
void board::write(instant at) {
  const auto put = [&](const std::string& source, const std::filesystem::path& file,
                       const std::string& text) {
    std::vector<error> failed;
    if (auto done = replace_file(file, text, 0644, lasting::no); !done)
      failed.push_back(done.error());
    problems(source, failed, at);
  };
  if (prometheus_file_) put("metrics", *prometheus_file_, publish::metrics_text(snapshot_));
  put("status", status_file_, publish::status_json(snapshot_));
}

} // namespace ovhl::agent
