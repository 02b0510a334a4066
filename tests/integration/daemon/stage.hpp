// What a test of the program plays on: a simulated OVHcloud, and a private folder with ovh.conf,
// config.yaml and policy.yaml, in which the program is started. When the curtain falls, everything
// that was said and written is searched for the secrets that the simulator lets in.
#pragma once

#include "process.hpp"
#include "simulator/simulator.hpp"
#include "support/temporary_directory.hpp"
#include "support/text.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <filesystem>
#include <functional>
#include <list>
#include <string>
#include <string_view>
#include <vector>

namespace ovhl::test {

// A VM of every verdict in two datacenters of two services.
sim::options every_verdict();
// As many VMs that are as they should be.
sim::options compliant(std::size_t vms = 2);

// config.yaml, as far as tests change it; the values are YAML.
struct configuration {
  std::string endpoint;                               // empty: the simulator's
  std::string account = "credentials_file: ovh.conf"; // further keys
  std::string interval = "1h", timeout = "30s";
  std::string api = "{requests_per_minute: 0}";
  std::string corrections = "on";
  std::string status = "{file: status.json, prometheus: metrics.prom}";
  std::string ledger = "ledger.db";
  std::string log = "{format: text}";
};

// What a task has done has two seconds to show, instead of a minute.
configuration impatient();

// What every_verdict() is judged by: it reports only …
std::string good_policy();
// … and the same in another mode; without other guards, nothing has to be waited for.
std::string policy_that(std::string_view mode,
                        std::string_view guards = "confirm_polls: 1, grace: 0s");

class stage {
 public:
  explicit stage(sim::options = every_verdict());
  ~stage();
  stage(const stage&) = delete;
  stage& operator=(const stage&) = delete;

  sim::simulator api;

  // ---- files; names are relative to the folder ----
  std::filesystem::path path(std::string_view name) const { return directory_ / name; }
  std::string content(std::string_view name) const;
  void write(std::string_view name, std::string_view text, mode_t mode = 0644) const;
  void configure(const configuration& = {}) const; // writes config.yaml

  // ---- the program ----
  launch command(std::vector<std::string> arguments) const; // with -c config.yaml
  outcome run(std::vector<std::string> arguments);
  outcome run_as(const launch&);
  process& start(const launch&); // lives as long as the stage
  process& start_daemon() { return start(command({"run"})); }
  process& daemon_at_rest(); // after its first poll; needs the metrics

  // ---- the status file ----
  boost::json::value status() const;
  bool has_status() const;
  using predicate = std::function<bool(const boost::json::value&)>;
  // Until the status file is as wanted,. Returns it.
  boost::json::value wait_for_status(process&, std::string_view what, const predicate&);
  boost::json::value wait_for_state(process&, std::string_view state);
  // Until so many polls have finished.
  boost::json::value wait_for_poll(process&, std::int64_t number);
  // Until this VM's finding has that state. Returns the finding.
  boost::json::value wait_for_finding(process&, std::int64_t vm_id, std::string_view state);
  boost::json::value wait_for_corrections(process&, std::size_t count); // that have ended
  void poll_again(process&, std::int64_t number);                       // to its end
  void wait_for_metric(process&, const std::string& series, double value);
  // Until the simulator has received so many requests since the log was cleared.
  void wait_for_requests(process&, std::size_t count, std::string_view path_part = {});
  std::size_t requests(std::string_view path_part);
  std::size_t looks(); // how many were begun
  std::vector<sim::logged_request> posts();
  // At OVHcloud, as JSON: "windows 2022 Standard" in quotes, or null.
  std::string license(std::int64_t vm_id);
  boost::json::array tasks(); // all there ever were
  void end_tasks();           // all of them are done

  std::string all_that_was_said_and_written() const;

 private:
  temporary_directory directory_;
  descriptor changes_; // inotify: a file was moved to its place
  std::list<process> processes_;
  std::string said_;
};

// An `apply` at a terminal, without colour, that waits for its answer.
process& asking(stage&, std::vector<std::string> arguments = {"apply"});
// Makes nothing due any more in every_verdict().
void make_compliant(stage&);
// Every request of this path is answered 403, which nobody tries again.
sim::fault refusal(std::string_view path);

// The values of a JSON pointer: "/poll/number".
std::int64_t number(const boost::json::value&, std::string_view pointer);
std::string text(const boost::json::value&, std::string_view pointer); // null: "null"
// The one about this VM, or null.
boost::json::value finding(const boost::json::value& status, std::int64_t vm_id);
std::vector<std::string> keys(const boost::json::value&, std::string_view pointer = "");

// The secrets that stand in the text.
std::vector<std::string> leaks(std::string_view text, const std::vector<std::string>& secrets);

bool is_time(const std::string&); // "2026-11-20T21:48:00Z"
// Lines of a log in text without their time: "info  poll 1: ...".
std::vector<std::string> messages(std::string_view log);

} // namespace ovhl::test
