// The daemon's loop with everything on: mode enforce, no guard to wait for, and what it did looked
// up at the simulator.
#pragma once

#include "daemon_fixture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace ovhl::test {

struct correcting : daemon_fixture {
  explicit correcting(std::string fleet = small_fleet) : daemon_fixture(std::move(fleet)) {
    daemon_fixture::correcting = true;
    // A signature's time is old where the clock jumps while the request is on its way.
    setup.accounts.at(0).credentials = ovh::token_credentials{secret(api.accepted().access_token)};
    auto file = std::make_shared<config::policy_file>(*setup.policy);
    file->policy.mode = licensing::mode::enforce;
    file->policy.guards.confirm_polls = 1;
    file->policy.guards.grace = std::chrono::seconds(0);
    adapted = &file->policy;
    setup.policy = std::move(file);
  }
  ~correcting() { CHECK(api.violations() == expected_violations); }

  licensing::policy* adapted;
  std::vector<std::string> expected_violations;

  std::string vm(int id) { return api.control("GET", "/control/vms/" + std::to_string(id)); }

  // Until so many corrections have ended; a poll that comes after them shows what they left.
  void play_until_ended(std::size_t corrections) {
    play_until([=](const publish::snapshot& s) { return s.corrections.size() >= corrections; });
  }
  void play_until(const std::function<bool(const publish::snapshot&)>& reached,
                  const std::function<void(int)>& on_poll = {}) {
    constexpr int most = 500;
    int after = 0;
    bool came = false;
    play([&](int poll) {
      if (on_poll) on_poll(poll);
      came = came || reached(now());
      if ((came && ++after == 2) || poll == most) daemon->stop();
    });
    const std::string said = logged();
    REQUIRE_MESSAGE(came, said.substr(said.size() - std::min<std::size_t>(said.size(), 2000)));
  }
  publish::finding finding(std::int64_t vm) {
    for (const publish::finding& f : now().findings)
      if (f.vm_id == vm) return f;
    FAIL("no finding for VM " << vm);
    throw std::logic_error("unreachable");
  }
};

// The first task that the simulator's answer speaks of.
inline void finish_task(correcting& t, const std::string& answer) {
  const auto at = answer.find("\"taskId\":");
  REQUIRE(at != std::string::npos);
  const int id = std::stoi(answer.substr(at + 9));
  t.api.control("PATCH", fmt::format("/control/tasks/{}", id), R"({"state": "done"})");
}

} // namespace ovhl::test
