// A daemon beside which `apply` runs: scenes and checks for the tests of yielding.
#pragma once

#include "stage.hpp"

#include <boost/json/value.hpp>
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <chrono>
#include <csignal>
#include <cstddef>
#include <map>
#include <string>

namespace ovhl::test {

inline constexpr const char* asks = "Asking the running service to pause";
inline constexpr const char* paused = "The service has paused.";
inline constexpr const char* goes_on =
    "The ledger is free again; a running service resumes within seconds.\n";
inline constexpr const char* yielded = " info  yielded to apply by ";
inline constexpr const char* taken_back = " info  apply has ended; corrections resume";

inline sim::options endless_tasks() {
  sim::options o = every_verdict();
  o.task_reads = 0; // they end when they are told to
  return o;
}

// Everything is due, and the daemon waits for more polls before it begins: a person does not.
inline void wait_for_a_person(const stage& s) {
  s.write("policy.yaml", policy_that("enforce", "confirm_polls: 5, grace: 0s"));
}

inline process& daemon_that_waits(stage& s) {
  wait_for_a_person(s);
  s.configure(impatient());
  return s.daemon_at_rest();
}

// Three corrections are under way, and none of their tasks ends.
inline process& daemon_under_way(stage& s, const char* timeout = "8s") {
  configuration c;
  c.api = fmt::format("{{requests_per_minute: 0, timeout: {}}}", timeout);
  s.configure(c);
  s.write("policy.yaml", policy_that("enforce"));
  process& daemon = s.start_daemon();
  s.wait_for_requests(daemon, 3, "/task/");
  return daemon;
}

inline std::map<std::string, std::size_t> posts_by_path(stage& s) {
  std::map<std::string, std::size_t> all;
  for (const auto& post : s.posts())
    ++all[post.path];
  return all;
}

inline void each_is_posted_once(stage& s) {
  const auto all = posts_by_path(s);
  CHECK(all.size() == 3);
  for (const auto& [path, times] : all) {
    CAPTURE(path);
    CHECK(times == 1);
  }
  CHECK(s.api.violations() == std::vector<std::string>{});
}

inline void wait_until_taken_back(stage& s, process& daemon) {
  daemon.wait_for_line(taken_back);
  s.wait_for_status(daemon, "one with its own ledger", [](const boost::json::value& v) {
    return text(v, "/ledger/yielded_to") == "null";
  });
}

inline void ends_well(stage& s, process& daemon) {
  daemon.signal(SIGTERM);
  CHECK(daemon.wait_for_end(std::chrono::seconds(10)).status == 0);
  const outcome o = s.run({"verify"});
  CHECK(o.status == 0);
}

} // namespace ovhl::test
