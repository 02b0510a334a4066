// Reads one datacenter: its vmLicensed, its VMs, and whether the two agree. If they do not, it
// reads both once more.
#pragma once

#include "licensing/inventory.hpp"
#include "ovh/api/dedicated_cloud.hpp"
#include "ovh/survey/survey.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace ovhl::ovh {

// The progress of the whole survey.
struct tally {
  progress so_far;
  std::function<void(const progress&)> report; // may be empty

  void expect(std::size_t vms) {
    so_far.expected += vms;
    if (report) report(so_far);
  }
  void saw_one() {
    ++so_far.seen;
    if (report) report(so_far);
  }
};

class datacenter_survey {
 public:
  datacenter_survey(client&, licensing::place, const survey_options&, tally&);

  // Never fails: an error becomes the datacenter's `problem`.
  boost::asio::awaitable<licensing::datacenter> run();

 private:
  using problem = std::optional<error>;

  // What one attempt found.
  struct attempt {
    std::vector<licensed_vm> licensed;  // by id
    std::vector<std::int64_t> ids;      // to be read one by one
    std::size_t next = 0;               // of ids
    std::optional<std::size_t> total;   // as the pages state it
    std::vector<std::int64_t> vanished; // listed, but not found when they were read
    int failures = 0;                   // VMs that could not be read
    problem last_failure;
    std::size_t expected = 0; // VMs reported to the tally
    std::string gap;          // why the lists are incomplete; empty: they are complete
  };

  boost::asio::awaitable<problem> once();
  boost::asio::awaitable<problem> list_licensed();
  boost::asio::awaitable<problem> list_ids();
  boost::asio::awaitable<problem> list_pages();
  boost::asio::awaitable<problem> read_each();
  boost::asio::awaitable<void> read_some();
  boost::asio::awaitable<problem> confirm_vanished();
  void forget();
  void join();
  error complaint(failure, std::string message, std::string advice = {}) const;

  client& api_;
  const survey_options& options_;
  tally& tally_;
  std::string path_; // of the datacenter
  licensing::datacenter seen_;
  attempt found_;
};

} // namespace ovhl::ovh
