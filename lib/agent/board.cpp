#include "agent/board.hpp"

#include "base/version.hpp"
#include "publish/atomic_file.hpp"

#include <unistd.h>

namespace ovhl::agent {

board::board(narrator& voice, instant started_at) : voice_(&voice) {
  snapshot_.daemon.version = std::string(version());
  snapshot_.daemon.pid = ::getpid();
  snapshot_.daemon.started_at = started_at;
}

void board::loaded(const setup& in_force, instant at) {
  status_file_ = in_force.settings.status.file;
  prometheus_file_ = in_force.settings.status.prometheus;
  snapshot_.policy.path = in_force.policy->path.string();
  snapshot_.policy.sha256 = in_force.policy->sha256;
  snapshot_.policy.mode = in_force.policy->policy.mode;
  snapshot_.policy.loaded_at = at;
}

void board::reloaded(bool ok, std::optional<std::string> error, instant at) {
  snapshot_.policy.last_reload = {at, ok, std::move(error)};
}

void board::troubles(const std::string& source, const std::vector<error>& now, instant at) {
  for (const error& e : voice_->troubles(source, now))
    remember(e, at);
}

void board::remember(const error& e, instant at) {
  constexpr std::size_t most = 100;
  auto& errors = snapshot_.errors;
  if (errors.size() == most) errors.erase(errors.begin());
  errors.push_back({at, e});
}

void board::write(instant at) {
  std::vector<error> failed;
  if (auto done = publish::replace_file(status_file_, publish::status_json(snapshot_)); !done)
    failed.push_back(done.error());
  if (prometheus_file_)
    if (auto done = publish::replace_file(*prometheus_file_, publish::metrics_text(snapshot_));
        !done)
      failed.push_back(done.error());
  troubles("status files", failed, at);
}

} // namespace ovhl::agent
